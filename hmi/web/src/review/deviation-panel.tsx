/** Deviations with all that people made of them, and what comes next. */
import type { DeviationView, ReviewView, SaidBy } from '../../../../plant/review-view.ts';
import { serverTime } from '../live/stream.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { timeText } from '../zone.ts';
import { nextOf } from './review-text.ts';

type Props = Readonly<{ review: ReviewView; onNext: (deviation: DeviationView) => void }>;

const By = ({ said }: Readonly<{ said: SaidBy }>) => (
  <small>
    {said.by}, {timeText(said.at, serverTime.value)}, line {said.seq}
  </small>
);

export function DeviationPanel({ review, onNext }: Props) {
  if (review.deviations.length === 0) return null;
  return (
    <section class="panel touch" aria-label="Deviations" data-testid="deviations">
      <h2>Deviations</h2>
      {review.deviations.map((one) => (
        <article key={one.id} data-testid={`deviation-${one.id}`}>
          <h3>
            {one.id}: {one.title} <small>{one.classification}</small> <strong>{one.state}</strong>
          </h3>
          <p>
            {one.exceptions.join(', ')}: {one.description} <By said={one.raised} />
          </p>
          {one.investigated !== null && (
            <p>
              Cause: {one.investigated.cause} · Impact: {one.investigated.impact} <By said={one.investigated} />
            </p>
          )}
          {one.decided !== null && (
            <p>
              <strong>{one.decided.decision}</strong>: {one.decided.reason}
              {one.decided.action !== '' && <> · Action: {one.decided.action}</>} <By said={one.decided} />
            </p>
          )}
          {nextOf(one) !== null && (
            <Press refusedBy={blocked('sign record')} onPress={() => onNext(one)} testid={`next-${one.id}`}>
              {nextOf(one) === 'investigate' ? 'Enter the investigation …' : 'Decide and close …'}
            </Press>
          )}
        </article>
      ))}
    </section>
  );
}
