import { describe, expect, it } from 'vitest';
import { SampleWatch } from '../../../pat/analysis-sample.ts';
import { processTime } from '../../../plant/clock.ts';
import { badNoCommunication } from '../../../plant/quality.ts';
import { analysis, begin, scan, skidOf, spectrum, TestClock } from './world.ts';

/** A line at 10 mL/min for a minute, while the pH rises by 0.01 a second. */
function line(definition = analysis) {
  const clock = new TestClock();
  const watch = new SampleWatch(skidOf([definition]));
  for (; clock.now <= 60_000; clock.now += 100)
    watch.take(scan(clock, { 'F100/FT-101': 10, 'F100/AT-105': 7 + clock.now / 100_000 }).batch);
  clock.now = 60_000;
  return { clock, watch, definition };
}

describe('the sample of a spectrum', () => {
  it('left as long before the measurement as its liquid took, and its inputs are of then', () => {
    const { clock, watch, definition } = line();
    const sample = watch.sampleOf(spectrum(clock), definition);
    expect(sample).toMatchObject({ measuredAt: begin + 60_000, arrivedAfterMs: 0, doubts: [] });
    expect(sample.sampleTime - begin).toBeCloseTo(42_000, 3);
    expect(sample.inputs['pH']).toBeCloseTo(7.42, 1);
    expect(sample.inputs['flow']).toBe(10);
  });

  it('is of when the spectrum came, where the instrument does not say when it took it', () => {
    const { clock, watch, definition } = line();
    expect(watch.sampleOf(spectrum(clock, { takenAt: null }), definition)).toMatchObject({
      measuredAt: begin + 60_000,
      arrivedAfterMs: null,
      doubts: [],
    });
  });

  it('is of when it was taken, where it came a while after', () => {
    const { clock, watch, definition } = line();
    const sample = watch.sampleOf(spectrum(clock, { takenAt: begin + 50_000 }), definition);
    expect(sample.sampleTime - begin).toBeCloseTo(32_000, 3);
    expect(sample).toMatchObject({ arrivedAfterMs: 10_000, doubts: [] });
  });

  it('is doubtful where the instrument’s clock is ahead by more than a minute; a little ahead is now', () => {
    const { clock, watch, definition } = line();
    expect(watch.sampleOf(spectrum(clock, { takenAt: begin + 90_000 }), definition)).toMatchObject({
      measuredAt: begin + 60_000,
      doubts: [],
    });
    const wrong = watch.sampleOf(spectrum(clock, { takenAt: begin + 3_660_000 }), definition);
    expect(wrong).toMatchObject({ measuredAt: begin + 60_000, arrivedAfterMs: -3_600_000 });
    expect(wrong.doubts).toEqual([expect.stringMatching(/taken 3600 s after it came: its clock is wrong/u)]);
  });

  it('is doubtful where it was taken longer ago than a spectrum may be', () => {
    const { clock, watch, definition } = line();
    const { doubts } = watch.sampleOf(spectrum(clock, { takenAt: begin + 60_000 - 600_001 }), definition);
    expect(doubts[0]).toMatch(/600 s before it came, longer ago than a spectrum may be \(600 s\)/u);
  });

  it('is doubtful where the dead time is not known, and then of when it was measured', () => {
    const { watch, definition } = line();
    const late = new TestClock();
    late.now = 3_600_000;
    const sample = watch.sampleOf(spectrum(late), definition);
    expect(sample.sampleTime).toBe(begin + 3_600_000);
    expect(sample.doubts).toEqual([expect.stringMatching(/dead time .* is unknown: .*\(F100\/FT-101\)/u)]);
  });

  it('has no dead time where the probe looks right there', () => {
    const { clock, watch, definition } = line({ ...analysis, delay: null });
    expect(watch.sampleOf(spectrum(clock), definition)).toMatchObject({ sampleTime: begin + 60_000, doubts: [] });
  });

  it('has no input of a tag that is not Good, and none that the skid does not give', () => {
    const { clock, watch, definition } = line({ ...analysis, delay: null, inputs: { pH: analysis.inputs['pH']! } });
    for (; clock.now <= 70_000; clock.now += 100)
      watch.take(scan(clock, { 'F100/AT-105': 7 }, badNoCommunication, processTime(clock.now)).batch);
    expect(watch.sampleOf(spectrum(clock), definition).inputs).toEqual({ pH: null, flow: null });
    expect(watch.sampleOf(spectrum(clock, { takenAt: begin + 50_000 }), definition).inputs['pH']).toBeCloseTo(7.5, 1);
  });

  it('has no input of a time when nobody looked', () => {
    const { watch, definition } = line();
    const late = new TestClock();
    late.now = 70_000;
    expect(watch.sampleOf(spectrum(late), definition).inputs).toEqual({ pH: null, flow: null });
  });
});
