/** Reads the interlock rows of a skid file: votes, conditions, delays, and whether a row can trip at all. */
import { milliseconds, type Milliseconds } from '../clock.ts';
import { checkExpression, type Scope } from '../expression/check.ts';
import { splitAtCommas } from '../expression/parse.ts';
import { narrowedBy, outcomes, reachOf, type Reach } from '../expression/reach.ts';
import type { CheckedExpression } from '../expression.ts';
import { parseDuration, parseDifference } from '../quantity.ts';
import { asksField, demandRank, type SafeAction } from '../safe-state.ts';
import { localTag, type LocalTag } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import type {
  InterlockCondition,
  InterlockDefinition,
  InterlockTrip,
  Range,
  TagDefinition,
  Vote,
} from './definition.ts';
import { reachOfTags } from './reach-of-tags.ts';
import type { InterlockFile, TripFile } from './schema.ts';
import type { Path, Source } from './source.ts';

export type InterlockContext = Readonly<{
  tags: readonly TagDefinition[];
  critical: readonly string[];
  /** Whether a field controller stands behind the skid. */
  controlled: boolean;
  /** Whether it takes measures short of a safe state. */
  measured: boolean;
  scope: Scope;
}>;

const votes: Readonly<Record<Vote, number>> = { '1oo1': 1, '1oo2': 2, '1oo3': 3, '2oo2': 2, '2oo3': 3 };
/** How many of its channels have to stand. */
const neededOf: Readonly<Record<Vote, number>> = { '1oo1': 1, '1oo2': 1, '1oo3': 1, '2oo2': 2, '2oo3': 2 };
/** The page, the field controller's row register and a person's eye end here. */
const highestRow = 999;
const noRange = { low: -Infinity, high: Infinity };
const usualAway = milliseconds(60_000);

const tripsOf = ({ trip = [] }: InterlockFile): readonly TripFile[] => (Array.isArray(trip) ? trip : [trip]);

type Reading = Readonly<{ scope: Scope; reach: Reach }>;

const spanAt = (source: Source, path: Path, text: string): Milliseconds =>
  source.attempt(path, (where) => parseDuration(text, where)) ?? milliseconds(0);

/** A change in °C is one in K, and one in bar(g) one in bar. */
const rateUnitOf = (unit: string | null): string => {
  const of = unit === '°C' ? 'K' : unit === 'bar(g)' ? 'bar' : unit;
  return of === null ? '1/s' : `${of}/s`;
};

export function readInterlocks(
  source: Source,
  files: Readonly<Record<string, InterlockFile>>,
  context: InterlockContext,
): readonly InterlockDefinition[] {
  return Object.entries(files).flatMap(([row, file]) => {
    if (!/^[1-9]\d*$/u.test(row) || Number(row) > highestRow) {
      source.fault(
        ['interlocks', row],
        `"${row}" is no row of the cause-and-effect matrix.`,
        `Use its number, such as 11; they end at ${highestRow}.`,
      );
      return [];
    }
    return readRow(source, Number(row), file, context);
  });
}

function readRow(source: Source, row: number, file: InterlockFile, context: InterlockContext): InterlockDefinition {
  const path = ['interlocks', String(row)];
  const faultsBefore = source.faults.length;
  const span = (key: string, text: string): Milliseconds =>
    source.attempt([...path, key], (where) => parseDuration(text, where)) ?? milliseconds(0);
  const { vote, channels } = readVote(source, path, file, context);
  const unit = channels[0]?.unit ?? null;
  const reference = readReference(source, path, file, { unit, context });
  const reach = reachWith(context.tags, channels, reference);
  const names: Record<string, string | null> = {};
  if (file.vote !== undefined) {
    names['value'] = channels.length === 0 ? 'faulty' : unit;
    names['rate'] = channels.length === 0 ? 'faulty' : rateUnitOf(unit);
  }
  if (file.reference !== undefined) names['reference'] = reference === null ? 'faulty' : unit;
  const condition: Reading = { scope: { ...context.scope, names }, reach };
  const arming: Reading = { scope: { ...context.scope, names: { changeover: 'bool' } }, reach };

  const trip = tripsOf(file).flatMap((each, i): InterlockTrip[] => {
    const at = [...path, 'trip', ...(Array.isArray(file.trip) ? [i] : [])];
    const read = readCondition(source, at, each, condition);
    if (read === null) return [];
    return [
      {
        ...read,
        action: each.action ?? file.action,
        measures: each.also ?? [],
        armed: each.armed === undefined ? null : readArmed(source, [...at, 'armed'], each.armed, arming),
      },
    ];
  });
  const warn = file.warn === undefined ? null : readCondition(source, [...path, 'warn'], file.warn, condition);
  const away = file.reset?.away;
  const definition: InterlockDefinition = {
    row,
    title: file.title,
    vote,
    channels,
    stale: readStale(source, path, file, context),
    armed: file.armed === undefined ? null : readArmed(source, [...path, 'armed'], file.armed, arming),
    reference,
    warn: warn === null ? null : { ...warn, measures: file.warn?.also ?? [], calls: file.warn?.calls ?? null },
    trip,
    action: file.action,
    latch: file.latch ?? true,
    reset: {
      away: away === undefined ? usualAway : spanAt(source, [...path, 'reset', 'away'], away),
      inspection: file.reset?.inspection ?? true,
    },
    mirrors: file.mirrors ?? false,
    proofTest:
      file.proofTest === undefined
        ? null
        : { every: spanAt(source, [...path, 'proofTest', 'every'], file.proofTest.every) },
    processSafetyTime: span('processSafetyTime', file.processSafetyTime),
    backup: file.backup ?? null,
    bypass:
      file.bypass === 'never'
        ? 'never'
        : {
            by: file.bypass.by,
            for: spanAt(source, [...path, 'bypass', 'for'], file.bypass.for),
            meanwhile: file.bypass.meanwhile,
          },
    why: file.why,
  };
  checkRow(source, path, file, definition, context);
  // What is wrong in itself was told; what its parts come to together is looked at where each is sound.
  if (source.faults.length === faultsBefore) {
    checkTimes(source, path, definition);
    checkChannels(source, path, file, definition, context.tags);
  }
  return definition;
}

