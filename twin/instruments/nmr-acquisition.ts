/** A spectrometer that looks at what stands in its cell: its field and its receiver wander from one measurement to the next. */
import type { Clock } from '../../plant/clock.ts';
import { drawsOf, type Draws } from '../spectra/draws.ts';
import { fidOf, type NmrInstrument, type NmrState } from '../spectra/fid.ts';
import { phosphorusLines } from '../spectra/phosphorus-lines.ts';
import type { Sight } from './sight.ts';
import type { Measurement } from './spinsolve-result.ts';

export type NmrAcquisitionOptions = Readonly<{
  instrument: NmrInstrument;
  sight: Sight;
  random: () => number;
  /** Stamps its measurements; without it they carry no time. */
  clock?: Pick<Clock, 'utc'>;
}>;

const phaseDegrees = 12;
const phaseSigma = 3;
/** The field is held by a lock: it wanders by hundredths of a ppm and is drawn back. */
const [fieldSigmaPpm, fieldKept] = [0.01, 0.97];

export class NmrAcquisition {
  readonly #options: NmrAcquisitionOptions;
  readonly #draws: Draws;
  #state: NmrState = { fieldPpm: 0, phaseDegrees };

  constructor(options: NmrAcquisitionOptions) {
    this.#options = options;
    this.#draws = drawsOf(options.random);
  }

  measure(protocol: string): Measurement {
    const { instrument, sight, clock } = this.#options;
    const draws = this.#draws;
    const state = {
      fieldPpm: fieldKept * this.#state.fieldPpm + fieldSigmaPpm * draws.normal(),
      phaseDegrees: phaseDegrees + phaseSigma * draws.normal(),
    };
    this.#state = state;
    const fid = fidOf(phosphorusLines(sight.truth(), sight.chalcogen, instrument), instrument, state, draws);
    return { instrument, state, fid, protocol, takenAt: clock?.utc() ?? null };
  }
}
