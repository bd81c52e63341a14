import {
  AccessLevelFlag,
  AttributeIds,
  DataType,
  HistoryReadRequest,
  HistoryUpdateRequest,
  makeNodeId,
  ReadAtTimeDetails,
  ObjectIds,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  StatusCodes,
  TimestampsToReturn,
  VariableIds,
  type ClientSession,
  type DataValue,
  type HistoryData,
  type HistoryReadResult,
  type OPCUAClient,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHistorian } from '../../historian/index.ts';
import { aggregateFunctions, type AggregateFunction } from '../../plant/history-aggregate.ts';
import { utcMs } from '../../plant/clock.ts';
import type { HistoryQueries } from '../../plant/ports/history.ts';
import { badNoCommunication, good, type Quality } from '../../plant/quality.ts';
import { localTag, skidName, tagName, type Sample, type TagValue } from '../../plant/sample.ts';
import { quiet } from '../alarms/support/ledger.ts';
import { aggregateNode } from '../../gateway/opcua/history/history-details.ts';
import { connect, logIn, Node } from '../gateway/opcua/support/client.ts';
import { Plant, skidOf } from '../gateway/opcua/support/plant.ts';
import { until } from '../support/waiting.ts';

const t0 = Date.UTC(2026, 2, 1);
const count = 25_000;
const temperature = 'QD-1/R201/TT-201A';

let queries: HistoryQueries;
let down = false;
const history: HistoryQueries = {
  raw: (...asked) => (down ? Promise.reject(new Error('InfluxDB is away')) : queries.raw(...asked)),
  trend: (...asked) => queries.trend(...asked),
  aggregate: (...asked) => queries.aggregate(...asked),
  atTime: (...asked) => queries.atTime(...asked),
  aligned: (...asked) => queries.aligned(...asked),
  modified: (...asked) => queries.modified(...asked),
  reduced: (...asked) => queries.reduced(...asked),
  gaps: (...asked) => queries.gaps(...asked),
  events: (...asked) => queries.events(...asked),
};
const plant = new Plant({ history });
const historian = createHistorian({
  skids: [skidOf('QD-1'), skidOf('QD-2')],
  dataFolder: plant.folder,
  clock: plant.clock,
  log: quiet,
  influx: 'embedded',
});
let client: OPCUAClient;
let session: ClientSession;
let space: Node;

const sample = (local: string, time: number, value: TagValue, quality: Quality = good): Sample => ({
  tag: tagName(skidName('QD-1'), localTag(local)),
  value,
  quality,
  sourceTime: utcMs(time),
  serverTime: utcMs(time + 5),
});

beforeAll(async () => {
  await historian.start();
  ({ queries } = historian);
  await historian.store.append([
    ...Array.from({ length: count }, (_, i) => sample('R201/TT-201A', t0 + i * 1000, i / 10)),
    sample('R201/heater.run', t0, true),
    sample('R201/heater.run', t0 + 500, true, badNoCommunication),
    sample('PLC/safeState', t0, 3),
  ]);
  const last = utcMs(t0 + count * 1000);
  await until(
    async () =>
      (await queries.raw(tagName(skidName('QD-1'), localTag('PLC/safeState')), utcMs(t0), last, 1)).length === 1,
    { what: 'the store to have the samples' },
  );
  await plant.server.start();
  client = await connect({ folder: plant.folder, endpoint: plant.server.endpoint() });
  session = await logIn(client, 'otto');
  space = await Node.space(session);
});

afterAll(async () => {
  await session.close();
  await client.disconnect();
  await plant.server.stop();
  await historian.stop();
  await plant.stop();
});

type Asked = Partial<{
  nodes: readonly string[];
  start: number | null;
  end: number | null;
  most: number;
  bounds: boolean;
  points: readonly (Buffer | null)[];
  release: boolean;
  timestamps: TimestampsToReturn;
  by: ClientSession;
}>;

