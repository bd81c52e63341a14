import { describe, expect, it } from 'vitest';
import { chronyState } from '../../../deploy/clock-source.ts';
import { ClockWatch } from '../../../control/records/clock-watch.ts';
import { createRecords } from '../../../control/records/index.ts';
import { readCheckpoint } from '../../../control/records/format/checkpoint.ts';
import { monotonic, utcMs } from '../../../plant/clock.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { movableClock, silentLog, temporaryFolder } from './support.ts';

const at = (utc: number, mono: number) => ({ utc: utcMs(Date.UTC(2026, 0, 1) + utc), monotonic: monotonic(mono) });

describe('a clock', () => {
  it('that goes evenly says nothing, whatever time passes between two looks', () => {
    const watch = new ClockWatch();
    for (const ms of [0, 5_000, 5_001, 86_400_000]) expect(watch.look(at(ms, ms + 7))).toBeNull();
  });

  it.each([
    ['forwards', 3_000],
    ['backwards', -7_200_000],
  ])('that is set %s by more than a second says from where to where, once', (_, step) => {
    const watch = new ClockWatch();
    watch.look(at(0, 0));
    expect(watch.look(at(5_000 + step, 5_000))).toMatchObject({
      action: 'clock-stepped',
      scope: 'service',
      old: '2026-01-01T00:00:05.000+00:00',
      data: { stepMs: String(step) },
    });
    expect(watch.look(at(10_000 + step, 10_000))).toBeNull();
  });

  it('that drifts by less than a second between two looks has not stepped', () => {
    const watch = new ClockWatch();
    watch.look(at(0, 0));
    expect(watch.look(at(5_999, 5_000))).toBeNull();
  });

  it('says how it stands at the first reading and at every change, and not in between', () => {
    const watch = new ClockWatch();
    const good = { source: 'chrony', synchronised: true, offsetMs: 0.25 };
    expect(watch.state).toEqual({ source: 'unknown', synchronised: false, offsetMs: null });
    expect(watch.heard(good)).toMatchObject({
      action: 'clock-synchronised',
      data: { source: 'chrony', offsetMs: '0.25' },
    });
    expect(watch.heard({ ...good, offsetMs: 0.5 })).toBeNull();
    expect(watch.heard({ ...good, synchronised: false })).toMatchObject({ action: 'clock-unsynchronised' });
    expect(watch.heard({ source: 'unknown', synchronised: false, offsetMs: null })).toMatchObject({
      action: 'clock-unsynchronised',
      data: { source: 'unknown', offsetMs: null },
    });
  });
});

describe('chrony', () => {
  const line = 'C0A80001,gateway,3,1767225600.1,0.000250000,-0.0001,0.0002,-12.5,0.01,0.2,0.001,0.002,64.1';
  it('says how far off the clock is, and whether it follows anything', () => {
    expect(chronyState(`${line},Normal\n`)).toEqual({ source: 'chrony', synchronised: true, offsetMs: 0.25 });
    expect(chronyState(`${line},Not synchronised`)).toMatchObject({ synchronised: false });
  });

  it.each(['', '506 Cannot talk to daemon', 'a,b,c'])('is not understood where it says "%s"', (said) => {
    expect(chronyState(said)).toBeNull();
  });
});

describe('the room of records', () => {
  it('has on record how the clock stands, and says it in every checkpoint', async () => {
    const folder = temporaryFolder();
    const state = { source: 'chrony', synchronised: true, offsetMs: -1.5 };
    const clockSource = { read: () => Promise.resolve(state) };
    const room = createRecords({
      dataFolder: folder.path,
      clock: movableClock(),
      log: silentLog,
      build: 'b',
      clockSource,
    });
    await room.start();
    expect((await room.keeper.read('service', 1, 100)).map(({ event }) => event.action)).toContain(
      'clock-synchronised',
    );
    await room.stop();
    const lines = readFileSync(join(folder.path, 'checkpoints', 'checkpoints.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines)
      expect(readCheckpoint(line)).toMatchObject({
        schema: 2,
        clock: { source: 'chrony', synchronised: true, offsetMs: '-1.5' },
      });
    folder.remove();
  });
});
