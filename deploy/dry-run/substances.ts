/** What the feeds of a recipe are made of, by the names of its feedstocks, and molar masses by which it is weighed. */
import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { mesolineError } from '../../plant/errors.ts';
import { usesOf } from '../../plant/recipe/chemistry.ts';
import type { FeedName, MasterRecipe } from '../../plant/recipe/recipe.ts';
import { chemistries, chemistryOf } from '../../plant/recipe/roles.ts';
import type { FedSubstance, MadeUp } from '../../twin/virtual/index.ts';

/** As it is weighed: a salt with its water, for instance. */
export type Weighed = Readonly<{ name: string; for: readonly string[]; gPerMol: number }>;

const form = Compile(
  Type.Object({
    substances: Type.Array(
      Type.Object({
        name: Type.String(),
        for: Type.Array(Type.String()),
        gPerMol: Type.Number({ exclusiveMinimum: 0 }),
      }),
      { minItems: 1 },
    ),
  }),
);

/** The same list by which weighings are counted (IUPAC/CIAAW 2021). */
const shipped = new URL('../../control/materials/materials.yaml', import.meta.url);

/** @throws MesolineError `materials-file-invalid` */
export function loadWeighed(file: URL = shipped): readonly Weighed[] {
  const read: unknown = parse(readFileSync(file, 'utf8'));
  if (form.Check(read)) return read.substances;
  const [first] = form.Errors(read);
  throw mesolineError('materials-file-invalid', file.pathname, first?.message ?? 'It is no list.', 'Correct it there.');
}

/** What a recipe calls each substance that its feeds hold; `Zn(OAc)2 + Na2S` names two. What it does not feed is left out. */
export function namesOf({
  feedstocks,
}: Pick<MasterRecipe, 'feedstocks'>): Readonly<Partial<Record<FedSubstance, string>>> {
  const names: Partial<Record<FedSubstance, string>> = {};
  for (const { feed, name } of feedstocks) {
    if (feed === 'cadmium' || feed === 'ligand') names[feed] = name;
    if (feed === 'chalcogen') {
      const chemistry = chemistryOf(name);
      names.tcep = name.split('=')[0]?.trim() ?? name;
      names.source = chemistry === null ? name : chemistries[chemistry].element;
    }
    if (feed === 'shell') {
      const [zinc = name, sulfur] = name.split('+').map((each) => each.trim());
      names.zinc = zinc;
      names.shellSource = sulfur ?? 'sulfur of the shell';
    }
  }
  return names;
}

/** The stocks that the feeds of a recipe are made up of. */
export function madeUpOf(recipe: Pick<MasterRecipe, 'feedstocks' | 'formula'>): MadeUp {
  const molPerL = (feed: FeedName): Readonly<{ at?: number }> => {
    const found = recipe.feedstocks.find((each) => each.feed === feed);
    return found === undefined ? {} : { at: found.concentrationMm / 1000 };
  };
  const chemistry = chemistryOf(recipe.feedstocks.find(({ feed }) => feed === 'chalcogen')?.name ?? '');
  const excess = chemistry === null ? undefined : recipe.formula.get(usesOf(chemistry, true).excess.name);
  const [chalcogen, cadmium, ligand, shell] = (['chalcogen', 'cadmium', 'ligand', 'shell'] as const).map(molPerL);
  return {
    chalcogenRatio: excess?.kind === 'value' ? excess.value : null,
    ...(chalcogen?.at === undefined ? {} : { chalcogen: chalcogen.at }),
    ...(cadmium?.at === undefined ? {} : { cadmium: cadmium.at }),
    ...(ligand?.at === undefined ? {} : { ligand: ligand.at }),
    ...(shell?.at === undefined ? {} : { zinc: shell.at }),
  };
}
