import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInterlocks, type Interlocks } from '../../../control/interlocks/index.ts';
import { milliseconds, monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import type { Log } from '../../../plant/log.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { skidName } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { cdse, person, Plant, running, skidOf } from './support/plant.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };

class Ledger implements RecordKeeper {
  readonly events: RecordEvent[] = [];
  full = false;
  append(event: RecordEvent): ReturnType<RecordKeeper['append']> {
    if (this.full) return Promise.reject(new Error('the disk is full'));
    this.events.push(event);
    return Promise.resolve({ scope: event.scope, seq: this.events.length, hash: '', utc: utcMs(0) });
  }
  /** Of the service before this one. */
  past: readonly Pick<RecordEvent, 'action' | 'data'>[] = [];
  unreadable = false;
  read = (scope: string, from: number): ReturnType<RecordKeeper['read']> =>
    Promise.resolve(
      this.past.slice(from - 1).map((event, i) => ({
        scope,
        seq: from + i,
        hash: '',
        utc: utcMs(1_790_000_000_000),
        event: { scope, actor: person, object: '', ...event },
      })),
    );
  scopes = (scope: string): ReturnType<RecordKeeper['scopes']> =>
    this.unreadable
      ? Promise.reject(new Error('the disk is gone'))
      : Promise.resolve([{ scope, count: this.past.length, head: '' }]);
}