function checkRow(
  source: Source,
  path: Path,
  file: InterlockFile,
  row: InterlockDefinition,
  { controlled, measured }: InterlockContext,
): void {
  if (file.vote !== undefined && file.trip === undefined) {
    source.fault(path, 'The row votes and never trips: it has no "trip".', 'Add "trip: { when: …, for: … }".');
  }
  if (file.stale !== undefined && (file.trip ?? file.warn ?? file.reference) !== undefined) {
    source.fault(
      path,
      'A row that watches the data itself has no conditions.',
      'Leave "trip", "warn" and "reference" out.',
    );
  }
  checkActions(source, path, row, { measured, whole: row.trip.length === tripsOf(file).length });
  if (row.action !== 'A' && asksField(row.action) && !controlled) {
    source.fault(
      [...path, 'action'],
      `The action is ${row.action}, and no device of this skid is a field controller that could run it.`,
      'Use A or B.',
    );
  }
  if (row.proofTest?.every === 0) {
    source.fault([...path, 'proofTest', 'every'], 'The proof test is always overdue.', 'Write a span such as "180 d".');
  }
  const limit = row.processSafetyTime;
  row.trip.forEach(({ for: delay }, i) => {
    if (row.backup !== null || row.mirrors || delay * 2 <= limit) return;
    source.fault(
      row.trip.length > 1 ? [...path, 'trip', i, 'for'] : [...path, 'processSafetyTime'],
      `The row waits ${delay} ms, more than half of its process safety time of ${limit} ms.`,
      'Shorten the delay, or name under "backup" what protects instead.',
    );
  });
}

function checkTimes(source: Source, path: Path, row: InterlockDefinition): void {
  if (row.processSafetyTime <= 0) {
    source.fault([...path, 'processSafetyTime'], 'The process safety time is 0.', 'Write how long the process leaves.');
  }
  row.trip.forEach(({ for: delay, off }, i) => {
    const at = row.trip.length > 1 ? [...path, 'trip', i] : [...path, 'trip'];
    if (row.mirrors && delay > 0) {
      source.fault(
        [...at, 'for'],
        `The row mirrors what the field does by itself, ${delay} ms late.`,
        'Write "for: 0 s"; the field has its own delay.',
      );
    }
    if (row.latch && off > row.reset.away) {
      source.fault(
        [...at, 'off'],
        `The cause stands ${off} ms longer than it is there, more than the ${row.reset.away} ms that a reset waits.`,
        'Shorten "off", or lengthen "away" under "reset".',
      );
    }
  });
}

/** Whether enough channels can stand for the vote while the row is armed, and whether each can stand at all. */
function checkChannels(
  source: Source,
  path: Path,
  file: InterlockFile,
  row: InterlockDefinition,
  tags: readonly TagDefinition[],
): void {
  if (row.channels.length !== votes[row.vote] || row.trip.length !== tripsOf(file).length) return;
  const standing = row.trip.map((trip) => row.channels.filter((channel) => canStand(row, trip, channel, tags)));
  standing.forEach((channels, i) => {
    if (channels.length >= neededOf[row.vote]) return;
    const at = [...path, 'trip', ...(Array.isArray(file.trip) ? [i] : []), 'when'];
    const armed = row.armed !== null || row.trip[i]?.armed !== null ? ' while it is armed' : '';
    source.fault(
      at,
      `The row can never trip here: ${row.vote} needs ${neededOf[row.vote]}, and ${channels.length} of its channels can reach the limit${armed}.`,
      'Correct the limit, the arming, or the channels.',
    );
  });
  if (standing.some((channels) => channels.length < neededOf[row.vote])) return;
  for (const channel of row.channels) {
    if (standing.some((channels) => channels.includes(channel))) continue;
    source.fault(
      [...path, 'vote'],
      `The channel ${channel.text} can never vote for a trip, which makes the vote ${row.vote} a weaker one.`,
      'Correct the channel, or choose another vote.',
    );
  }
}

