/** A folder with a calibration's set, the command run in it, and a method that names the record. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calibrateCommand } from '../../../pat/calibrate/command.ts';
import type { CalibrationSample } from '../../../pat/pls/index.ts';
import { loadMethod } from '../../../plant/method/method-loader.ts';
import type { SpectrumData } from '../../../plant/spectrum.ts';
import { axis } from '../pls/mixtures.ts';

export const tableOf = (samples: readonly CalibrationSample[]): string =>
  [
    ['batch', 'glucose', 'lactate', ...axis].join(','),
    ...samples.map(({ group, values, y }) => [`"${group}"`, ...values, ...y].join(',')),
    '',
  ].join('\n');

export type Ran = Readonly<{ code: number; said: string }>;

export function run(folder: string, ...args: readonly string[]): Ran {
  const lines: string[] = [];
  const code = calibrateCommand(args, folder, (line) => lines.push(line));
  return { code, said: lines.join('\n') };
}

export const calibration = [
  ...['pls', '--set', 'set.csv', '--batch', 'batch', '--response', 'glucose,lactate', '--unit', 'mmol/L,mmol/L'],
  ...['--window', '7', '--order', '2', '--derivative', '1', '--factors', '3'],
] as const;

export const calibrate = (folder: string, out = 'mixtures-1.json'): Ran => run(folder, ...calibration, '--out', out);

export const textIn = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

export type Head = Readonly<{ record?: string; set?: string; approved?: string; outputs?: string; reference?: string }>;

/** The method's file, as somebody writes it by what the command says. */
export function methodOf(folder: string, head: Head = {}): string {
  const { record = 'mixtures-1.json', approved = 'null', reference = 'null' } = head;
  const set = head.set ?? (JSON.parse(textIn(folder, record)) as { calibrationSet: string }).calibrationSet;
  const outputs =
    head.outputs ?? '{ glucose: { title: Glucose, unit: mmol/L }, lactate: { title: Lactate, unit: mmol/L } }';
  return `method: mixtures
version: 1
title: Mixtures
source: A set of this test
kind: raman
calibrationSet: ${set}
approved: ${approved}
reviewBy: null
outputs: ${outputs}
suitability:
  within: 15 min
  checks:
    hotellingT2: { title: Within what is known, most: 20 }
parameters:
  axis: { mostStepPerCm: 5 }
  saturationCounts: null
  calibration: null
  response: null
  cosmicRays: { threshold: 8, mostStruck: 3 }
  reference: ${reference}
  model: { kind: pls, record: ${record} }
`;
}

export function load(folder: string, text = methodOf(folder)): ReturnType<typeof loadMethod> {
  const file = join(folder, 'mixtures.yaml');
  writeFileSync(file, text);
  return loadMethod(file);
}

export const ramanOf = (y: Float64Array, x: Float64Array = axis, unit: string | null = '1/cm'): SpectrumData => ({
  x: { title: 'Raman shift', unit, values: x },
  y: { title: 'Intensity', unit: null, values: y },
  takenAt: null,
  facts: {},
});
