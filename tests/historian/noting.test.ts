import { describe, expect, it } from 'vitest';
import { eventOfAlarm, eventsOfBatch, tripsOf } from '../../historian/noting.ts';
import { gapAtStart, laterOf, nothingSeen } from '../../historian/seen.ts';
import { SpoolWatch } from '../../historian/spool-watch.ts';
import { monotonic, utcMs } from '../../plant/clock.ts';
import type { AlarmView } from '../../plant/ports/alarm-desk.ts';
import type { BatchView } from '../../plant/batch-view.ts';
import { qd1 } from './world.ts';

const cause = (row: number | null, latched = true) => ({
  row,
  title: 'Boiling',
  message: 'margin 0.2 bar',
  ...(latched && { latched: true as const }),
});
const verdict = (...causes: ReturnType<typeof cause>[]) => ({ demand: 'HOT-HOLD' as never, causes, releasing: false });

describe('what happens, as history draws it', () => {
  it('is a trip from the scan that sees it to the one that sees it gone', () => {
    const first = tripsOf(new Map(), qd1, verdict(cause(5), cause(null), cause(7, false)), utcMs(100));
    expect(first.changed).toMatchObject([{ kind: 'interlock', object: 'row-5', from: 100, to: null }]);
    const same = tripsOf(first.standing, qd1, verdict(cause(5)), utcMs(200));
    expect(same.changed).toEqual([]);
    const gone = tripsOf(same.standing, qd1, verdict(), utcMs(300));
    expect(gone.changed).toMatchObject([{ object: 'row-5', from: 100, to: 300 }]);
    expect(gone.standing.size).toBe(0);
    const unseen = tripsOf(same.standing, qd1, { ...verdict(), unseen: true }, utcMs(300));
    expect(unseen.changed).toEqual([]);
  });

  it('is an alarm while it is active, and none that was never raised', () => {
    const view = {
      id: 'QD-1/x',
      skid: qd1,
      title: 'Hot',
      raisedAt: utcMs(5),
      clearedAt: utcMs(9),
      active: true,
      priority: 1,
      cause: 'c',
    };
    expect(eventOfAlarm(view as AlarmView)).toMatchObject({ from: 5, to: null, severity: 900 });
    expect(eventOfAlarm({ ...view, active: false } as AlarmView)).toMatchObject({ from: 5, to: 9 });
    expect(eventOfAlarm({ ...view, raisedAt: null } as AlarmView)).toBeNull();
  });

  it('is a batch on each of its skids, and each step that has begun', () => {
    const step = { path: 'make/heat', title: 'Heat up', startedAt: utcMs(20), endedAt: null, state: 'active' };
    const unit = {
      skid: qd1,
      state: 'Running',
      startedAt: utcMs(10),
      endedAt: null,
      collectedMl: 0,
      steps: [step, { ...step, path: 'make/flush', startedAt: null }],
    };
    const batch = {
      id: 'B-1',
      recipeTitle: 'CdSe',
      recipeVersion: 3,
      purpose: 'rehearsal',
      units: [unit, { ...unit, startedAt: null }],
    };
    expect(eventsOfBatch(batch as unknown as BatchView)).toMatchObject([
      { kind: 'batch', id: 'B-1', from: 10, to: null, batch: 'B-1' },
      { kind: 'phase', object: 'make/heat', from: 20, to: null },
    ]);
  });
});

describe('the gap that a start finds', () => {
  const before = laterOf(nothingSeen, { scans: { [qd1]: utcMs(1_000) }, ended: false });

  it('reaches from the last scan on disk to the first of this run, and says why', () => {
    expect(gapAtStart(before, qd1, utcMs(5_000))).toMatchObject({
      kind: 'service-down',
      from: 1_000,
      to: 5_000,
      filled: null,
    });
    expect(gapAtStart(before, qd1, utcMs(5_000))?.reason).toContain('without being stopped');
    const stopped = laterOf(before, { scans: {}, ended: true });
    expect(gapAtStart(stopped, qd1, utcMs(5_000))?.reason).toContain('had been stopped');
  });

  it('is none of a skid that was never seen, nor where the clock was set back', () => {
    expect(gapAtStart(nothingSeen, qd1, utcMs(5_000))).toBeNull();
    expect(gapAtStart(before, qd1, utcMs(900))).toBeNull();
  });
});

describe('the outlook of the spool', () => {
  const limitBytes = 1_000_000;
  const reading = (at: number, bytes: number, unwritten = 10) => ({ at: monotonic(at), bytes, limitBytes, unwritten });

  it('reckons the hours left from how it grew, and has none while nothing waits', () => {
    const watch = new SpoolWatch();
    watch.take(reading(0, 100_000));
    expect(watch.take(reading(10_000, 101_000)).hoursLeft).toBeNull();
    const outlook = watch.take(reading(60_000, 110_000));
    expect(outlook.hoursLeft).toBeCloseTo(890_000 / 10_000 / 60, 6);
    expect(outlook.alarm).toBe('filling');
    expect(watch.take(reading(70_000, 110_000, 0)).hoursLeft).toBeNull();
  });

  it('warns at the half and at four fifths, and goes back only well below', () => {
    const watch = new SpoolWatch();
    const alarmAt = (at: number, share: number) => watch.take(reading(at, share * limitBytes, 0)).alarm;
    expect([0.3, 0.5, 0.45, 0.39, 0.8, 0.75, 0.69, 0.3].map((share, i) => alarmAt(i * 1_000, share))).toEqual([
      'none',
      'filling',
      'filling',
      'none',
      'nearly full',
      'nearly full',
      'filling',
      'none',
    ]);
  });
});
