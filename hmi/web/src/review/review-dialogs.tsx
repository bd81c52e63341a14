/** What QA does in a review, each signed over the record as it was read: judge, raise, investigate, decide, sign, dispose. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import {
  deviationClasses,
  deviationDecisions,
  dispositions,
  type DeviationView,
  type ReviewView,
} from '../../../../plant/review-view.ts';
import { post, type Answer } from '../api.ts';
import { SignedDialog, type Signing } from '../batch/signed-dialog.tsx';
import { countText } from './review-text.ts';

export type DialogProps = Readonly<{
  review: ReviewView;
  onClose: () => void;
  onDone: (review: ReviewView) => void;
}>;

type Reviewed = Readonly<{ review: ReviewView }>;

/** Sends what is signed, with the head of the record as this page shows it. */
function sender({ review, onDone }: DialogProps, path: string, more: (signing: Signing) => object) {
  return async (signing: Signing): Promise<Answer<Reviewed>> => {
    const { commandId, signers } = signing;
    const url = `/api/batches/${encodeURIComponent(review.batch)}/${path}`;
    const body = { commandId, readHash: review.head.hash, signer: signers[0], ...more(signing) };
    const answer = await post<Reviewed>(url, body);
    if (answer.ok) onDone(answer.value.review);
    return answer;
  };
}

type FieldProps = Readonly<{
  label: string;
  value: string;
  onInput: (text: string) => void;
  testid: string;
  long?: boolean;
}>;

const Field = ({ label, value, onInput, testid, long }: FieldProps) => (
  <label>
    {label}
    {long === true ? (
      <textarea
        rows={3}
        maxLength={4000}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        data-testid={testid}
      />
    ) : (
      <input
        maxLength={200}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        data-testid={testid}
      />
    )}
  </label>
);

type ChoiceProps = Readonly<{
  label: string;
  value: string;
  of: readonly string[];
  onChoose: (value: string) => void;
  testid: string;
}>;

