import { describe, expect, it } from 'vitest';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verdicts } from '../control/records/folder-support.ts';
import { accuseHonestExports, attackExports, seeded } from './attack-export.ts';
import { makeExport } from './support/made-export.ts';
import { PythonVerifier } from './support/python-verifier.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

describe('an export that was forged', () => {
  it('is doubted by both verifiers, whatever was done to it', { timeout: 90_000 }, async () => {
    const kinds = await attackExports(8, 4, 20_261_123, say);
    expect(kinds.length).toBe(38);
    expect(kinds.filter((kind) => kind.missedByTypescript + kind.missedByPython > 0)).toEqual([]);
  });
});

it('leaves a folder that was filled with names at 200,000 of them', { timeout: 120_000 }, async () => {
  const python = new PythonVerifier();
  const made = await makeExport(seeded(13), python);
  try {
    const filled = join(made.folder, 'telemetry', 'more');
    mkdirSync(filled);
    for (let index = 0; index < 200_000; index += 1) writeFileSync(join(filled, `n${index}`), '');
    expect(await verdicts(made, python, readFileSync(made.kept, 'utf8'))).toEqual({
      typescript: expect.stringContaining('It holds more than 200000 files and folders') as string,
      python: expect.stringContaining('it holds more files and folders than an export can have') as string,
    });
  } finally {
    python.end();
    made.remove();
  }
});

it('doubts no honest export', { timeout: 60_000 }, async () => {
  expect(await accuseHonestExports(10, 7, say)).toEqual({ exports: 10, accused: 0 });
});
