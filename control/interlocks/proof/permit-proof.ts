/**
 * That no way of a command opens what is forbidden: every question of the command path under every standing there is. And that the
 * field controller can be brought from each of its steps to each safe state that a row asks for, and never down.
 */
import {
  forbids,
  permitQuestions,
  permitStandings,
  type PermitQuestion,
  type Standing,
} from '../../../plant/command-permit.ts';
import { controllerOf, type ControllerWords } from '../../../plant/device-model.ts';
import { asksField, demandRank, fieldSatisfies, type Demand } from '../../../plant/safe-state.ts';
import type { SkidType } from '../../../plant/skid/definition.ts';
import type { Finding } from './looser.ts';

export type Permit = typeof forbids;

/** Why the command must be refused, or must not be; null where either is right. */
function rule(
  question: PermitQuestion,
  { interlocks, asked, field, measures }: Standing,
): Readonly<{ refused: boolean; why: string }> | null {
  const must = (refused: boolean, why: string) => ({ refused, why });
  if (question.kind !== 'write') {
    if (question.kind === 'reset') return null;
    if (question.kind === 'release')
      return interlocks === 'none' ? null : must(true, 'the interlocks demand something');
    return field === 'absent'
      ? must(true, 'there is no field controller to ask')
      : must(false, 'a safe state may always be asked for');
  }
  if (asksField(interlocks)) return must(true, `nothing is written while the interlocks demand ${interlocks}`);
  if (asksField(asked)) return must(true, `nothing is written while ${asked} was asked for`);
  if (question.acid && measures.includes('block acid')) return must(true, 'acid is blocked');
  if (question.forced) return must(true, 'the tag is held at a value');
  if (question.direction === 'safe') return must(false, 'the safe direction is never withheld');
  if (interlocks === 'B') return must(true, 'a start is blocked');
  return field === 'none' || field === 'absent' ? null : must(true, `the field is in ${field}`);
}

/** @param permit the rule that is walked; the command path's own */
export function permitFindings(permit: Permit = forbids): readonly Finding[] {
  for (const standing of permitStandings) {
    for (const question of permitQuestions) {
      const asked = rule(question, standing);
      if (asked === null || (permit(question, standing) !== null) === asked.refused) continue;
      const words = Object.entries({ ...question, ...standing }).map(
        ([key, value]) => `${key} ${String(value) || 'none'}`,
      );
      return [
        {
          path: ['interlocks'],
          problem: `A command is ${asked.refused ? 'let through' : 'refused'} though ${asked.why}.`,
          remedy: 'Correct the rule by which commands are permitted.',
          trace: [words.join('; '), `expected: ${asked.refused ? 'refused' : 'let through'}`],
        },
      ];
    }
  }
  return [];
}

/** Where a controller is led by a request: upwards to the first step of what is asked for, else it stays. */
function ledTo({ steps }: ControllerWords, from: Demand, asked: Demand): Demand | null {
  const state: Demand = asked === 'Hcd' ? 'H' : asked;
  if (demandRank(state) <= demandRank(from)) return from;
  return steps.find(({ demand }) => demand === state)?.demand ?? null;
}

export function fieldFindings({ devices, interlocks }: SkidType): readonly Finding[] {
  const words = devices.map(({ model }) => controllerOf(model)).find((one) => one !== undefined);
  if (words === undefined) return [];
  const remedy = 'Add the step or the request to the device model of the field controller.';
  return interlocks.flatMap(({ row, action, trip }): readonly Finding[] => {
    const asked = [action, ...trip.map((one) => one.action)].filter((one) => one !== 'A').filter(asksField);
    // What a doubt may ask for, too.
    const all = new Set<Demand>([...asked, 'H', ...(action === 'E' ? (['S'] as const) : [])]);
    return [...all].flatMap((demand): readonly Finding[] =>
      words.steps.flatMap(({ value, demand: from }): readonly Finding[] => {
        const to = ledTo(words, from, demand);
        if (to !== null && fieldSatisfies(to, demand) && demandRank(to) >= demandRank(from)) return [];
        const problem = `From step ${value} of the field controller no request leads to ${demand}.`;
        return [{ path: ['interlocks', row, 'action'], problem, remedy }];
      }),
    );
  });
}
