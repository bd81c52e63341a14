/**
 * How true Raman is: axes calibrated from neon against standards, baselines against an independent implementation, areas of known
 * spectra within their stated uncertainty, and how long one spectrum takes.
 */
import { readFileSync } from 'node:fs';
import { airPls, arPls } from '../../../pat/curve/baseline.ts';
import type { DifferenceOrder } from '../../../pat/curve/whittaker.ts';
import { analyseRaman, calibratedShifts, calibrateRaman, type CalibrationSpectrum } from '../../../pat/raman/index.ts';
import { laserShift } from '../../../pat/raman/laser-shift.ts';
import { findStandard, type FoundLine } from '../../../pat/raman/standard-position.ts';
import { standards, type StandardName } from '../../../pat/raman/standards.ts';
import { loadMethod } from '../../../plant/method/method-loader.ts';
import type { RamanCalibration } from '../../../plant/method/raman.ts';
import { normals, ramanSpectrum, waterArea } from '../../pat/raman/synthetic.ts';
import { measuredData } from '../../support/measured-data.ts';
import type { AccuracyRow } from '../accuracy-row.ts';

export async function ramanRows(): Promise<readonly AccuracyRow[]> {
  await Promise.resolve();
  return [
    ...instruments.flatMap(calibrationRows),
    agreementRow(),
    baselineRow('arpls'),
    baselineRow('airpls'),
    coverageRow(),
    speedRow(),
  ];
}

const instruments = [
  {
    name: 'OP01',
    neon: 'NeonSNQ043_iR785_OP01.txt',
    polystyrene: 'PST10_iR785_OP01_40000msx4.txt',
    silicon: 'S0B10_iR785_OP01_6000msx4.txt',
  },
  {
    name: 'OP02',
    neon: 'NeonSNQ043_iR785_OP02.txt',
    polystyrene: 'PST10_iR785_OP02_50000msx2.txt',
    silicon: 'S0B10_iR785_OP02_25000msx2.txt',
  },
] as const;
type Instrument = (typeof instruments)[number];

const limits: Readonly<Record<StandardName, number>> = { silicon: 0.5, polystyrene: 1.5 };

function read(file: string): CalibrationSpectrum | null {
  const path = measuredData(`raman/${file}`);
  if (path === null) return null;
  const rows = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/u).map(Number));
  return {
    shiftPerCm: Float64Array.from(rows, (row) => row[0] ?? NaN),
    counts: Float64Array.from(rows, (row) => row[1] ?? NaN),
  };
}

const both: readonly StandardName[] = ['silicon', 'polystyrene'];

type Calibrated = Readonly<{ record: RamanCalibration; found: Readonly<Record<StandardName, readonly FoundLine[]>> }>;

/** The instrument's axis by neon and its laser by `laserBy`; where both standards' lines then stand. Null without the data. */
function calibrated(instrument: Instrument, laserBy: readonly StandardName[]): Calibrated | null {
  const [neon, silicon, polystyrene] = [instrument.neon, instrument.silicon, instrument.polystyrene].map(read);
  if (!neon || !silicon || !polystyrene) return null;
  const spectra = { silicon, polystyrene };
  const record = calibrateRaman({
    takenAt: '2022-01-01T00:00:00Z',
    nominalLaserNm: 785,
    neon,
    standards: laserBy.map((of) => ({ of, ...spectra[of] })),
  });
  const find = (of: StandardName): readonly FoundLine[] =>
    findStandard(calibratedShifts(spectra[of].shiftPerCm, record), spectra[of].counts, standards[of]);
  return { record, found: { silicon: find('silicon'), polystyrene: find('polystyrene') } };
}

const errorsOf = (found: readonly FoundLine[]): readonly number[] =>
  found.map(({ line, foundPerCm }) => foundPerCm - line.perCm);
const worstOf = (errors: readonly number[]): number => Math.max(...errors.map(Math.abs));
const listed = (errors: readonly number[]): string => errors.map((error) => error.toFixed(2)).join(', ');

