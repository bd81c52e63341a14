/** The audit trail: who did what, when, where and why, newest first; filtered, taken away as CSV, printed as it is shown. */
import { useEffect, useState } from 'preact/hooks';
import type { AuditPage as Page } from '../../../../plant/ports/audit-trail.ts';
import type { AuditScopesAnswer } from '../../../api/answers.ts';
import { get } from '../api.ts';
import { dateTimeText, inUtc } from '../zone.ts';
import { AuditFilterForm } from './audit-filter.tsx';
import { everything, queryOf, saidOf, type AuditForm } from './audit-query.ts';
import { AuditTable } from './audit-table.tsx';
import './audit.css';

/** A link to the page may name the record: `/audit?scope=batch/B-2026-0001`. */
const linked = (): AuditForm => ({ ...everything, scope: new URLSearchParams(location.search).get('scope') ?? '' });

export function AuditPage() {
  const [scopes, setScopes] = useState<readonly string[]>([]);
  const [asked, setAsked] = useState<AuditForm>(linked);
  const [pages, setPages] = useState<readonly Page[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [looking, setLooking] = useState(false);

  const read = async (form: AuditForm, before: readonly Page[]): Promise<void> => {
    const query = queryOf(form, inUtc.value);
    const next = before.at(-1)?.next ?? null;
    if (next !== null) query.set('before', String(next));
    setLooking(true);
    const answer = await get<Page>(`/api/audit?${query.toString()}`);
    setLooking(false);
    setProblem(answer.ok ? null : answer.problem.message);
    if (answer.ok) setPages([...before, answer.value]);
  };
  useEffect(() => {
    void read(asked, []);
    void get<AuditScopesAnswer>('/api/audit/scopes').then((answer) => {
      if (answer.ok) setScopes(answer.value.scopes);
    });
  }, []);

  const entries = pages.flatMap((page) => page.entries);
  const last = pages.at(-1);
  return (
    <article class="audit">
      <header class="page-head">
        <h1>Audit trail</h1>
        <a href={`/api/audit/csv?${queryOf(asked, inUtc.value).toString()}`} download data-testid="audit-csv">
          CSV of all that fits
        </a>
        <button type="button" onClick={() => window.print()} data-testid="audit-print">
          Print what is shown
        </button>
      </header>
      <AuditFilterForm
        scopes={scopes}
        first={asked}
        looking={looking}
        onAsk={(form) => {
          setAsked(form);
          setPages([]);
          void read(form, []);
        }}
      />
      {problem !== null && <p class="problem">{problem}</p>}
      <p data-testid="audit-said">
        Shown: {saidOf(asked, inUtc.value ? 'UTC' : 'local time')}; {entries.length}{' '}
        {entries.length === 1 ? 'entry' : 'entries'}
        {last !== undefined && last.lookedBackTo !== null && (
          <>, {last.next === null ? 'looked at to the end' : `looked back to ${dateTimeText(last.lookedBackTo)}`}</>
        )}
        .
      </p>
      <AuditTable entries={entries} />
      {last !== undefined && last.next !== null && (
        <button type="button" disabled={looking} onClick={() => void read(asked, pages)} data-testid="audit-more">
          {looking ? 'It is being looked at …' : 'Look further back'}
        </button>
      )}
    </article>
  );
}
