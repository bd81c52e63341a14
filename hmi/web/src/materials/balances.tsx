/** Balances of the site: what lies on one is taken into the weighing as its driver read it, with the balance's name. */
import { useState } from 'preact/hooks';
import type { SkidAnswer, SkidNow } from '../../../api/answers.ts';
import { get } from '../api.ts';
import { useWatched } from '../ui/use-watched.ts';
import { weightIn } from './material-text.ts';

/** As `plant/skids/balance.yaml` has it. */
const balanceType = 'balance';
const weightTag = 'BAL/WT-1';
const everyMs = 60_000;

type Props = Readonly<{ unit: string | null; onTake: (taken: Readonly<{ amount: string; scale: string }>) => void }>;

export function Balances({ unit, onTake }: Props) {
  const { value } = useWatched<readonly SkidAnswer[]>('/api/skids', everyMs);
  const [problem, setProblem] = useState<string | null>(null);
  const balances = (value ?? []).filter(({ type }) => type === balanceType);
  if (balances.length === 0) return null;
  const take = async (scale: string): Promise<void> => {
    const answer = await get<SkidNow>(`/api/skids/${encodeURIComponent(scale)}/values`);
    const read = answer.ok ? weightIn(answer.value.samples[weightTag], unit) : { problem: answer.problem.message };
    setProblem('problem' in read ? `${scale}: ${read.problem}` : null);
    if ('amount' in read) onTake({ amount: read.amount, scale });
  };
  return (
    <div>
      {balances.map(({ name, title }) => (
        <button key={name} type="button" onClick={() => void take(name)} data-testid={`balance-${name}`}>
          Take what {name} reads <small>{title}</small>
        </button>
      ))}
      {problem !== null && <p class="problem">{problem}</p>}
    </div>
  );
}
