/** The stocks of a twin as a recipe has them made up. Pure. */
import type { TwinParameters } from '../skid/parameters.ts';

/** In mol/L; what is left out stays as the skid's file has it. */
export type MadeUp = Readonly<{
  /** TCEP with chalcogen on it, where the two heads meet and all of it has reacted. */
  chalcogen?: number;
  /** Mol of chalcogen to one of TCEP that the heads are set to; null: 1. */
  chalcogenRatio: number | null;
  cadmium?: number;
  ligand?: number;
  zinc?: number;
}>;

/** The source of the shell's sulfur keeps its ratio to zinc, and the two stocks of the chalcogen feed theirs. */
export function withStocks(parameters: TwinParameters, madeUp: MadeUp): TwinParameters {
  const { stocks } = parameters;
  const ratio = madeUp.chalcogenRatio ?? 1;
  const sourceToTcep = (ratio * stocks.tcepMolPerL) / stocks.sourceMolPerL;
  const met = (Math.min(1, ratio) * stocks.tcepMolPerL) / (1 + sourceToTcep);
  const chalcogenTimes = madeUp.chalcogen === undefined ? 1 : madeUp.chalcogen / met;
  const zincMolPerL = madeUp.zinc ?? stocks.zincMolPerL;
  return {
    ...parameters,
    stocks: {
      ...stocks,
      tcepMolPerL: stocks.tcepMolPerL * chalcogenTimes,
      sourceMolPerL: stocks.sourceMolPerL * chalcogenTimes,
      cadmiumMolPerL: madeUp.cadmium ?? stocks.cadmiumMolPerL,
      ligandMolPerL: madeUp.ligand ?? stocks.ligandMolPerL,
      zincMolPerL,
      shellSourceMolPerL:
        stocks.zincMolPerL === 0
          ? stocks.shellSourceMolPerL
          : (stocks.shellSourceMolPerL * zincMolPerL) / stocks.zincMolPerL,
    },
  };
}
