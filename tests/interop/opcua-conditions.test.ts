import { personActor } from '../../plant/people.ts';
import {
  AttributeIds,
  constructEventFilter,
  DataType,
  MethodIds,
  StatusCodes,
  TimestampsToReturn,
  Variant,
  type ClientSession,
  type ClientSubscription,
  type OPCUAClient,
  type StatusCode,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAlarms, type Alarms } from '../../alarms/index.ts';
import { createRecords } from '../../control/records/index.ts';
import { monotonic, processTime } from '../../plant/clock.ts';
import { MesolineError } from '../../plant/errors.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { AlarmDesk } from '../../plant/ports/alarm-desk.ts';
import { good } from '../../plant/quality.ts';
import { localTag, skidName, tagName } from '../../plant/sample.ts';
import { quiet } from '../alarms/support/ledger.ts';
import { connect, logIn, Node } from '../gateway/opcua/support/client.ts';
import { Plant } from '../gateway/opcua/support/plant.ts';
import { until } from '../support/waiting.ts';

const skid = skidName('QD-1');
const alarm = 'QD-1/R201/TI-201.temperature.high';
const conditionName = 'QD-1.Alarms/R201/TI-201.temperature.high';
const acknowledge = MethodIds.AcknowledgeableConditionType_Acknowledge;
const confirm = MethodIds.AcknowledgeableConditionType_Confirm;
const addComment = MethodIds.ConditionType_AddComment;

const authority: Authority = {
  decide: (actor, permission) =>
    permission !== 'acknowledge alarm' || (actor.kind === 'person' && actor.roles.includes('operator'))
      ? { allowed: true }
      : { allowed: false, reason: 'Only operators may.' },
};

/** The alarm room that runs now; what the server was given asks it. */
let alarms: Alarms;
const desk: AlarmDesk = {
  standing: () => alarms.desk.standing(),
  known: () => alarms.desk.known(),
  journal: (...span) => alarms.desk.journal(...span),
  acknowledge: (...asked) => alarms.desk.acknowledge(...asked),
  confirm: (...asked) => alarms.desk.confirm(...asked),
  comment: (...asked) => alarms.desk.comment(...asked),
};
const plant = new Plant({ alarms: desk });
const records = createRecords({ dataFolder: plant.folder, clock: plant.clock, log: quiet, build: 'test' });
let process = 0;

async function startAlarms(): Promise<void> {
  alarms = createAlarms({ skids: plant.skids, clock: plant.clock, log: quiet, authority, records: records.keeper });
  await alarms.start();
  alarms.onChange(plant.server);
}

/** Two scans, 10 s of process time apart, that see the hottest place of the reactor at this temperature. */
function heat(value: number): void {
  for (let i = 0; i < 2; i++) {
    const utc = plant.clock.utc();
    const sample = {
      tag: tagName(skid, localTag('R201/T.max')),
      value,
      quality: good,
      sourceTime: utc,
      serverTime: utc,
    };
    process += 10_000;
    const batch = { skid, scan: process, utc, monotonic: monotonic(process), process: processTime(process) };
    alarms.accept({
      batch: { ...batch, samples: [sample] },
      verdict: { demand: 'none', causes: [], releasing: false },
      fieldDemand: null,
      blocks: [],
    });
  }
}

const fields = [
  'EventId',
  'ConditionName',
  'ActiveState.Id',
  'AckedState.Id',
  'ConfirmedState.Id',
  'Retain',
  'Severity',
  'Message',
  'Comment',
  'ClientUserId',
  'SourceName',
  'EventType',
  'LimitState.CurrentState',
] as const;
type Seen = Record<(typeof fields)[number], unknown>;

class Watch {
  readonly events: Seen[] = [];
  readonly client: OPCUAClient;
  readonly session: ClientSession;
  readonly space: Node;
  readonly subscription: ClientSubscription;

  private constructor(client: OPCUAClient, session: ClientSession, space: Node, subscription: ClientSubscription) {
    Object.assign(this, { client, session, space, subscription });
    [this.client, this.session, this.space, this.subscription] = [client, session, space, subscription];
  }

