import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInterlocks, type Interlocks } from '../../../control/interlocks/index.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import type { Log } from '../../../plant/log.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { skidName } from '../../../plant/sample.ts';
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
  read = (): ReturnType<RecordKeeper['read']> => Promise.resolve([]);
  scopes = (): ReturnType<RecordKeeper['scopes']> => Promise.resolve([]);
}

describe('the room of the interlocks', () => {
  let plant: Plant;
  let ledger: Ledger;
  let room: Interlocks;
  let folder: string;
  const clock: Clock = {
    timeScale: 1,
    utc: () => utcMs(0),
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
      skids: [skidOf(cdse)],
      clock,
      log: quiet,
      records: ledger,
      authority: { decide: () => ({ allowed: true }) },
      dataFolder: folder,
      alarms: { stand: () => undefined, gone: () => undefined },
    });

  beforeEach(async () => {
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
    const [row9, , row12] = rows;
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
    expect(rows[0]).toMatchObject({ state: 'latched', degraded: false });
    expect(rows[0]?.healthyForMs).toBeGreaterThanOrEqual(900);
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
});
