import { describe, expect, it } from 'vitest';
import { maintenanceOf, suitabilityOf, type Newest } from '../../../pat/suitability.ts';
import { monotonic, utcMs } from '../../../plant/clock.ts';
import { analysis, method, resultOf, skidOf, TestClock } from './world.ts';

const clock = new TestClock();
const newest: Newest = { result: resultOf(clock), at: monotonic(0), unsound: null };
const at = (ms: number) => ({ utc: utcMs(clock.utc() + ms), monotonic: monotonic(ms) });
const judge = (of = analysis, last: Newest | null = newest, ms = 1000, twin = false) =>
  suitabilityOf(skidOf([of], twin), of, last, at(ms));
const failed = (...of: Parameters<typeof judge>) =>
  judge(...of).checks.flatMap(({ what, found, asked, passed }) => (passed ? [] : [`${what}: ${found}, ${asked}`]));

describe('an analysis', () => {
  it('is fit with an approved method, in its review, and a recent result with figures within bounds', () => {
    expect(judge()).toMatchObject({
      skid: 'QD-1',
      analysis: 'A401/AY-401',
      title: 'Size',
      method: { method: 'dots', version: 3, approvedBy: 'Ada Checker' },
      fit: true,
      required: true,
    });
  });

  it('is not fit before its first result, and no longer when that is too old', () => {
    expect(failed(analysis, null)).toEqual([
      'Newest result: none yet, within 600 s',
      'Signal to noise: not known, at least 20',
    ]);
    expect(failed(analysis, newest, 600_000)).toEqual([]);
    expect(failed(analysis, newest, 600_001)).toEqual(['Newest result: 600 s ago, within 600 s']);
  });

  it('is not fit where a figure is out of bounds or missing, whatever the verdict', () => {
    const poor = { ...newest, result: resultOf(clock, { figures: { signalToNoise: 19.99 } }) };
    const none = { ...newest, result: resultOf(clock, { figures: {} }) };
    const empty = { ...newest, result: resultOf(clock, { verdict: 'undecided', reasons: ['Nothing in the cell.'] }) };
    expect(failed(analysis, poor)).toEqual(['Signal to noise: 19.99, at least 20']);
    expect(failed(analysis, none)).toEqual(['Signal to noise: not known, at least 20']);
    expect(failed(analysis, empty)).toEqual([]);
  });

  it('is not fit by a spectrum that is not of now, however good its figures', () => {
    expect(failed(analysis, { ...newest, unsound: 'It was taken 36000 s before it came.' })).toEqual([
      'Newest spectrum: It was taken 36000 s before it came., Good, of now, and no repetition',
    ]);
  });

  it('is not fit by a method that nobody has approved, except on a twin', () => {
    const unapproved = { ...analysis, method: { ...method, approvedBy: null } };
    expect(failed(unapproved)).toEqual(['Approval of the method: nobody has approved it, approved']);
    expect(failed(unapproved, newest, 1000, true)).toEqual([]);
  });

  it('is not fit by an approval of a day to come', () => {
    const ahead = { ...analysis, method: { ...method, approvedAt: '2026-11-24' } };
    expect(failed(ahead)).toEqual(['Approval of the method: by Ada Checker on 2026-11-24, a day to come, approved']);
    // East of Greenwich it is the 23rd already.
    expect(failed({ ...analysis, method: { ...method, approvedAt: '2026-11-23' } })).toEqual([]);
  });

  it('is not fit after the day of its review', () => {
    const past = { ...analysis, method: { ...method, reviewBy: '2026-11-21' } };
    expect(failed(past)).toEqual(['Review of the method: its day has passed, by 2026-11-21']);
  });
});

describe('maintenance', () => {
  it('is asked for in words where a figure leaves its bounds, and only where it is known', () => {
    const asked = (figures: Record<string, number>) => maintenanceOf(analysis, resultOf(clock, { figures }));
    expect(asked({ lampDrift: 0.05 })).toEqual([]);
    expect(asked({})).toEqual([]);
    expect(asked({ lampDrift: 0.0501 })).toEqual([
      'A401/AY-401 asks for maintenance: Drift of the lamp is 0.0501, at most 0.05 is asked.',
    ]);
  });
});
