/** The full names of the tests that a file holds, as its source writes them, and whether each is sure to run. Pure. */
import ts from 'typescript';

export type NamedTest = Readonly<{
  /** `describe > … > it`, a placeholder of `each` as it is written. */
  name: string;
  /** False for a test that is skipped, still to be written, expected to fail, or run on some machines only. */
  runs: boolean;
}>;

type Block = Readonly<{ title: string; runs: boolean }>;

/** @param file its name, for the parser only */
export function testsOf(file: string, source: string): readonly NamedTest[] {
  const found: NamedTest[] = [];
  const walk = (node: ts.Node, within: readonly Block[]): void => {
    const call = ts.isCallExpression(node) ? blockOf(node) : null;
    if (call === null) return ts.forEachChild(node, (child) => walk(child, within));
    const path = [...within, call.block];
    if (call.isTest)
      found.push({ name: path.map(({ title }) => title).join(' > '), runs: path.every(({ runs }) => runs) });
    else for (const argument of call.body) walk(argument, path);
  };
  walk(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true), []);
  return found;
}

function blockOf(
  node: ts.CallExpression,
): Readonly<{ block: Block; isTest: boolean; body: readonly ts.Expression[] }> | null {
  const words = wordsOf(node.expression);
  const [first, ...manners] = words ?? [];
  if (first !== 'describe' && first !== 'it' && first !== 'test') return null;
  const [title, ...body] = node.arguments;
  if (title === undefined || !(ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) return null;
  const text = ts.isStringLiteralLike(title) ? title.text : title.getText().slice(1, -1);
  const runs = !manners.some((manner) => ['skip', 'todo', 'skipIf', 'runIf', 'fails'].includes(manner));
  return { block: { title: text, runs }, isTest: first !== 'describe', body };
}

/** `describe.skipIf(present).each(rows)` as its words; null where it is no such chain. */
function wordsOf(expression: ts.Expression): readonly string[] | null {
  if (ts.isIdentifier(expression)) return [expression.text];
  if (ts.isCallExpression(expression) || ts.isTaggedTemplateExpression(expression))
    return wordsOf(ts.isCallExpression(expression) ? expression.expression : expression.tag);
  if (!ts.isPropertyAccessExpression(expression)) return null;
  const before = wordsOf(expression.expression);
  return before === null ? null : [...before, expression.name.text];
}
