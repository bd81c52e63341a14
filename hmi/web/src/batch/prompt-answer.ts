/** What is asked of people, and what an answer to it needs: its form, its limits, a reason, and who signs. Pure. */
import type { PromptView } from '../../../../plant/batch-view.ts';
import { messageOf } from '../../../../plant/errors.ts';
import { parseQuantity } from '../../../../plant/quantity.ts';
import type { SignaturePolicy } from '../../../../plant/recipe/recipe.ts';
import { convert } from '../../../../plant/units.ts';
import { sayBounds } from './say.ts';

/** What a person says who only confirms. */
export const confirmed = 'confirmed';

/** Nobody has answered it yet, and somebody has to. */
export const isAsked = ({ answers, withdrawn }: Pick<PromptView, 'answers' | 'withdrawn'>): boolean =>
  answers.length === 0 && withdrawn === null;

/** `10 to 11`; empty where it has no limits. */
export const limitsText = ({ low, high, unit }: Pick<PromptView, 'low' | 'high' | 'unit'>): string =>
  sayBounds(low, high, unit);

export type AnswerNeeds = Readonly<{
  /** Why it is no answer yet, or null. */
  missing: string | null;
  outside: boolean;
  /** Whoever signs, the performer first; nobody where only the person at the page answers. */
  roles: readonly string[];
  /** An answer outside its limits, and a second one, say why. */
  reason: 'asked' | 'optional';
}>;

export function answerNeeds(
  prompt: Pick<PromptView, 'kind' | 'unit' | 'low' | 'high' | 'done' | 'checked' | 'answers'>,
  text: string,
  policy: Pick<SignaturePolicy, 'answer outside limits'> | null,
): AnswerNeeds {
  const { missing, outside } = read(prompt, text);
  const own = prompt.checked === null ? [] : [prompt.done, prompt.checked];
  const again = prompt.answers.length > 0;
  return {
    missing: missing ?? (outside && policy === null ? 'Who signs an answer outside the limits is being read.' : null),
    outside,
    roles: outside ? (policy?.['answer outside limits'] ?? []) : own,
    reason: outside || again ? 'asked' : 'optional',
  };
}

function read(
  { kind, unit, low, high }: Pick<PromptView, 'kind' | 'unit' | 'low' | 'high'>,
  text: string,
): Readonly<{ missing: string | null; outside: boolean }> {
  const typed = numberText(text);
  if (typed === '') return { missing: kind === 'number' ? 'Give the number.' : 'Answer it.', outside: false };
  if (kind !== 'number') return { missing: null, outside: false };
  try {
    const quantity = parseQuantity(typed, 'answer');
    const value = quantity.unit === null ? quantity.value : convert(quantity.value, quantity.unit, unit, 'answer');
    return { missing: null, outside: (low !== null && value < low) || (high !== null && value > high) };
  } catch (thrown) {
    return { missing: messageOf(thrown), outside: false };
  }
}

const numberText = (text: string): string => text.trim().replace(/^(-?\d+),(\d+)/, '$1.$2');

/** As it is sent: a number with a decimal point. */
export const sentValue = ({ kind }: Pick<PromptView, 'kind'>, text: string): string =>
  kind === 'number' ? numberText(text) : text.trim();
