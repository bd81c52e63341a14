/** Reads the conditions of a procedure: they name readings and, with `$` before it, values of the formula. */
import type { CheckedExpression, Expression } from '../expression.ts';
import { checkExpression } from '../expression/check.ts';
import { parseExpression, type Parsed } from '../expression/parse.ts';
import { outcomes } from '../expression/reach.ts';
import type { Path, Source } from '../skid/source.ts';
import { didYouMean } from '../suggest.ts';
import type { ReadFormula } from './formula.ts';
import { isReading, readingForm, readingNames } from './roles.ts';

/** What is asked of a condition beside that it can be read. */
export type ConditionUse = 'wait' | 'repeat' | 'choose';

/**
 * @param used gathers the parameters that are named
 * @returns null, with the faults noted, where it cannot be read or can only come out one way
 */
export function readCondition(
  source: Source,
  path: Path,
  text: string,
  formula: ReadFormula,
  used: Set<string>,
  use: ConditionUse,
): CheckedExpression | null {
  const parsed = source.attempt(path, (where) => parseExpression(text, where));
  if (parsed === null) return null;
  const [tag] = tagsIn(parsed);
  if (tag !== undefined) {
    source.fault(
      path,
      `"${text}" reads ${tag}, a tag of one skid.`,
      `A recipe runs on any skid that has what it needs: name a reading (${readingNames.join(', ')}).`,
    );
    return null;
  }
  const named = [...namesIn(parsed)];
  if (!checkNames(source, path, text, named, formula, used)) return null;
  const names = Object.fromEntries(named.map((name) => [name, unitOf(name, formula)]));
  const scope = { tagUnit: () => undefined, tagNames: [], names };
  const checked = source.attempt(path, (where) => checkExpression(text, scope, where, 'bool'));
  return checked === null || !checkOutcome(source, path, checked, named, formula, use) ? null : checked;
}

const unitOf = (name: string, formula: ReadFormula): string | null => {
  if (isReading(name)) return readingForm(name).unit;
  return formula.get(name.slice(1))?.unit ?? null;
};

function checkNames(
  source: Source,
  path: Path,
  text: string,
  named: readonly string[],
  formula: ReadFormula,
  used: Set<string>,
): boolean {
  let isSound = true;
  const fault = (problem: string, remedy: string): void => {
    source.fault(path, problem, remedy);
    isSound = false;
  };
  for (const name of named) {
    if (isReading(name)) continue;
    if (!name.startsWith('$')) {
      const remedy = formula.has(name) ? `Write $${name}.` : `Use ${readingNames.join(', ')}, or $ and a parameter.`;
      fault(
        `"${text}" names "${name}", which is no reading.`,
        formula.has(name) ? remedy : didYouMean(name, readingNames, remedy),
      );
      continue;
    }
    const parameter = formula.get(name.slice(1));
    used.add(name.slice(1));
    if (parameter === null) isSound = false;
    else if (parameter === undefined) {
      const has = `It has ${[...formula.keys()].join(', ') || 'none'}.`;
      fault(`The formula has no parameter "${name.slice(1)}".`, didYouMean(name.slice(1), formula.keys(), has));
    } else if (parameter.kind === 'limit') {
      fault(`"${text}" names ${name}, a limit and no value.`, `Compare ${parameter.reading} with a number.`);
    }
  }
  return isSound;
}

/** A condition that comes out one way only shuts a way for good, or opens one that nobody meant to be open. */
function checkOutcome(
  source: Source,
  path: Path,
  { text, root }: CheckedExpression,
  named: readonly string[],
  formula: ReadFormula,
  use: ConditionUse,
): boolean {
  if (!named.some(isReading) && (use !== 'choose' || named.length === 0)) {
    const problem = `"${text}" reads nothing of the skid: nothing that runs can change how it comes out.`;
    source.fault(path, problem, 'Name a reading in it, or leave it out.');
    return false;
  }
  const { canHold, canFail } = outcomes(root, (name) => {
    if (isReading(name)) return readingForm(name);
    const parameter = formula.get(name.slice(1));
    if (parameter?.kind !== 'value') return null;
    return parameter.range ?? { low: parameter.value, high: parameter.value };
  });
  if (canHold && (canFail || use !== 'choose')) return true;
  const remedy = 'Correct the condition, or take it out.';
  if (canHold) source.fault(path, `"${text}" always holds: what stands behind it can never be reached.`, remedy);
  else {
    const lost = {
      wait: 'what waits for it waits in vain',
      repeat: 'it ends no turn',
      choose: 'its branch can never be reached',
    };
    source.fault(path, `"${text}" can never hold: ${lost[use]}.`, remedy);
  }
  return false;
}

function* tagsIn(node: Parsed): Generator<string> {
  switch (node.kind) {
    case 'tag':
      yield node.tag;
      return;
    case 'call':
      for (const argument of node.arguments) yield* tagsIn(argument);
      return;
    case 'unary':
      yield* tagsIn(node.of);
      return;
    case 'binary':
      yield* tagsIn(node.left);
      yield* tagsIn(node.right);
      return;
    case 'quantity':
    case 'name':
  }
}

function* namesIn(node: Parsed): Generator<string> {
  switch (node.kind) {
    case 'name':
      yield node.name;
      return;
    case 'call':
      for (const argument of node.arguments) yield* namesIn(argument);
      return;
    case 'unary':
      yield* namesIn(node.of);
      return;
    case 'binary':
      yield* namesIn(node.left);
      yield* namesIn(node.right);
      return;
    case 'quantity':
    case 'tag':
  }
}

/** The names that a checked condition binds: readings as they are, parameters with `$` before them. */
export function namesOf(node: Expression): readonly string[] {
  switch (node.kind) {
    case 'name':
      return [node.name];
    case 'call':
      return [...new Set(node.arguments.flatMap(namesOf))];
    case 'unary':
      return namesOf(node.of);
    case 'binary':
      return [...new Set([...namesOf(node.left), ...namesOf(node.right)])];
    default:
      return [];
  }
}
