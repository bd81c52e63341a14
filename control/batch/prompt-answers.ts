/** What people answer to what a phase asks: read by its form, held against its limits, signed where the recipe says so. */
import type { UtcMs } from '../../plant/clock.ts';
import { actorName, type Actor, type Role } from '../../plant/people.ts';
import type { Credentials, SignatureView } from '../../plant/ports/record-desk.ts';
import { parseQuantity } from '../../plant/quantity.ts';
import { messageOf } from '../../plant/errors.ts';
import type { SignaturePolicy } from '../../plant/recipe/recipe.ts';
import { convert } from '../../plant/units.ts';
import type { PromptAnswer } from './unit/unit-events.ts';
import type { Prompt } from './unit/unit-lasting.ts';

type Given = Readonly<{ actor: Actor; value: string; reason: string; signers: readonly Credentials[] }>;

export type ReadAnswer = Readonly<{ value: string; outside: boolean; roles: readonly Role[] }>;

const longestText = 500;
/** What says that it is so; who cannot say that answers nothing, and holds the batch. */
const confirmations: readonly string[] = ['confirmed', 'yes', 'done'];

/**
 * What an answer says, and by whom it has to be signed: by nobody but the person at the page, where no second one checks it and
 * it lies within its limits.
 */
export function answerRoles(
  { form, answers }: Prompt,
  { value, reason, signers }: Given,
  policy: SignaturePolicy,
): ReadAnswer | Readonly<{ refusal: string }> {
  const text = value.trim();
  if (text === '') return { refusal: `${form.title}: nothing was answered.` };
  if (text.length > longestText)
    return { refusal: `${form.title}: ${text.length} characters are more than ${longestText}.` };
  const read = readValue(text, form);
  if ('refusal' in read) return read;
  if (read.outside && reason.trim() === '')
    return { refusal: `${form.title}: ${read.value} lies outside ${limitsOf(form)}. Say why it is so.` };
  if (answers.length > 0 && reason.trim() === '')
    return { refusal: `${form.title} was answered before; the first answer stays. Say why there is another.` };
  const own = [form.done as Role, ...(form.checked === null ? [] : [form.checked as Role])];
  const needed = read.outside
    ? policy['answer outside limits']
    : form.checked === null && signers.length === 0
      ? []
      : own;
  return { ...read, roles: needed };
}

function readValue(
  text: string,
  form: Prompt['form'],
): Readonly<{ value: string; outside: boolean }> | Readonly<{ refusal: string }> {
  if (form.kind === 'confirm' && !confirmations.includes(text.toLowerCase()))
    return {
      refusal: `${form.title}: "${text}" confirms nothing; it is confirmed by ${confirmations.join(', ')}. Where it is not so leave it open, and hold the batch if it has to stop.`,
    };
  if (form.kind !== 'number') return { value: text, outside: false };
  let number: number;
  let asWritten: boolean;
  try {
    const quantity = parseQuantity(text, form.title);
    asWritten = quantity.unit === null || quantity.unit === form.unit;
    number = quantity.unit === null ? quantity.value : convert(quantity.value, quantity.unit, form.unit, form.title);
  } catch (thrown) {
    return { refusal: messageOf(thrown) };
  }
  const outside = (form.low !== null && number < form.low) || (form.high !== null && number > form.high);
  // The digits of a measurement are what was read: none is added, none goes.
  const digits = asWritten ? (/^[-+]?[\d.]+(?:e[-+]?\d+)?/iu.exec(text)?.[0] ?? String(number)) : figureOf(number);
  const value = form.unit === null ? digits : `${digits} ${form.unit}${asWritten ? '' : ` (${text})`}`;
  return { value, outside };
}

/** Without digits that only the arithmetic of units has brought. */
const figureOf = (value: number): string => String(Number(value.toPrecision(9)));

const limitsOf = ({ low, high, unit }: Prompt['form']): string =>
  `${low ?? '…'}..${high ?? '…'}${unit === null ? '' : ` ${unit}`}`;

export function answerOf(
  { form }: Prompt,
  { value, outside }: ReadAnswer,
  { actor, reason }: Given,
  signed: readonly SignatureView[],
  at: UtcMs,
): PromptAnswer {
  const [performed, checked] = signed;
  return {
    value,
    by: performed?.printedName ?? actorName(actor),
    checkedBy: checked?.printedName ?? null,
    at,
    reason: reason.trim() === '' ? null : reason.trim(),
    outside: outside || (form.kind === 'number' && Number.isNaN(Number.parseFloat(value))),
  };
}
