/** The procedure of a unit as a ladder: sequences one under the other, branches side by side, and on every rung where it stands. */
import type { ComponentChildren } from 'preact';
import type { ProcedureView, StepView, UnitView } from '../../../../plant/batch-view.ts';
import { spanText } from '../format.ts';
import { serverTime } from '../live/stream.ts';
import { timeText } from '../zone.ts';
import { branchText, comesNext, repeatText, standingOf } from './procedure.ts';
import { stepWord } from './states.ts';

const marks: Readonly<Record<string, string>> = { done: '✓', active: '▶', ended: '◆', waiting: '○', skipped: '–' };
/** Of a step at which the unit is held. */
const standsMark = '‖';

type Props = Readonly<{ unit: UnitView; node: ProcedureView; next: StepView | null }>;

export function Ladder({ unit }: Readonly<{ unit: UnitView }>) {
  const next = comesNext(unit.procedure, unit.steps);
  return (
    <section class="ladder-of" aria-label={`Procedure on ${unit.skid}`}>
      <ol class="ladder">
        <Element unit={unit} node={unit.procedure} next={next} />
      </ol>
    </section>
  );
}

function Element({ unit, node, next }: Props) {
  switch (node.kind) {
    case 'step':
      return <Step unit={unit} step={unit.steps[node.step]} next={next} />;
    case 'sequence':
      return (
        <>
          {node.of.map((part, index) => (
            <Element key={index} unit={unit} node={part} next={next} />
          ))}
        </>
      );
    case 'wait':
      return (
        <li class={node.state} data-state={node.state}>
          <Mark word={node.state} />
          <div>
            <b>wait</b> until {node.until} <small>{node.state}</small>
            {node.waitsFor !== null && <div class="waits-for">{node.waitsFor}</div>}
          </div>
        </li>
      );
    case 'parallel':
      return (
        <Group unit={unit} node={node} title="beside one another">
          <div class="branches">
            {node.branches.map((branch, index) => (
              <Branch
                key={index}
                unit={unit}
                node={branch}
                next={next}
                title={node.main === null ? null : index === node.main ? 'until this ends' : 'alongside'}
              />
            ))}
          </div>
        </Group>
      );
    case 'choose':
      return (
        <Group unit={unit} node={node} title="one of these">
          <div class="branches">
            {node.branches.map(({ body }, index) => (
              <Branch
                key={index}
                unit={unit}
                node={body}
                next={next}
                title={branchText(node, index)}
                shut={node.taken !== null && node.taken !== index}
              />
            ))}
          </div>
        </Group>
      );
    case 'repeat':
      return (
        <Group unit={unit} node={node} title={`again and again, ${repeatText(node)}`}>
          <Branch unit={unit} node={node.body} next={next} title={null} />
        </Group>
      );
    case 'with':
      return (
        <Group
          unit={unit}
          node={node}
          title={`with ${node.equipment}, ${node.held === null ? 'not held' : `has ${node.held}`}`}
        >
          <Branch unit={unit} node={node.body} next={next} title={null} />
        </Group>
      );
  }
}

type GroupProps = Readonly<{ unit: UnitView; node: ProcedureView; title: string; children: ComponentChildren }>;

function Group({ unit, node, title, children }: GroupProps) {
  const state = standingOf(node, unit.steps);
  return (
    <li class={`group ${state}`} data-state={state}>
      <div class="group-title">
        <small>{title}</small>
      </div>
      {children}
    </li>
  );
}

type BranchProps = Props & Readonly<{ title: string | null; shut?: boolean }>;

const Branch = ({ unit, node, next, title, shut }: BranchProps) => (
  <div class={shut === true ? 'branch shut' : 'branch'}>
    {title !== null && <small>{title}</small>}
    <ol class="ladder">
      <Element unit={unit} node={node} next={next} />
    </ol>
  </div>
);

const Mark = ({ word }: Readonly<{ word: string }>) => <span aria-hidden="true">{marks[word] ?? standsMark}</span>;

function Step({ unit, step, next }: Readonly<{ unit: UnitView; step: StepView | undefined; next: StepView | null }>) {
  if (step === undefined) return null;
  const now = serverTime.value;
  const isCurrent = step.state === 'active' || step.state === 'ended';
  const word = stepWord(unit, step);
  return (
    <li
      class={step.state}
      data-testid={`step-${unit.skid}-${step.path}`}
      data-state={step.state}
      aria-current={isCurrent ? 'step' : undefined}
    >
      <Mark word={step.state === 'ended' ? 'ended' : word} />
      <div>
        <b>{step.title}</b> <small>{step === next ? 'next' : word}</small>
        {step.runs > 1 && <small> begun {step.runs} times</small>}
        {step.startedAt !== null && (
          <small>
            {' '}
            {timeText(step.startedAt, now)}, {spanText((step.endedAt ?? now) - step.startedAt)}
          </small>
        )}
        {step.waitsFor !== null && <div class="waits-for">{step.waitsFor}</div>}
        <div class="arguments">
          <small>
            {step.path}
            {Object.entries(step.values).map(([name, value]) => ` · ${name} ${value}`)}
          </small>
        </div>
      </div>
    </li>
  );
}
