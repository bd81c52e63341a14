/** What somebody does to a skid beside the batch, and what a meter says that cannot be. */
import { describe, expect, it } from 'vitest';
import { plain } from '../engine/recipes.ts';
import { World } from '../engine/world.ts';

function running(seconds: number): World {
  const world = new World(plain('continue'), 1, 0);
  world.begin();
  for (let s = 0; s < seconds; s += 5) {
    world.run(5);
    world.answer(world.skids[0]!);
  }
  return world;
}

const exceptions = (world: World): readonly string[] =>
  world.events.flatMap(({ event }) => (event.action === 'exception-raised' ? [event.reason ?? ''] : []));

describe('a unit that is paused', () => {
  it('lets nobody heat it or feed cadmium', () => {
    const world = running(10);
    const [skid] = world.skids;
    expect(world.command('Pause', skid)).toBeNull();
    world.run(10);
    expect(world.states()).toEqual(['Paused']);
    world.line(skid!).write({ cadmium: 3, temperature: 160 });
    world.run(30);
    expect(world.line(skid!).set).toMatchObject({ cadmium: 0, temperature: 0 });
    world.isOnRecord();
  });

  it('keeps what its steps have set', () => {
    const world = running(0);
    const [skid] = world.skids;
    for (let s = 0; s < 300 && world.line(skid!).set.flush === 0; s += 5) {
      world.run(5);
      world.answer(skid!);
    }
    world.run(5);
    const { flush } = world.line(skid!).set;
    expect(flush).toBeGreaterThan(0);
    expect(world.command('Pause', skid)).toBeNull();
    world.run(10);
    world.line(skid!).write({ flush: 0 });
    world.run(30);
    expect(world.line(skid!).set.flush).toBe(flush);
  });
});

describe('the totaliser', () => {
  const collecting = (): World => {
    const world = running(0);
    const [skid] = world.skids;
    for (let s = 0; s < 3000 && world.line(skid!).collectedMl < 20; s += 5) {
      world.run(5);
      world.answer(skid!);
    }
    return world;
  };

  it('fills no batch by one reading that cannot be, however Good it is', () => {
    const world = collecting();
    const [skid] = world.skids;
    const line = world.line(skid!);
    line.collectedMl += 5000;
    world.pass(5);
    world.scan(skid!, 5);
    line.collectedMl -= 5000;
    world.run(10);
    const unit = world.core.passing.get(skid!)!;
    expect(unit.volume.open!.lastMl).toBeLessThan(60);
    expect(exceptions(world)).toEqual([]);
    world.run(2000);
    expect(world.states()).toEqual(['Complete']);
    expect(world.line(skid!).collectedMl).toBeGreaterThan(115);
  });

  it('that has leapt for good is counted on from there, and said', () => {
    const world = collecting();
    const [skid] = world.skids;
    const line = world.line(skid!);
    const before = line.collectedMl;
    line.collectedMl += 5000;
    world.run(2000);
    expect(world.states()).toEqual(['Complete']);
    expect(exceptions(world).filter((one) => one.includes('more than can have flowed'))).toHaveLength(1);
    // At least what the target lacked was collected after the leap.
    expect(line.collectedMl - 5000).toBeGreaterThan(before + 90);
  });
});
