/** The whole record of a batch, section by section, as the PDF has it. */
import { useEffect, useState } from 'preact/hooks';
import type { DocumentBlock, RecordDocument } from '../../../../plant/record-document.ts';
import { get } from '../api.ts';
import { Link } from '../router.tsx';
import { TableHead } from '../ui/table-head.tsx';
import './review.css';
import { TraceCharts } from './trace-chart.tsx';

export function RecordPage({ id }: Readonly<{ id: string }>) {
  const [record, setRecord] = useState<RecordDocument | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const read = async (): Promise<void> => {
      const url = `/api/batches/${encodeURIComponent(id)}/document`;
      const answer = await get<Readonly<{ document: RecordDocument }>>(url);
      if (answer.ok) setRecord(answer.value.document);
      else setProblem(answer.problem.message);
    };
    void read();
  }, [id]);
  if (record === null)
    return <p class={problem === null ? 'faint' : 'problem'}>{problem ?? 'The record is put together …'}</p>;
  const { head, status, title, sections } = record;
  return (
    <article class="record-document">
      <header class="page-head">
        <h1>
          Record of <Link to={`/batches/${id}`}>{id}</Link>
        </h1>
        <span>{title}</span>
        <strong data-testid="record-status">{status}</strong>
        <small>
          lines 1 to {head.count}, the last <code title={head.hash}>{head.hash.slice(0, 16)}</code>
        </small>
        <Link to={`/batches/${id}/review`}>Review</Link>
        <a href={`/api/batches/${encodeURIComponent(id)}/pdf`} download data-testid="pdf-download">
          PDF
        </a>
      </header>
      <nav aria-label="Sections">
        {sections.map(({ number, title: name }) => (
          <a key={number} href={`#section-${number}`}>
            {number} {name}{' '}
          </a>
        ))}
      </nav>
      {sections.map(({ number, title: name, blocks }) => (
        <section key={number} id={`section-${number}`} class="panel" data-testid={`section-${number}`}>
          <h2>
            {number} {name}
          </h2>
          {blocks.map((block, index) => (
            <Block key={index} block={block} />
          ))}
        </section>
      ))}
    </article>
  );
}

function Block({ block }: Readonly<{ block: DocumentBlock }>) {
  switch (block.kind) {
    case 'facts':
      return (
        <dl class="facts">
          {block.facts.map(({ name, value }, index) => (
            <Fact key={index} name={name} value={value} />
          ))}
        </dl>
      );
    case 'table':
      return (
        <>
          <h3>{block.title}</h3>
          {block.rows.length === 0 ? (
            <p class="faint">None.</p>
          ) : (
            <div class="wide" tabIndex={0} role="region" aria-label={block.title}>
              <table class="rows">
                <TableHead columns={[...block.columns]} />
                <tbody>
                  {block.rows.map((row, index) => (
                    <tr key={index}>
                      {row.map((cell, column) => (
                        <td key={column}>{cell}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <LeftOut left={block.left} what="rows" />
        </>
      );
    case 'lines':
      return (
        <details>
          <summary>
            {block.title} <small>{block.lines.length + block.left}</small>
          </summary>
          <ul>
            {block.lines.map(({ seq, text }, index) => (
              <li key={index} class="entry">
                {text} <small>#{seq}</small>
              </li>
            ))}
          </ul>
          <LeftOut left={block.left} what="lines" />
        </details>
      );
    case 'trend':
      return (
        <>
          <h3>{block.title}</h3>
          <TraceCharts trace={block.trace} from={block.trace.from} to={block.trace.from} />
        </>
      );
    case 'text':
      return <h3>{block.text}</h3>;
    case 'missing':
      return <p class="faint">Missing: {block.text}</p>;
  }
}

const Fact = ({ name, value }: Readonly<{ name: string; value: string }>) => (
  <>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </>
);

const LeftOut = ({ left, what }: Readonly<{ left: number; what: string }>) =>
  left === 0 ? null : (
    <p class="faint">
      {left} more {what} stand in the record and its export.
    </p>
  );
