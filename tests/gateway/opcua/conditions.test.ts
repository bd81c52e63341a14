import {
  AddressSpace,
  coerceLocalizedText,
  DataType,
  nodesets,
  StatusCodes,
  Variant,
  type ISessionContext,
  type Namespace,
  type ServerSession,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import { generateAddressSpace } from 'node-opcua-address-space/nodeJS.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Conditions } from '../../../gateway/opcua/conditions/conditions.ts';
import type { FromConditions } from '../../../gateway/opcua/conditions/conditions-messages.ts';
import { namespaceUri } from '../../../gateway/opcua/plan/space-plan.ts';
import { utcMs, type Clock } from '../../../plant/clock.ts';
import type { AlarmView } from '../../../plant/ports/alarm-desk.ts';
import { badNoCommunication } from '../../../plant/quality.ts';
import { localTag, skidName, tagName } from '../../../plant/sample.ts';
import { alarmOf } from '../../hmi/support/fakes.ts';

const t0 = utcMs(1_790_000_000_000);
const clock = { utc: () => utcMs(t0 + 50) } as Clock;
const skid = skidName('QD-1');
const id = 'QD-1/R201/TI-201.temperature.high';
const normal = alarmOf(id, {
  title: 'Reactor temperature high',
  tag: tagName(skid, localTag('R201/T.max')),
  active: false,
  acknowledged: true,
  confirmed: true,
  raisedAt: null,
  priority: 1,
});
const raised: AlarmView = { ...normal, active: true, acknowledged: false, confirmed: false, raisedAt: t0 };
const session = {} as unknown as ServerSession;

let addressSpace: AddressSpace;
let conditions: Conditions;
let posted: FromConditions[];
let events: Record<string, Variant>[];

const ns = () => addressSpace.getNamespaceIndex(namespaceUri);
const find = (name: string) => addressSpace.findNode(`ns=${ns()};s=${name}`);
const condition = () => find('QD-1.Alarms/R201/TI-201.temperature.high') as UAObject;
const read = (path: string): unknown => {
  const node = path
    .split('.')
    .reduce((at, name) => at.getChildByName(name) as UAObject, condition()) as unknown as UAVariable;
  return node.readValue().value.value;
};
const text = (path: string): string | null => (read(path) as { text: string | null }).text;
const show = (view: AlarmView, at = t0): void => conditions.take({ kind: 'alarm', view, at });
const lastEvent = (): Buffer => events.at(-1)!['eventId']!.value as Buffer;

async function call(method: string, given: readonly Variant[], object: UAObject = condition(), from?: string) {
  const owner = from === undefined ? object : (addressSpace.findObjectType(from) as unknown as UAObject);
  const node = owner.getMethods().find(({ browseName }) => browseName.name === method)!;
  const context = {
    session,
    checkPermission: () => true,
    isAccessRestricted: () => false,
  } as unknown as ISessionContext;
  return (await node.execute(object, [...given], context)).statusCode;
}

const argumentsOf = (event: Buffer | null, comment = '') => [
  new Variant({ dataType: DataType.ByteString, value: event }),
  new Variant({ dataType: DataType.LocalizedText, value: coerceLocalizedText(comment) }),
];

beforeAll(async () => {
  addressSpace = AddressSpace.create();
  await generateAddressSpace(addressSpace, [nodesets.standard], { trustSiblingImages: true });
});

afterAll(() => {
  addressSpace.dispose();
});

beforeEach(() => {
  const before = addressSpace.getNamespaceArray().find((one) => one.namespaceUri === namespaceUri);
  if (before !== undefined) {
    const old = find('QD-1');
    if (old !== null) addressSpace.deleteNode(old);
  }
  const namespace = (before ?? addressSpace.registerNamespace(namespaceUri)) as Namespace;
  const line = namespace.addObject({
    organizedBy: addressSpace.rootFolder.objects,
    browseName: 'QD-1',
    nodeId: 's=QD-1',
  });
  namespace.addVariable({ componentOf: line, browseName: 'T.max', nodeId: 's=QD-1/R201/T.max', dataType: 'Double' });
  posted = [];
  events = [];
  conditions = new Conditions({ addressSpace, clock, post: (message) => void posted.push(message), loginOf: () => 7 }, [
    normal,
  ]);
  line.on('event', (event) => void events.push(event as unknown as Record<string, Variant>));
});

describe('an alarm as a condition', () => {
  it('says of itself which tag it watches, its limit and how severe it is', () => {
    expect(condition().typeDefinitionObj.browseName.name).toBe('ExclusiveLevelAlarmType');
    expect(read('ConditionName')).toBe(id);
    expect(read('SourceName')).toBe('QD-1/R201/T.max');
    expect([read('SourceNode'), read('InputNode')].map(String)).toEqual(Array(2).fill(`ns=${ns()};s=QD-1/R201/T.max`));
    expect([read('HighLimit'), read('Severity'), read('Retain'), read('SuppressedOrShelved')]).toEqual([
      187,
      900,
      false,
      false,
    ]);
    expect(text('ShelvingState.CurrentState')).toBe('Unshelved');
    expect(String(find('QD-1.Alarms/R201/TI-201.temperature.high-ActiveState')?.browseName)).toContain('ActiveState');
  });

  it('is driven by the engine and not by its tag', () => {
    const tag = find('QD-1/R201/T.max') as UAVariable;
    tag.setValueFromSource({ dataType: DataType.Double, value: 250 });
    tag.setValueFromSource({ dataType: DataType.Double, value: 250 }, StatusCodes.BadNoCommunication);
    expect([read('ActiveState.Id'), events.length]).toEqual([false, 0]);
    show(raised);
    expect([read('ActiveState.Id'), read('AckedState.Id'), read('ConfirmedState.Id'), read('Retain')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(text('LimitState.CurrentState')).toBe('High');
    expect(read('ActiveState.TransitionTime')).toEqual(new Date(t0));
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ time: { value: new Date(t0) }, receiveTime: { value: new Date(t0 + 50) } });
    expect(events[0]!['message']!.value).toMatchObject({
      text: 'Reactor temperature high: 188 °C, limit 187 °C. Lower the set point.',
    });
  });

  it('has no branch when it returns unacknowledged: it is the condition itself that waits', () => {
    show(raised);
    for (let i = 1; i < 20; i++) {
      show({ ...raised, active: false, clearedAt: utcMs(t0 + i * 10) });
      expect([read('ActiveState.Id'), read('AckedState.Id'), read('Retain')]).toEqual([false, false, true]);
      show({ ...raised, raisedAt: utcMs(t0 + i * 10 + 5) });
    }
    expect((condition() as UAObject & { getBranchCount(): number }).getBranchCount()).toBe(0);
    expect(new Set(events.map(({ branchId }) => String(branchId!.value))).size).toBe(1);
    expect(new Set(events.map(({ eventId }) => (eventId!.value as Buffer).toString('hex'))).size).toBe(events.length);
  });

  it('is retained until it has gone and was acknowledged, whether confirmed or not', () => {
    show(raised);
    show({ ...raised, acknowledged: true });
    expect(read('Retain')).toBe(true);
    show({ ...raised, acknowledged: true, active: false, clearedAt: t0 });
    expect([read('Retain'), read('ConfirmedState.Id')]).toEqual([false, false]);
  });

  it('tells a change of quality, of priority and of what was said, and nothing that is no news', () => {
    show(raised);
    show(raised);
    show({ ...raised, value: 189 });
    expect(events).toHaveLength(1);
    show({ ...raised, quality: badNoCommunication });
    expect(read('Quality')).toMatchObject({ value: badNoCommunication });
    show({ ...raised, quality: badNoCommunication, priority: 2 });
    expect([read('Severity'), read('LastSeverity')]).toEqual([500, 900]);
    show({ ...raised, priority: 2, comment: { text: 'Coming.', by: 'Olga', at: t0 } });
    expect([text('Comment'), read('ClientUserId')]).toEqual(['Coming.', 'Olga']);
    show({ ...raised, suppressed: true });
    expect([read('SuppressedState.Id'), read('SuppressedOrShelved')]).toEqual([true, true]);
    expect(events).toHaveLength(5);
  });

  it('of an interlock is made when it first appears, announced, and shown with what it says', () => {
    const trip = alarmOf('QD-1/interlock-12', { level: 'trip', limit: null, title: 'Interlock 12', cause: 'Too hot.' });
    show(trip);
    expect(events).toHaveLength(1);
    expect([events[0]!['conditionName']!.value, events[0]!['sourceName']!.value]).toEqual([
      'QD-1/interlock-12',
      'QD-1',
    ]);
    expect(events[0]!['message']!.value).toMatchObject({ text: 'Interlock 12: Too hot. Lower the set point.' });
    expect((find('QD-1.Alarms/interlock-12') as UAObject).typeDefinitionObj.browseName.name).toBe('TripAlarmType');
  });

  it('of a skid that is not here is left out', () => {
    expect(() => show(alarmOf('QD-9/link'))).not.toThrow();
    expect(events).toHaveLength(0);
  });
});

describe('acknowledging', () => {
  const answer = (status: 'Good' | 'BadUserAccessDenied' = 'Good'): void =>
    conditions.take({ kind: 'alarm-deed-answer', id: posted.at(-1)!.id, status });
  const asked = async (): Promise<void> => {
    for (let i = 0; i < 20 && posted.length === 0; i++) await Promise.resolve();
  };

  it('changes nothing by itself: it asks, and the state follows the engine', async () => {
    show(raised);
    const done = call('Acknowledge', argumentsOf(lastEvent(), 'Seen.'));
    await asked();
    expect(posted).toEqual([
      {
        kind: 'alarm-deed',
        id: expect.any(Number),
        login: 7,
        deed: 'acknowledge',
        alarm: id,
        raisedAt: t0,
        note: 'Seen.',
      },
    ]);
    expect([read('AckedState.Id'), events.length]).toEqual([false, 1]);
    show({ ...raised, acknowledged: true, acknowledgedBy: 'Olga' });
    answer();
    expect(await done).toEqual(StatusCodes.Good);
    expect([read('AckedState.Id'), read('ClientUserId'), events.length]).toEqual([true, 'Olga', 2]);
  });

  it('that is refused leaves everything as it was', async () => {
    show(raised);
    const done = call('Acknowledge', argumentsOf(lastEvent()));
    await asked();
    answer('BadUserAccessDenied');
    expect(await done).toEqual(StatusCodes.BadUserAccessDenied);
    expect([read('AckedState.Id'), events.length]).toEqual([false, 1]);
  });

  it('through the method of the type is the same', async () => {
    show(raised);
    const done = call('Acknowledge', argumentsOf(lastEvent()), condition(), 'AcknowledgeableConditionType');
    await asked();
    answer();
    expect(await done).toEqual(StatusCodes.Good);
  });

  it('by any event of this raising will do, by one of an earlier raising will not', async () => {
    show(raised);
    const first = lastEvent();
    show({ ...raised, quality: badNoCommunication });
    const done = call('Acknowledge', argumentsOf(first));
    await asked();
    answer();
    expect(await done).toEqual(StatusCodes.Good);
    show({ ...raised, raisedAt: utcMs(t0 + 1000) });
    for (const event of [first, Buffer.from('nonsense'), null]) {
      expect(await call('Acknowledge', argumentsOf(event))).toEqual(StatusCodes.BadEventIdUnknown);
    }
    expect(posted).toHaveLength(1);
  });

  it('twice at once is asked once; the second is told that it was done', async () => {
    show(raised);
    const both = [call('Acknowledge', argumentsOf(lastEvent())), call('Acknowledge', argumentsOf(lastEvent()))];
    await asked();
    show({ ...raised, acknowledged: true });
    answer();
    expect(await Promise.all(both)).toEqual([StatusCodes.Good, StatusCodes.BadConditionBranchAlreadyAcked]);
    expect(posted).toHaveLength(1);
  });

  it('is told apart from confirming, and from a remark', async () => {
    show({ ...raised, acknowledged: true });
    const confirming = call('Confirm', argumentsOf(lastEvent(), 'Valve replaced.'));
    await asked();
    expect(posted[0]).toMatchObject({ deed: 'confirm', note: 'Valve replaced.' });
    show({ ...raised, acknowledged: true, confirmed: true });
    answer();
    expect(await confirming).toEqual(StatusCodes.Good);
    expect(await call('Confirm', argumentsOf(lastEvent()))).toEqual(StatusCodes.BadConditionBranchAlreadyConfirmed);
    expect(await call('AddComment', argumentsOf(lastEvent(), 'x'.repeat(1001)))).toEqual(
      StatusCodes.BadInvalidArgument,
    );
  });

  it.each([
    ['Disable', 'BadNotSupported'],
    ['Enable', 'BadConditionAlreadyEnabled'],
  ] as const)('%s is answered with %s', async (method, status) => {
    expect(await call(method, [])).toEqual(StatusCodes[status]);
    expect(read('EnabledState.Id')).toBe(true);
  });

  it.each(['Suppress', 'Unsuppress', 'RemoveFromService', 'PlaceInService', 'Silence', 'Reset'])(
    '%s, which the stack leaves unbound, is said not to be supported',
    async (method) => {
      expect(await call(method, [], condition(), 'AlarmConditionType')).toEqual(StatusCodes.BadNotSupported);
    },
  );

  it('shelving is not supported, and shelves nothing', async () => {
    const shelving = condition().getChildByName('ShelvingState') as UAObject;
    expect(await call('OneShotShelve', [], shelving)).toEqual(StatusCodes.BadNotSupported);
    expect(text('ShelvingState.CurrentState')).toBe('Unshelved');
  });

  it('on the type itself names no condition', async () => {
    const type = addressSpace.findObjectType('AcknowledgeableConditionType') as unknown as UAObject;
    expect(await call('Acknowledge', argumentsOf(null), type)).toEqual(StatusCodes.BadNodeIdInvalid);
  });
});
