/**
 * The ³¹P lines of stage 1 as they stand in a flow cell: where, how wide, and how much of each amount is seen.
 *
 * Shifts and couplings are the usual windows of these species, none measured by us; TCEP takes its proton up and gives it away
 * fast, so that one line stands at the mean of both (pKa 7.66). Relaxation times are assumed, of a usual size for phosphorus(III)
 * and (V) in water at benchtop field. A sealed capillary of phosphoric acid in the cell is the reference at 0 ppm.
 */
import type { ProbeTruth } from '../skid/probe.ts';

export type Chalcogen = 'S' | 'Se' | 'Te';

export type NmrLine = Readonly<{
  ppm: number;
  /** At half height, in Hz. */
  widthHz: number;
  /** Mol of phosphorus a litre that it looks like: the amount times what saturation leaves of it. */
  amount: number;
}>;

/** What of an instrument decides how much of each species is seen, and how wide. */
export type NmrCell = Readonly<{
  frequencyMHz: number;
  /** Width at half height that the shim leaves. */
  shimHz: number;
  repetitionS: number;
  pulseDegrees: number;
  /** Volume that the coil sees, and volume before it that stands in the field, in mL. */
  cellMl: number;
  polarisingMl: number;
}>;

const pKa = 7.66;
const [freePpm, protonatedPpm] = [-16, 16];
const oxidePpm = 58;
const tcepXPpm: Readonly<Record<Chalcogen, number>> = { S: 52, Se: 42.5, Te: -12 };
/** Share of ⁷⁷Se, half of it in either satellite, and its coupling to phosphorus. */
const selenium77 = 0.076;
const couplingHz = 680;
/** The line is widest where half of it is protonated. */
const exchangeHz = 1;
/** TCEP=Te gives its tellurium away and takes it back while it is looked at: its line is wide, that of TCEP a little, and both lean. */
const telluriumHz = 15;
const takenBackHz = 1;
const leaning = 0.03;

/** Longitudinal relaxation in s. */
export const relaxationS = { tcep: 6.8, oxide: 5.1, tcepX: { S: 5.8, Se: 4.9, Te: 4.2 }, capillary: 0.8 } as const;
/** What the capillary looks like, in mol of phosphorus for a litre of the cell. */
const capillaryMolPerL = 0.01;

export function phosphorusLines(
  { dissolved, pH, flowMlPerMin }: ProbeTruth,
  chalcogen: Chalcogen,
  cell: NmrCell,
): readonly NmrLine[] {
  const { shimHz, frequencyMHz } = cell;
  const seen = (molPerL: number, t1S: number): number => Math.max(0, molPerL) * seenShare(t1S, cell, flowMlPerMin);
  const tcep = seen(dissolved.tcep, relaxationS.tcep);
  const tcepX = seen(dissolved.tcepX, relaxationS.tcepX[chalcogen]);
  const protonated = 1 / (1 + 10 ** (pH - pKa));
  const free = freePpm + (protonatedPpm - freePpm) * protonated;
  const exchanging = exchangeHz * 4 * protonated * (1 - protonated);
  const isTe = chalcogen === 'Te';
  const ownX = tcepXPpm[chalcogen];
  const mean = (tcep * free + tcepX * ownX) / Math.max(1e-12, tcep + tcepX);
  const leant = (ppm: number): number => (isTe ? ppm + leaning * (mean - ppm) : ppm);
  const tcepXHz = shimHz + (isTe ? telluriumHz : 0);
  const main: NmrLine = { ppm: leant(ownX), widthHz: tcepXHz, amount: tcepX };
  const shareX = tcepX / Math.max(1e-12, tcep + tcepX);
  return [
    { ppm: leant(free), widthHz: shimHz + exchanging + (isTe ? takenBackHz * shareX : 0), amount: tcep },
    { ppm: oxidePpm, widthHz: shimHz, amount: seen(dissolved.oxide, relaxationS.oxide) },
    ...(chalcogen === 'Se' ? withSatellites(main, frequencyMHz) : [main]),
    {
      ppm: 0,
      widthHz: shimHz + 1,
      amount: capillaryMolPerL * seenShare(relaxationS.capillary, cell, 0),
    },
  ];
}

/** What stands beside ⁷⁷Se stands half a coupling away, on either side. */
function withSatellites(line: NmrLine, frequencyMHz: number): readonly NmrLine[] {
  const away = couplingHz / 2 / frequencyMHz;
  const satellite = { ...line, amount: (line.amount * selenium77) / 2 };
  return [
    { ...line, amount: line.amount * (1 - selenium77) },
    { ...satellite, ppm: line.ppm - away },
    { ...satellite, ppm: line.ppm + away },
  ];
}

/**
 * Share of the equilibrium magnetisation that a pulse finds, in the steady state. What flowed in since the last pulse comes with
 * what the field gave it on its way; the rest recovers from where the last pulse left it (after Hall, Catal. Sci. Technol.
 * 2016, c6cy01754a, which says that both count).
 */
export function seenShare(t1S: number, cell: NmrCell, flowMlPerMin: number): number {
  const { repetitionS, pulseDegrees, cellMl, polarisingMl } = cell;
  const flowMlPerS = Math.max(0, flowMlPerMin) / 60;
  const recovery = 1 - Math.exp(-repetitionS / t1S);
  const left = Math.cos((pulseDegrees * Math.PI) / 180);
  const fresh = Math.min(1, (flowMlPerS * repetitionS) / cellMl);
  const brought = flowMlPerS <= 0 ? 1 : 1 - Math.exp(-polarisingMl / flowMlPerS / t1S);
  // m = fresh·brought + (1 − fresh)·(recovery + (1 − recovery)·left·m)
  return (fresh * brought + (1 - fresh) * recovery) / (1 - (1 - fresh) * (1 - recovery) * left);
}
