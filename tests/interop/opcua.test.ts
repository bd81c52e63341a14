import {
  AccessLevelFlag,
  AttributeIds,
  DataType,
  StatusCodes,
  TimestampsToReturn,
  Variant,
  type ClientSession,
  type DataValue,
  type OPCUAClient,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badNoCommunication } from '../../plant/quality.ts';
import { localTag, skidName, tagName } from '../../plant/sample.ts';
import { connect, logIn, Node } from '../gateway/opcua/support/client.ts';
import { Plant } from '../gateway/opcua/support/plant.ts';
import { until } from '../support/waiting.ts';

const plant = new Plant();
let client: OPCUAClient;
let session: ClientSession;
let space: Node;

const on = (): { folder: string; endpoint: string } => ({ folder: plant.folder, endpoint: plant.server.endpoint() });

beforeAll(async () => {
  await plant.server.start();
  client = await connect(on());
  session = await logIn(client, 'olga');
  space = await Node.space(session);
});

afterAll(async () => {
  await session.close();
  await client.disconnect();
  await plant.stop();
});

const readUntil = async (name: string, holds: (value: DataValue) => boolean): Promise<DataValue> => {
  let value = await space.read(name);
  await until(
    async () => {
      value = await space.read(name);
      return holds(value);
    },
    { everyMs: 5, what: () => `${name}, which is ${value.toString()}` },
  );
  return value;
};

describe('a tag', () => {
  it('waits for its first data', async () => {
    const { statusCode } = await space.read('QD-2/R201/TT-201A');
    expect(statusCode).toEqual(StatusCodes.BadWaitingForInitialData);
  });

  it('is found by browsing from Objects', async () => {
    expect(await space.browse('/Mesoline')).toEqual(['QD-1', 'QD-2']);
    expect(await space.browse('QD-1')).toEqual(
      expect.arrayContaining(['F100', 'R201', 'X300', 'PLC', 'Devices', 'Batch', 'Interlocks', 'Local', 'LockedOut']),
    );
    expect(await space.browse('QD-1')).toEqual(expect.arrayContaining(['Write', 'HotHold', 'Release', 'Reset']));
    expect(await space.browse('QD-1/R201')).toContain('TT-201A');
    expect(await space.browse('QD-1/R201/TT-201A')).toEqual(
      expect.arrayContaining(['EURange', 'EngineeringUnits', 'InstrumentRange']),
    );
  });

  it('has value, quality and both its times, as the scan had them', async () => {
    const [sourceTime, serverTime] = [Date.UTC(2019, 4, 5, 6, 7, 8, 9), Date.UTC(2026, 1, 2, 3, 4, 5, 6)];
    plant.scan('QD-1', { 'R201/TT-201A': 161.25 }, { sourceTime, serverTime });
    const value = await readUntil('QD-1/R201/TT-201A', ({ statusCode }) => statusCode.isGood());
    expect(value.value).toMatchObject({ dataType: DataType.Double, value: 161.25 });
    expect(value.sourceTimestamp?.getTime()).toBe(sourceTime);
    expect(value.serverTimestamp?.getTime()).toBe(serverTime);
  });

  it('has its unit and range', async () => {
    const unit = (await space.read('QD-1/R201/TT-201A#EngineeringUnits')).value.value;
    expect(unit).toMatchObject({ unitId: 4408652, displayName: { text: '°C' } });
    const range = (await space.read('QD-1/R201/TT-201A#EURange')).value.value;
    expect(range).toMatchObject({ low: 0, high: 250 });
  });

  it('says its state in words', async () => {
    plant.scan('QD-1', { 'PLC/firstOut': 4, 'R201/heater.run': true });
    await readUntil('QD-1/PLC/firstOut', ({ statusCode }) => statusCode.isGood());
    expect((await space.read('QD-1/PLC/firstOut#ValueAsText')).value.value).toMatchObject({ text: 'power-up' });
  });

  it('keeps its last value while its quality is Bad', async () => {
    plant.scan('QD-1', { 'R201/TT-202': 90 });
    plant.scan('QD-1', { 'R201/TT-202': 90 }, { quality: badNoCommunication });
    const value = await readUntil('QD-1/R201/TT-202', ({ statusCode }) => statusCode.value === badNoCommunication);
    expect(value.value.value).toBe(90);
  });

  it('that is measured cannot be written', async () => {
    const nodeId = space.id('QD-1/R201/TT-201A');
    const value = { value: new Variant({ dataType: DataType.Double, value: 1 }) };
    const status = await session.write({ nodeId, attributeId: AttributeIds.Value, value });
    expect([StatusCodes.BadUserAccessDenied, StatusCodes.BadNotWritable]).toContainEqual(status);
    const level = await session.read({ nodeId, attributeId: AttributeIds.UserAccessLevel });
    expect((level.value.value as number) & AccessLevelFlag.CurrentWrite).toBe(0);
    expect(plant.commands).toEqual([]);
  });
});