/** The client's own functions for history leave out continuation points and bounds. */
const ask = (by: ClientSession, request: object): Promise<Readonly<{ results: readonly HistoryReadResult[] }>> =>
  (
    by as unknown as { performMessageTransaction: (message: object) => ReturnType<typeof ask> }
  ).performMessageTransaction(request);

async function read(asked: Asked): Promise<readonly HistoryReadResult[]> {
  const { nodes = [temperature], start = t0, end = t0 + 60_000, most = 0, bounds = false, by = session } = asked;
  const date = (time: number | null) => (time === null ? null : new Date(time));
  const request = new HistoryReadRequest({
    historyReadDetails: new ReadRawModifiedDetails({
      isReadModified: false,
      startTime: date(start),
      endTime: date(end),
      numValuesPerNode: most,
      returnBounds: bounds,
    }),
    timestampsToReturn: asked.timestamps ?? TimestampsToReturn.Both,
    releaseContinuationPoints: asked.release ?? false,
    nodesToRead: nodes.map((node, i) => ({
      nodeId: space.id(node),
      ...(asked.points?.[i] && { continuationPoint: asked.points[i] }),
    })),
  });
  return (await ask(by, request)).results;
}

const one = async (asked: Asked): Promise<HistoryReadResult> => (await read(asked))[0]!;
const valuesOf = ({ historyData }: HistoryReadResult): readonly DataValue[] =>
  (historyData as HistoryData | null)?.dataValues ?? [];
const numbers = (result: HistoryReadResult): number[] => valuesOf(result).map(({ value }) => Number(value.value));
const has = ({ continuationPoint }: HistoryReadResult): boolean => (continuationPoint as Buffer | null)?.length === 16;

describe('raw history', () => {
  it('has values, qualities and source times as they were kept, in either order', async () => {
    const result = await one({ start: t0 + 1000, end: t0 + 4000 });
    expect([result.statusCode, numbers(result)]).toEqual([StatusCodes.Good, [0.1, 0.2, 0.3]]);
    expect(valuesOf(result).map(({ sourceTimestamp }) => sourceTimestamp?.getTime())).toEqual(
      [1, 2, 3].map((i) => t0 + i * 1000),
    );
    expect(valuesOf(result)[0]).toMatchObject({
      serverTimestamp: new Date(t0 + 1005),
      value: { dataType: DataType.Double },
    });
    expect(numbers(await one({ start: t0 + 4000, end: t0 + 1000 }))).toEqual([0.4, 0.3, 0.2]);
    expect(numbers(await one({ start: null, end: t0 + 4000, most: 2 }))).toEqual([0.4, 0.3]);
    expect(numbers(await one({ end: null, most: 2 }))).toEqual([0, 0.1]);
    const [heater, state] = await read({ nodes: ['QD-1/R201/heater.run', 'QD-1/PLC/safeState'] });
    expect(
      valuesOf(heater!).map(({ value, statusCode }) => [value.dataType, value.value as unknown, statusCode.value]),
    ).toEqual([
      [DataType.Boolean, true, 0],
      [DataType.Boolean, true, badNoCommunication],
    ]);
    expect(valuesOf(state!)[0]).toMatchObject({ value: { dataType: DataType.Int32, value: 3 } });
  });

  it('comes whole through continuation points, at most 10,000 values in a call', async () => {
    const asked = { start: t0, end: t0 + count * 1000 };
    const sizes: number[] = [];
    const all: number[] = [];
    for (let point: Buffer | null = null; ;) {
      const result = await one({ ...asked, points: [point] });
      sizes.push(valuesOf(result).length);
      all.push(...numbers(result));
      if (!has(result)) break;
      point = result.continuationPoint;
    }
    expect(sizes).toEqual([10_000, 10_000, 5000]);
    expect(all).toEqual(Array.from({ length: count }, (_, i) => i / 10));
    const together = await read({ ...asked, nodes: [temperature, 'QD-2/R201/TT-201A'] });
    expect(together.map((result) => [result.statusCode, valuesOf(result).length])).toEqual([
      [StatusCodes.Good, 5000],
      [StatusCodes.GoodNoData, 0],
    ]);
    await one({ points: [together[0]!.continuationPoint], release: true });
  });

  it('has bounding values where they are asked for, and says where there is none', async () => {
    const result = await one({ start: t0 - 500, end: t0 + 1500, bounds: true });
    expect(valuesOf(result).map(({ statusCode, value }) => [statusCode, value.value as unknown])).toEqual([
      [StatusCodes.BadBoundNotFound, null],
      [StatusCodes.Good, 0],
      [StatusCodes.Good, 0.1],
      [StatusCodes.Good, 0.2],
    ]);
  });
});