function canStand(
  row: InterlockDefinition,
  trip: InterlockTrip,
  channel: CheckedExpression,
  tags: readonly TagDefinition[],
): boolean {
  const arming = [row.armed, trip.armed].flatMap((armed) => (armed === null ? [] : [armed.root]));
  const armed = narrowedBy(arming, reachOfTags(tags));
  if (armed === null || arming.some((each) => !outcomes(each, armed).canHold)) return false;
  const value = reachOf(channel.root, armed);
  const reference = row.reference === null ? noRange : reachOf(row.reference.ramped.root, armed);
  return outcomes(trip.when.root, (name) => (name === 'value' ? value : name === 'reference' ? reference : armed(name)))
    .canHold;
}

/** What a row asks for, against what it is: the row's own action is its highest, and what goes by itself may not hold the field. */
function checkActions(
  source: Source,
  path: Path,
  row: InterlockDefinition,
  { measured, whole }: Readonly<{ measured: boolean; whole: boolean }>,
): void {
  row.trip.forEach(({ action }, i) => {
    if (rankOf(action) <= rankOf(row.action)) return;
    source.fault(
      [...path, 'trip', i, 'action'],
      `This trip's action ${action} is higher than the row's, ${row.action}.`,
      'Write the highest under the row\'s own "action".',
    );
  });
  // A trip that could not be read may have been the one.
  if (whole && row.trip.length > 0 && row.trip.every(({ action }) => rankOf(action) < rankOf(row.action))) {
    source.fault([...path, 'action'], `No trip of the row leads to ${row.action}.`, 'Write the highest of its trips.');
  }
  if (!row.latch && rankOf(row.action) > rankOf('B')) {
    source.fault([...path, 'latch'], `A row that leads to ${row.action} is latched.`, 'Leave "latch" out.');
  }
  const asks = [...(row.warn?.measures ?? []), ...row.trip.flatMap(({ measures }) => measures)];
  if (asks.length > 0 && !measured) {
    source.fault(
      path,
      `The row asks for "${asks[0] ?? ''}", and no field controller of this skid takes measures.`,
      'Leave "also" out, or use a controller whose model has "measures".',
    );
  }
  row.trip.forEach(({ action, measures }, i) => {
    if (measures.length === 0 || action !== 'A') return;
    source.fault([...path, 'trip', i], 'A trip that only alarms takes no measures.', 'Use B, or leave "also" out.');
  });
}

const rankOf = (action: SafeAction): number => (action === 'A' ? -1 : demandRank(action));

function readVote(
  source: Source,
  path: Path,
  file: InterlockFile,
  { scope }: InterlockContext,
): Readonly<{ vote: Vote; channels: readonly CheckedExpression[] }> {
  const none = { vote: '1oo1' as const, channels: [] };
  if (file.vote === undefined || file.stale !== undefined) {
    if (file.vote === undefined && file.stale === undefined)
      source.fault(path, 'The row has neither "vote" nor "stale".', 'Add "vote: 1oo2 [A, B]".');
    if (file.vote !== undefined && file.stale !== undefined)
      source.fault([...path, 'stale'], 'The row has both "vote" and "stale".', 'Part it into two rows.');
    return none;
  }
  const at = [...path, 'vote'];
  const match = /^(\S+)\s*\[(.*)\]$/su.exec(file.vote.trim());
  const vote = Object.keys(votes).find((name): name is Vote => name === match?.[1]);
  if (match === null || vote === undefined) {
    const word = match?.[1] ?? file.vote;
    source.fault(
      at,
      `The vote "${word}" is not known.`,
      didYouMean(word, Object.keys(votes), 'Write it as "1oo2 [R201/PT-201A, R201/PT-201B]".'),
    );
    return none;
  }
  const texts = splitAtCommas(match[2] ?? '');
  if (texts.length !== votes[vote]) {
    source.fault(
      at,
      `The vote ${vote} has ${texts.length} channel${texts.length === 1 ? '' : 's'}.`,
      `Give it ${votes[vote]}, or choose another vote.`,
    );
  }
  const channels: CheckedExpression[] = [];
  for (const text of texts) {
    const channel = source.attempt(at, (where) => {
      const free = checkExpression(text, scope, where);
      if (free.unit === 'bool') return checkExpression(text, scope, where, channels[0]?.unit ?? '%');
      return channels[0] === undefined ? free : checkExpression(text, scope, where, channels[0].unit);
    });
    if (channel !== null) channels.push(channel);
  }
  const twice = channels.find(({ text }, i) => channels.findIndex((other) => other.text === text) !== i);
  if (twice !== undefined) {
    source.fault(at, `The channel ${twice.text} stands twice in the vote.`, 'A vote is of channels that fail apart.');
  }
  return { vote, channels };
}

