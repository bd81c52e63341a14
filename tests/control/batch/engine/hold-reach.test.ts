/** How far a hold goes: to its own skid, or to the whole batch where the recipe says so. */
import { describe, expect, it } from 'vitest';
import { plain } from './recipes.ts';
import { World } from './world.ts';

function running(text: string): World {
  const world = new World(text, 3, 0);
  world.begin();
  for (let s = 0; s < 300; s += 5) {
    world.run(5);
    for (const skid of world.skids) world.answer(skid);
  }
  expect(world.states()).toEqual(['Running', 'Running', 'Running']);
  return world;
}

const reachesBatch = `${plain('continue')}a hold reaches: batch\n`;

describe('a hold of one of three skids', () => {
  it('stays there', () => {
    const world = running(plain('continue'));
    const [, second] = world.skids;
    expect(world.command('Hold', second)).toBeNull();
    world.run(10);
    expect(world.states()).toEqual(['Running', 'Held', 'Running']);
  });

  it('goes to all of them where the recipe says so', () => {
    const world = running(reachesBatch);
    const [, second] = world.skids;
    expect(world.command('Hold', second)).toBeNull();
    world.run(10);
    expect(world.states()).toEqual(['Held', 'Held', 'Held']);
  });

  it('goes to all of them from an interlock too', () => {
    const world = running(reachesBatch);
    world.demand(world.skids[2]!, 'H');
    world.run(10);
    expect(world.states()).toEqual(['Held', 'Held', 'Held']);
  });
});

it('a Stop of one skid stays there, however far a hold reaches', () => {
  const world = running(reachesBatch);
  expect(world.command('Stop', world.skids[0])).toBeNull();
  world.run(10);
  expect(world.states()).toEqual(['Stopped', 'Running', 'Running']);
});
