import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlarms, type Alarms } from '../../alarms/index.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../plant/clock.ts';
import type { AlarmView } from '../../plant/ports/alarm-desk.ts';
import {
  badNotConnected,
  badSensorFailure,
  badWaitingForInitialData,
  good,
  type Quality,
} from '../../plant/quality.ts';
import type { Demand } from '../../plant/safe-state.ts';
import { localTag, tagName } from '../../plant/sample.ts';
import type { DeviceDefinition, Skid, SkidType, TagDefinition } from '../../plant/skid/definition.ts';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';
import { cdse, skidOf } from '../control/interlocks/support/plant.ts';
import { Ledger, quiet } from './support/ledger.ts';
import { deviceOf } from '../../plant/skid/source-device.ts';

const rig = loadSkidType(fileURLToPath(new URL('../../plant/skids/rig.yaml', import.meta.url)));
const device = (name: string, from: SkidType): DeviceDefinition => ({
  ...from.devices[0]!,
  name,
  title: `Device ${name}`,
});
const tag = (name: string, of: string): TagDefinition => {
  const some = cdse.tags.find(({ source }) => source.kind === 'point')!;
  return { ...some, name: localTag(name), source: { kind: 'row', device: of, column: name } };
};
/** Devices with one tag each, but for the first, which has two. */
const skidWith = (...devices: readonly DeviceDefinition[]): Skid =>
  skidOf({
    ...rig,
    alarms: [],
    interlocks: [],
    devices,
    tags: devices.flatMap(({ name }, i) => [tag(`U1/${name}`, name), ...(i === 0 ? [tag(`U1/${name}.SP`, name)] : [])]),
  });

const pumps = skidWith(device('P-1', rig), device('P-2', rig), device('P-3', rig));
const controlled = skidWith(device('PLC-1', cdse), device('P-2', rig));

let skid: Skid;
let wall: number;
let scans: number;
let demand: Demand;
let qualities: Map<string, Quality>;
let ledger: Ledger;
let room: Alarms;

const clock: Clock = {
  timeScale: 1,
  utc: () => utcMs(1_790_000_000_000 + wall),
  monotonic: () => monotonic(wall),
  process: () => processTime(wall),
};

/** Scans for `ms`, every 100 ms, the last of them at its end. */
function scan(ms = 100): void {
  for (const end = wall + ms; wall < end;) {
    wall += 100;
    const samples = skid.type.tags.map(({ name, source }) => {
      const of = deviceOf(source) ?? '';
      const quality = qualities.get(name) ?? qualities.get(of) ?? good;
      const time = { sourceTime: clock.utc(), serverTime: clock.utc() };
      return { tag: tagName(skid.name, name), value: 1, quality, ...time };
    });
    const times = { utc: clock.utc(), monotonic: clock.monotonic(), process: clock.process() };
    room.accept({
      batch: { skid: skid.name, scan: ++scans, ...times, samples },
      verdict: { demand, causes: [], releasing: false },
      fieldDemand: null,
      blocks: [],
    });
  }
}

const lose = (...devices: readonly string[]): void => {
  for (const name of devices) qualities.set(name, badNotConnected);
};
const active = async (): Promise<readonly string[]> =>
  (await room.desk.standing()).filter((view) => view.active).map(({ id }) => id);
const alarm = async (id: string): Promise<AlarmView | undefined> =>
  (await room.desk.known()).find((view) => view.id === id);
const settle = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};

async function open(of: Skid): Promise<void> {
  skid = of;
  room = createAlarms({
    skids: [of],
    clock,
    log: quiet,
    authority: { decide: () => ({ allowed: true }) },
    records: ledger,
  });
  await room.start();
}

beforeEach(async () => {
  wall = 0;
  scans = 0;
  demand = 'none';
  qualities = new Map();
  ledger = new Ledger();
  await open(pumps);
});
afterEach(() => room.stop());

