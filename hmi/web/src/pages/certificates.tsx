/** OPC UA clients: whom the service trusts, whom it turned away, and by which certificates people log in there. */
import { useEffect, useState } from 'preact/hooks';
import type { CertificatesAnswer } from '../../../api/answers.ts';
import type { CertificateView } from '../../../../plant/ports/certificate-desk.ts';
import { post, watch } from '../api.ts';
import { denied } from '../session.ts';
import { notice } from '../ui/command.ts';
import { Dialog, Press } from '../ui/dialog.tsx';
import { dateTimeText } from '../zone.ts';
import { TrustDialog } from './trust-dialog.tsx';
import { trustQuestion } from './trust-question.ts';
import { TableHead } from '../ui/table-head.tsx';

const lookEveryMs = 2000;

type Asked = Readonly<{ what: 'give' | 'take'; thumbprint: string; subject: string }>;

export function CertificatesPage() {
  const [answer, setAnswer] = useState<CertificatesAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [judged, setJudged] = useState<CertificateView | null>(null);
  const read = async (): Promise<void> => {
    const found = await watch<CertificatesAnswer>('/api/certificates');
    setProblem(found.ok ? null : found.problem.message);
    if (found.ok) setAnswer(found.value);
  };
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), lookEveryMs);
    return () => clearInterval(timer);
  }, []);
  const change = async (url: string, body: object, done: string): Promise<void> => {
    const result = await post(url, body);
    notice.value = result.ok
      ? { good: true, text: done, remedy: null }
      : { good: false, text: result.problem.message, remedy: null };
    setAsked(null);
    setJudged(null);
    await read();
  };
  const trust = (thumbprint: string, state: CertificateView['state']): Promise<void> =>
    change('/api/certificates/trust', { thumbprint, state }, `The client is ${state} now.`);
  return (
    <>
      <h1>Certificates</h1>
      {problem !== null && <p class="problem">{problem}</p>}
      {answer !== null && (
        <>
          <Clients all={answer.certificates} judge={setJudged} give={setAsked} />
          <People all={answer.people} take={setAsked} />
        </>
      )}
      {judged !== null && (
        <TrustDialog
          certificate={judged}
          send={(state) => trust(judged.thumbprint, state)}
          onClose={() => setJudged(null)}
        />
      )}
      {asked !== null && answer !== null && (
        <GiveOrTake
          asked={asked}
          userNames={answer.userNames}
          onClose={() => setAsked(null)}
          send={(body) =>
            change(
              `/api/certificates/${asked.what}`,
              body,
              asked.what === 'give' ? 'The person can log in by it now.' : 'Nobody can log in by it any longer.',
            )
          }
        />
      )}
    </>
  );
}

type ClientsProps = Readonly<{
  all: readonly CertificateView[];
  judge: (certificate: CertificateView) => void;
  give: (asked: Asked) => void;
}>;

function Clients({ all, judge, give }: ClientsProps) {
  return (
    <section class="panel" aria-label="OPC UA clients">
      <header>
        <h2>OPC UA clients</h2> <small>Compare the thumbprint with what the client shows before you trust it.</small>
      </header>
      <table class="rows certificates" data-testid="certificates">
        <TableHead columns={['State', 'Subject', 'Application', 'Thumbprint', 'Valid to', 'Since', '']} />
        <tbody>
          {all.map((one) => (
            <tr
              key={`${one.use} ${one.thumbprint}`}
              data-testid={`certificate-${one.thumbprint}`}
              data-state={one.state}
            >
              <td class={one.state === 'trusted' ? 'state' : 'state abnormal'}>
                {one.state === 'trusted' ? '○ trusted' : '■ rejected'}
              </td>
              <td>{one.subject}</td>
              <td>{one.use === 'user' ? 'of a user, not given to anybody' : (one.applicationUri ?? '–')}</td>
              <td>
                <code class="long">{one.thumbprint}</code>
              </td>
              <td>{dateTimeText(one.validTo)}</td>
              <td>{dateTimeText(one.since)}</td>
              <td>
                {one.use === 'user' ? (
                  <Press
                    refusedBy={denied('manage people')}
                    hideReason
                    onPress={() => give({ what: 'give', thumbprint: one.thumbprint, subject: one.subject })}
                  >
                    Give to a person …
                  </Press>
                ) : (
                  <Press
                    refusedBy={denied('manage certificates')}
                    hideReason
                    testid={`trust-${one.thumbprint}`}
                    onPress={() => judge(one)}
                  >
                    {trustQuestion(one.state).button} …
                  </Press>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length === 0 && <p class="faint">No client has come yet.</p>}
    </section>
  );
}

type PeopleProps = Readonly<{ all: CertificatesAnswer['people']; take: (asked: Asked) => void }>;

function People({ all, take }: PeopleProps) {
  return (
    <section class="panel" aria-label="Certificates of people">
      <header>
        <h2>People who log in by a certificate</h2>
      </header>
      <table class="rows certificates" data-testid="people-certificates">
        <tbody>
          {all.map((one) => (
            <tr key={one.thumbprint}>
              <th scope="row">{one.printedName}</th>
              <td>{one.subject}</td>
              <td>
                <code class="long">{one.thumbprint}</code>
              </td>
              <td>to {dateTimeText(one.validTo)}</td>
              <td>
                <Press
                  refusedBy={denied('manage people')}
                  hideReason
                  onPress={() => take({ what: 'take', thumbprint: one.thumbprint, subject: one.subject })}
                >
                  Take back …
                </Press>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {all.length === 0 && <p class="faint">Nobody does.</p>}
    </section>
  );
}

type GiveOrTakeProps = Readonly<{
  asked: Asked;
  userNames: readonly string[];
  onClose: () => void;
  send: (body: object) => Promise<void>;
}>;

function GiveOrTake({ asked, userNames, onClose, send }: GiveOrTakeProps) {
  const [userName, setUserName] = useState('');
  const [reason, setReason] = useState('');
  const gives = asked.what === 'give';
  const missing = gives && userName === '' ? 'Choose the person.' : reason.trim() === '' ? 'Give a reason.' : null;
  const { thumbprint, subject } = asked;
  return (
    <Dialog title={gives ? 'Give a certificate to a person' : 'Take a certificate back'} onClose={onClose}>
      <p>
        {subject}
        <br />
        <code class="long">{thumbprint}</code>
      </p>
      {gives && (
        <label>
          Person{' '}
          <select value={userName} onChange={(event) => setUserName(event.currentTarget.value)}>
            <option value="">–</option>
            {userNames.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        Reason <input value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <Press
        strong
        refusedBy={missing}
        onPress={() => void send(gives ? { thumbprint, userName, reason } : { thumbprint, reason })}
      >
        {gives ? 'Give' : 'Take back'}
      </Press>
    </Dialog>
  );
}