const Choice = ({ label, value, of, onChoose, testid }: ChoiceProps) => (
  <label>
    {label}
    <select value={value} onChange={(event) => onChoose(event.currentTarget.value)} data-testid={testid}>
      <option value="">…</option>
      {of.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  </label>
);

const lacking = (fields: Readonly<Record<string, string>>): string | null => {
  const name = Object.entries(fields).find(([, text]) => text.trim() === '')?.[0];
  return name === undefined ? null : `Fill in: ${name}.`;
};

const Covered = ({ review, children }: Readonly<{ review: ReviewView; children?: ComponentChildren }>) => (
  <p>
    {children} Your signature covers lines 1 to {review.head.count} of the record and what you enter here, and is as
    binding as one on paper.
  </p>
);

type OfExceptions = DialogProps & Readonly<{ exceptions: readonly string[] }>;

export function JudgeDialog(props: OfExceptions) {
  const { review, exceptions, onClose } = props;
  return (
    <SignedDialog
      title={`${exceptions.join(', ')}: no deviation`}
      permission="sign record"
      confirm="Sign"
      testid="judge"
      roles={['QA']}
      send={sender(props, 'review/judge', ({ reason }) => ({ exceptions, reason }))}
      done={`${countText(exceptions.length, 'exception')} judged.`}
      onClose={onClose}
    >
      <Covered review={review}>Say why {exceptions.length === 1 ? 'this needs' : 'these need'} no deviation.</Covered>
    </SignedDialog>
  );
}

export function RaiseDialog(props: OfExceptions) {
  const { review, exceptions, onClose } = props;
  const [title, setTitle] = useState('');
  const [classification, setClassification] = useState('');
  const [description, setDescription] = useState('');
  return (
    <SignedDialog
      title={`Raise a deviation over ${exceptions.join(', ')}`}
      permission="sign record"
      confirm="Sign"
      testid="raise"
      roles={['QA']}
      reason="none"
      missing={lacking({ title, classification, description })}
      send={sender(props, 'review/deviations', () => ({ exceptions, title, classification, description }))}
      done="The deviation is raised."
      onClose={onClose}
      wide
    >
      <Covered review={review} />
      <Field label="Title" value={title} onInput={setTitle} testid="raise-title" />
      <Choice
        label="Classification"
        value={classification}
        of={deviationClasses}
        onChoose={setClassification}
        testid="raise-classification"
      />
      <Field label="What happened" value={description} onInput={setDescription} testid="raise-description" long />
    </SignedDialog>
  );
}

type OfDeviation = DialogProps & Readonly<{ deviation: DeviationView }>;

export function InvestigateDialog(props: OfDeviation) {
  const { review, deviation, onClose } = props;
  const [cause, setCause] = useState('');
  const [impact, setImpact] = useState('');
  return (
    <SignedDialog
      title={`Investigation of ${deviation.id}: ${deviation.title}`}
      permission="sign record"
      confirm="Sign"
      testid="investigate"
      roles={['QA']}
      reason="none"
      missing={lacking({ cause, impact })}
      send={sender(props, 'review/investigate', () => ({ deviation: deviation.id, cause, impact }))}
      done={`The investigation of ${deviation.id} is recorded.`}
      onClose={onClose}
      wide
    >
      <Covered review={review} />
      <Field label="Cause" value={cause} onInput={setCause} testid="investigate-cause" long />
      <Field label="Impact on the product" value={impact} onInput={setImpact} testid="investigate-impact" long />
    </SignedDialog>
  );
}

export function DecideDialog(props: OfDeviation) {
  const { review, deviation, onClose } = props;
  const [decision, setDecision] = useState('');
  const [action, setAction] = useState('');
  return (
    <SignedDialog
      title={`Decision on ${deviation.id}: ${deviation.title}`}
      permission="sign record"
      confirm="Sign and close it"
      testid="decide"
      roles={['QA, who has not investigated it']}
      missing={lacking({ decision })}
      send={sender(props, 'review/decide', ({ reason }) => ({ deviation: deviation.id, decision, reason, action }))}
      done={`${deviation.id} is closed.`}
      onClose={onClose}
      wide
    >
      <Covered review={review} />
      <p>
        Cause: {deviation.investigated?.cause} <br />
        Impact: {deviation.investigated?.impact}
      </p>
      <Choice
        label="Decision"
        value={decision}
        of={deviationDecisions}
        onChoose={setDecision}
        testid="decide-decision"
      />
      <Field
        label="Action that follows (where there is one)"
        value={action}
        onInput={setAction}
        testid="decide-action"
      />
    </SignedDialog>
  );
}

export function ReviewedDialog(props: DialogProps) {
  const { review, onClose } = props;
  return (
    <SignedDialog
      title={`Sign the record of ${review.batch} as reviewed`}
      permission="sign record"
      confirm="Sign as reviewed"
      testid="reviewed"
      roles={['QA reviewer']}
      reason="none"
      send={sender(props, 'review/sign', () => ({}))}
      done="The record is signed as reviewed."
      onClose={onClose}
    >
      <Covered review={review}>
        {countText(review.exceptions.length, 'exception')}, {countText(review.deviations.length, 'deviation')}, all
        closed.
      </Covered>
    </SignedDialog>
  );
}

export function DisposeDialog(props: DialogProps) {
  const { review, onClose } = props;
  const [decision, setDecision] = useState('');
  const against = decision === 'released' ? review.opposesRelease : review.opposesDisposition;
  return (
    <SignedDialog
      title={`Decide about the product of ${review.batch}`}
      permission="sign record"
      confirm="Sign the decision"
      testid="dispose"
      roles={['QA releaser, who has not reviewed it']}
      missing={lacking({ decision }) ?? against[0] ?? null}
      send={sender(props, 'disposition', ({ reason }) => ({ decision, reason }))}
      done={`${review.batch} is ${decision}.`}
      onClose={onClose}
    >
      <Covered review={review} />
      <Choice
        label="The product is"
        value={decision}
        of={dispositions}
        onChoose={setDecision}
        testid="dispose-decision"
      />
    </SignedDialog>
  );
}
