/**
 * One alarm as a Condition of OPC UA. The stack's own logic of alarms is not used: no input drives it, no branch is made, and
 * it changes only when the alarm engine says so.
 */
import {
  DataType,
  getStatusCodeFromCode,
  NodeId,
  promoteToStateMachine,
  type AddressSpace,
  type ConditionSnapshot,
  type Namespace,
  type StatusCode,
  type UAAlarmConditionEx,
  type UAObject,
  type UAStateMachineEx,
  type UAVariable,
} from 'node-opcua';
import type { UtcMs } from '../../../plant/clock.ts';
import type { AlarmView } from '../../../plant/ports/alarm-desk.ts';
import { alarmName, conditionId, differs, formOf, lastTimeOf, messageOf, severities } from './conditions-text.ts';

type ISetStateOptions = Readonly<{ transitionTime: Date; effectiveTransitionTime: Date }>;

/** The published type leaves out the times, which its setters take. */
type Branch = ConditionSnapshot & {
  setActiveState(active: boolean, times: ISetStateOptions): StatusCode;
  setAckedState(acknowledged: boolean, times: ISetStateOptions): StatusCode;
  setConfirmedStateIfExists(confirmed: boolean, times: ISetStateOptions): void;
  setSuppressedState(suppressed: boolean, times: ISetStateOptions): void;
};

/** Events of one raising by which a client may name it; a client that looked away for longer refreshes. */
const eventIdsKept = 64;

export type ConditionPlace = Readonly<{
  addressSpace: AddressSpace;
  namespace: Namespace;
  folder: UAObject;
  skid: UAObject;
  /** The variable of the watched tag; null where there is none. */
  source: UAVariable | null;
}>;

export class ConditionNode {
  readonly node: UAAlarmConditionEx;
  readonly #limitState: Readonly<{ machine: UAStateMachineEx; active: string }> | null;
  readonly #eventIds = new Set<string>();
  #view: AlarmView;

  /** Makes its nodes, and sets them as the alarm stands. Nothing is announced. */
  constructor(place: ConditionPlace, view: AlarmView) {
    const { type, classType, limit } = formOf(view);
    const { addressSpace, namespace, folder, skid, source } = place;
    this.node = namespace.instantiateAlarmCondition(type, {
      browseName: alarmName(view),
      nodeId: `s=${conditionId(view)}`,
      description: `${view.consequence} ${view.response}`,
      componentOf: folder,
      conditionName: view.id,
      conditionOf: source ?? skid,
      // The stack takes only what is an event source itself, which a notifier below the Server object is not.
      conditionSource: null,
      conditionClass: addressSpace.findObjectType(classType) ?? null,
      // As an id, not as a node: the stack then looks at no value.
      inputNode: source?.nodeId ?? NodeId.nullNodeId,
      optionals: [
        'ConfirmedState',
        'Confirm',
        'SuppressedState',
        'ShelvingState',
        ...['AckedState', 'ConfirmedState', 'SuppressedState'].map((state) => `${state}.TransitionTime`),
        ...(limit === null ? [] : [limit.property]),
      ],
    });
    const child = (name: string): UAVariable | null => this.node.getPropertyByName(name);
    child('SourceNode')?.setValueFromSource({ dataType: DataType.NodeId, value: (source ?? skid).nodeId });
    child('SourceName')?.setValueFromSource({ dataType: DataType.String, value: view.tag ?? view.skid });
    if (limit !== null)
      child(limit.property)?.setValueFromSource({ dataType: DataType.Double, value: view.limit ?? 0 });
    this.#limitState = limit === null ? null : limitStateOf(this.node, limit.state);
    this.#setUnshelved();
    this.#view = view;
    this.#write(lastTimeOf(view), null);
    // A refresh answers with an event of its own, though none was announced.
    const branch = this.node.currentBranch();
    branch.renewEventId();
    this.#eventIds.add(branch.getEventId().toString('hex'));
  }

  get view(): AlarmView {
    return this.#view;
  }

  /** Whether the event was about this raising of the alarm. */
  knows(eventId: Buffer | null): boolean {
    return eventId !== null && this.#eventIds.has(eventId.toString('hex'));
  }

  /** Shows the alarm as it is now and announces it, where that is news. */
  show(view: AlarmView, at: UtcMs, now: UtcMs): void {
    const before = this.#view;
    this.#view = view;
    if (!differs(before, view)) return;
    if (before.raisedAt !== view.raisedAt) this.#eventIds.clear();
    this.#write(at, now);
    this.announce();
  }

  announce(): void {
    const branch = this.node.currentBranch();
    this.node.raiseConditionEvent(branch, true);
    this.#eventIds.add(branch.getEventId().toString('hex'));
    const [oldest] = this.#eventIds;
    if (this.#eventIds.size > eventIdsKept && oldest !== undefined) this.#eventIds.delete(oldest);
  }

  #write(at: UtcMs | null, now: UtcMs | null): void {
    const view = this.#view;
    const branch = this.node.currentBranch() as Branch;
    const time = new Date(at ?? 0);
    const timed = (when: UtcMs | null): ISetStateOptions => {
      const transitionTime = new Date(when ?? at ?? 0);
      return { transitionTime, effectiveTransitionTime: transitionTime };
    };
    if (branch.getActiveState() !== view.active)
      branch.setActiveState(view.active, timed(view.active ? view.raisedAt : view.clearedAt));
    if (branch.getAckedState() !== view.acknowledged) branch.setAckedState(view.acknowledged, timed(at));
    if (branch.getConfirmedState() !== view.confirmed) branch.setConfirmedStateIfExists(view.confirmed, timed(at));
    if (branch.getSuppressedState() !== view.suppressed) branch.setSuppressedState(view.suppressed, timed(at));
    this.#limitState?.machine.setState(view.active ? this.#limitState.active : null);
    branch.setRetain(view.active || !view.acknowledged);
    const severity = severities[view.priority];
    if (branch.getSeverity() !== severity) branch.setSeverity(severity, { sourceTimestamp: time });
    const quality = getStatusCodeFromCode(view.quality);
    if (branch.getQuality().value !== quality.value) branch.setQuality(quality, { sourceTimestamp: time });
    const said = view.comment;
    if ((branch.getComment().text ?? '') !== (said?.text ?? ''))
      branch.setComment(said?.text ?? '', { sourceTimestamp: new Date(said?.at ?? at ?? 0) });
    branch.setClientUserId(view.confirmedBy ?? said?.by ?? view.acknowledgedBy ?? '');
    branch.setMessage(messageOf(view));
    if (at !== null) branch.setTime(time);
    if (now !== null || at !== null) branch.setReceiveTime(new Date(now ?? at ?? 0));
  }

  /** The stack leaves the state null, which it then takes for shelved. */
  #setUnshelved(): void {
    const { shelvingState } = this.node;
    if (shelvingState !== undefined) shelvingState.setState('Unshelved');
  }
}

function limitStateOf(node: UAObject, active: string): Readonly<{ machine: UAStateMachineEx; active: string }> | null {
  const state = node.getComponentByName('LimitState');
  if (state === null) return null;
  const machine = promoteToStateMachine(state as unknown as UAObject);
  machine.setState(null);
  return { machine, active };
}