describe('a subscription', () => {
  it('sees every change of a value and of its quality, and silence of the plant as Bad', async () => {
    const seen: DataValue[] = [];
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 20,
      requestedLifetimeCount: 1000,
      requestedMaxKeepAliveCount: 20,
      maxNotificationsPerPublish: 100,
      publishingEnabled: true,
      priority: 1,
    });
    const item = await subscription.monitor(
      { nodeId: space.id('QD-1/F100/FT-101'), attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 100, discardOldest: true },
      TimestampsToReturn.Both,
    );
    item.on('changed', (value: DataValue) => void seen.push(value));
    await until(() => seen.length === 1);
    for (const value of [1, 2, 3]) plant.scan('QD-1', { 'F100/FT-101': value });
    plant.scan('QD-1', { 'F100/FT-101': 3 }, { quality: badNoCommunication });
    plant.scan('QD-1', { 'F100/FT-101': 4 });
    const shown = () => seen.slice(1).map(({ value, statusCode }) => [value.value as number, statusCode.isGood()]);
    await until(() => shown().length >= 5, { what: () => JSON.stringify(shown()) });
    expect(shown()).toEqual([
      [1, true],
      [2, true],
      [3, true],
      [3, false],
      [4, true],
    ]);

    await until(() => seen.length === 7, { withinMs: 5000, what: 'the silent plant to be Bad' });
    expect(seen.at(-1)?.statusCode.value).toBe(badNoCommunication);
    plant.scan('QD-1', {});
    await until(() => seen.length === 8);
    expect(shown().at(-1)).toEqual([4, true]);
    await subscription.terminate();
  });
});

describe('a method', () => {
  const words = (result: Awaited<ReturnType<Node['call']>>): readonly string[] =>
    (result.outputArguments ?? []).map(({ value }) => value as string);

  it('gives a command to the command path in the name of whoever is logged in', async () => {
    plant.outcome = () => ({
      status: 'done',
      message: 'R201/TIC-201.SP 160.0 °C was set and read back.',
      readBack: 160,
    });
    const result = await space.call('QD-1', 'Write', 'R201/TIC-201.SP', 160);
    expect(result.statusCode).toEqual(StatusCodes.Good);
    expect(words(result)).toEqual(['done', 'R201/TIC-201.SP 160.0 °C was set and read back.', '', '', '160']);
    expect(plant.commands.at(-1)).toMatchObject({
      skid: 'QD-1',
      action: { kind: 'write', writes: [{ tag: 'R201/TIC-201.SP', value: 160 }] },
      actor: { kind: 'person', id: 'p-olga', printedName: 'olga the operator', terminal: 'OPC UA 127.0.0.1' },
    });
    const { issuedAt, expiresAt } = plant.commands.at(-1)!;
    expect(expiresAt - issuedAt).toBe(5000);
  });

  it('that is refused by an interlock says which, and the live value', async () => {
    plant.outcome = () => ({
      status: 'refused',
      by: 'interlock',
      message: 'Row 12 Temperature high: R201/TT-202 is 201.3 °C, above 195 °C.',
      live: { tag: tagName(skidName('QD-2'), localTag('R201/TT-202')), value: 201.3 },
    });
    const result = await space.call('QD-2', 'Write', 'R201/TIC-201.SP', 160);
    expect(result.statusCode).toEqual(StatusCodes.BadInvalidState);
    expect(words(result)).toEqual([
      'refused by interlock',
      'Row 12 Temperature high: R201/TT-202 is 201.3 °C, above 195 °C.',
      'QD-2/R201/TT-202',
      '201.3',
      '',
    ]);
  });

  it.each([
    ['HotHold', ['It smells.'], { action: { kind: 'safe-state', action: 'H' }, reason: 'It smells.' }],
    ['Release', [''], { action: { kind: 'release' } }],
    ['Reset', [true, 'Inspected'], { action: { kind: 'reset', inspected: true }, reason: 'Inspected' }],
  ] as const)('%s asks for what it says', async (method, given, asked) => {
    plant.outcome = () => ({ status: 'done', message: '', readBack: null });
    const { statusCode } = await space.call('QD-1', method, ...given);
    expect(statusCode).toEqual(StatusCodes.Good);
    expect(plant.commands.at(-1)).toMatchObject(asked);
  });

  it.each([
    ['a tag that is not there', 'Write', ['R201/TT-999', 1], StatusCodes.BadNodeIdUnknown],
    ['a text for a number', 'Write', ['R201/TIC-201.SP', '160'], StatusCodes.BadTypeMismatch],
    ['no number at all', 'Write', ['R201/TIC-201.SP', NaN], StatusCodes.BadTypeMismatch],
    ['too few arguments', 'Write', ['R201/TIC-201.SP'], StatusCodes.BadArgumentsMissing],
    ['too many arguments', 'HotHold', ['a', 'b'], StatusCodes.BadTooManyArguments],
    ['an argument of another type', 'HotHold', [1], StatusCodes.BadInvalidArgument],
    ['an uninspected skid', 'Reset', [false, 'no'], StatusCodes.BadInvalidArgument],
  ] as const)('called with %s reaches no command path', async (_, method, given, status) => {
    const before = plant.commands.length;
    const { statusCode } = await space.call('QD-1', method, ...given);
    expect(statusCode).toEqual(status);
    expect(plant.commands).toHaveLength(before);
  });
});
