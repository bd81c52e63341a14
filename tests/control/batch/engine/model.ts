/** Everything that can happen to a batch, drawn at random, and what must hold whatever happens. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { batchCommands, type BatchCommand } from '../../../../plant/batch-view.ts';
import type { SkidName } from '../../../../plant/sample.ts';
import { plain, whole } from './recipes.ts';
import { World } from './world.ts';

type Happening =
  | Readonly<{ kind: 'run'; seconds: number }>
  | Readonly<{ kind: 'scan'; unit: number; seconds: number }>
  | Readonly<{ kind: 'arrive'; count: number; fails: boolean }>
  | Readonly<{ kind: 'answer'; unit: number }>
  | Readonly<{ kind: 'command'; command: BatchCommand; unit: number | null }>
  | Readonly<{ kind: 'demand'; unit: number; demand: 'none' | 'B' | 'H' | 'Hcd' | 'S' | 'E' }>
  | Readonly<{ kind: 'reset' | 'silence' | 'blind' | 'set aside' | 'bad analysis' | 'reconcile'; unit: number }>
  | Readonly<{ kind: 'mode'; unit: number; to: 'automatic' | 'semi-automatic' | 'manual' }>
  | Readonly<{ kind: 'proceed'; unit: number; node: number }>
  | Readonly<{ kind: 'replace'; unit: number; by: number }>
  | Readonly<{ kind: 'mend' | 'recover' | 'take away' }>
  | Readonly<{ kind: 'restart service' }>;

const unit = fc.nat(3);
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({ kind: fc.constant('run' as const), seconds: fc.constantFrom(5, 60, 60, 300, 900) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('scan' as const), unit, seconds: fc.constantFrom(0, 1, 10) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('arrive' as const), count: fc.nat(3), fails: fc.boolean() }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('answer' as const), unit }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      command: fc.oneof(
        { weight: 1, arbitrary: fc.constantFrom(...batchCommands) },
        {
          weight: 3,
          arbitrary: fc.constantFrom('Restart' as const, 'Resume' as const, 'Hold' as const, 'Pause' as const),
        },
      ),
      unit: fc.option(unit),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('demand' as const),
      unit,
      demand: fc.constantFrom('none' as const, 'B' as const, 'H' as const, 'Hcd' as const, 'S' as const, 'E' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('reset', 'silence', 'blind', 'set aside', 'bad analysis', 'reconcile'),
      unit,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('mode' as const),
      unit,
      to: fc.constantFrom('automatic' as const, 'semi-automatic' as const, 'manual' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('proceed' as const), unit, node: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), unit, by: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'mend' as const }) },
  { weight: 12, arbitrary: fc.constant({ kind: 'recover' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'restart service' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'take away' as const }) },
);

export const story = fc.record({
  recipe: fc.constantFrom('plain', 'whole'),
  rule: fc.constantFrom('continue', 'hold all', 'replace'),
  skids: fc.integer({ min: 1, max: 3 }),
  spares: fc.nat(1),
  shared: fc.boolean(),
  /** For so long all goes well first. */
  wellS: fc.constantFrom(0, 0, 100, 400, 700, 900, 1100),
  happenings: fc.array(happening, { minLength: 4, maxLength: 30, size: 'max' }),
});
export type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** @returns how it ended, for counting */
export function tell({ recipe, rule, skids, spares, shared, wellS, happenings }: Story): World {
  const text = recipe === 'plain' ? plain(rule) : whole(rule);
  const world = new World(text, skids, spares, shared ? ['nmr-31p'] : []);
  world.begin();
  for (let s = 0; s < wellS; s += 20) goWell(world, 20);
  hold(world);
  for (const one of happenings) {
    happen(world, one);
    hold(world);
  }
  provenAnew(world);
  return world;
}

/** Whoever is asked answers. */
function goWell(world: World, seconds: number): void {
  world.run(seconds, Math.max(10, seconds / 10));
  for (const skid of world.core.lasting.units.keys()) world.answer(skid);
}

