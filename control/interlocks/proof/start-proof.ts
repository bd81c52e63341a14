/**
 * The start of the service, row by row: whatever is seen first, or not seen, something is demanded and no reset is taken at once;
 * a skid that is hot or not known goes to HOT-HOLD. And the row that watches the data itself, tag by tag.
 */
import { demandRank, type Demand } from '../../../plant/safe-state.ts';
import type { PreparedRow, PreparedSkid } from '../prepare.ts';
import { initialGuardState, type GuardState } from '../state.ts';
import { Drive } from './drive.ts';
import type { Input, Inputs } from './inputs.ts';
import type { Finding } from './looser.ts';
import { readingText } from './row-text.ts';
import { usualReadings } from './whole.ts';
import { doubts, isDoubt, type Readings } from './world.ts';

/** How long tags that do not come are waited for (docs/rooms.md), in ms, and a little. */
const waited = 10_100;

type Fault = (problem: string, readings: Readings) => Finding;

const faultOf =
  (skid: PreparedSkid, { definition }: PreparedRow): Fault =>
  (problem, readings) => ({
    path: ['interlocks', definition.row],
    problem,
    remedy: 'Compare the row with the trace below it.',
    trace: [...readings].map(([tag, reading]) => readingText(skid, tag, reading)),
  });

export function startFindings(skid: PreparedSkid, row: PreparedRow, { all }: Inputs): readonly Finding[] {
  const drive = new Drive(skid, row);
  const fault = faultOf(skid, row);
  for (const input of all.flatMap(withEachDoubt)) {
    const beside = { changeover: false, bypassed: null };
    const first = drive.step(initialGuardState(drive.skid), input.readings, { ...beside, at: 0 });
    if (demandRank(first.verdict.demand) < demandRank('B')) {
      return [fault('At the first scan after the start nothing is demanded.', input.readings)];
    }
    const seen = drive.step(first, input.readings, { ...beside, at: waited });
    const hot = input.facts.temperature !== 'cold' && drive.skid.field !== null;
    const due: Demand = hot ? 'H' : 'B';
    if (demandRank(seen.verdict.demand) < demandRank(due)) {
      return [fault(`10 s after the start ${seen.verdict.demand} is demanded, and ${due} is due.`, input.readings)];
    }
    if (drive.reset(seen, input.readings, { ...beside, at: waited }).refusedBy.length === 0) {
      return [fault('A reset is taken within 60 s of the start.', input.readings)];
    }
  }
  return [];
}

function withEachDoubt(input: Input): readonly Input[] {
  if (![...input.readings.values()].some(isDoubt)) return [input];
  return doubts.map((doubt) => ({
    ...input,
    readings: new Map([...input.readings].map(([tag, said]) => [tag, isDoubt(said) ? doubt : said] as const)),
  }));
}

/** Each of its tags in each doubt, and all of them at once: a start is blocked and no reset taken until it is Good again. */
export function staleFindings(skid: PreparedSkid, row: PreparedRow): readonly Finding[] {
  const tags = row.definition.stale ?? [];
  const drive = new Drive(skid, row);
  const fault = faultOf(skid, row);
  const usual = new Map([...usualReadings(skid)].filter(([tag]) => tags.includes(tag)));
  const beside = { changeover: false, bypassed: null };
  const atRest = letGo(drive, usual);
  if (atRest.verdict.demand !== 'none') return [fault('With every tag Good the row cannot be reset.', usual)];
  const cases = doubts.flatMap((doubt) => [...tags.map((tag) => [tag]), tags].map((some) => ({ doubt, some })));
  for (const { doubt, some } of cases) {
    const readings = new Map([...usual, ...some.map((tag) => [tag, doubt] as const)]);
    const at = { ...beside, at: 70_000 };
    const after = drive.step(atRest, readings, at);
    if (after.verdict.demand === 'none')
      return [fault(`${some[0] ?? ''} is ${doubt} and a start is not blocked.`, readings)];
  }
  return [];
}

function letGo(drive: Drive, readings: Readings): GuardState {
  const beside = { changeover: false, bypassed: null };
  let state = initialGuardState(drive.skid);
  for (const at of [0, 61_000]) state = drive.step(state, readings, { ...beside, at });
  const { state: releasing } = drive.reset(state, readings, { ...beside, at: 61_000 });
  return drive.step(releasing, readings, { ...beside, at: 61_100, leaving: true });
}
