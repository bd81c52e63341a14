/** A step that has done its work and waits for a person: what it has proven is gone with a hold, and it is never waited for for ever. */
import { describe, expect, it } from 'vitest';
import type { SkidName } from '../../../../plant/sample.ts';
import { plain } from '../engine/recipes.ts';
import { World } from '../engine/world.ts';

const one = (world: World): SkidName => world.skids[0]!;
const unitOf = (world: World) => world.core.lasting.units.get(one(world))!;
const nodeOf = (world: World, path: string): number => world.core.tree.find((node) => node.path === path)!.id;
const markOf = (world: World, path: string) => unitOf(world).marks[nodeOf(world, path)]!.state;

function until(world: World, done: () => boolean): void {
  for (let s = 0; s < 3000 && !done(); s += 5) {
    world.run(5);
    world.answer(one(world));
  }
  expect(done()).toBe(true);
}

/** In semi-automatic, up to where the step at `path` has done its work and nobody has let it go on. */
function finished(path: string): World {
  const world = new World(plain('continue'), 1, 0);
  world.begin();
  until(world, () => markOf(world, path) === 'running');
  expect(world.mode(one(world), 'semi-automatic')).toBeNull();
  until(world, () => markOf(world, path) === 'finished');
  return world;
}

describe('a step that had done its work when the unit was held', () => {
  it.each(['start-up/heat-up', 'start-up/steady-state'])('is done anew after a Restart: %s', (path) => {
    const world = finished(path);
    world.command('Hold');
    world.run(300);
    expect(unitOf(world).state).toBe('Held');
    world.reset(one(world));
    expect(world.command('Restart')).toBeNull();
    until(world, () => unitOf(world).state === 'Running');
    expect(world.proceed(one(world), nodeOf(world, path))).toContain('has not done its work');
    expect(markOf(world, path)).toBe('running');
    until(world, () => world.core.lasting.ended !== null);
    expect(world.core.lasting.ended?.as).toBe('Complete');
    world.isOnRecord();
  });
});

it('what has done its work goes on when the unit becomes automatic', () => {
  const world = finished('start-up/stage-2');
  expect(world.mode(one(world), 'automatic')).toBeNull();
  world.run(30);
  expect(markOf(world, 'start-up/stage-2')).toBe('done');
  until(world, () => world.core.lasting.ended !== null);
  expect(world.core.lasting.ended?.as).toBe('Complete');
  expect([...world.endings(one(world)).values()].every((count) => count === 1)).toBe(true);
  world.isOnRecord();
});
