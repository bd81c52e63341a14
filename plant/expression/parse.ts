/**
 * From the text of an expression to its tree, quantities still with their units.
 *
 * The stroke of a tag's name has no blanks around it, that of a division has. From weak to strong: or · and · not ·
 * comparison · + - · * / · minus sign.
 */
import type { BinaryOperator } from '../expression.ts';
import { mesolineError } from '../errors.ts';
import { numberPattern } from '../quantity.ts';

export type Parsed =
  | Readonly<{ kind: 'quantity'; value: number; unit: string | null }>
  | Readonly<{ kind: 'tag'; tag: string }>
  | Readonly<{ kind: 'name'; name: string }>
  | Readonly<{ kind: 'call'; function: string; arguments: readonly Parsed[] }>
  | Readonly<{ kind: 'unary'; operator: '-' | 'not'; of: Parsed }>
  | Readonly<{ kind: 'binary'; operator: BinaryOperator; left: Parsed; right: Parsed }>;

type Token =
  | Readonly<{ kind: 'quantity'; value: number; unit: string | null; text: string }>
  | Readonly<{ kind: 'tag' | 'word' | 'sign'; text: string }>;

const unitAtom = String.raw`[%°µA-Za-z][A-Za-zµ³]*(?:\(g\))?`;
const tagForm = /[A-Za-z][A-Za-z0-9]*\/[A-Za-z][A-Za-z0-9]*(?:[.-][A-Za-z0-9]+)*/uy;
/** A name with `$` before it is a parameter of whoever reads the expression. */
const wordForm = /\$?[A-Za-z][A-Za-z0-9]*/uy;
const signForm = / \/ |<=|>=|!=|[-+*<>=(),]/uy;
const quantityForm = new RegExp(
  `(${numberPattern.replace('-?', '')})(?![\\d.])(?:\\s*((?!(?:and|or|not)\\b)${unitAtom}(?:[·/]${unitAtom})*))?`,
  'uy',
);

const deepest = 60;
/** Signs, names and quantities of one expression: a chain of them is a tree as deep, that everything walks. */
const longest = 500;

/** @throws MesolineError `expression-invalid`, naming the place by what stands there. */
export function parseExpression(text: string, where = 'expression'): Parsed {
  const tokens = tokenize(text, where);
  let at = 0;
  let depth = 0;

  const refuse = (problem: string, remedy: string) => mesolineError('expression-invalid', where, problem, remedy);
  if (tokens.length > longest) {
    throw refuse(`The expression has ${tokens.length} parts, more than ${longest}.`, 'Part it into tags.');
  }
  const peek = (...texts: readonly string[]): boolean => {
    const token = tokens[at];
    return token !== undefined && token.kind !== 'quantity' && texts.includes(token.text);
  };
  const expect = (sign: string): void => {
    if (!peek(sign)) {
      const found = tokens[at];
      throw refuse(
        `"${text}" has ${found === undefined ? 'nothing more' : `"${found.text}"`} where "${sign}" should stand.`,
        `Check the brackets and commas.`,
      );
    }
    at += 1;
  };
  const operator = (): BinaryOperator => (tokens[at++]?.text ?? '') as BinaryOperator;

  const leftward = (next: () => Parsed, ...operators: readonly BinaryOperator[]): Parsed => {
    let left = next();
    while (peek(...operators)) left = { kind: 'binary', operator: operator(), left, right: next() };
    return left;
  };
  const or = (): Parsed => leftward(and, 'or');
  const and = (): Parsed => leftward(not, 'and');
  const not = (): Parsed => {
    if (!peek('not')) return comparison();
    at += 1;
    return { kind: 'unary', operator: 'not', of: nested(not) };
  };
  const comparison = (): Parsed => {
    const left = sum();
    if (!peek('<', '<=', '>', '>=', '=', '!=')) return left;
    const compared: Parsed = { kind: 'binary', operator: operator(), left, right: sum() };
    if (peek('<', '<=', '>', '>=', '=', '!=')) {
      throw refuse(`"${text}" compares twice in a row.`, 'Join two comparisons by "and".');
    }
    return compared;
  };
  const sum = (): Parsed => leftward(product, '+', '-');
  const product = (): Parsed => leftward(signed, '*', '/');
  const signed = (): Parsed => {
    if (!peek('-')) return primary();
    at += 1;
    const of = nested(signed);
    return of.kind === 'quantity' ? { ...of, value: -of.value } : { kind: 'unary', operator: '-', of };
  };
  const nested = (next: () => Parsed): Parsed => {
    if (++depth > deepest) throw refuse(`The expression nests deeper than ${deepest} levels.`, 'Part it into tags.');
    const inner = next();
    depth -= 1;
    return inner;
  };
  const primary = (): Parsed => {
    const token = tokens[at++];
    if (token?.kind === 'quantity') return { kind: 'quantity', value: token.value, unit: token.unit };
    if (token?.kind === 'tag') return { kind: 'tag', tag: token.text };
    if (token?.kind === 'sign' && token.text === '(') {
      const inner = nested(or);
      expect(')');
      return inner;
    }
    if (token?.kind === 'word' && !['and', 'or', 'not'].includes(token.text)) {
      if (!peek('(')) return { kind: 'name', name: token.text };
      at += 1;
      const list = [nested(or)];
      while (peek(',')) {
        at += 1;
        list.push(nested(or));
      }
      expect(')');
      return { kind: 'call', function: token.text, arguments: list };
    }
    throw refuse(
      token === undefined
        ? `"${text}" ends where a value should stand.`
        : `"${text}" has "${token.text}" where a value should stand.`,
      'Write a tag, a quantity with its unit, or a function there.',
    );
  };

  const root = or();
  const rest = tokens[at];
  if (rest !== undefined) {
    throw refuse(
      `"${text}" goes on with "${rest.text}" after it has ended.`,
      'Put an operator between; a division has blanks around its stroke.',
    );
  }
  return root;
}

function tokenize(text: string, where: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (form: RegExp): RegExpExecArray | null => {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match !== null) at = form.lastIndex;
    return match;
  };
  while (at < text.length) {
    const sign = take(signForm);
    if (sign !== null) {
      tokens.push({ kind: 'sign', text: sign[0].trim() });
      continue;
    }
    if (/\s/u.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const tag = take(tagForm);
    if (tag !== null) {
      tokens.push({ kind: 'tag', text: tag[0] });
      continue;
    }
    const word = take(wordForm);
    if (word !== null) {
      tokens.push({ kind: 'word', text: word[0] });
      continue;
    }
    const quantity = take(quantityForm);
    if (quantity === null) {
      throw mesolineError(
        'expression-invalid',
        where,
        `"${text}" cannot be read from "${text.slice(at, at + 12)}" on.`,
        text[at] === '/'
          ? 'Put blanks around the stroke of a division.'
          : 'Write numbers without leading zeros, and tags as UNIT/NAME.',
      );
    }
    tokens.push({ kind: 'quantity', value: Number(quantity[1]), unit: quantity[2] ?? null, text: quantity[0] });
  }
  return tokens;
}

/** Parts a list at the commas that stand in no bracket: `a, max(b, c)` is two. */
export function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] = (parts.at(-1) ?? '') + letter;
  }
  return parts.map((part) => part.trim());
}

/** The tags that a text names, even where it is no sound expression. */
export const tagsNamedIn = (text: string): readonly string[] =>
  [...text.matchAll(new RegExp(tagForm.source, 'gu'))].map(([tag]) => tag);
