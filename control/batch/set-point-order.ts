/**
 * The order in which set points of one command are written: what makes the line safer first (product to waste, cadmium off),
 * then ligand and chalcogen before cadmium, heat and product last.
 */
import type { Equipment } from '../../plant/recipe/equipment.ts';
import type { SetPointName, SetPoints } from '../../plant/recipe/roles.ts';
import type { LocalTag } from '../../plant/sample.ts';

const rising: readonly SetPointName[] = [
  'backPressure',
  'flushLiquid',
  'chalcogenRatio',
  'ligand',
  'chalcogen',
  'cadmium',
  'shell',
  'flush',
  'ramp',
  'stage1',
  'shellTemperature',
  'temperature',
  'diverter',
];

export function orderedWrites(
  changes: SetPoints,
  equipment: Pick<Equipment, 'setPoints'>,
): readonly Readonly<{ tag: LocalTag; value: number }>[] {
  const first: SetPointName[] = [];
  if (changes.diverter === 0) first.push('diverter');
  if (changes.temperature === 0) first.push('temperature');
  if (changes.stage1 === 0) first.push('stage1');
  if (changes.shellTemperature === 0) first.push('shellTemperature');
  if (changes.shell === 0) first.push('shell');
  if (changes.cadmium === 0) first.push('cadmium');
  const last = rising.filter((name) => !first.includes(name));
  return [...first, ...last].flatMap((name) => {
    const value = changes[name];
    const tag = equipment.setPoints[name];
    return value === undefined || tag === undefined ? [] : [{ tag: tag.name, value }];
  });
}
