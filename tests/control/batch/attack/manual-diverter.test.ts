/** In manual the batch takes no product, whoever moves the diverter, and however often. */
import { expect, it } from 'vitest';
import { plain } from '../engine/recipes.ts';
import { World } from '../engine/world.ts';

it('a diverter that is moved to product by hand goes back to waste, again and again', () => {
  const world = new World(plain('continue'), 1, 0);
  const [skid] = world.skids;
  world.begin();
  for (let s = 0; s < 2000 && world.line(skid!).collectedMl < 10; s += 5) {
    world.run(5);
    world.answer(skid!);
  }
  expect(world.mode(skid!, 'manual')).toBeNull();
  for (let i = 0; i < 3; i++) {
    world.run(15);
    expect(world.line(skid!).set.diverter).toBe(0);
    world.line(skid!).write({ diverter: 1 });
  }
  world.run(15);
  expect(world.line(skid!).set.diverter).toBe(0);
  expect(world.states()).toEqual(['Running']);
});
