import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rerunFor, stepEngine } from '../../../control/batch/engine.ts';
import {
  newBatch,
  type BatchCore,
  type Effect,
  type EngineInput,
  type ScanInput,
} from '../../../control/batch/engine-state.ts';
import { equipmentOf, setPointNames, type SetPointName } from '../../../control/batch/equipment.ts';
import { cell, internalTransitions, isActive } from '../../../control/batch/phase-table.ts';
import { controlRecipeOf } from '../../../control/batch/recipe-plan.ts';
import { loadRecipe } from '../../../control/batch/recipe-loader.ts';
import { controlRecipeFrom } from '../../../control/batch/stored-recipe.ts';
import { digestOf, recordOf } from '../../../control/batch/events.ts';
import { batchCommands, type BatchState } from '../../../plant/batch-view.ts';
import type { Block } from '../../../plant/block.ts';
import { monotonic, processTime, utcMs } from '../../../plant/clock.ts';
import { asksField, type Demand } from '../../../plant/safe-state.ts';
import { skidName } from '../../../plant/sample.ts';
import { cdse, demanded, noDemand, operator, shortRecipes } from './fake-skid.ts';

const equipment = equipmentOf(cdse);
if ('lacks' in equipment) throw new Error(equipment.lacks.join());
const control = controlRecipeOf(loadRecipe(`${shortRecipes}/short.yaml`), cdse, equipment);
const idle = newBatch({
  id: 'B-2026-0001',
  skid: skidName('QD-1'),
  control,
  controlDigest: 'x',
  rehearsal: true,
  timeScale: 1,
});
const lockOut: Block = {
  device: null,
  kind: 'locked out',
  message: 'QD-1 is locked out.',
  by: 'Mara Mill',
  since: utcMs(0),
};
const running = stepEngine(idle, { kind: 'begin', utc: utcMs(0) }).core;

type World = Readonly<{
  input: 'scan' | 'command' | 'refused' | 'record-failed';
  command: (typeof batchCommands)[number];
  demand: Demand;
  field: Demand | null;
  seconds: number;
  flow: number;
  celsius: number;
  bar: number;
  diverter: number;
  blocked: boolean;
}>;

const world: fc.Arbitrary<World> = fc.record({
  input: fc.constantFrom('scan', 'scan', 'scan', 'scan', 'command', 'command', 'refused', 'record-failed'),
  command: fc.constantFrom(...batchCommands),
  demand: fc.constantFrom<Demand>('none', 'none', 'none', 'none', 'none', 'B', 'H', 'Hcd', 'S'),
  blocked: fc.constantFrom(...Array.from({ length: 9 }, () => false), true),
  field: fc.constantFrom<Demand | null>('none', 'none', 'none', 'none', 'none', 'H', 'B', 'S', null),
  seconds: fc.constantFrom(0.1, 2, 10, 100),
  flow: fc.constantFrom(0, 20, 23.65),
  celsius: fc.constantFrom(25, 105, 110),
  bar: fc.constantFrom(0, 8),
  diverter: fc.constantFrom(0, 1),
});

function scanOf(
  { demand, field, blocked, flow, celsius, bar, diverter }: World,
  seconds: number,
  core: BatchCore,
): ScanInput {
  const { chalcogen = 0, cadmium = 0, ligand = 0, flush = 0 } = core.set;
  const near = (set: number): number => (flow === 0 ? 0 : set);
  return {
    kind: 'scan',
    utc: utcMs(seconds * 1000),
    monotonic: monotonic(seconds * 1000),
    process: processTime(seconds * 1000),
    verdict: demand === 'none' ? noDemand : demanded(demand),
    fieldDemand: field,
    blocks: blocked ? [lockOut] : [],
    skid: {
      readings: {
        chalcogen: near(chalcogen), cadmium: near(cadmium), ligand: near(ligand), flush: near(flush), temperatureA: celsius,
        temperatureB: celsius, independent: celsius, outlet: 25, pressureA: bar, pressureB: bar, diverter, collected: seconds, heater: 0,
      }, // prettier-ignore
      setPoints: Object.fromEntries(setPointNames.map((name) => [name, core.set[name] ?? 0])) as Record<
        SetPointName,
        number
      >,
    },
  };
}

