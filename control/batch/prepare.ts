/** The control recipe into the record, its signatures, and the line with which the batch begins. */
import { messageOf } from '../../plant/errors.ts';
import type { Actor, Role } from '../../plant/people.ts';
import type { Credentials, SignatureView } from '../../plant/ports/record-desk.ts';
import type { GateCheck } from '../../plant/ports/start-gate.ts';
import { recordNumber, type RecordEvent, type RecordValue } from '../../plant/record-event.ts';
import { newBatch, scopeOf, type BatchCore, type BatchFacts } from './batch-core.ts';
import { batchEvent } from './batch-events.ts';
import { controlRecord } from './control-recipe.ts';
import type { BatchHost } from './host.ts';
import { signAct } from './signatures.ts';
import { blocked, checkGates, sayBlocked, type CheckedOrder } from './start.ts';
import { checkAnalyses } from './start-analyses.ts';

export type StartRequest = Readonly<{
  commandId: string;
  /** As a command of a person keeps it. */
  asks: string;
  actor: Actor;
  signers: readonly Credentials[];
}>;

export type Prepared =
  | Readonly<{ core: BatchCore; started: RecordEvent; seq: number }>
  | Readonly<{ refusal: string; gates?: readonly GateCheck[] }>;

/** @throws MesolineError `record-refused` */
export async function prepareBatch(
  host: BatchHost,
  id: string,
  checked: CheckedOrder,
  request: StartRequest,
): Promise<Prepared> {
  const { order, stored, recipe, plans, places } = checked;
  const { clock, records, build, desk } = host.ports;
  const { actor, signers, commandId, asks } = request;
  const { text, digest, source } = stored.recipe;
  const facts: Omit<BatchFacts, 'controlDigest'> = {
    id,
    recipe,
    recipeVersion: stored.version,
    purpose: order.purpose,
    skids: order.skids,
    spares: order.spares,
    plans,
    timeScale: clock.timeScale,
  };
  const { control, digest: controlDigest } = controlRecord({
    ...facts,
    master: { text, digest, source, status: stored.status },
    values: order.values,
  });
  const own = (action: string, data: Readonly<Record<string, RecordValue>>, reason?: string): RecordEvent =>
    batchEvent(id, action, id, { actor, data, ...(reason === undefined ? {} : { reason }) });
  const skids = { skids: order.skids, spares: order.spares };
  await records.append(
    own('batch-prepared', {
      ...skids,
      purpose: order.purpose,
      timeScale: recordNumber(clock.timeScale),
      build,
      controlDigest,
      control,
    }),
  );
  const refused = async (refusal: string, gates?: readonly GateCheck[]): Promise<Prepared> => {
    await records.append(own('batch-not-started', { commandId }, refusal));
    return { refusal, ...(gates === undefined ? {} : { gates }) };
  };
  const roles = recipe.signatures['start batch'];
  const signed = await signAct(desk, { scope: scopeOf(id), subject: `start of batch ${id}`, roles, signers });
  if ('refusal' in signed) return refused(signed.refusal);
  // Signing takes time: what was in order before may not be any longer. And now it is known who checks.
  const people = [actor, ...signed.signed.flatMap((one, i) => signerOf(one, roles[i], signers[i], actor))];
  const gates = await checkGates(host, checked, id, people);
  const [first] = blocked(gates);
  if (first !== undefined) return refused(sayBlocked(first), gates);
  const question = { batch: id, skids: [...places.keys()], recipe, purpose: order.purpose, people };
  const facted: Record<string, RecordValue> = {};
  try {
    for (const gate of host.ports.gates) facted[gate.name] = await gate.facts(question);
  } catch (thrown) {
    return refused(`What stands behind the start cannot be recorded: ${messageOf(thrown)}`);
  }
  const analyses: Record<string, RecordValue> = {};
  const digests: Record<string, string> = {};
  for (const [name, { skid }] of places) {
    const found = await checkAnalyses(host.ports.analyses, name);
    if (found.record !== null) analyses[name] = found.record;
    digests[name] = skid.type.digest;
  }
  const started = own('batch-started', {
    commandId,
    asks,
    ...skids,
    recipe: recipe.name,
    version: recordNumber(stored.version),
    status: stored.status,
    masterDigest: digest,
    controlDigest,
    skidDigests: digests,
    purpose: order.purpose,
    timeScale: recordNumber(clock.timeScale),
    analyses,
    gates: gates.map(({ gate, object, verdict, found }) => ({ gate, object, verdict, found })),
    facts: facted,
    people: signed.signed.map(({ personId, printedName, meaning }) => ({ personId, printedName, meaning })),
  });
  const seq = signed.signed.at(-1)?.receipt.seq ?? 1;
  return { core: newBatch({ ...facts, controlDigest }, host.shared), started, seq };
}

/** Who has signed beside whoever asked. */
function signerOf(
  { personId: id, printedName }: SignatureView,
  role: Role | undefined,
  { userName = '', terminal = '' }: Partial<Credentials> = {},
  asker: Actor,
): readonly Actor[] {
  if (asker.kind === 'person' && asker.id === id) return [];
  return [{ kind: 'person', id, userName, printedName, roles: role === undefined ? [] : [role], terminal }];
}
