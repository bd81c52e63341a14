/** The SNAR kinetics of Hone et al. 2017, put together from the twin's reactor blocks, beside an integration that is not ours. */
import { readFileSync } from 'node:fs';
import { reactFor } from '../../twin/blocks/batch.ts';
import { constantsAt, createNetwork } from '../../twin/blocks/reactions.ts';

export type SnarCase = Readonly<{ celsius: number; minutes: number; start: readonly number[]; end: readonly number[] }>;

export const snarCases: readonly SnarCase[] = (
  JSON.parse(readFileSync(new URL('blocks/vectors/snar.json', import.meta.url), 'utf8')) as { cases: SnarCase[] }
).cases;

/** k_ref are in 10⁻² L/(mol·s) at 90 °C; what takes 0.6 of them in L/(mol·min) takes a hundredth in L/(mol·s). */
const rate = (kRef: number, activationKJPerMol: number) => ({ kRef: kRef / 100, referenceC: 90, activationKJPerMol });

export const snarNetwork = createNetwork(
  ['fluoride', 'pyrrolidine', 'ortho', 'para', 'bis'],
  [
    { name: 'ortho', takes: { fluoride: 1, pyrrolidine: 1 }, gives: { ortho: 1 }, rate: rate(57.9, 33.3) },
    { name: 'para', takes: { fluoride: 1, pyrrolidine: 1 }, gives: { para: 1 }, rate: rate(2.7, 35.3) },
    { name: 'bis of ortho', takes: { ortho: 1, pyrrolidine: 1 }, gives: { bis: 1 }, rate: rate(0.865, 38.9) },
    { name: 'bis of para', takes: { para: 1, pyrrolidine: 1 }, gives: { bis: 1 }, rate: rate(1.63, 44.8) },
  ],
);

/** What comes out of a plug of 1 L after its time. */
export const snarOutcome = ({ celsius, minutes, start }: Omit<SnarCase, 'end'>): Float64Array =>
  reactFor(
    snarNetwork,
    Float64Array.from(start),
    1,
    constantsAt(snarNetwork, celsius, new Float64Array(4)),
    60 * minutes,
  );

/** The largest difference from the other integration, against what was put in. */
export const snarError = (one: SnarCase): number =>
  snarOutcome(one).reduce(
    (worst, amount, i) => Math.max(worst, Math.abs(amount - (one.end[i] ?? Number.NaN)) / (one.start[0] ?? Number.NaN)),
    0,
  );
