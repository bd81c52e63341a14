/**
 * Starting a batch: what is made of which recipe, on which skids, with which values; what has to be in order is shown before
 * anybody signs. Nothing is prefilled, and nothing typed is lost where it is refused but passwords.
 */
import { useEffect, useState } from 'preact/hooks';
import type { BatchView } from '../../../../plant/batch-view.ts';
import type { GateCheck } from '../../../../plant/ports/start-gate.ts';
import type { BatchRefusalAnswer, GatesAnswer } from '../../../api/answers.ts';
import type { BatchOrderRequest, GatesRequest, StartBatchRequest } from '../../../api/requests.ts';
import { commandId, post } from '../api.ts';
import { go } from '../router.tsx';
import { blocked, tell } from '../ui/command.ts';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import { FormulaFields } from './formula-fields.tsx';
import { GateList } from './gate-list.tsx';
import { isBlocked } from './gates.ts';
import type { Signer } from './signer.ts';
import { SignerFields } from './signer-fields.tsx';
import { StartChoices, SkidTicks } from './start-choices.tsx';
import { nothingChosen, orderOf, signersMissing, type Chosen } from './start-order.ts';
import { SubmitOnEnter } from './submit-on-enter.tsx';
import { useOutline } from './use-outline.ts';

export function StartDialog({ onClose }: Readonly<{ onClose: () => void }>) {
  const [chosen, setChosen] = useState<Chosen>(nothingChosen);
  const [signers, setSigners] = useState<readonly Signer[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [id, setId] = useState(commandId);
  const [sending, setSending] = useState(false);
  const read = useOutline(chosen.recipe, chosen.version);
  const { outline } = read;
  const asked = orderOf(chosen, outline);
  const order = 'order' in asked ? asked.order : null;
  const { gates, lookAgain, setGates } = useGates(order);
  const roles = outline?.signatures['start batch'] ?? [];
  const given = roles.map((_role, index) => signers[index] ?? { userName: '', password: '' });
  const refusedBy =
    blocked('start batch') ??
    (sending ? 'It has been sent.' : null) ??
    ('missing' in asked ? asked.missing : null) ??
    (gates === null ? 'What has to be in order is being looked at.' : null) ??
    (isBlocked(gates ?? []) ? 'Something keeps it from starting; see above.' : null) ??
    signersMissing(roles, given);

  const start = async (): Promise<void> => {
    if (order === null) return;
    setSending(true);
    setProblem(null);
    const request: StartBatchRequest = { commandId: id, order, signers: given };
    const answer = await post<Readonly<{ batch: BatchView }>>('/api/batches', request);
    setSending(false);
    setSigners(given.map(({ userName }) => ({ userName, password: '' })));
    if (answer.ok) {
      tell(true, `${answer.value.batch.id} has been started.`);
      onClose();
      go(`/batches/${answer.value.batch.id}`);
      return;
    }
    // A refusal is an answer: what is asked next is something new. Without an answer the same is asked again.
    if (answer.problem.status !== 0) setId(commandId());
    const { gates: refusing = [] } = answer.problem as Partial<BatchRefusalAnswer>;
    if (refusing.length > 0) setGates(refusing);
    setProblem(answer.problem.message);
  };

  return (
    <Dialog title="Start a batch" onClose={onClose} wide>
      <form
        class="form touch"
        onSubmit={(event) => {
          event.preventDefault();
          if (refusedBy === null) void start();
        }}
      >
        <StartChoices chosen={chosen} outline={outline} onChange={setChosen} />
        {read.problem !== null && <p class="problem">{read.problem}</p>}
        {outline !== null && (
          <>
            <SkidTicks chosen={chosen} outline={outline} onChange={setChosen} />
            <FormulaFields
              outline={outline}
              typed={chosen.values}
              onChange={(values) => setChosen({ ...chosen, values })}
            />
          </>
        )}
        {gates !== null && (
          <>
            <GateList gates={gates} />
            <div>
              <button type="button" onClick={lookAgain} data-testid="gates-again">
                Look again
              </button>
            </div>
          </>
        )}
        <SignerFields roles={roles} signers={given} onChange={setSigners} />
        <SubmitOnEnter refused={refusedBy !== null} />
      </form>
      {problem !== null && (
        <p class="problem" role="alert" data-testid="start-problem">
          {problem}
        </p>
      )}
      <div class="touch">
        <DialogButtons
          confirm="Sign and start"
          refusedBy={refusedBy}
          onPress={() => void start()}
          testid="start-confirm"
          onClose={onClose}
        />
      </div>
    </Dialog>
  );
}

const settleMs = 400;

/** Asked when somebody has stopped typing; an answer to what was chosen before is none. */
function useGates(order: BatchOrderRequest | null) {
  const [gates, setGates] = useState<readonly GateCheck[] | null>(null);
  const [again, setAgain] = useState(0);
  const key = order === null ? null : JSON.stringify(order);
  useEffect(() => {
    setGates(null);
    if (order === null) return;
    let stopped = false;
    const look = async (): Promise<void> => {
      const request: GatesRequest = { order };
      const answer = await post<GatesAnswer>('/api/batches/gates', request);
      if (stopped) return;
      setGates(answer.ok ? answer.value.gates : [unasked(answer.problem.message)]);
    };
    const timer = setTimeout(() => void look(), settleMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [key, again]);
  return { gates, setGates, lookAgain: () => setAgain((times) => times + 1) };
}

const unasked = (found: string): GateCheck => ({
  gate: 'server',
  object: 'what has to be in order',
  verdict: 'blocked',
  found,
  remedy: 'Look again.',
});
