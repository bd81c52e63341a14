/** Shared equipment in a procedure: nobody takes what he holds, and everybody takes it in the order that the site gives. */
import type { Fault } from '../errors.ts';
import type { SharedEquipment } from '../shared-equipment.ts';
import type { Path, Source } from '../skid/source.ts';
import { didYouMean } from '../suggest.ts';
import { phaseNamed } from './phases.ts';
import type { MasterRecipe, Procedure, RecipeNode } from './recipe.ts';
import type { Places } from './procedure.ts';
import { sharedAnalysers, sharedLines } from './roles.ts';

/** A piece of equipment that is asked for at `path` while `held` are held, from the first taken on. */
type Taking = Readonly<{ equipment: string; path: string; held: readonly string[] }>;

const known: readonly string[] = [...sharedAnalysers, ...sharedLines];

export function checkSharing(source: Source, procedure: Procedure, needs: readonly string[], places: Places): void {
  const at = (path: string): Path => places.get(path) ?? ['procedure'];
  for (const { equipment, path, held } of takings(procedure)) {
    if (!known.includes(equipment))
      source.fault(
        at(path),
        `"${equipment}" is nothing that skids share.`,
        didYouMean(equipment, known, `Use ${known.join(', ')}.`),
      );
    else if ((sharedAnalysers as readonly string[]).includes(equipment) && !needs.includes(equipment))
      source.fault(at(path), `${equipment} is taken, and the recipe does not need it.`, `Add ${equipment} to "needs".`);
    if (held.includes(equipment))
      source.fault(
        at(path),
        `${equipment} is asked for at ${path} while it is held already: nobody could ever give it.`,
        'Take it once, around all that uses it.',
      );
  }
  for (const { path, equipment } of contested(procedure.tree, procedure)) {
    source.fault(
      at(path),
      `Two branches beside each other ask for ${equipment}: the skid would wait for itself.`,
      'Put them behind each other, or take it around both.',
    );
  }
}

/** What would let two skids of the site wait for each other for ever; empty where nothing does. */
export function orderFaults({ source, procedure }: MasterRecipe, shared: readonly SharedEquipment[]): readonly Fault[] {
  const placesOf = (capability: string): readonly SharedEquipment[] => shared.filter(({ is }) => is === capability);
  return takings(procedure).flatMap(({ equipment, path, held }) =>
    placesOf(equipment).flatMap((asked) =>
      held.flatMap((holding) =>
        placesOf(holding)
          .filter((owned) => owned.order > asked.order && owned.serves.some((skid) => asked.serves.includes(skid)))
          .map((owned) => ({
            where: `${source} (${path})`,
            problem: `${asked.name} is asked for while ${owned.name} is held, against the order of the site: two skids could wait for each other.`,
            remedy: `Take ${asked.name} first, around it.`,
          })),
      ),
    ),
  );
}

function takings({ steps, tree }: Procedure): readonly Taking[] {
  const found: Taking[] = [];
  const walk = (node: RecipeNode, held: readonly string[]): void => {
    switch (node.kind) {
      case 'step': {
        const step = steps[node.step];
        if (step === undefined) return;
        let holding = held;
        for (const equipment of phaseNamed(step.phase).uses) {
          found.push({ equipment, path: step.path, held: holding });
          holding = [...holding, equipment];
        }
        return;
      }
      case 'with':
        found.push({ equipment: node.equipment, path: node.path, held });
        walk(node.body, [...held, node.equipment]);
        return;
      case 'wait':
        return;
      default:
        for (const each of within(node)) walk(each, held);
    }
  };
  walk(tree, []);
  return found;
}

function within(node: RecipeNode): readonly RecipeNode[] {
  switch (node.kind) {
    case 'sequence':
      return node.of;
    case 'parallel':
      return node.branches;
    case 'choose':
      return node.branches.map(({ body }) => body);
    case 'repeat':
    case 'with':
      return [node.body];
    default:
      return [];
  }
}

/** Equipment that more than one branch of a parallel asks for. */
function contested(node: RecipeNode, procedure: Procedure): readonly Readonly<{ path: string; equipment: string }>[] {
  const inner = within(node).flatMap((each) => contested(each, procedure));
  if (node.kind !== 'parallel') return inner;
  const seen = new Set<string>();
  const own = node.branches.flatMap((branch) => {
    const asked = new Set(takings({ ...procedure, tree: branch }).map(({ equipment }) => equipment));
    const again = [...asked].filter((equipment) => seen.has(equipment));
    for (const equipment of asked) seen.add(equipment);
    return again;
  });
  return [...inner, ...own.map((equipment) => ({ path: node.path, equipment }))];
}
