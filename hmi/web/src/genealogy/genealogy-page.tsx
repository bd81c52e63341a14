/** Where something went and what it was made of, step by step, each with its line of the record. */
import { useEffect, useState } from 'preact/hooks';
import type {
  Genealogy,
  GenealogyDirection,
  GenealogyItem,
  GenealogyKind,
  GenealogyStep,
  GenealogyView,
} from '../../../../plant/ports/genealogy.ts';
import type { GenealogyAnswer, GenealogyFindAnswer } from '../../../api/genealogy-requests.ts';
import { get } from '../api.ts';
import { go, Link } from '../router.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { dateTimeText } from '../zone.ts';

const placeOf = ({ kind, id }: GenealogyItem): string =>
  `/genealogy/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`;

/** @param of `lot/L-2026-0001`, as the path has it; null before anything was looked for */
export function GenealogyPage({ of }: Readonly<{ of: string | null }>) {
  const [kind, ...rest] = of?.split('/') ?? [];
  const item = kind === undefined ? null : { kind: kind as GenealogyKind, id: rest.join('/') };
  return (
    <>
      <header class="page-head">
        <h1>Genealogy</h1>
        {item !== null && (
          <span data-testid="genealogy-of">
            {item.kind} <strong>{item.id}</strong>
          </span>
        )}
        <Find />
      </header>
      {item !== null && (
        <>
          <Panel item={item} direction="backward" title="Made of" none="Nothing on record is in it." />
          <Panel item={item} direction="forward" title="Became" none="Nothing on record was made of it." />
        </>
      )}
    </>
  );
}

function Find() {
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly GenealogyView[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async (): Promise<void> => {
    const wanted = text.trim();
    if (wanted === '') return;
    const answer = await get<GenealogyFindAnswer>(`/api/genealogy/find?text=${encodeURIComponent(wanted)}`);
    setProblem(answer.ok ? null : answer.problem.message);
    if (!answer.ok) return;
    const [first, ...others] = answer.value.found;
    setFound(answer.value.found);
    if (first !== undefined && (others.length === 0 || first.id === wanted)) go(placeOf(first));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <label>
        Lot, batch, container or label{' '}
        <input
          value={text}
          maxLength={200}
          autocomplete="off"
          placeholder="scan, or type a beginning"
          onInput={(event) => setText(event.currentTarget.value)}
          data-testid="genealogy-find"
        />
      </label>
      {problem !== null && <p class="problem">{problem}</p>}
      {found?.length === 0 && <p class="faint">The record knows nothing that is called so.</p>}
      {found !== null && found.length > 1 && (
        <ul class="plain">
          {found.map((one) => (
            <li key={`${one.kind} ${one.id}`}>
              <Named item={one} />
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

type PanelProps = Readonly<{ item: GenealogyItem; direction: GenealogyDirection; title: string; none: string }>;

function Panel({ item, direction, title, none }: PanelProps) {
  const [parts, setParts] = useState<readonly Genealogy[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const { kind, id } = item;
  const read = async (from: number): Promise<void> => {
    const query = new URLSearchParams({ kind, id, direction, from: String(from) });
    const answer = await get<GenealogyAnswer>(`/api/genealogy?${query.toString()}`);
    setProblem(answer.ok ? null : answer.problem.message);
    if (answer.ok) setParts((before) => (from === 0 ? [answer.value.genealogy] : [...before, answer.value.genealogy]));
  };
  useEffect(() => {
    setParts([]);
    void read(0);
  }, [kind, id, direction]);
  const steps = parts.flatMap((part) => part.steps);
  const [last] = parts.slice(-1);
  return (
    <section class="panel" data-testid={`genealogy-${direction}`}>
      <h2>
        {title} {last !== undefined && <small>{last.of.state}</small>}
      </h2>
      {problem !== null && <p class="problem">{problem}</p>}
      {last !== undefined && steps.length === 0 && <p class="faint">{none}</p>}
      {steps.length > 0 && <Steps steps={steps} direction={direction} />}
      {last !== undefined && last.next !== null && (
        <button type="button" onClick={() => void read(last.next ?? 0)} data-testid={`more-${direction}`}>
          Show more: {last.total - steps.length} of {last.total} are left
        </button>
      )}
    </section>
  );
}

function Steps({ steps, direction }: Readonly<{ steps: readonly GenealogyStep[]; direction: GenealogyDirection }>) {
  const columns = ['Step', direction === 'forward' ? 'From' : 'Of', 'To', 'What', 'When', 'Line of the record'];
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Steps">
      <table class="rows">
        <TableHead columns={columns} />
        <tbody>
          {steps.map(({ depth, from, to, what, at, event, beside }, index) => (
            <tr key={index} class={beside ? 'faint' : ''}>
              <td>
                {depth}
                {beside && <small> beside</small>}
              </td>
              <td>
                <Named item={from} />
              </td>
              <td>
                <Named item={to} />
              </td>
              <td>{what}</td>
              <td>{dateTimeText(at)}</td>
              <td>
                <code>
                  {event.scope} #{event.seq}
                </code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Named = ({ item }: Readonly<{ item: GenealogyView }>) => (
  <>
    <small>{item.kind}</small> <Link to={placeOf(item)}>{item.id}</Link>
    {item.state !== '' && <small> {item.state}</small>}
  </>
);
