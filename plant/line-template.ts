/**
 * What a line of a device says: text as it stands, and at most one value `{value:FORM}`. A line is taken only where it matches
 * whole. Pure.
 */
export const valueForms = ['decimal', 'integer', 'hex16', 'word', 'text'] as const;
export type ValueForm = (typeof valueForms)[number];

export type Template = Readonly<{
  before: string;
  /** Null: the line holds no value. */
  form: ValueForm | null;
  after: string;
}>;

const patterns: Readonly<Record<ValueForm, RegExp>> = {
  decimal: /^[+-]?\d{1,15}(?:\.\d{1,15})?$/u,
  integer: /^[+-]?\d{1,15}$/u,
  hex16: /^[0-9A-Fa-f]{4}$/u,
  word: /^[!-~]{1,64}$/u,
  text: /^[ -~]{1,256}$/u,
};

/** @throws Error where a brace is not that of one value of a known form */
export function parseTemplate(text: string): Template {
  const match = /^([^{}]*)\{value:([a-z0-9]+)\}([^{}]*)$/u.exec(text);
  if (match !== null) {
    const form = valueForms.find((known) => known === match[2]);
    if (form === undefined)
      throw new Error(`There is no value form "${match[2] ?? ''}"; known: ${valueForms.join(', ')}.`);
    return { before: match[1] ?? '', form, after: match[3] ?? '' };
  }
  // Braces that hold no value are the device's own, as Huber's opening one is.
  if (/\{value/u.test(text)) throw new Error(`"${text}" holds more than one value, or one that cannot be read.`);
  return { before: text, form: null, after: '' };
}
