/** Whether a skid is clean, as a fold of what ran on it and what people stated; and whether a product may be made on it. Pure. */
import type { BatchState } from '../../plant/batch-view.ts';
import { isoUtc, utcMs, type UtcMs } from '../../plant/clock.ts';
import type { CleaningStatus, CleaningView } from '../../plant/equipment-view.ts';
import type { RecipeKind } from '../../plant/recipe/recipe.ts';
import type { Chemistry } from '../../plant/recipe/roles.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { CleaningRules } from './rules.ts';

export type CleaningEvent = Readonly<{ at: UtcMs }> &
  (
    | Readonly<{
        kind: 'batch began';
        batch: string;
        recipe: string;
        recipeKind: RecipeKind;
        chemistry: Chemistry | null;
      }>
    | Readonly<{ kind: 'batch ended'; batch: string; outcome: BatchState }>
    /** By a cleaning recipe, or as people have stated. */
    | Readonly<{
        kind: 'cleaned' | 'to be cleaned' | 'fouling found' | 'fouling flushed' | 'acid in' | 'acid out';
        found: string;
      }>
  );

export type Cleaning = Readonly<{
  /** Null: nothing was ever stated, and so it is to be cleaned. */
  use: 'clean' | 'in use' | 'to be cleaned' | null;
  since: UtcMs | null;
  batch: string | null;
  /** What ran last, so that what is told twice counts once. */
  lastBatch: string | null;
  runs: RecipeKind;
  recipe: string | null;
  chemistry: Chemistry | null;
  batches: number;
  /** When the first of them began. */
  campaignSince: UtcMs | null;
  found: string;
  fouled: Readonly<{ since: UtcMs; found: string }> | null;
  acid: Readonly<{ since: UtcMs; found: string }> | null;
}>;

export const unknownCleaning: Cleaning = {
  use: null,
  since: null,
  batch: null,
  lastBatch: null,
  runs: 'production',
  recipe: null,
  chemistry: null,
  batches: 0,
  campaignSince: null,
  found: 'Nothing was ever stated.',
  fouled: null,
  acid: null,
};

/** The same state where the event changes nothing. */
export function evolveCleaning(state: Cleaning, event: CleaningEvent): Cleaning {
  const { at } = event;
  switch (event.kind) {
    case 'batch began': {
      const { batch, recipe, recipeKind, chemistry } = event;
      if (state.lastBatch === batch) return state;
      const begun = {
        ...state,
        batch,
        lastBatch: batch,
        runs: recipeKind,
        use: 'in use',
        since: at,
        found: `${batch} began.`,
      } as const;
      if (recipeKind === 'cleaning') return begun;
      return { ...begun, recipe, chemistry, batches: state.batches + 1, campaignSince: state.campaignSince ?? at };
    }
    case 'batch ended': {
      const { batch, outcome } = event;
      if (state.batch !== batch) return state;
      const ended = { ...state, batch: null };
      if (state.use === 'clean') return ended;
      if (state.runs === 'production' && outcome === 'Complete')
        return { ...ended, since: at, found: `${batch} ended with its flush.` };
      // What was left half done leaves nobody knows what where.
      const found =
        state.runs === 'cleaning' ? `The cleaning ${batch} did not come through.` : `${batch} was ${outcome}.`;
      return { ...ended, use: 'to be cleaned', since: at, found };
    }
    case 'cleaned':
      if (state.use === 'clean' && state.batch !== null) return state;
      return {
        ...state,
        use: 'clean',
        since: at,
        found: event.found,
        recipe: null,
        chemistry: null,
        batches: 0,
        campaignSince: null,
      };
    case 'to be cleaned':
      return { ...state, use: 'to be cleaned', since: at, found: event.found };
    case 'fouling found':
      return state.fouled === null ? { ...state, fouled: { since: at, found: event.found } } : state;
    case 'fouling flushed':
      return state.fouled === null ? state : { ...state, fouled: null };
    case 'acid in':
      return state.acid === null ? { ...state, acid: { since: at, found: event.found } } : state;
    case 'acid out':
      return state.acid === null ? state : { ...state, acid: null };
  }
}

const cleanUntil = ({ use, since }: Cleaning, { cleanFor }: CleaningRules): UtcMs | null =>
  use === 'clean' && since !== null ? utcMs(since + cleanFor) : null;

const campaignUntil = ({ campaignSince }: Cleaning, { campaignFor }: CleaningRules): UtcMs | null =>
  campaignSince === null ? null : utcMs(campaignSince + campaignFor);

export function cleaningView(skid: SkidName, state: Cleaning, rules: CleaningRules, now: UtcMs): CleaningView {
  const { acid, fouled, chemistry, recipe, batch, batches } = state;
  const until = cleanUntil(state, rules);
  const told = acid ?? fouled ?? state;
  return {
    skid,
    status: statusOf(state, rules, now),
    since: told.since,
    cleanUntil: until,
    chemistry,
    recipe,
    batch,
    batches,
    found: told.found,
  };
}

function statusOf(state: Cleaning, rules: CleaningRules, now: UtcMs): CleaningStatus {
  if (state.acid !== null) return 'acid in';
  if (state.fouled !== null) return 'fouled';
  const until = cleanUntil(state, rules);
  if (until !== null) return now < until ? 'clean' : 'to be cleaned';
  return state.use === 'in use' ? 'in use' : 'to be cleaned';
}

export type Finding = Readonly<{ ok: boolean; found: string; remedy: string }>;

const cleanIt = 'Run a cleaning on it, or have it cleaned and stated so by two people.';

/** Whether product of this chemistry may be made on it as it is. */
export function mayMake(state: Cleaning, chemistry: Chemistry | null, rules: CleaningRules, now: UtcMs): Finding {
  const blocked = (found: string, remedy = cleanIt): Finding => ({ ok: false, found, remedy });
  const ok = (found: string): Finding => ({ ok: true, found, remedy: '' });
  const { use, since, found, batch, batches } = state;
  if (batch !== null) return blocked(`${batch} is on it.`, 'Wait until it has ended.');
  if (use === null || use === 'to be cleaned') return blocked(`It is to be cleaned: ${found}`);
  if (use === 'clean') {
    const until = cleanUntil(state, rules);
    if (since === null || until === null || now >= until)
      return blocked(`It was clean until ${until === null ? 'nobody knows when' : isoUtc(until)}.`);
    return ok(`Clean since ${isoUtc(since)}, until ${isoUtc(until)}.`);
  }
  const was = `It was used for ${state.chemistry ?? 'another product'}${state.recipe === null ? '' : ` (${state.recipe})`}`;
  if (state.chemistry === null || state.chemistry !== chemistry)
    return blocked(`${was} and is to be used for ${chemistry ?? 'something else'}.`);
  const until = campaignUntil(state, rules);
  if (until === null || now >= until)
    return blocked(`${was} without a cleaning since ${isoUtc(state.campaignSince ?? utcMs(0))}.`);
  if (batches >= rules.campaignBatches) return blocked(`${was} for ${batches} batches without a cleaning.`);
  return ok(`${was}, as now, ${batches} times since its last cleaning.`);
}