const internal = new Set(internalTransitions.map(({ from, to }) => `${from} ${to}`));

/** Every state the step went through, as its own record says. */
function changes(effects: readonly Effect[]): readonly (readonly [BatchState, BatchState])[] {
  return effects.flatMap((effect) =>
    (effect.kind === 'record' || effect.kind === 'follow') && effect.event.action === 'state-changed'
      ? [[effect.event.old as BatchState, effect.event.new as BatchState] as const]
      : [],
  );
}

/** Runs a batch through anything that can happen to it, and looks at each step. */
function through(
  worlds: readonly World[],
  look: (before: BatchCore, input: EngineInput, after: BatchCore, effects: readonly Effect[]) => void,
): void {
  let core = running;
  let seconds = 0;
  const apply = (input: EngineInput): void => {
    const before = core;
    const { core: next, effects } = stepEngine(before, input);
    core = next;
    look(before, input, next, effects);
    const last = effects.at(-1);
    if (last?.kind !== 'write' && last?.kind !== 'release') return;
    const now = { utc: utcMs(seconds * 1000), monotonic: monotonic(seconds * 1000) };
    const outcome = refusing
      ? ({ status: 'refused', by: 'link', message: 'no link', live: null } as const)
      : ({ status: 'done', message: '', readBack: null } as const);
    if (last.kind === 'write') apply({ kind: 'outcome', of: 'write', writes: last.writes, outcome, ...now });
    else apply({ kind: 'outcome', of: 'release', outcome, ...now });
  };
  let refusing = false;
  for (const one of worlds) {
    seconds += one.seconds;
    const now = { utc: utcMs(seconds * 1000), monotonic: monotonic(seconds * 1000) };
    refusing = one.input === 'refused';
    if (one.input === 'command') {
      apply({
        kind: 'command',
        command: one.command,
        commandId: 'c',
        actor: operator,
        reason: 'r',
        fieldDemand: one.field,
        ...now,
      });
    } else if (one.input === 'record-failed') apply({ kind: 'record-failed', message: 'full', ...now });
    else apply(scanOf(one, seconds, core));
  }
}

const anything = fc.array(world, { maxLength: 40 });
const always = (look: Parameters<typeof through>[1], numRuns = 400): void =>
  fc.assert(
    fc.property(anything, (worlds) => through(worlds, look)),
    { numRuns },
  );

