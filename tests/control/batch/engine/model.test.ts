/** Whatever people, lines, ledgers and services do to a batch. The campaign `batch-model` tells 100,000 of these stories. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { story, tell } from './model.ts';

const stories = Number(process.env['MESOLINE_STORIES'] ?? 300);

describe('a batch, whatever happens to it', () => {
  it('stays in the table, does each step once, and is on record as it is', () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(story, (one) => {
        const world = tell(one);
        for (const state of world.states()) ends.set(state, (ends.get(state) ?? 0) + 1);
      }),
      { numRuns: stories },
    );
    // The stories go far enough to be worth telling.
    for (const state of ['Running', 'Held', 'Stopped', 'Aborted'] as const)
      expect(ends.get(state), state).toBeGreaterThan(0);
    // Processor time, whatever else the machine does.
  }, 120_000);
});
