/**
 * The critical parameters and attributes of a batch on one skid: what the recipe's formula bounds, and what was measured of it. Pure.
 */
import { hasShellStep, usesOf } from '../../plant/recipe/chemistry.ts';
import { readingValue, type Equipment } from '../../plant/recipe/equipment.ts';
import type { FormulaLimit, FormulaValue, MasterRecipe } from '../../plant/recipe/recipe.ts';
import { chemistryOf, isReading, readingForm, type ReadingName } from '../../plant/recipe/roles.ts';
import { tagName, type SkidName, type TagName } from '../../plant/sample.ts';
import type { TagDefinition } from '../../plant/skid/definition.ts';
import { goodAt } from './course.ts';
import type { Course, UnitEvidence } from './evidence.ts';

/** One of them: its limits, the tags behind it, and its value at a time; null where a tag behind it may not be relied on. */
export type Watched = Readonly<{
  name: string;
  title: string;
  unit: string | null;
  low: number | null;
  high: number | null;
  /** What the process was shown to bear, where the recipe says so. */
  proven: Readonly<{ low: number; high: number }> | null;
  tags: readonly TagName[];
  valueAt: (time: number) => number | null;
}>;

/** A parameter that the recipe calls critical and nothing of this skid measures. */
export type Unwatched = Readonly<{ name: string; why: string }>;

type Way = Readonly<{ title: string; unit: string | null; tags: readonly TagDefinition[]; value: Read }>;
type Read = (read: (tag: TagDefinition) => number | null) => number | null;

export function watchedOf(
  recipe: MasterRecipe,
  { skid, equipment, courses }: Pick<UnitEvidence, 'skid' | 'equipment' | 'courses'>,
): Readonly<{ watched: readonly Watched[]; unwatched: readonly Unwatched[] }> {
  const watched: Watched[] = [];
  const unwatched: Unwatched[] = [];
  if (equipment === null) return { watched, unwatched };
  const ways = waysOf(recipe, equipment);
  for (const parameter of recipe.formula.values()) {
    if (!parameter.critical) continue;
    const way = parameter.kind === 'limit' ? readingWay(equipment, parameter.reading) : ways.get(parameter.name);
    const range = rangeOf(parameter);
    if (way === undefined || way === null)
      unwatched.push({ name: parameter.name, why: 'nothing on this skid measures it' });
    else if (range === null) unwatched.push({ name: parameter.name, why: 'the recipe gives it no range' });
    else watched.push({ name: parameter.name, ...range, ...measured(way, skid, courses) });
  }
  return { watched, unwatched };
}

const rangeOf = (parameter: FormulaValue | FormulaLimit): Pick<Watched, 'low' | 'high' | 'proven'> | null => {
  if (parameter.kind === 'limit') return { low: parameter.low, high: parameter.high, proven: null };
  const { range, proven } = parameter;
  const bounds = range ?? proven;
  return bounds === null ? null : { low: bounds.low, high: bounds.high, proven };
};

function measured(
  way: Way,
  skid: SkidName,
  courses: ReadonlyMap<TagName, Course>,
): Pick<Watched, 'title' | 'unit' | 'tags' | 'valueAt'> {
  const behind = way.tags.map((tag) => courses.get(tagName(skid, tag.name)) ?? null);
  const valueAt = (time: number): number | null =>
    way.value((tag) => {
      const course = behind[way.tags.indexOf(tag)] ?? null;
      return course === null ? null : goodAt(course, time);
    });
  return { title: way.title, unit: way.unit, tags: way.tags.map(({ name }) => tagName(skid, name)), valueAt };
}

function readingWay(equipment: Equipment, reading: string): Way | null {
  if (!isReading(reading)) return null;
  const tags = equipment.readings.get(reading);
  if (tags === undefined) return null;
  const { title, unit } = readingForm(reading);
  return { title, unit, tags, value: (read) => readingValue(reading, equipment, read) };
}

/** How each value of the formula that flows and set points follow from is measured; what is only set has no way. */
function waysOf(recipe: MasterRecipe, equipment: Equipment): ReadonlyMap<string, Way | null> {
  const ways = new Map<string, Way | null>([
    ['temperature', readingWay(equipment, 'reactorTemperature')],
    ['residenceTime', readingWay(equipment, 'residenceTime')],
    ['stage1Temperature', readingWay(equipment, 'stage1Temperature')],
    ['shellTemperature', readingWay(equipment, 'shellTemperature')],
    ['backPressure', readingWay(equipment, 'reactorPressure')],
  ]);
  const concentration = new Map(recipe.feedstocks.map(({ feed, concentrationMm }) => [feed, concentrationMm]));
  const chalcogen = recipe.feedstocks.find(({ feed }) => feed === 'chalcogen');
  const chemistry = chalcogen === undefined ? null : chemistryOf(chalcogen.name);
  if (chemistry === null) return ways;
  const uses = usesOf(chemistry, hasShellStep(recipe.procedure));
  const molar = (title: string, of: ReadingName, to: ReadingName, [a, b]: readonly [number, number]): Way | null => {
    const [top, below] = [equipment.readings.get(of), equipment.readings.get(to)];
    if (top === undefined || below === undefined) return null;
    return {
      title,
      unit: null,
      tags: [...top, ...below],
      value: (read) => {
        const [over, under] = [readingValue(of, equipment, read), readingValue(to, equipment, read)];
        return over === null || under === null || under <= 0 ? null : (over * a) / (under * b);
      },
    };
  };
  const moles = (feed: 'cadmium' | 'chalcogen' | 'ligand' | 'shell'): number => concentration.get(feed) ?? 0;
  const { cadmium, ligand, shell, excess } = uses;
  const ratio = equipment.setPoints.chalcogenRatio;
  // It is set between two heads of one pump: what was set is all that can be known of it.
  if (ratio !== undefined)
    ways.set(excess.name, {
      title: `Chalcogen to phosphine, as set (${excess.name})`,
      unit: ratio.unit,
      tags: [ratio],
      value: (read) => read(ratio),
    });
  ways.set(
    cadmium.name,
    molar(`Cadmium to chalcogen (${cadmium.name})`, 'cadmiumFlow', 'chalcogenFlow', [
      moles('cadmium'),
      moles('chalcogen'),
    ]),
  );
  ways.set(
    ligand.name,
    molar(`Ligand to cadmium (${ligand.name})`, 'ligandFlow', 'cadmiumFlow', [moles('ligand'), moles('cadmium')]),
  );
  ways.set(
    shell.name,
    molar(`Zinc to cadmium (${shell.name})`, 'shellFlow', 'cadmiumFlow', [moles('shell'), moles('cadmium')]),
  );
  return ways;
}

/** Every tag that rules and trends of a skid read: what stands behind the critical parameters, the diverter and the flows. */
export function tagsToRead(recipe: MasterRecipe, skid: SkidName, equipment: Equipment): readonly TagName[] {
  const { watched } = watchedOf(recipe, { skid, equipment, courses: new Map() });
  const { points } = equipment;
  const always = [points.diverter, points.collected, points.chalcogen, points.cadmium, points.ligand, points.flush];
  const fitted = [points.shell, points.wasteVolume].filter((tag) => tag !== undefined);
  return [
    ...new Set([
      ...watched.flatMap(({ tags }) => tags),
      ...[...always, ...fitted].map(({ name }) => tagName(skid, name)),
    ]),
  ];
}
