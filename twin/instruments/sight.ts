/** What an instrument of the twin looks at, and how the time goes for it. */
import type { Clock, Milliseconds } from '../../plant/clock.ts';
import { cleanOptics, type Optics } from '../spectra/optics.ts';
import type { Chalcogen } from '../spectra/phosphorus-lines.ts';
import type { ProbeTruth } from '../skid/probe.ts';

export type Sight = Readonly<{
  chalcogen: Chalcogen;
  /** From the dots' first exciton to their emission, in nm. */
  stokesShiftNm: number;
  truth: () => ProbeTruth;
  optics: () => Optics;
}>;

/** What stands in the cell of an instrument that is tried out alone: stage 1 nearly done, and dots of CdSe. */
const trialTruth: ProbeTruth = {
  dissolved: {
    tcep: 0.001,
    oxide: 0.0005,
    tcepX: 0.0185,
    source: 0.004,
    cadmium: 0.003,
    ligand: 0.02,
    zinc: 0,
    oxygen: 0,
  },
  dots: {
    material: 'CdSe',
    diameterNm: 3.6,
    spread: 0.08,
    shellNm: 0,
    quantumYield: 0.25,
    particlesMolPerL: 3e-6,
  },
  pH: 10,
  celsius: 25,
  flowMlPerMin: 20,
  film: 0,
};

export const trialSight: Sight = {
  chalcogen: 'Se',
  stokesShiftNm: 15,
  truth: () => trialTruth,
  optics: () => cleanOptics,
};

/** No instrument writes faster than this, however fast the process goes. */
const fastestMs = 1000;

/** How long a time of the process is on the wall, for something that happens again and again. */
export const wallPeriodMs = ({ timeScale }: Pick<Clock, 'timeScale'>, process: Milliseconds): number =>
  Math.max(fastestMs, process / timeScale);
