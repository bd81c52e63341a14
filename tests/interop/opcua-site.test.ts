/** What a client sees of devices, batches, availability, spectra, faceplates and of the server itself. */
import {
  AttributeIds,
  StatusCodes,
  TimestampsToReturn,
  type ClientSession,
  type DataValue,
  type OPCUAClient,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkView } from '../../plant/ports/scan-consumer.ts';
import { badNoCommunication } from '../../plant/quality.ts';
import { skidName } from '../../plant/sample.ts';
import { utcMs } from '../../plant/clock.ts';
import { analyserSkid } from '../gateway/opcua/support/analyser-skid.ts';
import { connect, logIn, Node } from '../gateway/opcua/support/client.ts';
import { batchViewOf as batchOf } from '../support/batch-view.ts';
import { linkOf, spectrumOf } from '../gateway/opcua/support/news.ts';
import { Plant, plainSkid } from '../gateway/opcua/support/plant.ts';
import { until } from '../support/waiting.ts';

const all: readonly LinkView[] = [linkOf('QD-1', 'PLC-1'), linkOf('QD-2', 'PLC-1'), linkOf('QD-2', 'RAM-7')];
let links = all;
const plant = new Plant({
  skids: [plainSkid('QD-1'), analyserSkid('QD-2')],
  field: { links: () => Promise.resolve(links) },
  batches: {
    batches: () => Promise.resolve([batchOf('QD-1')]),
    command: () => Promise.resolve({ done: false, reason: 'Not here.' }),
  },
});
const spectrum = 'QD-2/A401/AT-401.spectrum';
let client: OPCUAClient;
let session: ClientSession;
let space: Node;

beforeAll(async () => {
  await plant.server.start();
  client = await connect({ folder: plant.folder, endpoint: plant.server.endpoint() });
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
    { everyMs: 10, what: () => `${name}, which is ${value.toString()}` },
  );
  return value;
};

describe('a device', () => {
  it('has the nameplate that it says of itself', async () => {
    await readUntil('QD-1.Devices/PLC-1-SerialNumber', ({ value }) => value.value === '4711');
    expect((await space.read('QD-1.Devices/PLC-1-Manufacturer')).value.value).toMatchObject({ text: 'Works' });
    expect((await space.read('QD-1.Devices/PLC-1-DeviceHealth')).value.value).toBe(0);
    expect((await space.read('QD-1.Devices/PLC-1.Latency')).value.value).toBe(4.5);
    const { references } = await session.browse('i=85');
    expect((references ?? []).map(({ browseName }) => browseName.name)).toContain('DeviceSet');
  });

  it('that is lost shows it, and takes from the service level', async () => {
    const level = async (): Promise<unknown> =>
      (await session.read({ nodeId: 'i=2267', attributeId: AttributeIds.Value })).value.value;
    plant.scan('QD-1', {});
    plant.scan('QD-2', {});
    await until(
      async () => {
        plant.scan('QD-1', {});
        return (await level()) === 255;
      },
      { what: 'full service' },
    );
    links = [...all.slice(0, 2), linkOf('QD-2', 'RAM-7', { state: 'lost' })];
    await until(
      async () => {
        plant.scan('QD-1', {});
        return (await level()) === 167;
      },
      { what: 'a third of the devices to be missed' },
    );
    expect((await space.read('QD-2.Devices/RAM-7.State#ValueAsText')).value.value).toMatchObject({ text: 'lost' });
    expect((await space.read('QD-2.Devices/RAM-7-DeviceHealth')).value.value).toBe(1);
    await until(async () => (await level()) === 1, { what: 'silence' });
    links = all;
  });
});

describe('a batch', () => {
  it('is shown by our states and by those of PackML', async () => {
    await readUntil('QD-1.Batch.Id', ({ value }) => value.value === 'B-1');
    plant.server.changed(batchOf('QD-1', { state: 'Holding', collectedMl: 20 }));
    plant.scan('QD-1', {});
    await readUntil('QD-1.Batch.Collected', ({ value }) => value.value === 20);
    expect((await space.read('QD-1.Batch.State#ValueAsText')).value.value).toMatchObject({ text: 'Holding' });
    expect((await space.read('QD-1.Batch.PackMLState#ValueAsText')).value.value).toMatchObject({ text: 'Holding' });
    expect((await space.read('QD-1.Batch.PackMLState')).value.value).toBe(10);
    expect((await space.read('QD-1.Batch.Rehearsal')).value.value).toBe(true);
    expect((await space.read('QD-2.Batch.Id')).value.value).toBe('');
  });
});