describe('the room of the interlocks', () => {
  let plant: Plant;
  let ledger: Ledger;
  let room: Interlocks;
  let folder: string;
  let skid: Skid;
  const alarms = new Map<string, string>();
  const clock: Clock = {
    timeScale: 1,
    utc: () => utcMs(1_790_000_000_000 + plant.wall),
    monotonic: () => monotonic(plant.wall),
    process: () => processTime(plant.now),
  };
  const step = (ms = 100): void => {
    for (let end = plant.now + ms; plant.now < end; plant.now += 100, plant.wall += 100) {
      room.guard(skidName('QD-1')).step(plant.scan());
    }
  };

  const make = (): Interlocks =>
    createInterlocks({
      skids: [skid],
      clock,
      log: quiet,
      records: ledger,
      authority: { decide: () => ({ allowed: true }) },
      dataFolder: folder,
      alarms: { stand: ({ id, title }) => void alarms.set(id, title), gone: (id) => void alarms.delete(id) },
    });

  beforeEach(async () => {
    alarms.clear();
    skid = skidOf(cdse);
    folder = mkdtempSync(join(tmpdir(), 'interlocks-'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    plant = new Plant(running);
    ledger = new Ledger();
    room = make();
    await room.start();
  });

  afterEach(async () => {
    const stopped = room.stop();
    await vi.advanceTimersByTimeAsync(2000);
    await stopped;
    vi.useRealTimers();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers the scan at once and records in its own time', async () => {
    step();
    expect(ledger.events).toHaveLength(1);
    plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 });
    step(600);
    await vi.advanceTimersByTimeAsync(10);
    expect(ledger.events).toMatchObject([
      { scope: 'skid/QD-1', action: 'interlock-booted', object: 'Start of the service' },
      { scope: 'skid/QD-1', action: 'interlock-tripped', object: 'interlock 9', data: { demand: 'S', row: '9' } },
    ]);
  });

  it('trips while the disk is full, and records it in order once it is not', async () => {
    ledger.full = true;
    step();
    plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 });
    step(600);
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await room.desk.view(skidName('QD-1'))).demand).toBe('S');
    expect(ledger.events).toEqual([]);
    ledger.full = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(ledger.events.map(({ action }) => action)).toEqual(['interlock-booted', 'interlock-tripped']);
  });

  it('records the gap where more had to be kept than there is room for', async () => {
    ledger.full = true;
    step();
    for (let i = 0; i < 2100; i++) await room.desk.reset(skidName('QD-1'), person, `reset-${i}`);
    ledger.full = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(ledger.events[0]).toMatchObject({ action: 'interlock-booted' });
    expect(ledger.events.at(-1)).toMatchObject({ action: 'record-gap', data: { count: '101' } });
  });

  it('takes a reset by live values only', async () => {
    step(62_000);
    plant.wall += 5000;
    expect(await room.desk.reset(skidName('QD-1'), person, 'late')).toEqual({
      done: false,
      refusedBy: [expect.stringContaining('s old')],
    });
    step();
    expect(await room.desk.reset(skidName('QD-1'), person, 'now')).toEqual({ done: true });
  });

  it('shows every row with its live channels, its state and what refuses a reset', async () => {
    step();
    plant.set({ 'R201/PT-201A': 17, 'R201/TT-202': 166 });
    step(5200);
    plant.set({ 'R201/PT-201B': 17 });
    step(300);
    const { rows, firstOut, resetRefusedBy } = await room.desk.view(skidName('QD-1'));
    const [row9, row12] = [9, 12].map((number) => rows.find(({ row }) => row === number));
    expect(row9).toMatchObject({ row: 9, state: 'tripping', action: 'S', bypass: 'never', healthyForMs: null });
    expect(row9?.channels.map(({ votesTrip }) => votesTrip)).toEqual([true, true, false]);
    expect(row12).toMatchObject({ row: 12, state: 'warned', bypass: { by: expect.any(Array) } });
    expect(firstOut).toMatchObject([{ row: null, title: 'Start of the service' }]);
    expect(resetRefusedBy).toHaveLength(2);
  });

  it('shows a trip as latched once its cause has gone, and row 22 tripped while a row has nothing left', async () => {
    step();
    plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 });
    step(600);
    plant.set({ 'R201/PT-201A': 12, 'R201/PT-201B': 12 });
    step(1000);
    let rows = (await room.desk.view(skidName('QD-1'))).rows;
    const row9 = rows.find(({ row }) => row === 9);
    expect(row9).toMatchObject({ state: 'latched', degraded: false });
    expect(row9?.healthyForMs).toBeGreaterThanOrEqual(900);
    plant.loseAll();
    step();
    rows = (await room.desk.view(skidName('QD-1'))).rows;
    expect(rows.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'tripped'));
  });

  it('names a skid it does not know', async () => {
    await expect(room.desk.view(skidName('QD-9'))).rejects.toThrow(
      'QD-9: This site has no such skid. Use one of: QD-1.',
    );
  });

  it('keeps the latches in a file beside the record, behind the scan', async () => {
    const file = join(folder, 'interlocks', 'QD-1.json');
    step();
    plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 });
    step(600);
    await room.stop();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      skid: 'QD-1',
      latches: [
        { source: 'boot' },
        { source: 'row', row: 9, demand: 'S', message: expect.stringContaining('17.00 bar(g)') },
      ],
    });
  });

  it('keeps what it found until it has seen the skid itself', async () => {
    const file = join(folder, 'interlocks', 'QD-1.json');
    step();
    await room.stop();
    const before = readFileSync(file, 'utf8');
    room = make();
    await room.start();
    plant.forget();
    step(1000);
    await room.stop();
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('says how often rows tripped, by the record of the service before it too', async () => {
    const stored = (row: string) => ({ action: 'interlock-tripped', data: { row } });
    ledger.past = [stored('9'), stored('12')];
    await room.stop();
    room = make();
    await room.start();
    await vi.advanceTimersByTimeAsync(0);
    step();
    plant.set({ 'R201/PT-201A': 17, 'R201/PT-201B': 17 });
    step(600);
    expect((await room.desk.view(skidName('QD-1'))).kpis).toMatchObject({
      trips30d: 3,
      bypassesNow: 0,
      bypassHours30d: 0,
    });
  });

  describe('where every row has to be proven once a year', () => {
    const restart = async (twin: boolean): Promise<void> => {
      await room.stop();
      const proofTest = { every: milliseconds(365 * 86_400_000) };
      const interlocks = cdse.interlocks.filter(({ row }) => row !== 22).map((row) => ({ ...row, proofTest }));
      skid = { ...skidOf({ ...cdse, interlocks }), twin };
      room = make();
      await room.start();
      await vi.advanceTimersByTimeAsync(0);
    };
    const overdue = (): RecordEvent[] => ledger.events.filter(({ action }) => action === 'interlock-proof-overdue');

    it('a real skid without proof raises one alarm that names the rows, and an event for each once', async () => {
      await restart(false);
      const rows = skid.type.interlocks.map(({ row }) => row);
      expect([...alarms]).toEqual([['proof-tests', `Proof tests overdue: rows ${rows.join(', ')}`]]);
      expect(overdue()).toHaveLength(rows.length);
      await vi.advanceTimersByTimeAsync(180_000);
      expect(overdue()).toHaveLength(rows.length);
      expect((await room.desk.view(skidName('QD-1'))).kpis.overdueTests).toBe(rows.length);
    });

    it('a twin shows it on the page and calls nobody', async () => {
      await restart(true);
      expect(alarms.size).toBe(0);
      expect(overdue()).toEqual([]);
      const { kpis, rows } = await room.desk.view(skidName('QD-1'));
      expect(kpis.overdueTests).toBe(skid.type.interlocks.length);
      expect(rows[0]?.proofTest).toMatchObject({ lastAt: null, dueAt: null, overdue: true });
    });
  });

  it('reads its past behind everything else, and says so while it does', async () => {
    await room.stop();
    ledger.unreadable = true;
    room = make();
    await room.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(room.health()).toMatchObject({ state: 'ready', detail: expect.stringContaining('is still being read') });
    step();
    ledger.unreadable = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect(room.health().detail).toBe('1 skids are guarded.');
  });
});
