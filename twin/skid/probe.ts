/** What stands in front of a probe of the twin: the truth, from which its instruments make spectra and readings. */

/** Where a probe looks: behind the first stage, behind the second, behind the shell step. */
export const probePlaces = ['stage1', 'stage2', 'shell'] as const;
export type ProbePlace = (typeof probePlaces)[number];

export const dotMaterials = ['CdS', 'CdSe', 'CdTe', 'CdSe/ZnS'] as const;
export type DotMaterial = (typeof dotMaterials)[number];

/** Dissolved species, in mol/L of liquid at 25 °C. `tcepX` is TCEP=X, `oxide` TCEP=O, `source` the unreacted chalcogen. */
export type Dissolved = Readonly<{
  tcep: number;
  oxide: number;
  tcepX: number;
  source: number;
  cadmium: number;
  ligand: number;
  zinc: number;
  oxygen: number;
}>;

export type Dots = Readonly<{
  material: DotMaterial;
  /** Of the core, in nm; mean of the number distribution. */
  diameterNm: number;
  /** Standard deviation of the diameters over their mean. */
  spread: number;
  /** Thickness of the shell in nm; 0 where there is none. */
  shellNm: number;
  /** Photoluminescence quantum yield, 0 to 1. */
  quantumYield: number;
  /** Mol of particles in a litre. */
  particlesMolPerL: number;
}>;

export type ProbeTruth = Readonly<{
  dissolved: Dissolved;
  /** Null where the liquid carries none. */
  dots: Dots | null;
  pH: number;
  celsius: number;
  flowMlPerMin: number;
  /** 0 to 1: how far a film on the window takes light away. */
  film: number;
}>;
