/** A spare takes the place of a skid that has failed only where there is still something for it to do. */
import { expect, it } from 'vitest';
import { plain } from '../engine/recipes.ts';
import { World } from '../engine/world.ts';

function collected(ml: number): World {
  const world = new World(plain('replace'), 2, 1);
  world.begin();
  const [first, second] = world.skids;
  for (let s = 0; s < 3000 && world.line(first!).collectedMl + world.line(second!).collectedMl < ml; s += 5) {
    world.run(5);
    for (const skid of world.skids) world.answer(skid);
  }
  return world;
}

it('nobody takes a place in a batch that has ended', () => {
  const world = collected(20);
  world.command('Stop');
  world.run(30);
  expect(world.core.lasting.ended?.as).toBe('Stopped');
  expect(world.replace(world.skids[0]!, world.spares[0]!)).toContain('has ended');
  expect(world.states()).toEqual(['Stopped', 'Stopped']);
});

it('no spare is heated for a batch that has its volume', () => {
  const world = collected(125);
  world.command('Hold', world.skids[0]);
  world.run(10);
  expect(world.core.lasting.ended).toBeNull();
  expect(world.replace(world.skids[0]!, world.spares[0]!)).toContain('has its volume');
  expect(world.core.lasting.units.has(world.spares[0]!)).toBe(false);
});