describe('a device that is lost while others of its skid answer', () => {
  it('is an alarm of its own that says which values are no longer known, and clears when it answers', async () => {
    scan();
    lose('P-1');
    scan(2000);
    expect(await active()).toEqual([]);
    scan();
    expect(await active()).toEqual(['QD-1/link.P-1']);
    expect(await alarm('QD-1/link.P-1')).toMatchObject({
      title: 'Link lost: Device P-1',
      level: 'link',
      priority: 2,
      cause: 'Device P-1 (P-1) does not answer. No longer known: U1/P-1, U1/P-1.SP.',
      consequence: 'It cannot be commanded; what was set last may go on.',
    });
    qualities.clear();
    scan();
    expect(await active()).toEqual([]);
  });

  it('is known as a condition before it was ever raised', async () => {
    const known = (await room.desk.known()).map(({ id }) => id);
    expect(known).toEqual(['QD-1/link', 'QD-1/link.P-1', 'QD-1/link.P-2', 'QD-1/link.P-3']);
  });

  it('is of priority 1 while HOT-HOLD is demanded', async () => {
    scan();
    lose('P-2');
    demand = 'H';
    scan(2100);
    expect(await alarm('QD-1/link.P-2')).toMatchObject({ active: true, priority: 1 });
  });

  it('is not one whose sensors have failed', async () => {
    scan();
    qualities.set('P-1', badSensorFailure);
    scan(5000);
    expect(await active()).toEqual([]);
  });

  it('has 10 s where it was never seen', async () => {
    qualities.set('P-3', badWaitingForInitialData);
    scan(10_000);
    expect(await active()).toEqual([]);
    scan();
    expect(await active()).toEqual(['QD-1/link.P-3']);
  });

  it('says that a field controller goes to HOT-HOLD by itself only of a field controller', async () => {
    await room.stop();
    await open(controlled);
    expect((await alarm('QD-1/link.PLC-1'))?.consequence).toContain('runs HOT-HOLD by itself');
    expect((await alarm('QD-1/link.P-2'))?.consequence).not.toContain('HOT-HOLD');
  });

  it('stands on over a restart of the service, without being raised anew', async () => {
    scan();
    lose('P-1');
    scan(2100);
    await settle();
    await room.desk.acknowledge(['QD-1/link.P-1'], { kind: 'service', part: 'test' }, '');
    await room.stop();
    const before = ledger.stored.length;
    await open(pumps);
    for (const name of ['P-1', 'P-2', 'P-3']) qualities.set(name, badWaitingForInitialData);
    scan(1000);
    expect(await alarm('QD-1/link.P-1')).toMatchObject({ active: true, acknowledged: true });
    qualities.delete('P-2');
    qualities.delete('P-3');
    scan(20_000);
    await settle();
    expect(await active()).toEqual(['QD-1/link.P-1']);
    expect(ledger.stored).toHaveLength(before);
  });
});

describe('a skid whose every device is lost', () => {
  it('has one alarm, though they fall silent one after the other', async () => {
    scan();
    for (const name of ['P-1', 'P-2', 'P-3']) {
      lose(name);
      scan(500);
    }
    scan(30_000);
    expect(await active()).toEqual(['QD-1/link']);
    qualities.clear();
    for (const name of ['P-2', 'P-3']) lose(name);
    scan(500);
    qualities.clear();
    scan(5000);
    await settle();
    expect(ledger.actions()).toEqual(['QD-1/link alarm-raised', 'QD-1/link alarm-cleared']);
  });

  it('leaves the alarm of a device that was lost before as it is, and of one that stays lost after it comes', async () => {
    scan();
    lose('P-1');
    scan(3000);
    lose('P-2', 'P-3');
    scan(5000);
    expect(await active()).toEqual(['QD-1/link', 'QD-1/link.P-1']);
    qualities.delete('P-3');
    scan(2500);
    expect(await active()).toEqual(['QD-1/link.P-2', 'QD-1/link.P-1']);
  });

  it('promises no HOT-HOLD where no field controller stands behind it', async () => {
    expect((await alarm('QD-1/link'))?.consequence).toContain('No field controller brings the skid to a safe state.');
    expect((await alarm('QD-1/link'))?.response).not.toContain('field controller');
    await room.stop();
    await open(skidOf(cdse));
    expect(await alarm('QD-1/link')).toMatchObject({
      consequence: 'No value is known and nothing can be commanded; the field controller runs HOT-HOLD by itself.',
      response: 'See the skid on the spot; check its network, its power and its field controller.',
    });
  });

  it('keeps its alarm over a restart until a device answers', async () => {
    scan();
    lose('P-1', 'P-2', 'P-3');
    scan();
    await settle();
    await room.stop();
    await open(pumps);
    scan(1000);
    await settle();
    expect(await active()).toEqual(['QD-1/link']);
    expect(ledger.actions()).toEqual(['QD-1/link alarm-raised']);
  });
});

describe('a skid of one device', () => {
  it('has the alarm of the skid and no other', async () => {
    await room.stop();
    await open(skidWith(device('P-1', rig)));
    scan();
    lose('P-1');
    scan(5000);
    expect((await room.desk.known()).map(({ id }) => id)).toEqual(['QD-1/link']);
    expect(await active()).toEqual(['QD-1/link']);
  });
});
