/** The batch's record in its 18 sections: what stands in each, and what does not yet. Opened by whoever wants to read it. */
import { useState } from 'preact/hooks';
import type { RecordSection } from '../../../../plant/ports/batch-desk.ts';
import type { SectionsAnswer } from '../../../api/answers.ts';
import { useWatched } from '../ui/use-watched.ts';

const everyMs = 10_000;

export function RecordSections({ batch }: Readonly<{ batch: string }>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)} data-testid="record-sections">
      <summary>The record, section by section</summary>
      {isOpen && <Sections batch={batch} />}
    </details>
  );
}

function Sections({ batch }: Readonly<{ batch: string }>) {
  const { value, problem } = useWatched<SectionsAnswer>(`/api/batches/${encodeURIComponent(batch)}/sections`, everyMs);
  return (
    <>
      {problem !== null && <p class="problem">{problem}</p>}
      <ol class="sections">
        {value?.sections.map((section) => (
          <li key={section.number} data-testid={`section-${section.number}`}>
            <Section section={section} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Section({ section: { title, entries, missing } }: Readonly<{ section: RecordSection }>) {
  return (
    <details>
      <summary>
        {title} <small>{entries.length === 0 ? 'nothing yet' : `${entries.length} lines`}</small>
      </summary>
      {missing !== null && <p class="faint">{missing}</p>}
      <ul>
        {entries.map(({ seq, text }, index) => (
          <li key={`${seq} ${index}`} class="entry">
            {text} <small>#{seq}</small>
          </li>
        ))}
      </ul>
    </details>
  );
}
