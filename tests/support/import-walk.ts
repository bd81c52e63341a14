/** Everything that a file reaches: by import, late import, type, `require` or URL, of ours and of packages, file after file. */
import { posix } from 'node:path';
import ts from 'typescript';

/** The text of a file by its path from the top of the house, or null where there is none. */
export type Read = (file: string) => string | null;

/** `to`: a path from the top of the house, a package, or, in brackets, what no reader can follow. */
export type Passage = Readonly<{ file: string; to: string; late: boolean; type: boolean }>;

export type Kinds = Readonly<{ late: boolean; types: boolean }>;

/** Every passage from `begins` on, each file entered once. */
export function walk(
  begins: readonly string[],
  read: Read,
  kinds: Kinds = { late: true, types: true },
): readonly Passage[] {
  const entered = new Set(begins);
  const found: Passage[] = [];
  for (const file of entered) {
    for (const passage of passages(file, read(file) ?? '')) {
      if ((passage.late && !kinds.late) || (passage.type && !kinds.types)) continue;
      found.push(passage);
      if (read(passage.to) !== null) entered.add(passage.to);
    }
  }
  return found;
}

/** Those of one file. */
export function passages(file: string, source: string): readonly Passage[] {
  const found: Passage[] = [];
  const add = (name: ts.Node | undefined, late: boolean, type: boolean): void => {
    const isText = name !== undefined && ts.isStringLiteral(name);
    found.push({ file, to: isText ? reached(file, name.text) : `[${name?.getText() ?? ''}]`, late, type });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, false, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
      add(node.moduleSpecifier, false, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, false, true);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false, false);
    else if (ts.isCallExpression(node) && isImport(node.expression)) add(node.arguments[0], true, false);
    else if (ts.isNewExpression(node) && isFileUrl(node)) add(node.arguments?.[0], true, false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true));
  return found;
}

const reached = (file: string, name: string): string =>
  name.startsWith('.') ? posix.join(posix.dirname(file), name) : name;

const isImport = (called: ts.Expression): boolean =>
  called.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(called) && called.text === 'require') ||
  (ts.isPropertyAccessExpression(called) && ['require', 'getBuiltinModule'].includes(called.name.text));

/** `new URL(…, import.meta.url)`: a file beside this one, for a worker or a child. */
const isFileUrl = ({ expression, arguments: given }: ts.NewExpression): boolean =>
  ts.isIdentifier(expression) && expression.text === 'URL' && given?.[1]?.getText() === 'import.meta.url';
