import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judged, withCurves, withoutOutcome, type Circumstances } from '../../../pat/analysis-rules.ts';
import type { AnalysisSample } from '../../../pat/analysis-sample.ts';
import { utcMs } from '../../../plant/clock.ts';
import { badNoCommunication, good } from '../../../plant/quality.ts';
import { begin, method, outcome, spectrum, TestClock } from './world.ts';

const sample: AnalysisSample = {
  measuredAt: utcMs(begin),
  sampleTime: utcMs(begin - 18_000),
  inputs: { pH: 7, flow: 10 },
  arrivedAfterMs: 2000,
  doubts: [],
  timeDoubts: [],
};
const sound: Circumstances = { method, sample, quality: good, twin: false, now: utcMs(begin) };
const reasons = (more: Partial<Circumstances>, of = outcome) => judged(of, { ...sound, ...more }).reasons;

describe('a result', () => {
  it('is in domain where nothing speaks against it, and says how late it came', () => {
    expect(judged(outcome, sound)).toEqual({ ...outcome, figures: { ...outcome.figures, arrivedAfterS: 2 } });
  });

  it('is undecided by a method that nobody has approved, except as a rehearsal on a twin', () => {
    const unapproved = { ...method, approvedBy: null };
    expect(reasons({ method: unapproved })).toEqual([expect.stringMatching(/Nobody has approved dots/u)]);
    expect(judged(outcome, { ...sound, method: unapproved, twin: true }).verdict).toBe('in domain');
  });

  it('is undecided by a method that was approved on a day to come', () => {
    expect(reasons({ method: { ...method, approvedAt: '2026-12-01' } })).toEqual([
      'dots says that it was approved on 2026-12-01, a day to come.',
    ]);
  });

  it('is undecided after the day of the method’s review, not on it', () => {
    expect(reasons({ now: utcMs(Date.UTC(2027, 0, 31, 23, 59, 59, 999)) })).toEqual([]);
    expect(reasons({ now: utcMs(Date.UTC(2027, 1, 1)) })).toEqual(['dots should have been reviewed by 2027-01-31.']);
    expect(reasons({ method: { ...method, reviewBy: null }, now: utcMs(Date.UTC(2099, 0)) })).toEqual([]);
  });

  it('is undecided of a spectrum that is not Good', () => {
    expect(reasons({ quality: badNoCommunication })).toEqual(['The spectrum is BadNoCommunication.']);
  });

  it('is undecided where an input is outside the range of the method; one that is not known is the method’s own matter', () => {
    const inputs = (pH: number | null) => ({ sample: { ...sample, inputs: { pH, flow: 10 } } });
    expect(reasons(inputs(2.9))).toEqual(['pH was 2.9, and the method holds from 3 to 12.']);
    expect(reasons(inputs(3))).toEqual([]);
    expect(reasons(inputs(12))).toEqual([]);
    expect(reasons(inputs(12.01))).toHaveLength(1);
    expect(reasons(inputs(null))).toEqual([]);
  });

  it('is undecided where the sample is doubtful', () => {
    expect(reasons({ sample: { ...sample, doubts: ['Nobody knows.'] } })).toEqual(['Nobody knows.']);
  });

  it('keeps the reasons of the mathematics, and has one where that gave none', () => {
    expect(reasons({}, { ...outcome, reasons: ['Too little light.'] })).toEqual(['Too little light.']);
    expect(judged({ ...outcome, verdict: 'undecided' }, sound).reasons).toEqual(['The method gives no reason.']);
  });

  it('has the outputs of its method, no more and no fewer', () => {
    const outputs = { diameter: { value: 3, uncertainty: 0.1 }, other: { value: 1, uncertainty: 1 } };
    expect(judged({ ...outcome, outputs }, sound)).toMatchObject({
      outputs: { diameter: { value: 3, uncertainty: 0.1 }, share: null },
      verdict: 'in domain',
    });
    expect(Object.keys(judged({ ...outcome, outputs }, sound).outputs)).toEqual(['diameter', 'share']);
  });

  it('never carries what is no number, and is undecided where the mathematics gave such', () => {
    const any = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -1));
    fc.assert(
      fc.property(any, any, any, (value, uncertainty, figure) => {
        const outputs = { diameter: { value, uncertainty }, share: null };
        const made = judged({ ...outcome, outputs, figures: { signalToNoise: figure } }, sound);
        const finite = Number.isFinite(value) && Number.isFinite(uncertainty) && uncertainty >= 0;
        expect(made.outputs['diameter']).toEqual(finite ? { value, uncertainty } : null);
        expect(made.verdict).toBe(finite ? 'in domain' : 'undecided');
        expect(made.reasons).toHaveLength(finite ? 0 : 1);
        expect(Object.values(made.figures).every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('without any mathematics is undecided', () => {
    expect(withoutOutcome(method, 'It was given up.')).toMatchObject({
      outputs: { diameter: null, share: null },
      verdict: 'undecided',
      reasons: ['It was given up.'],
    });
  });

  it('without curves of its own shows the spectrum', () => {
    const { data } = spectrum(new TestClock());
    expect(withCurves(outcome, data)).toMatchObject({
      x: { title: 'Wavelength', unit: 'nm' },
      curves: [{ name: 'raw', x: data.x.values, y: data.y.values }],
    });
    const drawn = { ...outcome, curves: [{ name: 'fit' as const, x: data.x.values, y: data.y.values }] };
    expect(withCurves(drawn, data)).toBe(drawn);
  });
});
