/**
 * The proof of a skid's cause-and-effect matrix: each row for itself through every state it can be in, then what holds for rows
 * together. Its reduction and its premises are said in docs/interlock-proof.md.
 */
import { skidName } from '../../../plant/sample.ts';
import type { SkidType } from '../../../plant/skid/definition.ts';
import { prepareSkid, type PreparedRow, type PreparedSkid } from '../prepare.ts';
import { inputsOf, type Inputs } from './inputs.ts';
import type { Finding } from './looser.ts';
import { fieldFindings, permitFindings } from './permit-proof.ts';
import { walkRates } from './rate-machine.ts';
import { joinFindings, reductionFindings } from './reduction.ts';
import { walkRow, type Difference } from './row-machine.ts';
import { traceOf } from './row-text.ts';
import { namesRate } from './row-words.ts';
import { seeded } from './seeded.ts';
import { staleFindings, startFindings } from './start-proof.ts';
import { workFindings } from './work-proof.ts';

/** Of the random stream over the whole matrix. */
const streamScans = 400;

export type MatrixFigures = { rows: number; inputs: number; states: number; steps: number };

export type MatrixProof = Readonly<{ findings: readonly Finding[]; figures: Readonly<MatrixFigures> }>;

export const preparedOf = (type: SkidType): PreparedSkid =>
  prepareSkid({ name: skidName('proof'), title: type.title, type, links: [], twin: true });

export const proveMatrix = (type: SkidType): readonly Finding[] => proofOf(type).findings;

export function proofOf(type: SkidType): MatrixProof {
  const skid = preparedOf(type);
  const figures: MatrixFigures = { rows: skid.rows.length, inputs: 0, states: 0, steps: 0 };
  const findings = [
    ...joinFindings(),
    ...permitFindings(),
    ...fieldFindings(type),
    ...workFindings(skid),
    ...skid.rows.flatMap((row) => proveRow(skid, row, figures)),
    ...reductionFindings(skid, streamScans, seeded(20_260_101).next),
  ];
  return { findings, figures };
}

function proveRow(skid: PreparedSkid, row: PreparedRow, figures: MatrixFigures): readonly Finding[] {
  const { definition } = row;
  const path = ['interlocks', definition.row];
  const findingOf = (difference: Difference, channel: string | null): Finding => {
    const remedy = 'Compare the row with the trace below it.';
    return { path, problem: difference.problem, remedy, trace: traceOf(skid, difference, channel) };
  };
  if (definition.stale !== null) return staleFindings(skid, row);
  if (namesRate(definition)) {
    const { steps, difference, findings } = walkRates(skid, row);
    figures.steps += steps;
    return [...findings, ...(difference === null ? [] : [findingOf(difference, null)])];
  }
  const inputs = inputsOf(skid, row);
  figures.inputs += inputs.all.length;
  const before = [...unreachable(row, inputs), ...startFindings(skid, row, inputs)];
  const bypasses = definition.bypass === 'never' ? [null] : [null, ...definition.channels.keys()];
  for (const bypassed of bypasses) {
    const { states, steps, difference } = walkRow(skid, row, inputs, bypassed);
    figures.states += states;
    figures.steps += steps;
    if (difference === null) continue;
    const channel = bypassed === null ? null : (definition.channels[bypassed]?.text ?? null);
    return [...before, findingOf(difference, channel)];
  }
  return before;
}

/** A trip, or a channel's vote on it, that no values bring about. */
function unreachable({ definition }: PreparedRow, { all }: Inputs): readonly Finding[] {
  return definition.trip.flatMap(({ when }, i) =>
    definition.channels.flatMap((channel, at): readonly Finding[] => {
      const reached = all.some(({ facts }) => {
        const trip = facts.trips[i];
        return facts.able.every(Boolean) && trip?.arming === 'armed' && trip.says[at] === true;
      });
      if (reached) return [];
      const problem = `No values within the ranges of its tags bring ${channel.text} to "${when.text}" while the row looks.`;
      return [
        { path: ['interlocks', definition.row], problem, remedy: 'Correct the condition, the arming, or a range.' },
      ];
    }),
  );
}