function happen(world: World, one: Happening): void {
  const names = [...world.core.lasting.units.keys()];
  const of = (n: number): SkidName => names[n % names.length]!;
  switch (one.kind) {
    case 'run':
      if (one.seconds === 300) goWell(world, one.seconds);
      else world.run(one.seconds, Math.max(5, one.seconds / 8));
      return;
    case 'scan':
      world.pass(one.seconds);
      world.scan(of(one.unit), one.seconds);
      return;
    case 'arrive':
      world.arrive(one.count, one.fails);
      return;
    case 'answer':
      world.answer(of(one.unit));
      return;
    case 'command':
      world.command(one.command, one.unit === null ? null : of(one.unit));
      return;
    case 'demand':
      world.demand(of(one.unit), one.demand);
      return;
    case 'reset':
      world.reset(of(one.unit));
      return;
    case 'silence':
      world.line(of(one.unit)).isThere = false;
      return;
    case 'blind':
      world.line(of(one.unit)).isSeen = false;
      return;
    case 'bad analysis':
      world.line(of(one.unit)).conversion = null;
      return;
    case 'set aside':
      world.line(of(one.unit)).write({ cadmium: 3, diverter: 1 });
      return;
    case 'reconcile':
      world.reconcile(of(one.unit));
      return;
    case 'mode':
      world.mode(of(one.unit), one.to);
      return;
    case 'proceed':
      world.proceed(of(one.unit), one.node);
      return;
    case 'replace': {
      const by = world.spares[one.by % Math.max(1, world.spares.length)];
      if (by !== undefined) world.replace(of(one.unit), by);
      return;
    }
    case 'mend':
      for (const [skid, line] of world.lines) {
        line.isThere = true;
        line.isSeen = true;
        line.conversion = 97;
        world.reset(skid);
      }
      return;
    case 'recover':
      happen(world, { kind: 'mend' });
      world.run(15);
      for (const skid of names) {
        world.reconcile(skid);
        world.command('Restart', skid);
        world.command('Resume', skid);
        world.mode(skid, 'automatic');
      }
      for (let s = 0; s < 120; s += 20) goWell(world, 20);
      return;
    case 'take away':
      world.takeAway();
      return;
    case 'restart service':
      world.restartService();
  }
}

/** What holds at every moment; that the record is what the engine believes is looked at by the world itself. */
function hold(world: World): void {
  world.isOnRecord();
  for (const unit of world.core.lasting.units.values()) {
    const { skid, marks, state } = unit;
    // No step was done twice where nothing repeats it, and none was skipped.
    const { tree } = world.core;
    for (const [path, count] of world.endings(skid)) {
      const node = tree.find((one) => one.path === path)!;
      expect(count, `${path} on ${skid}`).toBeLessThanOrEqual(marks[node.id]!.turn);
    }
    let isBehind = false;
    for (const { kind, id, path } of tree) {
      if (kind !== 'step' || path.includes('parallel') || path.includes('choose')) continue;
      const mark = marks[id]!.state;
      if (isBehind) expect(['waiting', 'withdrawn'], `${path} on ${skid} after what is not done`).toContain(mark);
      if (mark !== 'done') isBehind = true;
    }
    if (state === 'Complete') expect(marks[0]!.state).toBe('done');
    // Product is made by a unit that collects, and by no other.
    if (unit.standing.diverter === 1) {
      const collects = tree.some(({ id, path }) => path.endsWith('collect') && marks[id]!.state !== 'waiting');
      expect(collects, `${skid} collects`).toBe(true);
    }
  }
  // What is shared is whoever's the arbiter says, and its own record never contradicts itself.
  for (const { inDoubt, owner, queue } of world.arbiter.values()) {
    expect(inDoubt).toBeNull();
    expect(queue.some((one) => one.skid === owner?.skid)).toBe(false);
  }
}

/** Nothing goes on after a restart before what it stands on was proven again; product above all. */
function provenAnew(world: World): void {
  for (const skid of world.core.lasting.units.keys()) {
    let [planned, proven]: [readonly string[], string[]] = [[], []];
    let live = '';
    for (const { event } of world.events) {
      const { action, data, object } = event;
      if (data?.skid !== skid) continue;
      if (action === 'step-started' && data.purpose === 'procedure') live = object;
      // A batch that has its volume ends its collecting with the restart, and nothing is proven for it.
      if (action === 'step-ended' && data.purpose === 'procedure' && object === live) live = '';
      if (action === 'restart-planned') [planned, proven] = [data.steps as readonly string[], []];
      if (action === 'step-ended' && data.purpose === 'restart') proven.push(object);
      if (action !== 'state-changed' || event.old !== 'Restarting' || event.new !== 'Running') continue;
      expect(proven, skid).toEqual(planned);
      if (live.endsWith('collect'))
        expect(planned.map((path) => path.split('/').at(-1))).toEqual([
          'heat-up',
          'stage-1',
          'stage-2',
          'steady-state',
        ]);
    }
  }
}
