/** A method whose model is a record: from the set through the command to what is said of a spectrum. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../../pat/analyse.ts';
import { MesolineError } from '../../../plant/errors.ts';
import { folder } from '../../plant/skid/files.ts';
import { calibrate, load, methodOf, ramanOf, run, tableOf, textIn } from '../calibrate/world.ts';
import { axis, deviates, mixtures, spectrumOf } from '../pls/mixtures.ts';

let home = '';
let method: ReturnType<typeof load>;
beforeAll(() => {
  home = folder({ 'set.csv': tableOf(mixtures(6, 10)) });
  expect(calibrate(home)).toMatchObject({ code: 0 });
  method = load(home);
});
const quiet = (): number => 0;
const told = (y: Float64Array, x = axis, unit: string | null = '1/cm') =>
  analyse(ramanOf(y, x, unit), method.parameters, {});
/** A folder with the same record and method as `home`. */
const copy = () => folder({ 'mixtures-1.json': textIn(home, 'mixtures-1.json') });
const saidOf = (act: () => unknown): string => {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof MesolineError) return thrown.message;
    throw thrown;
  }
  return '';
};

describe('a method that names a record', () => {
  it('tells new batches within its stated uncertainty, as often as k = 2 says', () => {
    const fresh = mixtures(12, 15, 99).map(({ y, values }) => ({ outcome: told(y), values }));
    const used = fresh.filter(({ outcome }) => outcome.verdict === 'in domain');
    expect(used.length / fresh.length).toBeGreaterThan(0.9);
    for (const [i, name] of ['glucose', 'lactate'].entries()) {
      const hits = used.filter(({ outcome, values }) => {
        const { value, uncertainty } = outcome.outputs[name]!;
        return Math.abs(value - values[i]!) <= uncertainty;
      });
      expect(hits.length / used.length).toBeGreaterThanOrEqual(0.93);
    }
  });

  it('says how far from its calibration the spectrum is, against the limits', () => {
    const { figures, reasons } = told(spectrumOf(5, 3, 3, quiet));
    expect(reasons).toEqual([]);
    expect(figures['hotellingT2']).toBeLessThan(figures['hotellingLimit']!);
    expect(figures['qResidual']).toBeLessThan(figures['qLimit']!);
  });

  it('is undecided, not to be used, of what the calibration never saw', () => {
    const foreign = spectrumOf(5, 3, 3, quiet).map((value, i) => value + Math.exp(-0.5 * ((axis[i]! - 700) / 12) ** 2));
    const { verdict, reasons } = told(foreign);
    expect([verdict, reasons.join(' ')]).toEqual(['undecided', expect.stringMatching(/^Do not use: Q is /u) as string]);
    expect(told(spectrumOf(25, 3, 3, quiet))).toMatchObject({ verdict: 'undecided' });
  });

  it('is undecided of an axis that does not reach over the record’s grid, is too coarse, or is another', () => {
    const y = spectrumOf(5, 3, 3, quiet);
    const every = axis.filter((_, i) => i % 3 === 0 || i === axis.length - 1);
    for (const [outcome, reason] of [
      [told(y.slice(0, 140), axis.slice(0, 140)), /runs from 400 to 956 cm⁻¹; the method needs 400 to 996/u],
      [told(y.slice(0, every.length), every), /up to 12\.0 cm⁻¹ apart/u],
      [told(y, axis, 'nm'), /Its axis is in nm/u],
      [told(y.with(7, NaN)), /no numbers/u],
    ] as const) {
      expect(outcome).toMatchObject({ verdict: 'undecided', outputs: { glucose: null, lactate: null } });
      expect(outcome.reasons.join(' ')).toMatch(reason);
    }
  });

  it('is the same whichever way the axis runs, and on another axis that covers the grid', () => {
    const y = spectrumOf(5, 3, 3, quiet);
    expect(told(y.toReversed(), axis.toReversed()).outputs).toEqual(told(y).outputs);
    const wider = Float64Array.from({ length: 400 }, (_, i) => 300 + 2 * i);
    const glucose = told(wider.map(mixture), wider).outputs['glucose']!;
    expect(glucose.value).toBeCloseTo(told(y).outputs['glucose']!.value, 1);
  });

  it('takes the shift of a line that is always there back from all, and is undecided without it', () => {
    const reference =
      '{ title: The probe, atPerCm: 900, searchPerCm: 12, widthPerCm: [15, 40], leastSignalToNoise: 5, mostShiftErrorPerCm: 8 }';
    const set = mixtures(6, 10).map((sample) => ({ ...sample, y: sample.y.map((y, i) => y + probe(axis[i]!)) }));
    const place = folder({ 'set.csv': tableOf(set) });
    calibrate(place);
    const { parameters } = load(place, methodOf(place, { reference }));
    const draw = deviates(8);
    const wide = Float64Array.from({ length: 180 }, (_, i) => 340 + 4 * i);
    const seen = (shift: number, line: typeof probe) =>
      analyse(
        ramanOf(
          wide.map((at) => mixture(at) + line(at) + 0.01 * draw()),
          wide.map((at) => at + shift),
        ),
        parameters,
        {},
      );
    for (const shift of [0, 3, -3]) {
      const { verdict, outputs, figures } = seen(shift, probe);
      expect([shift, verdict]).toEqual([shift, 'in domain']);
      expect(figures['shiftErrorPerCm']).toBeCloseTo(shift, 0);
      expect(Math.abs(outputs['glucose']!.value - 5)).toBeLessThan(outputs['glucose']!.uncertainty);
    }
    expect(seen(10, probe).reasons.join(' ')).toMatch(/The probe stands \d+\.\d+ cm⁻¹ off, more than 8/u);
    expect(seen(0, () => 0).reasons).toEqual([expect.stringMatching(/The probe is not found near 900/u)]);
  });
});

