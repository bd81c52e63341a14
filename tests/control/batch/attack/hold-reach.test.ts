/** Whatever holds one skid holds all where the recipe says so: also shared equipment that fails. */
import { expect, it } from 'vitest';
import { monotonic, utcMs } from '../../../../plant/clock.ts';
import { plain } from '../engine/recipes.ts';
import { World } from '../engine/world.ts';

it.each([
  ['a hold reaches the batch', `${plain('continue')}a hold reaches: batch\n`],
  ['one that fails holds all', plain('hold all')],
])('equipment that fails on one skid holds all where %s', (_, text) => {
  const world = new World(text, 3, 0);
  world.begin();
  world.run(30);
  const [first] = world.skids;
  world.take({
    kind: 'equipment failed',
    skids: [first!],
    message: 'The feed header has failed.',
    utc: utcMs(world.now),
    monotonic: monotonic(world.now),
  });
  world.run(10);
  expect(world.states()).toEqual(['Held', 'Held', 'Held']);
});
