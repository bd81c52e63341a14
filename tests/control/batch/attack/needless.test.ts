/** Others may fill the batch while a skid is still on its way: it is not heated or fed for nothing, and nothing waits for ever. */
import { expect, it } from 'vitest';
import { plain } from '../engine/recipes.ts';
import { World } from '../engine/world.ts';

function go(world: World, seconds: number, skids = world.skids): void {
  for (let s = 0; s < seconds; s += 5) {
    world.run(5);
    for (const skid of skids) world.answer(skid);
  }
}

const endings = (world: World, skid: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    world.events.flatMap(({ event: { action, data, object } }) =>
      action === 'step-ended' && data?.skid === skid ? [[object.split('/').at(-1)!, data.figures]] : [],
    ),
  );

it.each(['while it runs', 'held meanwhile'])(
  'a skid behind the others feeds no cadmium once the volume is there, %s',
  (how) => {
    const world = new World(plain('continue'), 2, 0);
    const [first, second] = world.skids;
    let mostCadmium = 0;
    world.begin();
    // The second stands before its first question until the others have nearly all.
    for (let s = 0; s < 4000 && world.line(first!).collectedMl < 60; s += 5) {
      world.run(5);
      world.answer(first!);
    }
    go(world, 200);
    if (how === 'held meanwhile') world.command('Hold', second);
    go(world, 2000, [first!]);
    expect(world.core.lasting.units.get(first!)!.state).toBe('Complete');
    if (how === 'held meanwhile') {
      world.reset(second!);
      expect(world.command('Restart', second)).toBeNull();
    }
    for (let s = 0; s < 2500; s += 5) {
      go(world, 5);
      mostCadmium = Math.max(mostCadmium, world.line(second!).set.cadmium);
    }
    expect(world.states()).toEqual(['Complete', 'Complete']);
    expect(world.line(second!).collectedMl).toBe(0);
    expect(endings(world, second!)['stage-2']).toEqual({ 'not needed': 'the batch has its volume' });
    expect(mostCadmium).toBe(0);
  },
);

it('a step that waits for shared equipment on a hot line is held after a while', () => {
  const text = plain('continue').replace('target: 120 mL, bounds: 100..140', 'target: 4000 mL, bounds: 3000..5000');
  const world = new World(text, 2, 0, ['product-line']);
  const [first, second] = world.skids;
  world.begin();
  for (let s = 0; s < 3000 && !world.states().includes('Held'); s += 5) go(world, 5);
  const waiting = world.core.lasting.units.get(second!)!;
  expect([world.core.lasting.units.get(first!)!.state, waiting.state]).toEqual(['Running', 'Held']);
  expect(waiting.message).toMatch(/collect has not begun within 10 min \(waiting for product-line.*the line is hot/);
});
