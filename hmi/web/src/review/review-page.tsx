/** Review by exception of one batch: what needs eyes first, what became of it, and the proof that every rule ran. */
import { useEffect, useState } from 'preact/hooks';
import type { DeviationView, ReviewView } from '../../../../plant/review-view.ts';
import { get } from '../api.ts';
import { serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { timeText } from '../zone.ts';
import { DeviationPanel } from './deviation-panel.tsx';
import { ExceptionPanel } from './exception-panel.tsx';
import {
  DecideDialog,
  DisposeDialog,
  InvestigateDialog,
  JudgeDialog,
  RaiseDialog,
  ReviewedDialog,
  type DialogProps,
} from './review-dialogs.tsx';
import './review.css';
import { nextOf, openOnes, ruleText, summaryText } from './review-text.ts';

type Asked =
  | Readonly<{ what: 'judge' | 'raise'; exceptions: readonly string[] }>
  | Readonly<{ what: 'deviation'; deviation: DeviationView }>
  | Readonly<{ what: 'reviewed' | 'dispose' }>;

export function ReviewPage({ id }: Readonly<{ id: string }>) {
  const [review, setReview] = useState<ReviewView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Asked | null>(null);
  const read = async (): Promise<void> => {
    const answer = await get<Readonly<{ review: ReviewView }>>(`/api/batches/${encodeURIComponent(id)}/review`);
    setProblem(answer.ok ? null : answer.problem.message);
    if (answer.ok) setReview(answer.value.review);
  };
  useEffect(() => {
    void read();
  }, [id]);
  if (review === null) return <p class={problem === null ? 'faint' : 'problem'}>{problem ?? 'The rules are read …'}</p>;
  const open = openOnes(review).map((one) => one.id);
  const meant = open.filter((one) => chosen.has(one));
  const exceptions = meant.length === 0 ? open : meant;
  const dialog: DialogProps = {
    review,
    onClose: () => setAsked(null),
    onDone: (now) => {
      setReview(now);
      setChosen(new Set());
    },
  };
  return (
    <>
      <header class="page-head touch">
        <h1>
          Review of <Link to={`/batches/${id}`}>{id}</Link>
        </h1>
        <strong data-testid="review-summary">{summaryText(review)}</strong>
        <button type="button" onClick={() => void read()} data-testid="review-again">
          Look again
        </button>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      <Actions review={review} exceptions={exceptions} all={meant.length === 0} onAsk={setAsked} />
      <ExceptionPanel review={review} chosen={chosen} onChoose={setChosen} />
      <DeviationPanel review={review} onNext={(deviation) => setAsked({ what: 'deviation', deviation })} />
      <RulePanel review={review} />
      <p>
        <Link to={`/audit?scope=${encodeURIComponent(`batch/${id}`)}`} testid="review-audit">
          Audit trail of the batch
        </Link>
      </p>
      <Papers id={id} />
      {asked?.what === 'judge' && <JudgeDialog {...dialog} exceptions={asked.exceptions} />}
      {asked?.what === 'raise' && <RaiseDialog {...dialog} exceptions={asked.exceptions} />}
      {asked?.what === 'deviation' &&
        (nextOf(asked.deviation) === 'investigate' ? (
          <InvestigateDialog {...dialog} deviation={asked.deviation} />
        ) : (
          <DecideDialog {...dialog} deviation={asked.deviation} />
        ))}
      {asked?.what === 'reviewed' && <ReviewedDialog {...dialog} />}
      {asked?.what === 'dispose' && <DisposeDialog {...dialog} />}
    </>
  );
}

type ActionProps = Readonly<{
  review: ReviewView;
  exceptions: readonly string[];
  /** Nobody has chosen any: all that are open are meant. */
  all: boolean;
  onAsk: (asked: Asked) => void;
}>;

function Actions({ review, exceptions, all, onAsk }: ActionProps) {
  const { reviewed, disposition, opposesReview, opposesDisposition } = review;
  const which = all ? `all ${exceptions.length} open` : exceptions.join(', ');
  const none = exceptions.length === 0;
  const now = serverTime.value;
  return (
    <section class="panel touch" aria-label="What to do">
      <div class="review-actions">
        {!none && (
          <>
            <Press
              strong
              refusedBy={blocked('sign record')}
              onPress={() => onAsk({ what: 'raise', exceptions })}
              testid="raise-open"
            >
              Raise a deviation ({which}) …
            </Press>
            <Press
              refusedBy={blocked('sign record')}
              onPress={() => onAsk({ what: 'judge', exceptions })}
              testid="judge-open"
            >
              No deviation needed ({which}) …
            </Press>
          </>
        )}
        <Press
          strong={none && reviewed?.superseded !== null}
          refusedBy={blocked('sign record') ?? opposesReview[0] ?? null}
          onPress={() => onAsk({ what: 'reviewed' })}
          testid="reviewed-open"
        >
          Sign as reviewed …
        </Press>
        <Press
          strong={reviewed?.superseded === null}
          refusedBy={blocked('sign record') ?? opposesDisposition[0] ?? null}
          onPress={() => onAsk({ what: 'dispose' })}
          testid="dispose-open"
        >
          Release, reject, quarantine …
        </Press>
      </div>
      {reviewed !== null && (
        <p data-testid="review-signed">
          Reviewed by <b>{reviewed.by}</b>, {timeText(reviewed.at, now)}.{' '}
          {reviewed.superseded !== null && <strong class="problem">Superseded: {reviewed.superseded}</strong>}
        </p>
      )}
      {disposition !== null && (
        <p data-testid="disposition">
          <strong>{disposition.decision}</strong> by <b>{disposition.by}</b>, {timeText(disposition.at, now)}:{' '}
          {disposition.reason}{' '}
          {disposition.superseded !== null && <strong class="problem">Superseded: {disposition.superseded}</strong>}
        </p>
      )}
    </section>
  );
}

function RulePanel({ review }: Readonly<{ review: ReviewView }>) {
  if (review.ranAt === null) return null;
  return (
    <section class="panel" aria-label="Rules">
      <details open={review.exceptions.length === 0} data-testid="rules">
        <summary>
          {review.rules.length} rules ran, {timeText(review.ranAt, serverTime.value)}
        </summary>
        <table class="rows">
          <TableHead columns={['What holds where it finds nothing', 'Looked at', 'Rule']} />
          <tbody>
            {review.rules.map((rule) => (
              <tr key={rule.rule} data-testid={`rule-${rule.rule}`}>
                <th scope="row">
                  {rule.found === 0 ? '✓ ' : '! '}
                  {rule.title}
                </th>
                <td>{ruleText(rule)}</td>
                <td>
                  <small>
                    {rule.rule} {rule.version}
                  </small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function Papers({ id }: Readonly<{ id: string }>) {
  const refused = blocked('export record');
  if (refused !== null) return <p class="faint">{refused}</p>;
  const base = `/api/batches/${encodeURIComponent(id)}`;
  return (
    <p class="papers">
      <Link to={`/genealogy/batch/${encodeURIComponent(id)}`}>Genealogy</Link> ·{' '}
      <Link to={`/batches/${id}/record`} testid="record-open">
        The whole record
      </Link>{' '}
      ·{' '}
      <a href={`${base}/pdf`} download data-testid="pdf-download">
        as PDF
      </a>{' '}
      ·{' '}
      <a href={`${base}/export`} download data-testid="export-download">
        with everything that proves it
      </a>
    </p>
  );
}
