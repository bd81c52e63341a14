import { describe, expect, it } from 'vitest';
import { accuseHonestExports, attackExports } from './attack-export.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

describe('an export that was forged', () => {
  it('is doubted by both verifiers, whatever was done to it', { timeout: 90_000 }, async () => {
    const kinds = await attackExports(8, 4, 20_261_123, say);
    expect(kinds.length).toBe(32);
    expect(kinds.filter((kind) => kind.missedByTypescript + kind.missedByPython > 0)).toEqual([]);
  });
});

it('doubts no honest export', { timeout: 60_000 }, async () => {
  expect(await accuseHonestExports(10, 7, say)).toEqual({ exports: 10, accused: 0 });
});