  static async open(userName: string): Promise<Watch> {
    const client = await connect({ folder: plant.folder, endpoint: plant.server.endpoint() });
    const session = await logIn(client, userName);
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 20,
      requestedLifetimeCount: 1000,
      requestedMaxKeepAliveCount: 20,
      maxNotificationsPerPublish: 1000,
      publishingEnabled: true,
      priority: 1,
    });
    const watch = new Watch(client, session, await Node.space(session), subscription);
    const item = await subscription.monitor(
      { nodeId: 'i=2253', attributeId: AttributeIds.EventNotifier },
      { queueSize: 0, discardOldest: true, filter: constructEventFilter([...fields]) },
      TimestampsToReturn.Both,
    );
    item.on('changed', (values: unknown) => {
      const seen = (values as Variant[]).map(({ value }, i) => [fields[i], plain(value)]);
      watch.events.push(Object.fromEntries(seen) as Seen);
    });
    return watch;
  }

  of(name: string): Seen[] {
    return this.events.filter((event) => event.ConditionName === name);
  }

  async next(count: number, name = alarm): Promise<Seen> {
    await until(() => this.of(name).length >= count, {
      everyMs: 5,
      what: () => `event ${count} of ${JSON.stringify(this.events)}`,
    });
    return this.of(name)[count - 1]!;
  }

  async call(method: MethodIds, event: unknown, comment = ''): Promise<StatusCode> {
    const { statusCode } = await this.session.call({
      objectId: this.space.id(conditionName),
      methodId: `i=${method}`,
      inputArguments: [
        new Variant({ dataType: DataType.ByteString, value: event }),
        new Variant({ dataType: DataType.LocalizedText, value: { text: comment } }),
      ],
    });
    return statusCode;
  }

  async refresh(): Promise<StatusCode> {
    const { statusCode } = await this.session.call({
      objectId: 'i=2782',
      methodId: `i=${MethodIds.ConditionType_ConditionRefresh}`,
      inputArguments: [new Variant({ dataType: DataType.UInt32, value: this.subscription.subscriptionId })],
    });
    return statusCode;
  }

  async close(): Promise<void> {
    await this.subscription.terminate().catch(() => undefined);
    await this.session.close().catch(() => undefined);
    await this.client.disconnect();
  }
}

const plain = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && 'text' in value ? value.text : value;

const ledger = async (): Promise<readonly string[]> =>
  (await records.keeper.read('alarms', 0, 1000)).map(
    ({ event }) => `${event.action} ${event.actor.kind === 'person' ? event.actor.userName : ''} ${event.reason ?? ''}`,
  );
const standing = async () => (await alarms.desk.standing()).find(({ id }) => id === alarm);

let olga: Watch;
let otto: Watch;

beforeAll(async () => {
  await records.start();
  await startAlarms();
  await plant.server.start();
  olga = await Watch.open('olga');
  otto = await Watch.open('otto');
});

afterAll(async () => {
  await olga.close();
  await otto.close();
  await alarms.stop();
  await plant.server.stop();
  await records.stop();
  await plant.stop();
});

describe('an alarm', () => {
  it('is there as a condition before it was ever raised', async () => {
    expect((await olga.space.read(`${conditionName}-ActiveState-Id`)).value.value).toBe(false);
    expect((await olga.space.read(`${conditionName}-SuppressedOrShelved`)).value.value).toBe(false);
    expect(await olga.space.browse('QD-1.Alarms')).toEqual(
      expect.arrayContaining(['R201/TI-201.temperature.high', 'R201/TI-201.temperature.high-high', 'link']),
    );
  });

  it('that is raised is an event for everyone', async () => {
    heat(188);
    for (const watch of [olga, otto]) {
      expect(await watch.next(1)).toMatchObject({
        'ActiveState.Id': true,
        'AckedState.Id': false,
        'ConfirmedState.Id': false,
        Retain: true,
        Severity: 900,
        SourceName: 'QD-1/R201/T.max',
        'LimitState.CurrentState': 'High',
        Message: expect.stringContaining('188 °C, limit 187 °C'),
      });
    }
  });

  it('is not acknowledged by whoever may not, and stands as before', async () => {
    const { EventId } = await otto.next(1);
    expect(await otto.call(acknowledge, EventId, 'Seen.')).toEqual(StatusCodes.BadUserAccessDenied);
    expect(await standing()).toMatchObject({ acknowledged: false });
    expect((await olga.space.read(`${conditionName}-AckedState-Id`)).value.value).toBe(false);
    expect((await ledger()).filter((line) => line.startsWith('alarm-acknowledged'))).toEqual([]);
  });

  it('is not acknowledged by an event that nobody was sent', async () => {
    for (const event of [Buffer.from('guess'), null])
      expect(await olga.call(acknowledge, event)).toEqual(StatusCodes.BadEventIdUnknown);
  });

  it('is acknowledged by an operator, in the record, and everyone is told by whom', async () => {
    const { EventId } = await olga.next(1);
    expect(await olga.call(acknowledge, EventId, 'Set point lowered.')).toEqual(StatusCodes.Good);
    expect(await ledger()).toContain('alarm-acknowledged olga Set point lowered.');
    expect(await standing()).toMatchObject({ acknowledged: true, acknowledgedBy: 'olga the operator' });
    expect(await otto.next(2)).toMatchObject({
      'AckedState.Id': true,
      'ConfirmedState.Id': false,
      Retain: true,
      Comment: 'Set point lowered.',
      ClientUserId: 'olga the operator',
    });
    expect(await olga.call(acknowledge, EventId)).toEqual(StatusCodes.BadConditionBranchAlreadyAcked);
  });

  it('is confirmed, with a remark in between, and both are in the record', async () => {
    const { EventId } = await olga.next(2);
    expect(await olga.call(addComment, EventId, 'Valve replaced.')).toEqual(StatusCodes.Good);
    expect(await olga.call(confirm, EventId)).toEqual(StatusCodes.Good);
    expect(await otto.next(4)).toMatchObject({ 'ConfirmedState.Id': true, Comment: 'Valve replaced.', Retain: true });
    expect((await ledger()).slice(-2)).toEqual(['alarm-commented olga Valve replaced.', 'alarm-confirmed olga ']);
    expect(await olga.call(confirm, EventId)).toEqual(StatusCodes.BadConditionBranchAlreadyConfirmed);
  });

  it('that an operator acknowledges at a page is shown so at once', async () => {
    heat(191);
    const high = 'QD-1/R201/TI-201.temperature.high-high';
    await olga.next(1, high);
    const actor = personActor(plant.people[0]!, 'page');
    expect(await alarms.desk.acknowledge([high], actor, '')).toEqual([]);
    expect(await olga.next(2, high)).toMatchObject({ 'AckedState.Id': true, 'ConfirmedState.Id': false });
  });

  it.each([
    ['Disable', MethodIds.ConditionType_Disable, StatusCodes.BadNotSupported],
    ['Enable', MethodIds.ConditionType_Enable, StatusCodes.BadConditionAlreadyEnabled],
    ['Suppress', MethodIds.AlarmConditionType_Suppress, StatusCodes.BadNotSupported],
    ['Silence', MethodIds.AlarmConditionType_Silence, StatusCodes.BadNotSupported],
    ['TimedShelve by the id of its type', MethodIds.ShelvedStateMachineType_TimedShelve, StatusCodes.BadMethodInvalid],
  ] as const)('answers %s with what is so', async (_, method, status) => {
    const timed = method === MethodIds.ShelvedStateMachineType_TimedShelve;
    const { statusCode } = await olga.session.call({
      objectId: olga.space.id(conditionName),
      methodId: `i=${method}`,
      inputArguments: timed ? [new Variant({ dataType: DataType.Double, value: 60_000 })] : [],
    });
    expect(statusCode).toEqual(status);
  });
});