describe('whatever happens to a batch', () => {
  it('its state changes only as the table or the equipment has it, and each change is in the record', () => {
    always((before, input, next, effects) => {
      const made = changes(effects);
      expect(made.length > 0).toBe(before.state !== next.state || made.length > 1);
      expect(made.at(-1)?.[1] ?? next.state).toBe(next.state);
      for (const [from, to] of made) {
        const commanded = input.kind === 'command' && cell(from, input.command);
        const byTable = commanded !== false && commanded.legal && commanded.to === to;
        expect(byTable || internal.has(`${from} ${to}`), `${from} → ${to}`).toBe(true);
      }
    }, 2500);
  });

  it('nothing is set but by a batch that runs or restarts, on a scan that permits it', () => {
    always((before, input, next, effects) => {
      const writes = effects.filter((effect) => effect.kind === 'write');
      if (writes.length === 0) return;
      expect(['Running', 'Restarting']).toContain(next.state);
      expect(before.state).toBe(next.state);
      expect(input.kind).toBe('scan');
      if (input.kind !== 'scan') return;
      expect(input.fieldDemand).toBe('none');
      expect(input.blocks).toEqual([]);
      if (input.verdict.demand !== 'none') expect(writes).toMatchObject([{ writes: { diverter: 0 } }]);
    });
  });

  it('an interlock that asks the field, a field in a safe state, or a lock-out ends running in the same step', () => {
    always((before, input, next) => {
      if (input.kind !== 'scan' || !isActive(before.state)) return;
      if (asksField(input.verdict.demand)) expect(next.state).toBe('Holding');
      if (input.blocks.length > 0) expect(next.state).toBe('Holding');
      const leaving = before.leaving !== null;
      if (!leaving && input.fieldDemand !== null && input.fieldDemand !== 'none') expect(next.state).toBe('Holding');
    });
  });

  it('it does not go to Holding without the field being asked by someone, and asks before it records', () => {
    always((before, input, next, effects) => {
      if (before.state === 'Holding' || next.state !== 'Holding' || input.kind === 'command') return;
      const asked = effects.findIndex(({ kind }) => kind === 'safe-state');
      const byOthers =
        input.kind === 'scan' && (asksField(input.verdict.demand) || asksField(input.fieldDemand ?? 'none'));
      expect(asked >= 0).toBe(!byOthers);
      const change = effects.findIndex((effect) => effect.kind === 'follow' && effect.event.action === 'state-changed');
      if (asked >= 0) expect(asked).toBeLessThan(change);
    });
  });

  it('the way to the safe side waits for no record', () => {
    always((_, __, ___, effects) => {
      for (const effect of effects) {
        if (effect.kind !== 'record' || effect.event.action !== 'state-changed') continue;
        expect(['Holding', 'Held', 'Stopping', 'Stopped', 'Aborting', 'Aborted']).not.toContain(effect.event.new);
      }
    });
  });

  it('cadmium is never asked for without ligand and chalcogen, and product only while collecting', () => {
    always((before, _, __, effects) => {
      for (const effect of effects) {
        if (effect.kind !== 'write') continue;
        const set = { ...before.set, ...effect.writes };
        if ((effect.writes.cadmium ?? 0) > 0) {
          expect(set.ligand).toBe(control.plan.ligandMlPerMin);
          expect(set.chalcogen).toBe(control.plan.chalcogenMlPerMin);
        }
        if (effect.writes.diverter === 1) expect(effect.reason).toContain('collect');
      }
    });
  });

  it('what was collected never gets less', () => {
    always(({ volume }, _, next) => {
      const of = ({ closedMl, open }: BatchCore['volume']): number =>
        closedMl + (open === null ? 0 : Math.max(0, open.lastMl - open.fromMl));
      expect(of(next.volume)).toBeGreaterThanOrEqual(of(volume) - 1e-9);
    });
  });
});

describe('a restart', () => {
  const at = (phase: string): readonly string[] => {
    const step = control.steps.findIndex((one) => one.phase === phase);
    return rerunFor({ control, step }).map((index) => control.steps[index]?.phase ?? '');
  };

  it('proves anew what the held phase stands on', () => {
    expect(at('leak-test')).toEqual([]);
    expect(at('prime')).toEqual([]);
    expect(at('heat-up')).toEqual([]);
    expect(at('steady-state')).toEqual(['heat-up']);
    expect(at('collect')).toEqual(['heat-up', 'steady-state']);
    expect(at('flush')).toEqual([]);
    expect(at('cool-down')).toEqual([]);
  });
});

describe('the control recipe in the record', () => {
  it('is read back exactly as it was written, by its own digest', () => {
    const stored = recordOf(control);
    const read = controlRecipeFrom(JSON.parse(JSON.stringify(stored)) as typeof stored);
    expect(read).toEqual(control);
    expect(digestOf(recordOf(read ?? control))).toBe(digestOf(stored));
  });

  it('is not guessed where it is of another form', () => {
    expect(controlRecipeFrom(undefined)).toBeNull();
    expect(controlRecipeFrom({ ...(recordOf(control) as Record<string, string>), plan: {} })).toBeNull();
  });
});
