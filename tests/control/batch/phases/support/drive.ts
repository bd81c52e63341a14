/** Runs one phase on a line, a second at a time, until it is done, fails or has had its time. */
import type { PhaseContext, PhaseOutcome } from '../../../../../control/batch/phases/phase.ts';
import type { SetPoints } from '../../../../../plant/recipe/roles.ts';
import type { PromptForm } from '../../../../../control/batch/unit/unit-events.ts';
import { utcMs } from '../../../../../plant/clock.ts';
import { readLine, stepLine, type Aside, type Line } from './line.ts';
import { behaviourOf, contextOf, type Run } from './plans.ts';

export type Driven = Readonly<{
  line: Line;
  ended: 'done' | 'failed' | 'time';
  timeS: number;
  last: PhaseOutcome;
  /** What stood after each second. */
  stood: readonly Line['set'][];
  wanted: readonly SetPoints[];
  exceptions: readonly string[];
}>;

type Driving = Readonly<{
  values?: PhaseContext['values'];
  aside?: (timeS: number, line: Line) => Aside;
  doubted?: (timeS: number) => boolean;
  answer?: (form: PromptForm, timeS: number) => string | null;
  /** Ends after so many seconds, whatever its limit is. */
  mostS?: number;
}>;

export function drive(run: Run, phase: string, start: Line, options: Driving = {}): Driven {
  const { aside = () => ({}), doubted = () => false, answer = () => null } = options;
  const more = options.values === undefined ? {} : { values: options.values };
  const behaviour = behaviourOf(phase);
  const limitS = options.mostS ?? behaviour.timeLimitS(contextOf(run, phase, readLine(run, start), more));
  const answers = new Map<string, PhaseContext['asked'][number]>();
  const stood: Line['set'][] = [];
  const wanted: SetPoints[] = [];
  const exceptions: string[] = [];
  const standing = new Set<string>();
  let line = start;
  let last: PhaseOutcome = { wanted: {}, memory: {}, waitsFor: '' };
  for (let timeS = 0; timeS <= limitS; timeS += 1) {
    const context = contextOf(run, phase, readLine(run, line, aside(timeS, line)), {
      ...more,
      timeS,
      dtS: timeS === 0 ? 0 : 1,
      memory: last.memory,
      doubted: doubted(timeS),
      collectedMl: line.collectedMl,
      unitCollectedMl: line.collectedMl,
      asked: [...answers.values()],
    });
    last = behaviour.step(context);
    for (const form of last.asks ?? []) {
      const value = answer(form, timeS);
      const by = { by: 'olga', checkedBy: null, at: utcMs(timeS), reason: null, outside: false };
      answers.set(form.name, { name: form.name, answer: value === null ? null : { value, ...by } });
    }
    const now = last.exceptions ?? [];
    for (const { what, reason } of now) if (!standing.has(what)) exceptions.push(`${what}: ${reason}`);
    standing.clear();
    for (const { what } of now) standing.add(what);
    line = stepLine(line, last.wanted, 1);
    wanted.push(last.wanted);
    stood.push(line.set);
    const common = { line, timeS, last, stood, wanted, exceptions };
    if (last.failure !== undefined) return { ...common, ended: 'failed' };
    if (last.done === true) return { ...common, ended: 'done' };
  }
  return { line, timeS: limitS, last, stood, wanted, exceptions, ended: 'time' };
}
