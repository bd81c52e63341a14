/** The signatures on a batch's record, and how to put one there: what is signed, what it means, and who signs, entered anew. */
import { useState } from 'preact/hooks';
import type { BatchView } from '../../../../plant/batch-view.ts';
import type { SignatureView } from '../../../../plant/ports/record-desk.ts';
import type { SignRecordRequest } from '../../../api/requests.ts';
import { post } from '../api.ts';
import { timeText } from '../zone.ts';
import { serverTime } from '../live/stream.ts';
import { blocked, tell } from '../ui/command.ts';
import { Dialog, DialogButtons, Press } from '../ui/dialog.tsx';
import { hasEnded, named } from './states.ts';
import { SubmitOnEnter } from './submit-on-enter.tsx';

type Props = Readonly<{ batch: BatchView; signatures: readonly SignatureView[]; onSigned: () => void }>;

export function SignSection({ batch, signatures, onSigned }: Props) {
  const [signing, setSigning] = useState(false);
  const refusedBy = hasEnded(batch) ? blocked('view') : 'The batch has not ended yet.';
  return (
    <section class="panel touch" aria-label="Signatures">
      <header>
        <h2>Signatures</h2>
        {batch.signed && (
          <strong data-testid="signed" class="signed">
            ✓ signed
          </strong>
        )}
      </header>
      <SignatureList signatures={signatures.slice(-shownAtOnce)} />
      {signatures.length > shownAtOnce && (
        <details>
          <summary>{signatures.length - shownAtOnce} before these</summary>
          <SignatureList signatures={signatures.slice(0, -shownAtOnce)} />
        </details>
      )}
      <Press refusedBy={refusedBy} onPress={() => setSigning(true)} testid="sign-open">
        Sign the record …
      </Press>
      {signing && <SignDialog batch={batch} onClose={() => setSigning(false)} onSigned={onSigned} />}
    </section>
  );
}

/** Every answer that was checked is signed; the newest matter most. */
const shownAtOnce = 4;

const SignatureList = ({ signatures }: Pick<Props, 'signatures'>) => (
  <ul class="signatures">
    {signatures.map((one) => (
      <li key={one.receipt.hash}>
        <b>{one.printedName}</b>, {one.meaning}: {one.subject}
        <br />
        <small>
          {timeText(one.utc, serverTime.value)} · event {one.receipt.seq} · <code>{one.signedHash.slice(0, 16)}</code>
        </small>
      </li>
    ))}
  </ul>
);

/** What a signature can mean on a batch record. */
const meanings = ['performed', 'checked'] as const;

function SignDialog({
  batch,
  onClose,
  onSigned,
}: Readonly<{ batch: BatchView; onClose: () => void; onSigned: () => void }>) {
  const [given, setGiven] = useState<SignRecordRequest>({ meaning: '', userName: '', password: '' });
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const refusedBy =
    blocked('view') ??
    (given.meaning === '' ? 'Choose what the signature means.' : null) ??
    (given.userName === '' || given.password === '' ? 'Enter user name and password.' : null) ??
    (sending ? 'It has been sent.' : null);

  const sign = async (): Promise<void> => {
    setSending(true);
    const answer = await post<Readonly<{ signature: SignatureView }>>(
      `/api/batches/${encodeURIComponent(batch.id)}/sign`,
      given,
    );
    setSending(false);
    setGiven({ ...given, password: '' });
    if (!answer.ok) {
      setProblem(answer.problem.message);
      return;
    }
    const { printedName, meaning } = answer.value.signature;
    tell(true, `Signed by ${printedName}: ${meaning}.`);
    onSigned();
    onClose();
  };

  return (
    <Dialog title={`Sign the record of ${batch.id}`} onClose={onClose}>
      <p>
        {batch.id} on {named(batch.units.map(({ skid }) => skid))}, {batch.recipeTitle} v{batch.recipeVersion}
        {batch.purpose === 'rehearsal' ? ' (REHEARSAL)' : ''}: {batch.state}, {batch.collectedMl.toFixed(1)} of{' '}
        {batch.targetMl.toFixed(1)} mL collected. Your signature covers every event recorded for it so far, and is as
        binding as one on paper.
      </p>
      <form
        class="form touch"
        onSubmit={(event) => {
          event.preventDefault();
          if (refusedBy === null) void sign();
        }}
      >
        <label>
          Meaning
          <select
            value={given.meaning}
            onChange={(event) => setGiven({ ...given, meaning: event.currentTarget.value })}
            data-testid="sign-meaning"
          >
            <option value="">…</option>
            {meanings.map((meaning) => (
              <option key={meaning} value={meaning}>
                {meaning}
              </option>
            ))}
          </select>
        </label>
        <label>
          User name
          <input
            autocomplete="off"
            value={given.userName}
            onInput={(event) => setGiven({ ...given, userName: event.currentTarget.value })}
            data-testid="sign-user"
          />
        </label>
        <label>
          Password
          <input
            type="password"
            autocomplete="new-password"
            value={given.password}
            onInput={(event) => setGiven({ ...given, password: event.currentTarget.value })}
            data-testid="sign-password"
          />
        </label>
        <SubmitOnEnter refused={refusedBy !== null} />
      </form>
      {problem !== null && (
        <p class="problem" role="alert" data-testid="sign-problem">
          {problem}
        </p>
      )}
      <DialogButtons
        confirm="Sign"
        refusedBy={refusedBy}
        onPress={() => void sign()}
        testid="sign-confirm"
        onClose={onClose}
      />
    </Dialog>
  );
}