describe('a continuation point', () => {
  const long = { start: t0, end: t0 + 60_000, most: 10 };

  it('serves once, for its own node and session, and not after it was released', async () => {
    const first = await one(long);
    expect(numbers(first)).toHaveLength(10);
    const points = [first.continuationPoint];
    const other = await connect({ folder: plant.folder, endpoint: plant.server.endpoint() });
    const olga = await logIn(other, 'olga');
    const invalid = StatusCodes.BadContinuationPointInvalid;
    expect((await one({ ...long, points, by: olga })).statusCode).toEqual(invalid);
    await olga.close();
    await other.disconnect();
    expect((await one({ ...long, points, nodes: ['QD-1/PLC/safeState'] })).statusCode).toEqual(invalid);
    const second = await one({ ...long, points });
    expect(numbers(second)[0]).toBe(1);
    expect((await one({ ...long, points })).statusCode).toEqual(invalid);
    const next = [second.continuationPoint];
    expect(await one({ ...long, points: next, release: true })).toMatchObject({ statusCode: StatusCodes.Good });
    expect((await one({ ...long, points: next })).statusCode).toEqual(invalid);
    expect((await one({ ...long, points: [Buffer.from('guessed')] })).statusCode).toEqual(invalid);
  });

  it('is one of ten that a session may have', async () => {
    const given = [];
    for (let i = 0; i < 11; i++) given.push(await one(long));
    expect(given.slice(0, 10).every(has)).toBe(true);
    expect(given[10]).toMatchObject({ statusCode: StatusCodes.BadNoContinuationPoints });
    for (const { continuationPoint } of given.slice(0, 10)) {
      await one({ points: [continuationPoint], release: true });
    }
    const again = await one(long);
    expect(has(again)).toBe(true);
    await one({ points: [again.continuationPoint], release: true });
  });
});

/** A question of another kind than raw values. */
async function readBy(
  details: object,
  nodes: readonly string[] = [temperature],
  points: readonly (Buffer | null)[] = [],
) {
  const request = new HistoryReadRequest({
    historyReadDetails: details as ReadAtTimeDetails,
    timestampsToReturn: TimestampsToReturn.Source,
    nodesToRead: nodes.map((node, i) => ({
      nodeId: space.id(node),
      ...(points[i] && { continuationPoint: points[i] }),
    })),
  });
  return (await ask(session, request)).results;
}
const processed = (
  aggregate: AggregateFunction,
  more: Partial<{
    start: number;
    end: number;
    interval: number;
    configuration: object;
    of: readonly AggregateFunction[];
  }> = {},
) =>
  new ReadProcessedDetails({
    startTime: new Date(more.start ?? t0),
    endTime: new Date(more.end ?? t0 + 60_000),
    processingInterval: more.interval ?? 20_000,
    aggregateType: (more.of ?? [aggregate]).map((one) => makeNodeId(aggregateNode(one), 0)),
    aggregateConfiguration: more.configuration ?? { useServerCapabilitiesDefaults: true },
  });
const codes = (result: HistoryReadResult): number[] => valuesOf(result).map(({ statusCode }) => statusCode.value);

