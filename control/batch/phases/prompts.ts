/** Phases that ask people and wait for them; nothing of the skid is moved. */
import type { PromptForm } from '../unit/unit-events.ts';
import {
  listOf,
  quantityOf,
  wordOf,
  type Asked,
  type PhaseBehaviour,
  type PhaseContext,
  type PhaseOutcome,
} from './phase.ts';

const timeLimitS: PhaseBehaviour['timeLimitS'] = (context) => quantityOf(context, 'within');

const prompt = (name: string, title: string, more: Partial<PromptForm> = {}): PromptForm => ({
  name,
  title,
  kind: 'confirm',
  unit: null,
  low: null,
  high: null,
  done: 'operator',
  checked: null,
  ...more,
});

/** A line is cleared by two people, item by item. */
export const lineClearance: PhaseBehaviour = {
  name: 'line-clearance',
  timeLimitS,
  step: (context) =>
    untilAnswered(
      context,
      listOf(context, 'items').map((item, i) => prompt(`item ${i + 1}`, item, { checked: 'checker' })),
    ),
};

export const instruct: PhaseBehaviour = {
  name: 'instruct',
  timeLimitS,
  step: (context) =>
    untilAnswered(context, [
      prompt('instruction', wordOf(context, 'text'), {
        checked: wordOf(context, 'check') === 'second person' ? 'checker' : null,
      }),
    ]),
};

/**
 * What is measured beside the skid, as a number, with its unit; of any other test the sample alone is asked for, and its
 * result comes from the laboratory.
 */
const measuredAtOnce: Readonly<Record<string, string | null>> = { pH: null, temperature: '°C', emission: 'nm' };

export const sample: PhaseBehaviour = {
  name: 'sample',
  timeLimitS,
  step: (context) => {
    const tests = listOf(context, 'tests');
    const what = `${quantityOf(context, 'volume')} mL from ${wordOf(context, 'from')} for ${tests.join(', ')}`;
    return untilAnswered(context, [
      prompt('taken', `Sample taken: ${what}`),
      prompt('container', `Code on the label of the container with ${what}`, { kind: 'text' }),
      ...tests.flatMap((test) => {
        const unit = Object.hasOwn(measuredAtOnce, test) ? measuredAtOnce[test] : undefined;
        return unit === undefined
          ? []
          : [prompt(test, `${test} of the sample`, { kind: 'number', unit, ...limitsOf(context, test) })];
      }),
    ]);
  },
};

/** A limit of the formula that bears the test's name. */
function limitsOf({ limits }: PhaseContext, test: string): Pick<PromptForm, 'low' | 'high'> {
  const { low, high } = limits.get(test) ?? { low: null, high: null };
  return { low, high };
}

function untilAnswered({ asked }: PhaseContext, asks: readonly PromptForm[]): PhaseOutcome {
  const answers = asks.map(({ name }) => newest(asked, name));
  const open = asks.filter((_, i) => answers[i] === null);
  const outcome = {
    wanted: {},
    memory: {},
    asks,
    waitsFor: `${asks.length - open.length} of ${asks.length} answered${open[0] === undefined ? '' : `, waiting for: ${open[0].title}`}`,
  };
  if (open.length > 0) return outcome;
  const figures = Object.fromEntries(
    asks.map(({ name, title, kind }, i) => [kind === 'confirm' ? title : name, answers[i]?.value ?? '']),
  );
  return { ...outcome, done: true, figures };
}

const newest = (asked: readonly Asked[], name: string): Asked['answer'] =>
  asked.findLast((each) => each.name === name)?.answer ?? null;
