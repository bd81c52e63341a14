import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cell, internalTransitions, isFinal, occupiesSkid } from '../../../control/batch/phase-table.ts';
import { batchCommands, batchStates, type BatchCommand, type BatchState } from '../../../plant/batch-view.ts';

/** The table as the reference has it, written down once more: command, from, to. */
const reference: readonly (readonly [BatchCommand, readonly BatchState[], BatchState])[] = [
  ['Start', ['Idle'], 'Running'],
  ['Pause', ['Running'], 'Pausing'],
  ['Resume', ['Paused'], 'Running'],
  ['Hold', ['Running', 'Pausing', 'Paused', 'Restarting'], 'Holding'],
  ['Restart', ['Held'], 'Restarting'],
  ['Stop', ['Running', 'Pausing', 'Paused', 'Restarting', 'Holding', 'Held'], 'Stopping'],
  ['Abort', ['Running', 'Pausing', 'Paused', 'Restarting', 'Holding', 'Held', 'Stopping', 'Stopped'], 'Aborting'],
  ['Reset', ['Complete', 'Stopped', 'Aborted'], 'Idle'],
];

const expected = new Map(reference.flatMap(([command, from, to]) => from.map((state) => [`${state} ${command}`, to])));
const cells = batchStates.flatMap((state) => batchCommands.map((command) => [state, command] as const));

describe('the table of states and commands', () => {
  it('has 96 cells, of which 25 are legal and 71 refused', () => {
    expect(cells).toHaveLength(96);
    expect(cells.filter(([state, command]) => cell(state, command).legal)).toHaveLength(25);
    expect(expected.size).toBe(25);
  });

  it.each(cells)('a batch that is %s, given %s, does as the reference says', (state, command) => {
    const to = expected.get(`${state} ${command}`);
    const found = cell(state, command);
    if (to === undefined) expect(found.legal).toBe(false);
    else expect(found).toEqual({ legal: true, to });
  });

  it('refuses with a sentence that names the command and the states it is for', () => {
    for (const [state, command] of cells) {
      const found = cell(state, command);
      if (found.legal) continue;
      expect(found.reason).toContain(command);
      expect(found.reason).toMatch(/^The batch .+\.$/);
    }
  });

  it('lets no sequence of commands and equipment out of the twelve states, and none out of a final one but Abort and Reset', () => {
    const step = fc.oneof(fc.constantFrom(...batchCommands), fc.constantFrom(...internalTransitions));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let state: BatchState = 'Idle';
        for (const one of steps) {
          const before: BatchState = state;
          if (typeof one === 'string') {
            const found = cell(state, one);
            if (found.legal) state = found.to;
          } else if (one.from === state) state = one.to;
          expect(batchStates).toContain(state);
          if (isFinal(before) && state !== before) expect(['Idle', 'Aborting']).toContain(state);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('has a way out of every state that goes by', () => {
    for (const state of ['Pausing', 'Holding', 'Restarting', 'Stopping', 'Aborting'] as const) {
      expect(internalTransitions.some(({ from }) => from === state)).toBe(true);
      expect(occupiesSkid(state)).toBe(true);
    }
  });
});
