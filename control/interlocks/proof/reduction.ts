/**
 * The premises on which rows are proven one by one: that a demand is a join of the rows', and that the step of the whole matrix is
 * what the steps of its rows are alone. The first is gone through whole; the second over random streams of tags and doubts.
 */
import { asksField, demandRank, demands, higherDemand, type Demand } from '../../../plant/safe-state.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { PreparedSkid } from '../prepare.ts';
import { initialGuardState, type GuardState } from '../state.ts';
import { step } from '../step.ts';
import { cornersOf, figuresIn } from './corners.ts';
import { Drive } from './drive.ts';
import type { Finding } from './looser.ts';
import { readsOf, judgedBy, measuredBehind } from './row-words.ts';
import { usualReadings, wholeScan } from './whole.ts';
import { doubts, type Reading } from './world.ts';

const remedy = 'The rows cannot be proven one by one; correct the step.';

export function joinFindings(join: typeof higherDemand = higherDemand): readonly Finding[] {
  const fault = (problem: string): readonly Finding[] => [{ path: ['interlocks'], problem, remedy }];
  for (const a of demands) {
    if (join(a, a) !== a || join(a, 'none') !== a) return fault(`${a} joined with itself or with nothing is not ${a}.`);
    for (const b of demands) {
      const both = join(a, b);
      if (both !== join(b, a)) return fault(`${a} and ${b} come to what depends on their order.`);
      if (demandRank(both) < Math.max(demandRank(a), demandRank(b)))
        return fault(`${a} and ${b} come to less than one of them.`);
      for (const c of demands)
        if (join(both, c) !== join(a, join(b, c)))
          return fault(`${a}, ${b} and ${c} come to what depends on their order.`);
    }
  }
  return [];
}

const waits = [100, 100, 500, 1000, 5000, 60_000];

/**
 * @param draw a number from 0 to 1
 * @param stepWhole the step of the whole matrix; the interlocks' own
 */
export function reductionFindings(
  skid: PreparedSkid,
  scans: number,
  draw: () => number,
  stepWhole: typeof step = step,
): readonly Finding[] {
  const drives = skid.rows.map((row) => new Drive(skid, row));
  const moves = movesOf(skid);
  let whole = initialGuardState(skid);
  let alone: readonly GuardState[] = drives.map((drive) => initialGuardState(drive.skid));
  let readings = usualReadings(skid);
  let at = 0;
  for (let scan = 0; scan < scans; scan++) {
    at += pick(waits, draw) ?? 100;
    const changed = new Map(readings);
    for (let i = scan === 0 ? 0 : 1 + Math.floor(draw() * 4); i > 0; i--) {
      const [tag, values] = pick(moves, draw) ?? [];
      const value = values === undefined ? undefined : pick(values, draw);
      if (tag !== undefined && value !== undefined) changed.set(tag, value);
    }
    readings = changed;
    const field = asksField(whole.verdict.demand) ? whole.verdict.demand : 'none';
    whole = stepWhole(skid, { ...whole, pending: [] }, wholeScan(skid, readings, at, field)).state;
    alone = drives.map((drive, i) =>
      drive.step(alone[i] ?? initialGuardState(drive.skid), readings, { at, changeover: false, bypassed: null }),
    );
    const found = compare(skid, whole, alone);
    if (found !== null) return [{ path: ['interlocks', found.row], problem: found.problem, remedy }];
  }
  return [];
}

function compare(
  { rows }: PreparedSkid,
  whole: GuardState,
  alone: readonly GuardState[],
): Readonly<{ row: number; problem: string }> | null {
  let joined: Demand = 'none';
  for (const [i, { definition }] of rows.entries()) {
    const [inWhole, byItself] = [whole.rows[i], alone[i]?.rows[0]];
    joined = higherDemand(joined, alone[i]?.verdict.demand ?? 'none');
    if (
      inWhole?.demand !== byItself?.demand ||
      inWhole?.lost !== byItself?.lost ||
      inWhole?.warned !== byItself?.warned
    ) {
      const problem = `Among the others the row asks for ${inWhole?.demand ?? ''}, alone for ${byItself?.demand ?? ''}.`;
      return { row: definition.row, problem };
    }
  }
  if (whole.verdict.demand === joined) return null;
  return {
    row: rows[0]?.definition.row ?? 0,
    problem: `The rows come to ${whole.verdict.demand} together, and to ${joined} one by one.`,
  };
}

function movesOf(skid: PreparedSkid): readonly (readonly [tag: LocalTag, values: readonly Reading[]])[] {
  const figures = new Map<string, Set<number>>();
  for (const { definition } of skid.rows) {
    const found = [...definition.channels, ...judgedBy(definition)].flatMap(({ root }) => figuresIn(root, skid.tags));
    for (const tag of measuredBehind(skid.tags, readsOf(definition))) {
      const known = figures.get(tag) ?? new Set();
      figures.set(tag, known);
      for (const figure of found) known.add(figure);
    }
  }
  return [...figures].flatMap(([name, found]) => {
    const tag = [...skid.tags.values()].find((one) => one.name === name);
    return tag === undefined ? [] : [[tag.name, [...cornersOf(tag, [...found]), ...doubts]] as const];
  });
}

const pick = <T>(from: readonly T[], draw: () => number): T | undefined => from[Math.floor(draw() * from.length)];
