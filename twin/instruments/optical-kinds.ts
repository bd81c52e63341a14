/** The optical instruments that write files: what each measures, and what its files say of it. */
import type { UtcMs } from '../../plant/clock.ts';
import { absorbanceOf, diodeArray } from '../spectra/absorbance.ts';
import type { Draws } from '../spectra/draws.ts';
import { emissionOf, fluorimeter } from '../spectra/emission.ts';
import { raman785, ramanOf } from '../spectra/raman.ts';
import type { Sight } from './sight.ts';
import {
  absorbanceWords,
  emissionWords,
  ramanWords,
  type Curve,
  type FileWords,
  type SpectrumForm,
} from './spectrum-files.ts';

export type OpticalKind = Readonly<{
  /** What its files' names begin with. */
  prefix: string;
  form: SpectrumForm;
  measure: (sight: Sight, draws: Draws) => Curve;
  words: (takenAt: UtcMs | null) => FileWords;
}>;

const calibrated = '2026-01-12T08:00:00Z';

export const opticalKinds = {
  raman: {
    prefix: 'raman_',
    form: 'spc',
    measure: ({ truth, chalcogen, optics }, draws) => ramanOf(truth(), chalcogen, raman785, optics(), draws),
    words: (takenAt) => ({
      ...ramanWords,
      takenAt,
      facts: { serial: 'RA-2077', laser: '785 nm', calibration: calibrated },
    }),
  },
  absorbance: {
    prefix: 'absorbance_',
    form: 'jdx',
    measure: ({ truth, optics }, draws) => absorbanceOf(truth(), diodeArray, optics(), draws),
    words: (takenAt) => ({
      ...absorbanceWords,
      takenAt,
      facts: { serial: 'UV-3310', pathlength: `${10 * diodeArray.pathCm} mm`, calibration: calibrated },
    }),
  },
  emission: {
    prefix: 'emission_',
    form: 'csv',
    measure: ({ truth, stokesShiftNm, optics }, draws) =>
      emissionOf(truth(), stokesShiftNm, fluorimeter, optics(), draws),
    words: (takenAt) => ({
      ...emissionWords,
      takenAt,
      facts: { serial: 'PL-1204', excitation: `${fluorimeter.excitationNm} nm`, calibration: calibrated },
    }),
  },
} as const satisfies Readonly<Record<string, OpticalKind>>;
export type OpticalName = keyof typeof opticalKinds;
