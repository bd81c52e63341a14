/** What needs eyes, first; each with its course before and after, and the lines of the record that it stands on. */
import { useEffect, useState } from 'preact/hooks';
import type { ExceptionView, ReviewView, TraceView } from '../../../../plant/review-view.ts';
import { get } from '../api.ts';
import { spanText } from '../format.ts';
import { serverTime } from '../live/stream.ts';
import { timeText } from '../zone.ts';
import { inOrder, isOpen, stateText } from './review-text.ts';
import { TraceCharts } from './trace-chart.tsx';

type Props = Readonly<{
  review: ReviewView;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}>;

export function ExceptionPanel({ review, chosen, onChoose }: Props) {
  const all = inOrder(review.exceptions);
  const first = all.find(isOpen)?.id ?? null;
  if (all.length === 0) return null;
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <section class="panel" aria-label="Exceptions" data-testid="exceptions">
      <h2>Exceptions</h2>
      <ul class="exceptions">
        {all.map((one) => (
          <li key={one.id} class={isOpen(one) ? 'open' : ''} data-testid={`exception-${one.id}`}>
            <Exception
              batch={review.batch}
              exception={one}
              shown={one.id === first}
              chosen={chosen.has(one.id)}
              onToggle={() => toggle(one.id)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

type OneProps = Readonly<{
  batch: string;
  exception: ExceptionView;
  shown: boolean;
  chosen: boolean;
  onToggle: () => void;
}>;

function Exception({ batch, exception, shown, chosen, onToggle }: OneProps) {
  const { id, title, detail, skid, from, to, lines, stillFound } = exception;
  const [open, setOpen] = useState(shown);
  const now = serverTime.value;
  return (
    <>
      <div class="exception-head touch">
        {isOpen(exception) && (
          <label class="tick">
            <input
              type="checkbox"
              checked={chosen}
              onChange={onToggle}
              aria-label={`Choose ${id}`}
              data-testid={`choose-${id}`}
            />
          </label>
        )}
        <b>{id}</b>
        <span class="what">
          <strong>{title}</strong>
          {skid !== null && <span> on {skid}</span>}
          <br />
          <span>{detail}</span>
          <br />
          <small>
            {timeText(from, now)}
            {to > from && <> for {spanText(to - from)}</>} · {stateText(exception)}
            {!stillFound && ' · the newest run finds it no more'}
          </small>
        </span>
      </div>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Course and lines</summary>
        {open && (
          <>
            {skid !== null && <Trace batch={batch} exception={exception} />}
            {lines.length > 0 && (
              <p>
                <small>
                  {lines.map(({ scope, seq, hash }) => (
                    <code key={hash} title={hash}>
                      {scope} #{seq}{' '}
                    </code>
                  ))}
                </small>
              </p>
            )}
          </>
        )}
      </details>
    </>
  );
}

function Trace({ batch, exception }: Pick<OneProps, 'batch' | 'exception'>) {
  const [trace, setTrace] = useState<TraceView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { id, from, to } = exception;
  useEffect(() => {
    const read = async (): Promise<void> => {
      const url = `/api/batches/${encodeURIComponent(batch)}/review/exceptions/${id}/trace`;
      const answer = await get<Readonly<{ trace: TraceView }>>(url);
      if (answer.ok) setTrace(answer.value.trace);
      else setProblem(answer.problem.message);
    };
    void read();
  }, [batch, id]);
  if (problem !== null) return <p class="problem">{problem}</p>;
  if (trace === null) return <p class="faint">Reading what was measured …</p>;
  return (
    <div data-testid={`trace-${id}`}>
      <TraceCharts trace={trace} from={from} to={to} />
    </div>
  );
}