describe('processed history', () => {
  it('has a value for each interval, with how it was made', async () => {
    // 0.1 a second from 0 on: the mean of 20 points from n on is n / 10 + 0.95.
    const [average] = await readBy(processed('Average'));
    expect(average?.statusCode).toEqual(StatusCodes.Good);
    expect(numbers(average!).map((value) => Math.round(value * 100) / 100)).toEqual([0.95, 2.95, 4.95]);
    expect(codes(average!)).toEqual([0x401, 0x401, 0x401]);
    const [counts] = await readBy(processed('Count'));
    expect(valuesOf(counts!).map(({ value }) => [value.dataType, value.value as number])).toEqual(
      [20, 20, 20].map((count) => [DataType.Int32, count]),
    );
    const [backwards] = await readBy(processed('Maximum', { start: t0 + 60_000, end: t0 }));
    expect(numbers(backwards!)).toEqual([6, 4, 2]);
    const [extremes] = await readBy(processed('MinimumActualTime', { interval: 0 }));
    expect(valuesOf(extremes!).map(({ sourceTimestamp }) => sourceTimestamp?.getTime())).toEqual([t0]);
  });

  it('has an aggregate of its own for each node, and each its own answer', async () => {
    const of = ['Range', 'PercentGood'] as const;
    const results = await readBy(processed('Range', { of }), [temperature, 'QD-1/R201/heater.run']);
    expect(results.map(({ statusCode }) => statusCode)).toEqual([StatusCodes.Good, StatusCodes.Good]);
    expect(numbers(results[0]!).map((value) => Math.round(value * 10) / 10)).toEqual([1.9, 1.9, 1.9]);
    expect(numbers(results[1]!)[0]).toBeCloseTo(2.5, 6);
  });

  it('comes in pages, and a page begins where the last one ended', async () => {
    const details = processed('Count', { end: t0 + 25_000_000, interval: 1_000 });
    const seen: number[] = [];
    let point: Buffer | null = null;
    for (let page = 0; page < 4; page += 1) {
      const [result] = await readBy(details, [temperature], [point]);
      seen.push(...numbers(result!));
      point = has(result!) ? result!.continuationPoint : null;
      if (point === null) break;
    }
    expect(seen).toHaveLength(25_000);
    expect(seen.every((one) => one === 1)).toBe(true);
  });

  it.each([
    [
      'an aggregate that there is not',
      new ReadProcessedDetails({
        startTime: new Date(t0),
        endTime: new Date(t0 + 1),
        aggregateType: [makeNodeId(11_111, 0)],
      }),
      StatusCodes.BadAggregateNotSupported,
    ],
    [
      'aggregates that are not as many as the nodes',
      processed('Count', { of: ['Count', 'Count'] }),
      StatusCodes.BadAggregateListMismatch,
    ],
    ['no time at all', processed('Count', { end: t0 }), StatusCodes.BadAggregateInvalidInputs],
    [
      'a slope',
      processed('Count', {
        configuration: {
          useServerCapabilitiesDefaults: false,
          percentDataBad: 100,
          percentDataGood: 100,
          useSlopedExtrapolation: true,
        },
      }),
      StatusCodes.BadAggregateConfigurationRejected,
    ],
    [
      'shares that leave nothing between',
      processed('Count', {
        configuration: { useServerCapabilitiesDefaults: false, percentDataBad: 10, percentDataGood: 10 },
      }),
      StatusCodes.BadAggregateInvalidInputs,
    ],
  ])('%s is refused', async (_, details, status) => {
    expect((await readBy(details))[0]?.statusCode).toEqual(status);
  });

  it('of the values as they are, of those a client asks by time', async () => {
    const times = [t0 + 1_500, t0, t0 - 500_000].map((time) => new Date(time));
    const [result] = await readBy(new ReadAtTimeDetails({ reqTimes: times, useSimpleBounds: true }));
    expect(numbers(result!).slice(0, 2)).toEqual([0.1, 0]);
    expect(codes(result!)).toEqual([0x402, 0x400, 0x809b_0000]);
  });

  it('was never modified, which is an answer', async () => {
    const [result] = await readBy(
      new ReadRawModifiedDetails({ isReadModified: true, startTime: new Date(t0), endTime: new Date(t0 + 9_000) }),
    );
    expect(result?.statusCode).toEqual(StatusCodes.GoodNoData);
  });

  it('is announced: a client sees which aggregates there are', async () => {
    const found = await session.browse({
      nodeId: makeNodeId(ObjectIds.HistoryServerCapabilities_AggregateFunctions, 0),
      resultMask: 63,
    });
    const names = (found.references ?? []).map(({ browseName }) => browseName.name);
    expect(names).toEqual(expect.arrayContaining([...aggregateFunctions]));
  });
});

