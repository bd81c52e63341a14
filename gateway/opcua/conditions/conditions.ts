/** The alarms of every skid as Conditions below it, driven by what the main thread says of them and by nothing else. */
import {
  EventNotifierFlags,
  type AddressSpace,
  type Namespace,
  type ServerSession,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import type { Clock, UtcMs } from '../../../plant/clock.ts';
import type { AlarmView } from '../../../plant/ports/alarm-desk.ts';
import type { SkidName } from '../../../plant/sample.ts';
import type { FromConditions, ToConditions } from './conditions-messages.ts';
import { ConditionMethods } from './conditions-methods.ts';
import { ConditionNode, type ConditionPlace } from './conditions-node.ts';
import { alarmsFolderId } from './conditions-text.ts';
import { namespaceUri } from '../plan/space-plan.ts';

export type ConditionsOptions = Readonly<{
  addressSpace: AddressSpace;
  clock: Clock;
  post: (message: FromConditions) => void;
  loginOf: (session: ServerSession) => number | null;
}>;

type SkidPlace = Readonly<{ skid: UAObject; folder: UAObject }>;

export class Conditions {
  readonly #options: ConditionsOptions;
  readonly #namespace: Namespace;
  readonly #methods: ConditionMethods;
  readonly #skids = new Map<SkidName, SkidPlace>();
  readonly #byAlarm = new Map<string, ConditionNode>();
  readonly #byNode = new Map<string, ConditionNode>();

  /** @param alarms every alarm that is known now, with its state; conditions of others are made when they appear */
  constructor(options: ConditionsOptions, alarms: readonly AlarmView[]) {
    const { addressSpace, post, loginOf } = options;
    this.#options = options;
    this.#namespace = addressSpace.getNamespace(namespaceUri) as Namespace;
    this.#methods = new ConditionMethods({ post, loginOf, find: (id) => this.#byNode.get(id) ?? null });
    this.#methods.bindTypes(addressSpace);
    for (const view of alarms) this.#make(view);
  }

  take(message: ToConditions): void {
    if (message.kind === 'alarm') this.#show(message.view, message.at);
    else this.#methods.answer(message);
  }

  #show(view: AlarmView, at: UtcMs): void {
    const known = this.#byAlarm.get(view.id);
    if (known !== undefined) known.show(view, at, this.#options.clock.utc());
    else this.#make(view)?.announce();
  }

  #make(view: AlarmView): ConditionNode | null {
    const place = this.#placeOf(view);
    if (place === null) return null;
    const condition = new ConditionNode(place, view);
    this.#methods.bindInstance(condition);
    this.#byAlarm.set(view.id, condition);
    this.#byNode.set(condition.node.nodeId.toString(), condition);
    return condition;
  }

  /** @returns null where the skid of the alarm is none of ours */
  #placeOf({ skid: name, tag }: AlarmView): ConditionPlace | null {
    const { addressSpace } = this.#options;
    const place = this.#skids.get(name) ?? this.#prepare(name);
    if (place === null) return null;
    const source = tag === null ? null : (this.#find(tag) as UAVariable | null);
    if (source !== null && source.getEventSourceOfs().length === 0) {
      place.skid.addReference({ referenceType: 'HasEventSource', nodeId: source.nodeId });
    }
    return { addressSpace, namespace: this.#namespace, ...place, source };
  }

  /** Makes the skid a notifier below the Server object, with a folder for its alarms. */
  #prepare(name: SkidName): SkidPlace | null {
    const skid = this.#find(name) as UAObject | null;
    if (skid === null) return null;
    skid.setEventNotifier(EventNotifierFlags.SubscribeToEvents);
    this.#options.addressSpace.rootFolder.objects.server.addReference({
      referenceType: 'HasNotifier',
      nodeId: skid.nodeId,
    });
    const folder = this.#namespace.addObject({
      componentOf: skid,
      browseName: 'Alarms',
      nodeId: `s=${alarmsFolderId(name)}`,
      description: 'The alarms of the skid.',
      typeDefinition: 'FolderType',
    });
    const place = { skid, folder };
    this.#skids.set(name, place);
    return place;
  }

  #find(id: string) {
    return this.#options.addressSpace.findNode(`ns=${this.#namespace.index};s=${id}`);
  }
}