/** The line of a probe, and what mixtures of 5, 3 and 3 are at any shift. */
const probe = (at: number): number => 2 / (1 + ((at - 900) / 12) ** 2);
const mixture = (at: number): number =>
  5 * Math.exp(-0.5 * ((at - 520) / 20) ** 2) +
  3 * Math.exp(-0.5 * ((at - 560) / 30) ** 2) +
  3 * Math.exp(-0.5 * ((at - 800) / 300) ** 2);

describe('the record of a method', () => {
  it('is refused where any byte of it was changed', () => {
    const place = copy();
    const bytes = readFileSync(join(home, 'mixtures-1.json'));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at]! ^ change;
        writeFileSync(join(place, 'mixtures-1.json'), changed);
        expect(saidOf(() => load(place, methodOf(home)))).toMatch(/mixtures-1\.json: .*calibrate anew/su);
      }),
      { numRuns: 40 },
    );
    for (const other of [Buffer.concat([bytes, Buffer.from('\n')]), bytes.subarray(0, 500), Buffer.alloc(0)]) {
      writeFileSync(join(place, 'mixtures-1.json'), other);
      expect(saidOf(() => load(place, methodOf(home)))).toMatch(/calibrate anew/u);
    }
  });

  it('is covered by the approval: with another one the method is to be approved again', () => {
    const place = copy();
    const approved = `{ by: Ada Checker, at: 2026-11-22, digest: ${method.digest} }`;
    expect(load(place, methodOf(place, { approved }))).toMatchObject({
      approvedBy: 'Ada Checker',
      digest: method.digest,
    });
    const pairs = Array.from({ length: 6 }, (_, i) => `${4.5 + i},${4 + i}`);
    writeFileSync(join(place, 'pairs.csv'), ['reference,predicted', ...pairs, ''].join('\n'));
    const asked = ['correct', '--record', 'mixtures-1.json', '--pairs', 'pairs.csv', '--response', 'glucose'];
    expect(run(place, ...asked, '--kind', 'bias', '--out', 'mixtures-2.json')).toMatchObject({ code: 0 });
    writeFileSync(join(place, 'mixtures-1.json'), textIn(place, 'mixtures-2.json'));
    expect(saidOf(() => load(place, methodOf(place, { approved })))).toMatch(/What was approved is/u);
    // Not approved it is another method, and says half a mmol/L more.
    const other = load(place, methodOf(place));
    expect(other.digest).not.toBe(method.digest);
    const y = spectrumOf(5, 3, 3, quiet);
    const after = analyse(ramanOf(y), other.parameters, {}).outputs['glucose']!.value;
    expect(after - told(y).outputs['glucose']!.value).toBeCloseTo(0.5, 9);
  });

  it('has to be there, beside the method, and be of what the method says', () => {
    const place = copy();
    const of = (head: Parameters<typeof methodOf>[1]) => saidOf(() => load(place, methodOf(place, head)));
    const set = 'a'.repeat(64);
    expect(of({ record: 'none.json', set })).toMatch(/mixtures\.yaml:\d+: .*none\.json cannot be read/u);
    for (const record of ['../mixtures-1.json', '/etc/passwd', '.json', 'a/b.json'])
      expect(of({ record, set })).toContain(record);
    expect(of({ set })).toMatch(/mixtures\.yaml:6: The record was calibrated with .* "calibrationSet: [0-9a-f]{64}"/u);
    expect(of({ outputs: '{ maltose: { title: Maltose } }' })).toMatch(/"maltose" is no response.*glucose, lactate/u);
    expect(of({ outputs: '{ glucose: { title: Glucose, unit: g/L } }' })).toMatch(
      /It is in .*g.*L.*, and the record's in mmol\/L/u,
    );
    expect(of({})).toBe('');
  });
});
