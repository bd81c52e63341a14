/**
 * What the line's liquid is made of, and where each kind of it stands in a cell (twin/blocks/tanks.ts). All in mol of the cell,
 * but for two: `secondMoment` is the particles' sum of D⁶, in mol·nm⁶, from which their spread is told; `base` is the alkalinity,
 * strong base less what has taken it up, in mol, and may be negative.
 */
export const species = [
  'tcep',
  'oxide',
  'tcepX',
  'source',
  'oxygen',
  'cadmium',
  'ligand',
  'zinc',
  'shellSource',
  'monomer',
  'core',
  'shellUnits',
  'particles',
  'secondMoment',
  'base',
] as const;
export type Species = (typeof species)[number];

/** Where each stands in a cell. `monomer` is CdX that can still grow on, `core` CdX in particles, `shellUnits` ZnS on them. */
export const at = {
  tcep: 0,
  oxide: 1,
  tcepX: 2,
  source: 3,
  oxygen: 4,
  cadmium: 5,
  ligand: 6,
  zinc: 7,
  shellSource: 8,
  monomer: 9,
  core: 10,
  shellUnits: 11,
  particles: 12,
  secondMoment: 13,
  base: 14,
  kg: 15,
} as const satisfies Readonly<Record<Species | 'kg', number>>;

/** Numbers of a cell: a species each, and the kg of liquid. */
export const stride = 16;

/** What is neither made nor lost: how many of each a mol of a species holds. */
export const elements: Readonly<Record<string, Readonly<Partial<Record<Species, number>>>>> = {
  phosphorus: { tcep: 1, oxide: 1, tcepX: 1 },
  chalcogen: { tcepX: 1, source: 1, monomer: 1, core: 1 },
  cadmium: { cadmium: 1, monomer: 1, core: 1 },
  ligand: { ligand: 1 },
  zinc: { zinc: 1, shellUnits: 1 },
  'sulfur of the shell': { shellSource: 1, shellUnits: 1 },
};
