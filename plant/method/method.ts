/**
 * A method is a record: how values are made of a spectrum, within which bounds, on which evidence, approved by whom. Its
 * file in `pat/methods/` is what is approved; the digest of its content, the approval left out, goes with every result.
 */
import type { MethodIdentity } from '../analysis.ts';
import type { Milliseconds } from '../clock.ts';
import type { MethodParameters } from './parameters.ts';

export type OutputDefinition = Readonly<{ name: string; title: string; unit: string | null }>;

/** A value that the method asks for, in its unit, and within which range it was validated. */
export type InputDefinition = Readonly<{
  name: string;
  unit: string | null;
  range: readonly [number, number];
  /** Whether it is asked of the liquid (when that left what the tags are about) or of the probe, when it was measured. */
  at: 'sample' | 'probe';
}>;

/** One figure of merit that has to be within bounds for the method to be fit. */
export type SuitabilityCheck = Readonly<{
  figure: string;
  title: string;
  least: number | null;
  most: number | null;
}>;

export type MethodDefinition = MethodIdentity &
  Readonly<{
    title: string;
    /** What the numbers stand on: a paper, a calibration with its set. */
    source: string;
    /** SHA-256 of the calibration set, in hexadecimal; null where the method is calibrated by nothing but its constants. */
    calibrationSet: string | null;
    approvedAt: string | null;
    /** After this day it is undecided until it is reviewed; null: no such day. */
    reviewBy: string | null;
    parameters: MethodParameters;
    outputs: readonly OutputDefinition[];
    inputs: readonly InputDefinition[];
    /** Judged on the newest spectrum, which must be younger than `within`. */
    suitability: Readonly<{ within: Milliseconds; checks: readonly SuitabilityCheck[] }>;
    /** What asks for the method to be looked after. */
    maintenance: readonly SuitabilityCheck[];
  }>;
