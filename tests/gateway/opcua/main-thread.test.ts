import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** What a file loads when it runs: imports of types alone are stripped. */
function loads(file: string): readonly string[] {
  const { statements } = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (ts.isImportDeclaration(statement)) {
      const names = statement.importClause?.namedBindings;
      const onlyTypes =
        statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
        (statement.importClause?.name === undefined &&
          names !== undefined &&
          ts.isNamedImports(names) &&
          names.elements.length > 0 &&
          names.elements.every((element) => element.isTypeOnly));
      return onlyTypes ? [] : [(statement.moduleSpecifier as ts.StringLiteral).text];
    }
    const from = ts.isExportDeclaration(statement) && !statement.isTypeOnly ? statement.moduleSpecifier : undefined;
    return from === undefined ? [] : [(from as ts.StringLiteral).text];
  });
}

describe('the main thread', () => {
  it('does not load the OPC UA stack, which takes a hundred megabytes: the worker has it', () => {
    const seen = new Map<string, string>();
    const guilty: string[] = [];
    const walk = (file: string, from: string): void => {
      if (seen.has(file)) return;
      seen.set(file, from);
      for (const target of loads(file)) {
        if (target.startsWith('.')) walk(join(file, '..', target), file);
        else if (target.startsWith('node-opcua')) guilty.push(`${file}, loaded by ${from}`);
      }
    };
    walk('gateway/opcua/index.ts', 'the gateway');
    expect(seen.size).toBeGreaterThan(10);
    expect(guilty).toEqual([]);
  });
});
