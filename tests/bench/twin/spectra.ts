/**
 * Spectra of the twin, written as its instruments write them, read and analysed as the service does it with the shipped methods,
 * against what stood in front of the probe: how many of the stated values hold the truth within their stated uncertainty.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyse } from '../../../pat/analyse.ts';
import { readSpectrum } from '../../../pat/read/forms.ts';
import { utcMs } from '../../../plant/clock.ts';
import { loadMethod } from '../../../plant/method/method-loader.ts';
import type { AnalysisOutcome } from '../../../plant/analysis.ts';
import { NmrAcquisition } from '../../../twin/instruments/nmr-acquisition.ts';
import { opticalKinds, type OpticalName } from '../../../twin/instruments/optical-kinds.ts';
import type { Sight } from '../../../twin/instruments/sight.ts';
import { writeResult } from '../../../twin/instruments/spinsolve-result.ts';
import { fileOf } from '../../../twin/instruments/spectrum-files.ts';
import type { ProbeTruth } from '../../../twin/skid/probe.ts';
import { emissionNm, excitonNm } from '../../../twin/spectra/dot-optics.ts';
import { drawsOf, sourceOf, type Draws } from '../../../twin/spectra/draws.ts';
import { benchtop80 } from '../../../twin/spectra/fid.ts';
import { modeOverWater, raman785, ramanOf } from '../../../twin/spectra/raman.ts';
import type { AccuracyRow } from '../accuracy-row.ts';
import { samplesOf, skids, type Sample, type SkidName } from './support/samples.ts';

type Stated = Readonly<{ output: string; value: number; uncertainty: number; truth: number }>;
type Truths = Readonly<Record<string, number>>;
type Outcome = Readonly<{
  skid: SkidName;
  decided: boolean;
  reasons: readonly string[];
  truths: Truths;
  stated: readonly Stated[];
}>;

const stamp = utcMs(Date.UTC(2026, 0, 1));

export async function spectraRows(): Promise<readonly AccuracyRow[]> {
  const rows: AccuracyRow[] = [speedRow()];
  const outcomes: Outcome[] = [];
  for (const skid of Object.keys(skids) as SkidName[])
    for (const [index, sample] of samplesOf(skid).entries()) {
      const draws = drawsOf(sourceOf(11, index, skid.length));
      outcomes.push(...(await analysed(skid, sample, draws)));
    }
  for (const skid of Object.keys(skids) as SkidName[]) {
    const own = outcomes.filter((outcome) => outcome.skid === skid);
    const outputs = [...new Set(own.flatMap(({ stated }) => stated.map(({ output }) => output)))];
    rows.push(...outputs.map((output) => rowOf(skid, output, own)));
  }
  return rows;
}

async function analysed(skid: SkidName, sample: Sample, draws: Draws): Promise<readonly Outcome[]> {
  const { methods, chalcogen, stokesShiftNm } = skids[skid];
  const sight = (of: ProbeTruth): Sight => ({
    ...{ chalcogen, stokesShiftNm, truth: () => of },
    optics: () => ({ lampShare: 1, laserShiftPerCm: 0 }),
  });
  const { stage1, product } = sample;
  const measured = { pH: stage1.pH + 0.03 * draws.normal(), flow: stage1.flowMlPerMin * (1 + 0.002 * draws.normal()) };
  const outcomes = [outcomeOf(skid, await nmr(sight(stage1), methods.nmr, measured, draws), nmrTruth(stage1))];
  const light = (name: OpticalName, inputs: Readonly<Record<string, number | null>>): AnalysisOutcome => {
    const kind = opticalKinds[name];
    const bytes = fileOf(kind.form, kind.measure(sight(product), draws), name, kind.words(stamp));
    const reading = readSpectrum(`${name}.${kind.form}`, bytes);
    if (reading.kind !== 'spectrum') throw new Error(reading.reason);
    return analyse(reading.data, loaded(methods[name]).parameters, inputs);
  };
  const raman = light('raman', {});
  const absorbance = light('absorbance', {});
  const at = absorbance.outputs['absorbanceAtExcitation']?.value ?? null;
  const emission = light('emission', { absorbanceAtExcitation: at });
  return [
    ...outcomes,
    outcomeOf(skid, absorbance, absorbanceTruth(product)),
    outcomeOf(skid, emission, emissionTruth(product, stokesShiftNm)),
    outcomeOf(skid, raman, { dotSignal: modeOverWater(product) }),
  ];
}

async function nmr(
  sight: Sight,
  method: string,
  inputs: Readonly<Record<string, number>>,
  draws: Draws,
): Promise<AnalysisOutcome> {
  const acquisition = new NmrAcquisition({ instrument: benchtop80, sight, random: draws.uniform });
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-bench-'));
  try {
    const files = ['acqu.par', 'data.1d'] as const;
    await writeResult(folder, acquisition.measure('1D PHOSPHORUS'), { files, pieceMs: 0, cut: false });
    const companions = new Map([['acqu.par', readFileSync(join(folder, 'acqu.par'))]]);
    const reading = readSpectrum('data.1d', readFileSync(join(folder, 'data.1d')), { companions });
    if (reading.kind !== 'spectrum') throw new Error(reading.reason);
    return analyse(reading.data, loaded(method).parameters, inputs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const methodsRead = new Map<string, ReturnType<typeof loadMethod>>();
function loaded(name: string): ReturnType<typeof loadMethod> {
  const known =
    methodsRead.get(name) ?? loadMethod(new URL(`../../../pat/methods/${name}.yaml`, import.meta.url).pathname);
  methodsRead.set(name, known);
  return known;
}

const nmrTruth = ({ dissolved: { tcep, tcepX } }: ProbeTruth): Truths => ({
  conversion: (100 * tcepX) / (tcep + tcepX),
});

const absorbanceTruth = ({ dots }: ProbeTruth): Truths =>
  dots === null ? {} : { firstExciton: excitonNm(dots), diameter: dots.diameterNm };

const emissionTruth = ({ dots }: ProbeTruth, stokesShiftNm: number): Truths =>
  dots === null ? {} : { emissionMaximum: emissionNm(dots, stokesShiftNm), plqy: 100 * dots.quantumYield };

function outcomeOf(skid: SkidName, { outputs, verdict, reasons }: AnalysisOutcome, truths: Truths): Outcome {
  const stated = Object.entries(truths).flatMap(([output, truth]) => {
    const estimate = outputs[output];
    return estimate === null || estimate === undefined ? [] : [{ output, truth, ...estimate }];
  });
  return { skid, decided: verdict === 'in domain', reasons, truths, stated };
}

const source = 'own synthesis from the state of the running twin, shipped method';

function rowOf(skid: SkidName, output: string, outcomes: readonly Outcome[]): AccuracyRow {
  const own = outcomes.filter(({ truths }) => output in truths);
  const decided = own.filter((outcome) => outcome.decided);
  const values = decided.flatMap(({ stated }) => stated.filter((each) => each.output === output));
  const held = values.filter(({ value, uncertainty, truth }) => Math.abs(value - truth) <= uncertainty).length;
  const errors = values.map(({ value, truth }) => Math.abs(value - truth)).sort((one, other) => one - other);
  const share = values.length === 0 ? Number.NaN : (100 * held) / values.length;
  const median = (errors[Math.floor(errors.length / 2)] ?? Number.NaN).toPrecision(2);
  const why = [...new Set(own.flatMap(({ reasons }) => reasons))].slice(0, 2).join(' ');
  const undecided = own.length - decided.length;
  const told = `${values.length} decided, median error ${median}${undecided === 0 ? '' : `; ${undecided} undecided: ${why}`}`;
  return {
    what: `${skid}: ${output} holds the truth within its stated uncertainty (${told})`,
    got: share,
    unit: '%',
    goal: '≥ 95',
    passed: values.length === 0 ? null : share >= 95,
    source,
  };
}

/** What a spectrum costs the twin, all four kinds together. */
function speedRow(): AccuracyRow {
  const [sample] = samplesOf('CdSe');
  if (sample === undefined) throw new TypeError('the twin gave no sample');
  const draws = drawsOf(sourceOf(1, 1, 1));
  const { product } = sample;
  const sight: Sight = {
    ...{ chalcogen: 'Se', stokesShiftNm: 15, truth: () => product },
    optics: () => ({ lampShare: 1, laserShiftPerCm: 0 }),
  };
  const acquisition = new NmrAcquisition({ instrument: benchtop80, sight, random: draws.uniform });
  const rounds = 30;
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    acquisition.measure('1D PHOSPHORUS');
    ramanOf(product, 'Se', raman785, sight.optics(), draws);
    for (const name of ['absorbance', 'emission'] as const) opticalKinds[name].measure(sight, draws);
  }
  const ms = (performance.now() - began) / rounds;
  const what = 'making a decay of 16k points, a Raman, an absorbance and an emission spectrum';
  return { what, got: ms, unit: 'ms', goal: '≤ 50', passed: ms <= 50, source: 'this machine' };
}
