/**
 * What is so for a row at a moment, read off its words alone: which channel is able, what it says of each condition, whether the
 * row looks. The step is judged against these, so that nothing here is taken from it but the reference, which has tests of its own.
 */
import type { CheckedExpression, Evaluated, Lookup } from '../../../plant/expression.ts';
import { evaluate } from '../../../plant/expression/evaluate.ts';
import { good, isGood } from '../../../plant/quality.ts';
import type { PreparedRow, PreparedSkid } from '../prepare.ts';
import { referenceAt, type Reference } from '../reference.ts';
import { namesReference } from './row-words.ts';

/** In a mode that does not ask for the row nothing is looked at; unarmed, only whether there is anything to go by. */
export type Arming = 'armed' | 'not armed' | 'out of mode';

export type ConditionFacts = Readonly<{
  arming: Arming;
  /** What each channel says of it; null where that is not known. Channels that are not able are null. */
  says: readonly (boolean | null)[];
}>;

export type Facts = Readonly<{
  able: readonly boolean[];
  trips: readonly ConditionFacts[];
  warn: ConditionFacts | null;
  temperature: 'cold' | 'hot' | 'unknown';
  reference: Reference;
}>;

export type Moment = Readonly<{
  lookup: Lookup;
  changeover: boolean;
  reference: Reference;
  /** Of each channel, in its unit a second. */
  rates: readonly number[];
}>;

/** Above this a skid in doubt is held hot (safety.md §2). */
const hotFromC = 90;

export function factsOf(skid: PreparedSkid, row: PreparedRow, moment: Moment): Facts {
  const { definition } = row;
  const { lookup, rates } = moment;
  const channels = definition.channels.map(({ root }) => evaluate(root, lookup));
  const able = channels.map(({ value, quality }) => isGood(quality) && value !== null);
  const reference = referenceAt(row, moment.reference, lookup);
  const mode: Evaluated = { value: moment.changeover, quality: good };
  const arming = armingOf(definition.armed, lookup, mode);
  const conditionFacts = (when: CheckedExpression, own: Arming): ConditionFacts => {
    const without = namesReference(when) && reference.evaluated === null;
    return {
      arming: without ? 'out of mode' : lesser(arming, own),
      says: channels.map((value, i) => {
        if (able[i] !== true || without) return null;
        const bindings = {
          value,
          rate: { value: rates[i] ?? 0, quality: good },
          reference: reference.evaluated ?? { value: null, quality: good },
          changeover: mode,
        };
        const said = evaluate(when.root, lookup, bindings);
        return isGood(said.quality) && typeof said.value === 'boolean' ? said.value : null;
      }),
    };
  };
  return {
    able,
    trips: definition.trip.map(({ when, armed }) => conditionFacts(when, armingOf(armed, lookup, mode))),
    warn: definition.warn === null ? null : conditionFacts(definition.warn.when, 'armed'),
    temperature: temperatureOf(skid, lookup),
    reference: reference.state,
  };
}

function armingOf(armed: CheckedExpression | null, lookup: Lookup, changeover: Evaluated): Arming {
  if (armed === null) return 'armed';
  const { value, quality } = evaluate(armed.root, lookup, { changeover });
  if (!isGood(quality) || value !== false) return 'armed';
  return armed.tags.length === 0 ? 'out of mode' : 'not armed';
}

const lesser = (one: Arming, other: Arming): Arming =>
  one === 'out of mode' || other === 'out of mode' ? 'out of mode' : one === 'armed' ? other : one;

function temperatureOf({ temperatures }: PreparedSkid, lookup: Lookup): Facts['temperature'] {
  const said = temperatures.map((tag) => lookup(tag));
  if (said.some(({ value, quality }) => !isGood(quality) || typeof value !== 'number')) return 'unknown';
  return said.some(({ value }) => Number(value) >= hotFromC) ? 'hot' : 'cold';
}

/** One word for everything above, so that two moments with the same word are the same to the row. */
export const wordOf = ({ able, trips, warn, temperature, reference }: Facts): string =>
  [
    able.map((one) => (one ? 'g' : 'l')).join(''),
    ...[...trips, ...(warn === null ? [] : [warn])].map(
      ({ arming, says }) =>
        `${arming[0] ?? ''}${arming.length}:${says.map((one) => (one === null ? '?' : one ? 't' : 'f')).join('')}`,
    ),
    temperature === 'cold' ? 'cold' : 'hot',
    reference.value === null ? '' : `${reference.value}${reference.following ? '^' : ''}`,
  ].join(' ');
