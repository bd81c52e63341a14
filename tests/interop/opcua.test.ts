import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AttributeIds,
  BrowseDirection,
  DataType,
  MessageSecurityMode,
  NodeClass,
  SecurityPolicy,
  StatusCodes,
  TimestampsToReturn,
  Variant,
  type ClientSession,
  type DataValue,
  type OPCUAClient,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badNoCommunication } from '../../plant/quality.ts';
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
    expect(await space.browse('QD-1')).toEqual(['F100', 'R201', 'X300', 'PLC', 'Write', 'HotHold', 'Release', 'Reset']);
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
    const unit = (await space.read('QD-1/R201/TT-201A.EngineeringUnits')).value.value;
    expect(unit).toMatchObject({ unitId: 4408652, displayName: { text: '°C' } });
    const range = (await space.read('QD-1/R201/TT-201A.EURange')).value.value;
    expect(range).toMatchObject({ low: 0, high: 250 });
  });

  it('says its state in words', async () => {
    plant.scan('QD-1', { 'PLC/firstOut': 4, 'R201/heater.run': true });
    await readUntil('QD-1/PLC/firstOut', ({ statusCode }) => statusCode.isGood());
    expect((await space.read('QD-1/PLC/firstOut.ValueAsText')).value.value).toMatchObject({ text: 'power-up' });
  });

  it('keeps its last value while its quality is Bad', async () => {
    plant.scan('QD-1', { 'R201/TT-202': 90 });
    plant.scan('QD-1', { 'R201/TT-202': 90 }, { quality: badNoCommunication });
    const value = await readUntil('QD-1/R201/TT-202', ({ statusCode }) => statusCode.value === badNoCommunication);
    expect(value.value.value).toBe(90);
  });

  it('cannot be written, nor can anything else of the skids', async () => {
    const status = await session.write({
      nodeId: space.id('QD-1/R201/TIC-201.SP'),
      attributeId: AttributeIds.Value,
      value: { value: new Variant({ dataType: DataType.Double, value: 1 }) },
    });
    expect(status).toEqual(StatusCodes.BadNotWritable);
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