/** One calibration by neon and both standards, which count the same: what it leaves of either, and of lines it has not seen. */
function calibrationRows(instrument: Instrument): readonly AccuracyRow[] {
  const one = calibrated(instrument, both);
  const { silicon, polystyrene } = one?.found ?? { silicon: [], polystyrene: [] };
  const unseen = errorsUnseen(silicon, polystyrene);
  const off = errorsOf(polystyrene);
  const laser = one === null ? '' : `; laser ± ${perCmOf(one.record).toFixed(2)} cm⁻¹ (k = 1)`;
  const neon =
    one === null
      ? ''
      : `${one.record.lampLines} neon lines, each told by the others to ${one.record.lampResidualNm.toFixed(3)} nm RMS`;
  const row = (what: string, errors: readonly number[], of: StandardName, source: string): AccuracyRow => ({
    what: `${instrument.name}: ${what}`,
    got: errors.length === 0 ? NaN : worstOf(errors),
    unit: '1/cm',
    goal: `≤ ${limits[of]}`,
    passed: one === null ? null : errors.length === standards[of].lines.length && worstOf(errors) <= limits[of],
    source,
  });
  return [
    row(
      'silicon; axis by neon, laser by silicon and polystyrene alike',
      errorsOf(silicon),
      'silicon',
      `${instrument.silicon} against 520.45 (ramanchada2's test data): ${listed(errorsOf(silicon))}${byTheOther(instrument, 'silicon')}${laser}; ${neon}`,
    ),
    row(
      'polystyrene, worst line; the same calibration',
      off,
      'polystyrene',
      `${instrument.polystyrene} against ASTM E1840: ${listed(off)}${byTheOther(instrument, 'polystyrene')}`,
    ),
    row(
      'polystyrene, worst line, each left out of what tells the laser',
      unseen,
      'polystyrene',
      `the same, by silicon and the other seven: ${listed(unseen)}`,
    ),
  ];
}

/** Where a standard stands when the other one alone tells the laser: how far the two disagree. */
function byTheOther(instrument: Instrument, of: StandardName): string {
  const [other] = both.filter((name) => name !== of);
  const one = other === undefined ? null : calibrated(instrument, [other]);
  return one === null ? '' : `; laser by ${other ?? ''} alone: ${listed(errorsOf(one.found[of]))}`;
}

function errorsUnseen(silicon: readonly FoundLine[], polystyrene: readonly FoundLine[]): readonly number[] {
  if (silicon.length === 0) return [];
  return polystyrene.map((left) => {
    const others = polystyrene.filter((line) => line !== left);
    const { perCm } = laserShift([
      ...silicon.map((line) => ({ of: 'silicon', line })),
      ...others.map((line) => ({ of: 'polystyrene', line })),
    ]);
    return left.foundPerCm - left.line.perCm - perCm;
  });
}

/** The laser's uncertainty as one of shifts. */
const perCmOf = ({ laserNm, laserUncertaintyNm }: RamanCalibration): number =>
  (laserUncertaintyNm * 1e7) / laserNm ** 2;

/** What is left when the sample, the standard's table and the estimate of a position are the same: the axes alone. */
function agreementRow(): AccuracyRow {
  const [first, second] = instruments.map((instrument) => {
    const one = calibrated(instrument, ['polystyrene']);
    return one === null ? null : errorsOf(one.found.polystyrene);
  });
  const comparable = first && second && first.length === second.length;
  const differences = comparable
    ? first.map((error, i) => Math.abs(error - (second[i] ?? NaN))).sort((a, b) => a - b)
    : [];
  const middle = differences.length === 0 ? NaN : ((differences[3] ?? NaN) + (differences[4] ?? NaN)) / 2;
  return {
    what: 'Polystyrene on both calibrated instruments, median of the eight differences between them',
    got: middle,
    unit: '1/cm',
    goal: '≤ 0.5',
    passed: comparable ? middle <= 0.5 : null,
    source: 'the same sample on OP01 and OP02; each axis by neon, laser by polystyrene',
  };
}

type Vectors = Readonly<{
  made: Readonly<Record<string, string>>;
  curves: Readonly<Record<string, readonly number[]>>;
  cases: readonly Readonly<{
    curve: string;
    method: 'arpls' | 'airpls';
    smoothness: number;
    order?: DifferenceOrder;
    ratio: number;
    mostRounds: number;
    baseline: readonly number[];
  }>[];
}>;

