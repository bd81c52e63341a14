/** Values over time, one chart a tag under one time axis: history first, then the live stream at its end. */
import { useEffect, useState } from 'preact/hooks';
import type { SkidAnswer } from '../../../api/answers.ts';
import { primed } from '../live/stream.ts';
import { TagValueCell } from '../ui/tag-value.tsx';
import { TrendChart } from './trend-chart.tsx';
import { followTrend, type TrendData } from './trend-data.ts';

const spans = [
  { text: '15 min', ms: 900_000 },
  { text: '1 h', ms: 3_600_000 },
  { text: '8 h', ms: 28_800_000 },
] as const;

type Props = Readonly<{ skid: SkidAnswer; tags: readonly string[]; onReset: () => void }>;

export function TrendPanel({ skid, tags, onReset }: Props) {
  const [spanMs, setSpan] = useState<number>(spans[0].ms);
  const [data, setData] = useState<TrendData | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const standing = primed.value;
  const shown = skid.tags.filter(({ name }) => tags.includes(name));
  const key = shown.map(({ name }) => name).join(',');
  useEffect(() => {
    setData(null);
    setProblem(null);
    if (!standing || key === '') return undefined;
    return followTrend(skid, key.split(','), spanMs, setData, setProblem);
  }, [skid, key, spanMs, standing]);
  return (
    <section class="panel" aria-label="Trend" data-testid="trend">
      <header>
        <h2>Trend</h2>
        {spans.map(({ text, ms }) => (
          <button key={ms} type="button" aria-pressed={spanMs === ms} onClick={() => setSpan(ms)}>
            {text}
          </button>
        ))}
        <button type="button" class="quiet" onClick={onReset}>
          usual tags
        </button>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      {shown.map((tag) => (
        <div key={tag.name} class="chart">
          <div class="chart-title">
            <span>
              {tag.title} <small>{tag.name}</small>
            </span>
            <TagValueCell skid={skid.name} tag={tag} />
          </div>
          <TrendChart tag={tag} spanMs={spanMs} data={data} />
        </div>
      ))}
      {shown.length === 0 && <p class="faint">Choose values with ∿ in the tables.</p>}
    </section>
  );
}
