import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideKeep, keepRule, longestSilenceMs, type KeepRule, type KeptState } from '../../historian/live-history.ts';
import { monotonic, utcMs } from '../../plant/clock.ts';
import { badNoCommunication, good } from '../../plant/quality.ts';
import type { Sample } from '../../plant/sample.ts';
import { sample, site, temperature } from './world.ts';

const everySecond: KeepRule = { everyMs: 1_000, atOnce: false, deadband: 0 };

/** What is kept of samples, each seen at its source time unless it says otherwise. */
function keep(rule: KeepRule, samples: readonly (Sample & { seenAt?: number })[]): Sample[] {
  let state: KeptState | null = null;
  const kept: Sample[] = [];
  for (const one of samples) {
    const at = one.seenAt ?? one.sourceTime;
    const decision = decideKeep(rule, state, one, utcMs(at), monotonic(at));
    state = decision.state;
    if (decision.keep !== null) kept.push(decision.keep);
  }
  return kept;
}

const times = (samples: readonly Sample[]): number[] => samples.map(({ sourceTime }) => sourceTime);
const scans = (count: number, value: (at: number) => number, period = 100): Sample[] =>
  Array.from({ length: count }, (_, i) => sample(temperature, value(i * period), i * period));

describe('live history', () => {
  it('keeps a changing number once a second', () => {
    expect(
      times(
        keep(
          everySecond,
          scans(31, (at) => at),
        ),
      ),
    ).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('keeps the pace when the scan is a little late', () => {
    const kept = keep(
      everySecond,
      scans(300, (at) => at, 101),
    );
    expect(kept.length).toBe(Math.floor((299 * 101) / 1_000) + 1);
  });

  it('keeps a constant number once a minute', () => {
    expect(
      times(
        keep(
          everySecond,
          scans(1_300, () => 20),
        ),
      ),
    ).toEqual([0, 60_000, 120_000]);
  });

  it('keeps a change of a state or a boolean at once', () => {
    const kept = keep(
      { everyMs: 1_000, atOnce: true, deadband: 0 },
      scans(10, (at) => (at < 300 ? 0 : 1)),
    );
    expect(times(kept)).toEqual([0, 300]);
  });

  it('keeps every new sample of a tag that asks for it, and an old one no second time', () => {
    const [first, second] = scans(2, () => 20);
    const kept = keep({ everyMs: 0, atOnce: false, deadband: 0 }, [first!, second!, { ...second!, seenAt: 200 }]);
    expect(times(kept)).toEqual([0, 100]);
  });

  it('files a value that went stale under the time it was seen stale, beside the Good one', () => {
    const fresh = sample(temperature, 20, 0);
    const stale = { ...fresh, quality: badNoCommunication, seenAt: 2_000 };
    const kept = keep(everySecond, [fresh, stale]);
    expect(kept.map(({ sourceTime, quality }) => [sourceTime, quality])).toEqual([
      [0, good],
      [2_000, badNoCommunication],
    ]);
  });

  it('leaves rows of a logging device to their reader', () => {
    const rules = site[0]!.type.tags.map((tag) => [tag.name, keepRule(tag)]);
    expect(Object.fromEntries(rules)).toEqual({
      'R201/TT-201A': { everyMs: 1_000, atOnce: false, deadband: 0 },
      'F100/P101.run': { everyMs: 1_000, atOnce: true, deadband: 0 },
      'PLC/safeState': { everyMs: 1_000, atOnce: true, deadband: 0 },
      'rig/pressure': null,
    });
  });

  it('is never silent for longer than a minute, tells every change of quality, and files no two under one time', () => {
    const step = fc.record({
      wait: fc.integer({ min: 1, max: 5_000 }),
      value: fc.integer({ min: 0, max: 2 }),
      quality: fc.constantFrom(good, badNoCommunication),
      fresh: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 100 }), fc.boolean(), (steps, atOnce) => {
        let at = 0;
        let source = 0;
        const samples = steps.map(({ wait, value, quality, fresh }) => {
          at += wait;
          if (fresh) source = at;
          return { ...sample(temperature, value, source, quality), seenAt: at };
        });
        const kept = keep({ everyMs: 1_000, atOnce, deadband: 0 }, samples);
        expect(new Set(times(kept)).size).toBe(kept.length);
        const changes = samples.filter(({ quality }, i) => quality !== samples[i - 1]?.quality).length;
        const told = kept.filter(({ quality }, i) => quality !== kept[i - 1]?.quality).length;
        expect(told).toBe(changes);
        const gaps = times(kept).map((time, i) => (times(kept)[i + 1] ?? at) - time);
        expect(Math.max(...gaps)).toBeLessThan(longestSilenceMs + 10_000);
      }),
    );
  });
});
