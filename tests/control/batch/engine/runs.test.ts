/** Batches from their start to their end, on one line and on several, with nothing going wrong and with much of it. */
import { describe, expect, it } from 'vitest';
import { plain, whole } from './recipes.ts';
import { World } from './world.ts';

const answerAll = (world: World): void => {
  for (const skid of world.core.lasting.units.keys()) world.answer(skid);
};

function runToEnd(world: World, mostS = 8000): void {
  for (let s = 0; s < mostS && world.core.lasting.ended === null; s += 5) {
    world.run(5);
    answerAll(world);
  }
}

describe('a batch', () => {
  it.each([
    ['plain', plain('continue'), 1],
    ['whole', whole('continue'), 1],
    ['plain on three', plain('continue'), 3],
    ['whole on three', whole('continue'), 3],
  ] as const)('comes through every step of its recipe once: %s', (_, text, skids) => {
    const world = new World(text, skids, 0, ['nmr-31p']);
    world.begin();
    runToEnd(world);
    expect(world.core.lasting.ended?.as).toBe('Complete');
    for (const skid of world.skids) {
      const counts = world.endings(skid);
      expect([...counts.values()].every((count) => count === 1)).toBe(true);
      expect([...counts.keys()]).toEqual(expect.arrayContaining(['prepare/line-clearance', 'end/shutdown']));
    }
  });
});