describe('what history is not', () => {
  it.each([
    ['a node that is not there', { nodes: ['QD-1/R201/none'] }, StatusCodes.BadNodeIdUnknown],
    ['a skid, which has no values', { nodes: ['QD-1'] }, StatusCodes.BadHistoryOperationUnsupported],
    ['a property', { nodes: [`${temperature}#EURange`] }, StatusCodes.BadHistoryOperationUnsupported],
    ['one end without a number', { end: null }, StatusCodes.BadHistoryOperationInvalid],
    ['no times', { timestamps: TimestampsToReturn.Neither }, StatusCodes.BadTimestampsToReturnInvalid],
    ['a time without values', { start: t0 - 60_000, end: t0 }, StatusCodes.GoodNoData],
  ] as const)('%s is answered exactly', async (_, asked, status) => {
    const result = await one(asked);
    expect([result.statusCode, valuesOf(result)]).toEqual([status, []]);
  });

  it('cannot be changed', async () => {
    await expect(ask(session, new HistoryUpdateRequest({}))).rejects.toThrow(/BadServiceUnsupported/);
  });

  it('one that cannot be reached is said to be so, and comes back', async () => {
    down = true;
    expect((await one({})).statusCode).toEqual(StatusCodes.BadDataUnavailable);
    down = false;
    expect((await one({})).statusCode).toEqual(StatusCodes.Good);
  });

  it('is for whoever may view', async () => {
    plant.gone.add('otto');
    const status = await one({}).then(
      ({ statusCode }) => statusCode.name,
      (thrown: unknown) => String(thrown),
    );
    plant.gone.delete('otto');
    expect(status).toMatch(/BadUserAccessDenied|BadSession/);
  });
});

describe('what a client sees of it', () => {
  it('is which variables have history, and what the server can', async () => {
    const attribute = async (name: string, attributeId: AttributeIds): Promise<unknown> =>
      (await session.read({ nodeId: space.id(name), attributeId })).value.value;
    expect(await attribute(temperature, AttributeIds.Historizing)).toBe(true);
    expect(
      Number(await attribute(temperature, AttributeIds.UserAccessLevel)) & AccessLevelFlag.HistoryRead,
    ).toBeGreaterThan(0);
    expect(await attribute(`${temperature}#EURange`, AttributeIds.Historizing)).toBe(false);
    const capability = async (id: VariableIds): Promise<unknown> =>
      (await session.read({ nodeId: makeNodeId(id, 0), attributeId: AttributeIds.Value })).value.value;
    expect(await capability(VariableIds.HistoryServerCapabilities_AccessHistoryDataCapability)).toBe(true);
    expect(await capability(VariableIds.HistoryServerCapabilities_AccessHistoryEventsCapability)).toBe(false);
    expect(await capability(VariableIds.HistoryServerCapabilities_UpdateDataCapability)).toBe(false);
    expect(await capability(VariableIds.HistoryServerCapabilities_MaxReturnDataValues)).toBe(10_000);
  });
});
