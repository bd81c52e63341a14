import { describe, expect, it } from 'vitest';
import { behaviours } from '../../../../control/batch/phases/index.ts';
import { setPointsOf, operatingPoints, type OperatingPoint } from '../../../../plant/recipe/operating-points.ts';
import { phases } from '../../../../plant/recipe/phases.ts';
import { drive, type Driven } from './support/drive.ts';
import { coldLine, heldLine, type Line } from './support/line.ts';
import { cdse, cdseZns, cleaning, type Run } from './support/plans.ts';

const yes = (): string => '10.5';

type Ended = Driven & Readonly<{ path: string }>;

/** Every step of a recipe once, in its order; `before` may do something to the line first. */
function runAll(run: Run, start: Line = coldLine): readonly Ended[] {
  let line = start;
  return run.recipe.procedure.steps.map(({ phase, path, values }) => {
    const driven = drive(run, phase, line, { values, answer: yes });
    ({ line } = driven);
    return { ...driven, path };
  });
}

const keyOf = (point: Partial<Record<keyof OperatingPoint, number>>): string =>
  (['chalcogen', 'cadmium', 'ligand', 'shell', 'flush', 'temperature', 'stage1', 'shellTemperature', 'backPressure', 'flushLiquid'] as const)
    .map((name) => `${name} ${point[name] ?? 0}`)
    .join(', '); // prettier-ignore

describe('the phases of the shipped recipes', () => {
  it('are those that recipes may name, each with what it does', () => {
    expect([...behaviours.keys()].sort()).toEqual([...phases.keys()].sort());
    for (const [name, behaviour] of behaviours) expect(behaviour.name).toBe(name);
  });

  describe.each([
    ['CdSe', cdse],
    ['CdSe/ZnS', cdseZns],
    ['the cleaning', cleaning],
  ])('%s', (_, run) => {
    const ended = runAll(run);

    it('each come to their end', () => {
      expect(ended.map(({ path, ended: how, last }) => (how === 'done' ? 'done' : `${path}: ${how}, ${last.failure ?? last.waitsFor}`))).toEqual(
        ended.map(() => 'done'),
      ); // prettier-ignore
    });

    it('never stand where the check of the recipe did not know that they would', () => {
      const promised = new Set(operatingPoints(run.recipe, run.plan).map(({ point }) => keyOf(point)));
      promised.add(keyOf({}));
      const elsewhere = ended.flatMap(({ path, stood }) =>
        stood.map(keyOf).flatMap((key) => (promised.has(key) ? [] : [`${path}: ${key}`])),
      );
      expect([...new Set(elsewhere)]).toEqual([]);
    });

    it('set nothing beside what their forms say', () => {
      for (const [i, { phase }] of run.recipe.procedure.steps.entries()) {
        const sets = phases.get(phase)?.sets ?? [];
        for (const wanted of ended[i]!.wanted) expect(sets).toEqual(expect.arrayContaining(Object.keys(wanted)));
      }
    });

    it('leave the line cold, let down and still', () => {
      const { line } = ended.at(-1)!;
      expect(Math.max(line.reactorC, line.stage1C, line.shellC)).toBeLessThan(60);
      expect(line.pressure).toBeLessThan(1);
      expect(line.chalcogen + line.cadmium + line.ligand + line.shell + line.flush).toBeLessThan(0.6);
    });
  });

  it('keep the flow through the reactor from heat-up to the end of the product', () => {
    const ended = runAll(cdseZns);
    const flowing = ended.filter(({ path }) => /heat-up|stage-|steady|shell|collect/u.test(path));
    expect(flowing.length).toBeGreaterThan(5);
    for (const { stood } of flowing)
      for (const { chalcogen, cadmium, ligand, flush } of stood)
        expect(chalcogen + cadmium + ligand + flush).toBeCloseTo(cdseZns.plan.totalMlPerMin, 1);
  });

  it('collect what the batch asks, no more than the diverter’s way beyond it', () => {
    const collected = runAll(cdse).find(({ path }) => path === 'produce/collect')!;
    expect(collected.line.collectedMl).toBeGreaterThanOrEqual(1000);
    expect(collected.line.collectedMl).toBeLessThan(1010);
  });

  it('prove a held line anew from heat-up on, and go on to the end', () => {
    const { steps } = cdse.recipe.procedure;
    const from = steps.findIndex(({ phase }) => phase === 'heat-up');
    let { line } = runAll(cdse)[from + 2]!;
    line = heldLine(line);
    for (let i = from; i < steps.length; i += 1) {
      const { phase, values } = steps[i]!;
      const driven = drive(cdse, phase, line, { values, answer: yes });
      expect(`${phase} ${driven.ended}`).toBe(`${phase} done`);
      ({ line } = driven);
    }
  });

  it('want in each step what that step is taken to stand at last', () => {
    const ended = runAll(cdse);
    for (const [i, step] of cdse.recipe.procedure.steps.entries()) {
      const last = setPointsOf(step, cdse.plan).at(-1);
      if (last === undefined) continue;
      for (const [name, value] of Object.entries(last)) {
        const stands = ended[i]!.stood.at(-1)![name as keyof Line['set']];
        expect(`${step.path} ${name} ${stands}`).toBe(`${step.path} ${name} ${value}`);
      }
    }
  });
});