describe('availability', () => {
  it('says who keeps the skid from being commanded', async () => {
    const message = 'PLC-1 is locked out by Mara: pump seal.';
    const block = { device: 'PLC-1', kind: 'locked out', message, by: 'Mara', since: utcMs(0) } as const;
    plant.scan('QD-1', {}, { blocks: [block] });
    await readUntil('QD-1.Devices/PLC-1.LockedOut', ({ value }) => value.value === true);
    expect((await space.read('QD-1.Devices/PLC-1.Blocks')).value.value).toEqual([message]);
    expect((await space.read('QD-1.LockedOut')).value.value).toBe(false);
  });
});

describe('a faceplate', () => {
  it('shows its tags, also to a subscription', async () => {
    plant.scan('QD-1', { 'R201/TIC-201.SP': 150.5 });
    await readUntil('QD-1/R201/TIC-201.faceplate/SP', ({ value }) => value.value === 150.5);
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 50,
      publishingEnabled: true,
    });
    const item = await subscription.monitor(
      { nodeId: space.id('QD-1/R201/TIC-201.faceplate/SP'), attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 10, discardOldest: true },
      TimestampsToReturn.Both,
    );
    const seen: unknown[] = [];
    item.on('changed', ({ value }: DataValue) => void seen.push(value.value));
    await until(() => seen.length === 1);
    plant.scan('QD-1', { 'R201/TIC-201.SP': 151 });
    await until(() => seen.length === 2);
    expect(seen).toEqual([150.5, 151]);
    await subscription.terminate();
  });
});

describe('a spectrum', () => {
  it('is an array with its axis, origin and digest, and is Bad with its last curve once it is lost', async () => {
    expect((await space.read(spectrum)).statusCode).toEqual(StatusCodes.BadWaitingForInitialData);
    plant.server.acceptSpectrum(spectrumOf('QD-2', [1, 5, 3]));
    const value = await readUntil(spectrum, ({ statusCode }) => statusCode.isGood());
    expect([...(value.value.value as Float64Array)]).toEqual([1, 5, 3]);
    expect(value.sourceTimestamp?.getTime()).toBe(1_700_000_000_000);
    const axisId = (await space.session.browse(space.id(spectrum))).references?.find(
      ({ browseName }) => browseName.name === 'XAxisDefinition',
    )?.nodeId;
    const axis = (await session.read({ nodeId: axisId!, attributeId: AttributeIds.Value })).value.value as unknown;
    expect(axis).toMatchObject({
      title: { text: 'Raman shift' },
      engineeringUnits: { displayName: { text: 'nm' } },
      euRange: { low: 500, high: 502 },
    });
    expect([...(axis as { axisSteps: Float64Array }).axisSteps]).toEqual([500, 500.5, 502]);
    expect((await space.read(`${spectrum}#Origin`)).value.value).toBe('run-7.spc');
    expect((await space.read(`${spectrum}#Digest`)).value.value).toBe('cd'.repeat(32));
    expect((await space.read(`${spectrum}#Facts`)).value.value).toEqual(['laser: 785 nm']);

    const { name } = spectrumOf('QD-2', []);
    plant.server.loseSpectrum({ skid: skidName('QD-2'), name, quality: badNoCommunication, serverTime: utcMs(9) });
    const lost = await readUntil(spectrum, ({ statusCode }) => statusCode.value === badNoCommunication);
    expect([...(lost.value.value as Float64Array)]).toEqual([1, 5, 3]);
    expect(lost.sourceTimestamp?.getTime()).toBe(1_700_000_000_000);
  });

  it('changes its curve, and its axis where the instrument changed it', async () => {
    plant.server.acceptSpectrum(spectrumOf('QD-2', [7, 8, 9]));
    plant.server.acceptSpectrum(spectrumOf('QD-2', [7, 8, 9, 10]));
    const value = await readUntil(spectrum, ({ value: { value } }) => (value as Float64Array).length === 4);
    expect([...(value.value.value as Float64Array)]).toEqual([7, 8, 9, 10]);
  });
});

describe('the server', () => {
  it('keeps diagnostics of its sessions and subscriptions', async () => {
    const read = async (nodeId: string): Promise<unknown> =>
      (await session.read({ nodeId, attributeId: AttributeIds.Value })).value.value as unknown;
    expect(await read('i=2294')).toBe(true);
    expect(await read('i=2275')).toMatchObject({ currentSessionCount: 1 });
  });
});