function baselineRow(which: 'arpls' | 'airpls'): AccuracyRow {
  const { cases, curves, made } = JSON.parse(
    readFileSync(new URL('../../pat/curve/vectors/baselines.json', import.meta.url), 'utf8'),
  ) as Vectors;
  let worst = 0;
  for (const { curve, method, baseline, ...options } of cases) {
    if (method !== which) continue;
    const y = Float64Array.from(curves[curve] ?? []);
    const made = which === 'arpls' ? arPls(y, options) : airPls(y, options);
    const height = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [i, value] of baseline.entries())
      worst = Math.max(worst, Math.abs((made.baseline[i] ?? NaN) - value) / height);
  }
  return {
    what: `${which === 'arpls' ? 'arPLS' : 'airPLS'} against an independent implementation, worst point over the curve's height`,
    got: worst,
    unit: '1',
    goal: '≤ 1e-6',
    passed: worst <= 1e-6,
    source: `tests/pat/curve/vectors, from the papers with scipy ${made['scipy'] ?? ''}`,
  };
}

function ramanParameters(name: string) {
  const { parameters } = loadMethod(new URL(`../../../pat/methods/${name}.yaml`, import.meta.url).pathname);
  if (parameters.kind !== 'raman' || 'pls' in parameters) throw new TypeError(`${name} is no Raman method`);
  return parameters;
}

/** CdSe with its overtone under the sapphire's line, and P=Se beside both. */
const spectrumOf = (dots: number, bound: number, noise: () => number, glow: number) =>
  ramanSpectrum(
    [
      [207, 15, dots * waterArea],
      [414, 26, 0.47 * dots * waterArea],
      [465, 16, bound * waterArea],
    ],
    { noise, glow },
  );

function coverageRow(): AccuracyRow {
  const parameters = ramanParameters('raman-cdse');
  const noise = normals(77);
  let [hits, all] = [0, 0];
  for (let k = 0; k < 250; k += 1) {
    const [dots, bound] = [0.02 * (k % 20), 0.01 * (k % 13)];
    const { outputs, verdict } = analyseRaman(spectrumOf(dots, bound, noise, 1000 + 150 * k), parameters);
    if (verdict !== 'in domain') continue;
    for (const [name, truth] of [
      ['dotSignal', dots],
      ['tcepX', bound],
    ] as const) {
      const output = outputs[name];
      if (output === null || output === undefined) continue;
      all += 1;
      if (Math.abs(output.value - truth) <= output.uncertainty) hits += 1;
    }
  }
  const share = (100 * hits) / Math.max(1, all);
  return {
    what: 'Lattice vibration and P=Se against water, truth within the stated uncertainty (k = 2)',
    got: share,
    unit: '%',
    goal: '≥ 95',
    passed: share >= 95 && all >= 450,
    source: `${all} values of 250 synthetic spectra of known areas, overtone under sapphire, luminescence 1,000 to 38,000 counts`,
  };
}

/** Processor time of this process, which other load on the machine does not lengthen. */
function speedRow(): AccuracyRow {
  const parameters = ramanParameters('raman-cds');
  const noise = normals(78);
  const times: number[] = [];
  for (let k = 0; k < 80; k += 1) {
    const spectrum = ramanSpectrum(
      [
        [300, 18, 0.1 * waterArea],
        [600, 30, 0.05 * waterArea],
      ],
      { noise, to: 3425 },
    );
    const before = process.cpuUsage();
    analyseRaman(spectrum, parameters);
    const { user, system } = process.cpuUsage(before);
    if (k >= 20) times.push((user + system) / 1000);
  }
  times.sort((a, b) => a - b);
  const got = times[Math.floor(times.length / 2)] ?? NaN;
  return {
    what: 'One Raman spectrum of 2,046 points analysed, processor time, median',
    got,
    unit: 'ms',
    goal: '≤ 20',
    passed: got <= 20,
    source: `60 synthetic spectra after 20 to warm up; the slowest ${(times.at(-1) ?? NaN).toFixed(1)} ms`,
  };
}