describe('a client that comes back', () => {
  it('is told by a refresh of all that stands, with what it can be acknowledged by', async () => {
    heat(150);
    heat(188);
    await until(async () => (await standing())?.acknowledged === false, { everyMs: 5 });
    const again = await Watch.open('olga');
    expect(await again.refresh()).toEqual(StatusCodes.Good);
    const seen = await again.next(1);
    expect(seen).toMatchObject({ 'ActiveState.Id': true, 'AckedState.Id': false, 'ConfirmedState.Id': false });
    await until(() => again.events.length >= 3, { everyMs: 5, what: 'the end of the refresh' });
    expect(again.events.map(({ EventType }) => String(EventType))).toEqual(
      expect.arrayContaining(['ns=0;i=2787', 'ns=0;i=2788']),
    );
    expect(await again.call(acknowledge, seen.EventId, 'Again.')).toEqual(StatusCodes.Good);
    await again.close();
  });
});

describe('a restart', () => {
  it('of the server keeps what stands and what was acknowledged, and what comes meanwhile', async () => {
    await plant.server.stop();
    heat(191);
    await plant.server.start();
    const again = await Watch.open('olga');
    expect(await again.refresh()).toEqual(StatusCodes.Good);
    expect(await again.next(1)).toMatchObject({ 'ActiveState.Id': true, 'AckedState.Id': true, Comment: 'Again.' });
    const high = await again.next(1, 'QD-1/R201/TI-201.temperature.high-high');
    expect(high).toMatchObject({ 'ActiveState.Id': true, 'AckedState.Id': false });
    await again.close();
  });

  it('of the service takes them from the ledger', async () => {
    await alarms.stop();
    await plant.server.stop();
    await startAlarms();
    await plant.server.start();
    const again = await Watch.open('olga');
    await again.refresh();
    const seen = await again.next(1);
    expect(seen).toMatchObject({ 'AckedState.Id': true, 'ConfirmedState.Id': false, Comment: 'Again.' });
    expect(await again.call(confirm, seen.EventId, 'Done.')).toEqual(StatusCodes.Good);
    expect(await ledger()).toContain('alarm-confirmed olga Done.');
    await again.close();
  });

  it('loses nothing that the ledger refuses: the client is told and the alarm waits', async () => {
    const again = await Watch.open('olga');
    await again.refresh();
    const high = 'QD-1/R201/TI-201.temperature.high-high';
    const { EventId } = await again.next(1, high);
    const append = records.keeper.append.bind(records.keeper);
    const keeper = records.keeper as { append: typeof append };
    keeper.append = () => Promise.reject(new MesolineError('record-refused', []));
    const { statusCode } = await again.session.call({
      objectId: again.space.id(`QD-1.Alarms/${high.slice(5)}`),
      methodId: `i=${acknowledge}`,
      inputArguments: [
        new Variant({ dataType: DataType.ByteString, value: EventId }),
        new Variant({ dataType: DataType.LocalizedText, value: { text: '' } }),
      ],
    });
    keeper.append = append;
    expect(statusCode).toEqual(StatusCodes.BadResourceUnavailable);
    expect((await again.space.read(`QD-1.Alarms/${high.slice(5)}-AckedState-Id`)).value.value).toBe(false);
    await again.close();
  });
});