function readReference(
  source: Source,
  path: Path,
  file: InterlockFile,
  { unit, context: { scope } }: Readonly<{ unit: string | null; context: InterlockContext }>,
): InterlockDefinition['reference'] {
  const { reference } = file;
  if (reference === undefined || file.vote === undefined) return null;
  const at = [...path, 'reference'];
  const part = (key: 'target' | 'ramped' | 'value' | 'heating', declared: string | null): CheckedExpression | null =>
    source.attempt([...at, key], (where) => checkExpression(reference[key], scope, where, declared));
  const [target, ramped, value] = [part('target', unit), part('ramped', unit), part('value', unit)];
  const heating = part('heating', 'bool');
  const within = source.attempt([...at, 'within'], (where) => parseDifference(reference.within, unit, where));
  if (within !== null && within <= 0)
    source.fault(
      [...at, 'within'],
      `The row is armed within ${reference.within} of its set point.`,
      'Use more than 0.',
    );
  if (target === null || ramped === null || value === null || heating === null || within === null) return null;
  return { target, ramped, value, heating, within };
}

/** A name's range: a tag's own, the channels' together for `value`, the ramped set point's for `reference`. */
function reachWith(
  tags: readonly TagDefinition[],
  channels: readonly CheckedExpression[],
  reference: InterlockDefinition['reference'],
): Reach {
  const ofTags = reachOfTags(tags);
  const ranges = channels.map(({ root }) => reachOf(root, ofTags));
  const value: Range = {
    low: Math.min(...ranges.map(({ low }) => low)),
    high: Math.max(...ranges.map(({ high }) => high)),
  };
  return (name) => {
    if (name === 'value') return ranges.length === 0 ? noRange : value;
    if (name === 'reference') return reference === null ? noRange : reachOf(reference.ramped.root, ofTags);
    return ofTags(name);
  };
}

function readCondition(
  source: Source,
  path: Path,
  condition: Readonly<{ when: string; for: string; off?: string }>,
  { scope, reach }: Reading,
): InterlockCondition | null {
  const delay = source.attempt([...path, 'for'], (where) => parseDuration(condition.for, where));
  const at = [...path, 'when'];
  const when = source.attempt(at, (where) => checkExpression(condition.when, scope, where, 'bool'));
  if (when === null || delay === null) return null;
  const { canHold, canFail } = outcomes(when.root, reach);
  if (!canHold)
    source.fault(
      at,
      `"${when.text}" can never hold within the ranges of its tags.`,
      'Correct the limit, or the range of a tag.',
    );
  if (!canFail)
    source.fault(
      at,
      `"${when.text}" always holds within the ranges of its tags.`,
      'Correct the limit, or the range of a tag.',
    );
  const off = condition.off === undefined ? milliseconds(0) : spanAt(source, [...path, 'off'], condition.off);
  return { when, for: delay, off };
}

function readArmed(source: Source, path: Path, text: string, { scope, reach }: Reading): CheckedExpression | null {
  const armed = source.attempt(path, (where) => checkExpression(text, scope, where, 'bool'));
  if (armed !== null && !outcomes(armed.root, reach).canHold) {
    source.fault(
      path,
      `The row is armed while "${text}", which can never hold within the ranges of its tags.`,
      'Correct the limit.',
    );
  }
  return armed;
}

function readStale(
  source: Source,
  path: Path,
  file: InterlockFile,
  { critical, scope }: InterlockContext,
): readonly LocalTag[] | null {
  if (file.stale === undefined) return null;
  if (file.stale === 'critical tags') {
    if (critical.length === 0) {
      source.fault(
        [...path, 'stale'],
        'No tag of this skid is critical.',
        'Mark tags with "critical: true", or list them.',
      );
    }
    return critical.map(localTag);
  }
  file.stale.forEach((listed, i) => {
    if (scope.tagNames.includes(listed)) return;
    const remedy = didYouMean(listed, scope.tagNames, 'Name a tag of this file.');
    source.fault([...path, 'stale', i], `The row watches ${listed}, which is no tag.`, remedy);
  });
  return file.stale.map(localTag);
}
