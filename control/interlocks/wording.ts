/** What the interlocks say of themselves: causes, losses and live values, in the words of the skid file. */
import type { Milliseconds } from '../../plant/clock.ts';
import type { CheckedExpression, Evaluated, Lookup } from '../../plant/expression.ts';
import { evaluate } from '../../plant/expression/evaluate.ts';
import { isGood, qualityName } from '../../plant/quality.ts';
import { formatValue } from '../../plant/quantity.ts';
import type { LocalTag } from '../../plant/sample.ts';
import type { InterlockDefinition } from '../../plant/skid/definition.ts';
import type { PreparedRow, PreparedSkid } from './prepare.ts';

export const seconds = (duration: Milliseconds): string => `${Number((duration / 1000).toFixed(1))} s`;

/** `value > 16.2 bar(g) for 0.5 s`, several joined by "or". */
export const conditionText = ({ trip, stale, vote, armed }: InterlockDefinition): string => {
  if (stale !== null) return 'a tag is not Good';
  const conditions = trip.map(
    ({ when, for: duration }) => `${when.text}${duration > 0 ? ` for ${seconds(duration)}` : ''}`,
  );
  return `${vote}: ${conditions.join(', or ')}${armed === null ? '' : `, while ${armed.text}`}`;
};

export const unitOf = ({ unit }: CheckedExpression): string | null => (unit === 'bool' ? null : unit);

function reading(skid: PreparedSkid, channel: CheckedExpression, { value, quality }: Evaluated): string {
  const tag = channel.root.kind === 'tag' ? skid.tags.get(channel.root.tag) : undefined;
  const text = formatValue(value, unitOf(channel), tag?.decimals ?? 1);
  return `${channel.text} ${isGood(quality) ? text : qualityName(quality)}`;
}

/** Each channel with its live value, or with its quality where that is not Good. */
export const channelTexts = (skid: PreparedSkid, row: PreparedRow, lookup: Lookup): string =>
  row.definition.channels.map((channel) => reading(skid, channel, evaluate(channel.root, lookup))).join(', ');

export const tripText = (skid: PreparedSkid, row: PreparedRow, lookup: Lookup): string =>
  `${channelTexts(skid, row, lookup)} (${conditionText(row.definition)}).`;

/** A trip while its row is proven: what the channels read says nothing of why, so that the stimulus is named. */
export function provenText(
  skid: PreparedSkid,
  row: PreparedRow,
  { channel: index, beyond }: Readonly<{ channel: number; beyond: number }>,
  lookup: Lookup,
): string {
  const channel = row.definition.channels[index];
  const unit = channel === undefined ? null : unitOf(channel);
  const stimulus = `${Number(beyond.toPrecision(4))}${unit === null ? '' : ` ${unit}`}`;
  return `In a proof test, with a stimulus of ${stimulus} beside what is read: ${tripText(skid, row, lookup)}`;
}

export const blindText = (skid: PreparedSkid, row: PreparedRow, lookup: Lookup): string =>
  `No Good channel is left: ${channelTexts(skid, row, lookup)}${inputsText(skid, row, lookup)}.`;

export const lossText = (skid: PreparedSkid, row: PreparedRow, lost: number, lookup: Lookup): string => {
  const channels = row.definition.channels;
  const left = channels.filter((_, i) => (lost & (1 << i)) === 0).length;
  return `It stands on ${left} of ${channels.length} channels: ${channelTexts(skid, row, lookup)}${inputsText(skid, row, lookup)}.`;
};

/** Tags that are not Good and are read beside the channels, by the conditions. */
function inputsText(skid: PreparedSkid, { definition }: PreparedRow, lookup: Lookup): string {
  const own = new Set(definition.channels.flatMap(({ tags }) => tags));
  const { reference } = definition;
  const read = [...definition.trip.map(({ when }) => when), reference?.target, reference?.ramped, reference?.heating];
  const doubtful = read.flatMap((expression) => expression?.tags ?? []).filter((tag) => !own.has(tag));
  const texts = notGood([...new Set(doubtful)], lookup);
  return texts === '' ? '' : `; ${texts}`;
}

export const staleText = (tags: readonly LocalTag[], lookup: Lookup): string => `${notGood(tags, lookup)}.`;

const notGood = (tags: readonly LocalTag[], lookup: Lookup): string =>
  tags
    .map((tag) => [tag, lookup(tag).quality] as const)
    .filter(([, quality]) => !isGood(quality))
    .map(([tag, quality]) => `${tag} ${qualityName(quality)}`)
    .join(', ');

/** What the field controller says of its step, and of what came first, where it has a register for that. */
export function fieldText(skid: PreparedSkid, lookup: Lookup): string {
  const step = stateText(skid, skid.field?.stepTag ?? null, lookup);
  const firstOut = stateText(skid, skid.field?.firstOutTag ?? null, lookup);
  const said = step === null ? 'It went to a safe state by itself' : `It says "${step}"`;
  return firstOut === null ? `${said}.` : `${said}; its first-out: ${firstOut}.`;
}

function stateText(skid: PreparedSkid, tag: LocalTag | null, lookup: Lookup): string | null {
  if (tag === null) return null;
  const { value } = lookup(tag);
  return typeof value === 'number' ? (skid.tags.get(tag)?.states?.[value] ?? String(value)) : null;
}
