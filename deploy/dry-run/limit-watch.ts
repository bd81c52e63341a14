/**
 * How near a run comes to each limit: what the skid bears, the proven acceptable ranges of the recipe's formula, and what it asks of
 * the product. Ranges and what is asked count while product is collected, what the skid bears counts always.
 */
import { convert } from '../../plant/units.ts';
import { usesOf } from '../../plant/recipe/chemistry.ts';
import type { FeedName, MasterRecipe } from '../../plant/recipe/recipe.ts';
import { chemistryOf, isReading, readingForm, type ReadingName } from '../../plant/recipe/roles.ts';
import type { SkidType } from '../../plant/skid/definition.ts';

export type SkidLimits = SkidType['limits'];
/** `skid`: what it bears. `proven`: the range of a formula value. `product`: what an analysis has to say of it. */
export type LimitKind = 'skid' | 'proven' | 'product';

export type WatchedLimit = Readonly<{
  skid: string;
  kind: LimitKind;
  /** A name of the recipe's formula, or of a reading. */
  name: string;
  unit: string | null;
  low: number | null;
  high: number | null;
  seenLow: number;
  seenHigh: number;
  /** From the nearest that was seen to the limit, in the unit, and as a share of the range or, of one side, of the limit; below 0: beyond. */
  room: number;
  roomPercent: number;
  /** When it was the nearest, and in which step. */
  atS: number;
  step: string | null;
  isBroken: boolean;
}>;

/** Reads by name; null while it may not be relied on. */
export type ReadValue = (reading: ReadingName) => number | null;

type Limit = Readonly<{
  kind: LimitKind;
  name: string;
  unit: string | null;
  low: number | null;
  high: number | null;
  read: (value: ReadValue) => number | null;
}>;
type Known = { seenLow: number; seenHigh: number; room: number; atS: number; beyondS: number; isBroken: boolean };

/** Meters and thermometers are not exact: what lies beyond a limit of the skid by less than this share of it is noise. */
const noise = 0.02;
/** Regulators hunt and one spectrum errs: beyond a range for less than this, in s, nothing is broken. */
const patienceS = 10;

/** Every limit that a recipe and a skid have, and how each is read. */
export function limitsOf(recipe: Pick<MasterRecipe, 'formula' | 'feedstocks'>, limits: SkidLimits): readonly Limit[] {
  const bears = (name: ReadingName, high: number | null): readonly Limit[] =>
    high === null
      ? []
      : [{ kind: 'skid', name, unit: readingForm(name).unit, low: null, high, read: (value) => value(name) }];
  const ofFormula = [...recipe.formula.values()].flatMap((each): readonly Limit[] => {
    if (each.kind === 'limit') {
      const { name, reading, unit, low, high } = each;
      return isReading(reading) ? [{ kind: 'product', name, unit, low, high, read: (value) => value(reading) }] : [];
    }
    const { name, proven, unit } = each;
    const found = proven === null ? null : readsOf(recipe, name);
    if (proven === null || found === null) return [];
    const to = (value: number): number => convert(value, unit, found.unit, name);
    return [{ kind: 'proven', name, unit: found.unit, low: to(proven.low), high: to(proven.high), read: found.read }];
  });
  return [
    ...bears('totalFlow', limits.totalFlowMlPerMin),
    ...bears('reactorPressure', limits.pressureBarG),
    ...bears('reactorTemperature', limits.automaticTemperatureC),
    ...ofFormula,
  ];
}

const readingsOf: Readonly<Record<string, ReadingName>> = {
  temperature: 'reactorTemperature',
  backPressure: 'reactorPressure',
};

/** How a formula value is seen while the line runs; null for one that is no reading, such as a ramp or a band. */
function readsOf(
  { feedstocks }: Pick<MasterRecipe, 'feedstocks'>,
  name: string,
): Readonly<{ unit: string | null; read: Limit['read'] }> | null {
  const reading = readingsOf[name] ?? (isReading(name) ? name : null);
  if (reading !== null) return { unit: readingForm(reading).unit, read: (value) => value(reading) };
  const chemistry = chemistryOf(feedstocks.find(({ feed }) => feed === 'chalcogen')?.name ?? '');
  if (chemistry === null) return null;
  const concentration = (feed: FeedName): number =>
    feedstocks.find((each) => each.feed === feed)?.concentrationMm ?? NaN;
  const ratio = (of: FeedName, to: FeedName): Limit['read'] => {
    const flows = {
      chalcogen: 'chalcogenFlow',
      cadmium: 'cadmiumFlow',
      ligand: 'ligandFlow',
      shell: 'shellFlow',
    } as const;
    return (value) => {
      const [above, below] = [value(flows[of]), value(flows[to])];
      const found = above === null || below === null ? NaN : (above * concentration(of)) / (below * concentration(to));
      return Number.isFinite(found) ? found : null;
    };
  };
  const uses = usesOf(chemistry, true);
  if (name === uses.cadmium.name) return { unit: null, read: ratio('cadmium', 'chalcogen') };
  if (name === uses.ligand.name) return { unit: null, read: ratio('ligand', 'cadmium') };
  if (name === uses.shell.name) return { unit: null, read: ratio('shell', 'cadmium') };
  return null;
}

/** Of one skid. */
export class LimitWatch {
  readonly #limits: readonly Limit[];
  readonly #known = new Map<Limit, Known>();

  constructor(limits: readonly Limit[]) {
    this.#limits = limits;
  }

  /** @param everyS since the look before this one */
  look(value: ReadValue, isProduct: boolean, atS: number, everyS: number): void {
    for (const limit of this.#limits) {
      if (limit.kind !== 'skid' && !isProduct) continue;
      const seen = limit.read(value);
      if (seen === null) continue;
      const room = roomOf(limit, seen);
      const known = this.#known.get(limit) ?? {
        seenLow: seen,
        seenHigh: seen,
        room: Infinity,
        atS,
        beyondS: 0,
        isBroken: false,
      };
      this.#known.set(limit, known);
      known.seenLow = Math.min(known.seenLow, seen);
      known.seenHigh = Math.max(known.seenHigh, seen);
      if (room < known.room) Object.assign(known, { room, atS });
      known.beyondS = room < 0 ? known.beyondS + everyS : 0;
      known.isBroken ||= limit.kind === 'skid' ? room < -noise * Math.abs(limit.high ?? 0) : known.beyondS >= patienceS;
    }
  }

  /** What was never read is left out; the nearest first. */
  found(skid: string, stepAt: (atS: number) => string | null): readonly WatchedLimit[] {
    return [...this.#known]
      .map(([{ kind, name, unit, low, high }, { seenLow, seenHigh, room, atS, isBroken }]) => ({
        skid,
        kind,
        name,
        unit,
        low,
        high,
        seenLow,
        seenHigh,
        room,
        roomPercent: (100 * room) / (low === null || high === null ? Math.abs(low ?? high ?? 1) : high - low),
        atS,
        step: stepAt(atS),
        isBroken,
      }))
      .toSorted((one, other) => one.roomPercent - other.roomPercent);
  }
}

const roomOf = ({ low, high }: Limit, seen: number): number =>
  Math.min(low === null ? Infinity : seen - low, high === null ? Infinity : high - seen);
