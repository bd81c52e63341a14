/** The desk at which people start, command, answer and sign batches: who may, whether it is permitted now, and once only. */
import type { BatchCommand } from '../../plant/batch-view.ts';
import { messageOf } from '../../plant/errors.ts';
import { actorName, type Actor } from '../../plant/people.ts';
import type { Permission } from '../../plant/ports/access.ts';
import type { BatchAnswer, BatchDesk, BatchOrder, BatchRefusal } from '../../plant/ports/batch-desk.ts';
import type { Credentials } from '../../plant/ports/record-desk.ts';
import type { GateCheck } from '../../plant/ports/start-gate.ts';
import type { SignedAct as Act } from '../../plant/recipe/recipe.ts';
import type { SkidName } from '../../plant/sample.ts';
import { batchEvent } from './batch-events.ts';
import type { EarlierCommand } from './batch-fold.ts';
import { batchState, commandedUnits, scopeOf } from './batch-core.ts';
import { isEnded } from './batch-view.ts';
import { Answers, commandKey, goesToSafety } from './idempotency.ts';
import type { BatchHost } from './host.ts';
import { isHot, permission, refusedNow } from './permits.ts';
import { prepareBatch } from './prepare.ts';
import type { BatchRunner, PersonRequest } from './runner.ts';
import { readScope } from './read-scope.ts';
import { recordSections } from './record-sections.ts';
import { answerOf, answerRoles } from './prompt-answers.ts';
import { equipmentFailed, releaseEquipment } from './shared-equipment-desk.ts';
import { signRecord } from './sign.ts';
import { signAct, signersRefusal } from './signatures.ts';
import {
  blocked,
  checkGates,
  checkOrder,
  nextBatchId,
  permissiveRefusal,
  sayBlocked,
  type CheckedOrder,
} from './start.ts';

type Of<Name extends keyof BatchDesk> = Parameters<BatchDesk[Name]>[0];
type Asked = Readonly<{ commandId: string; actor: Actor }>;
type Starting = Of<'start'> & Readonly<{ asks: string }>;

const refusal = (reason: string, gates?: readonly GateCheck[]): BatchRefusal => ({
  done: false,
  reason,
  ...(gates === undefined ? {} : { gates }),
});
const notReady = 'Batches are not ready: the service starts or stops.';

/** What waits for signatures where the recipe asks them; what goes to safety waits for nobody. */
const signedCommands: Readonly<Partial<Record<BatchCommand, Act>>> = {
  Pause: 'pause',
  Resume: 'resume',
  Restart: 'restart',
  Reset: 'reset',
};

export class Desk implements BatchDesk {
  readonly #host: BatchHost;
  /** Skids on which a batch is just being started, with its id. */
  readonly starting = new Map<SkidName, string>();
  readonly #answers = new Answers<BatchAnswer>();
  readonly #signing = new Map<string, Promise<unknown>>();
  #numbering: Promise<unknown> = Promise.resolve();

  constructor(host: BatchHost) {
    this.#host = host;
  }

  /** The newest first. */
  batches(): ReturnType<BatchDesk['batches']> {
    const runners = [...this.#host.runners.values()].sort((one, other) => (one.id < other.id ? 1 : -1));
    return Promise.resolve(runners.map(({ core }) => this.#host.view(core)));
  }

  batch(id: string): ReturnType<BatchDesk['batch']> {
    const runner = this.#host.runners.get(id);
    return Promise.resolve(runner === undefined ? null : this.#host.view(runner.core));
  }

  async sections(id: string): ReturnType<BatchDesk['sections']> {
    // Also of batches that nothing runs any more: of an earlier form, or whose record cannot be read back.
    const events = await readScope(this.#host.ports.records, scopeOf(id));
    return events.length === 0 ? null : recordSections(events);
  }

  async gates(order: BatchOrder, actor: Actor): Promise<readonly GateCheck[]> {
    const { site, ports } = this.#host;
    const checked = checkOrder(order, site, ports.store);
    if ('refusal' in checked)
      return [{ gate: 'recipe', object: order.recipe, verdict: 'blocked', found: checked.refusal, remedy: '' }];
    return checkGates(this.#host, checked, '', [actor]);
  }

  start(request: Of<'start'>): Promise<BatchAnswer> {
    const what = JSON.stringify(['start', request.order]);
    return (
      this.#answers.once(keyOf(request), what, () => this.#start({ ...request, asks: what })) ?? usedBefore(request)
    );
  }

  command(request: Of<'command'>): Promise<BatchAnswer> {
    const { batch, skid, command, reason } = request;
    const what = JSON.stringify([command, batch, skid]);
    const make = (): Promise<BatchAnswer> =>
      this.#ask({ ...request, asks: what }, batch, command, goesToSafety(command), (runner) => {
        const refused = this.#commandRefusal(runner, request);
        if (refused !== null) return Promise.resolve(refused);
        const fieldDemand = (of: SkidName) => this.#host.news.get(of)?.fieldDemand ?? null;
        const refusedBy: Extract<PersonRequest, { kind: 'command' }>['refusedBy'] = (core, unit) =>
          refusedNow(core, unit, command, this.#host.outside(unit.skid, batch));
        const input = {
          kind: 'command',
          command,
          skid,
          fieldDemand,
          refusedBy,
          ...asked(request, reason, what),
        } as const;
        const act = signedCommands[command];
        if (act === undefined) return runner.ask(input);
        const subject = `${command} of ${skid === null ? batch : `${skid} in ${batch}`}`;
        return this.#signedAsk(runner, { signers: request.signers ?? [] }, act, subject, input);
      });
    // The safe direction is taken whatever its id: an answer that says done would be believed.
    return this.#answers.once(keyOf(request), what, make) ?? (goesToSafety(command) ? make() : usedBefore(request));
  }

  setMode(request: Of<'setMode'>): Promise<BatchAnswer> {
    const { batch, skid, mode, reason } = request;
    return this.#once(request, ['mode', batch, skid, mode], `Mode ${mode}`, (runner, asks) => {
      const isHotNow = (): boolean => isHot(this.#host.outside(skid, batch));
      const input = { kind: 'mode', skid, to: mode, isHot: isHotNow, ...asked(request, reason, asks) } as const;
      return this.#signedAsk(runner, request, 'change mode', `mode ${mode} of ${skid} in ${batch}`, input);
    });
  }

  proceed(request: Of<'proceed'>): Promise<BatchAnswer> {
    const { batch, skid, path } = request;
    return this.#once(request, ['proceed', batch, skid, path], `Proceed ${path}`, (runner, asks) => {
      const node = runner.core.tree.find((element) => element.path === path && element.kind === 'step')?.id;
      if (node === undefined) return Promise.resolve(`${batch} has no step "${path}".`);
      return runner.ask({ kind: 'proceed', skid, node, ...asked(request, '', asks) });
    });
  }

  answer(request: Of<'answer'>): Promise<BatchAnswer> {
    const { batch, skid, prompt, value } = request;
    return this.#once(request, ['answer', batch, skid, prompt, value], `Answer ${prompt}`, async (runner, asks) => {
      const found = runner.core.lasting.units.get(skid)?.prompts.find(({ id }) => id === prompt);
      if (found === undefined) return `Nobody has asked ${prompt} of ${skid}.`;
      if (found.withdrawn !== null) return `It is not asked any more: ${found.withdrawn}`;
      const given = answerRoles(found, request, runner.core.facts.recipe.signatures);
      if ('refusal' in given) return given.refusal;
      const subject = `answer "${given.value}" to ${found.form.title} (${prompt})`;
      const scope = scopeOf(batch);
      const signed =
        given.roles.length === 0
          ? { signed: [] }
          : await signAct(this.#host.ports.desk, { scope, subject, roles: given.roles, signers: request.signers });
      if ('refusal' in signed) return signed.refusal;
      const answer = answerOf(found, given, request, signed.signed, this.#host.ports.clock.utc());
      return runner.ask({ kind: 'answer', skid, prompt, answer, ...asked(request, request.reason, asks) });
    });
  }

  reconcile(request: Of<'reconcile'>): Promise<BatchAnswer> {
    const { batch, skid, reason } = request;
    return this.#once(request, ['reconcile', batch, skid], 'Reconcile', (runner, asks) => {
      if (runner.core.lasting.units.get(skid)?.reconcile !== true)
        return Promise.resolve(`${skid} needs no reconciling in ${batch}.`);
      const input = { kind: 'reconcile', skid, ...asked(request, reason, asks) } as const;
      return this.#signedAsk(runner, request, 'reconcile', `what was found on ${skid} in ${batch}`, input);
    });
  }

  replace(request: Of<'replace'>): Promise<BatchAnswer> {
    const { batch, skid, by, reason } = request;
    return this.#once(request, ['replace', batch, skid, by], `Replace ${skid} by ${by}`, async (runner, asks) => {
      const taken = this.#host.takenBy(by);
      if (taken !== null) return `${by} is taken by ${taken}.`;
      this.starting.set(by, batch);
      try {
        const withheld = await this.#spareRefusal(runner, by, request.actor);
        if (withheld !== null) return withheld;
        const refusedBy = (): string | null => this.#notPermitted(by);
        const input = { kind: 'replace', skid, by, refusedBy, ...asked(request, reason, asks) } as const;
        return await this.#signedAsk(
          runner,
          request,
          'replace a skid',
          `${by} in the place of ${skid} in ${batch}`,
          input,
        );
      } finally {
        this.starting.delete(by);
      }
    });
  }

  sharedEquipment(): ReturnType<BatchDesk['sharedEquipment']> {
    return Promise.resolve(this.#host.sharedUse.views());
  }

  equipmentFailed(request: Of<'equipmentFailed'>): ReturnType<BatchDesk['equipmentFailed']> {
    return equipmentFailed(this.#host, request, (hold) => this.command(hold));
  }

  async releaseEquipment(request: Of<'releaseEquipment'>): ReturnType<BatchDesk['releaseEquipment']> {
    const { sharedUse, runners } = this.#host;
    if (!this.#host.isReady()) return refusal(notReady);
    const owner = sharedUse.views().find(({ name }) => name === request.equipment)?.owner ?? null;
    const runner = owner === null ? undefined : runners.get(owner.batch);
    const answer = await releaseEquipment(this.#host, request);
    if (!answer.done && runner !== undefined)
      this.#recordRefusal(runner, request, `Release of ${request.equipment}`, answer.reason);
    return answer;
  }

  sign(request: Of<'sign'>): ReturnType<BatchDesk['sign']> {
    const runner = this.#host.runners.get(request.batch);
    if (runner === undefined) return this.#signEarlier(request);
    if (!isEnded(runner.core)) {
      const state = batchState(runner.core);
      return Promise.resolve(refusal(`${request.batch} is ${state}; a record is signed after the batch has ended.`));
    }
    // One signature of a batch after the other, so that a second click meets the first one's.
    const before = this.#signing.get(request.batch) ?? Promise.resolve();
    const signed = before.then(async () => {
      await runner.settled();
      const result = await signRecord(request, this.#host.ports.desk, this.#host.ports.records);
      if (result.done) this.#host.signed(request.batch);
      return result;
    });
    this.#signing.set(
      request.batch,
      signed.catch(() => undefined),
    );
    return signed;
  }

  /** A record that nothing runs by any more is signed like others once it says that its batch has ended. */
  async #signEarlier(request: Of<'sign'>): ReturnType<BatchDesk['sign']> {
    const { desk, records } = this.#host.ports;
    const events = await readScope(records, scopeOf(request.batch));
    if (events.length === 0) return refusal(`There is no batch "${request.batch}".`);
    return events.some(({ event }) => event.action === 'batch-ended')
      ? signRecord(request, desk, records)
      : refusal(`${request.batch} has not ended by its record; a record is signed after the batch has ended.`);
  }

  async #start(request: Starting): Promise<BatchAnswer> {
    const { ports, runners, site } = this.#host;
    const before = this.#host.earlierCommands.get(keyOf(request));
    const earlier = runners.get(before?.batch ?? '');
    if (before !== undefined && earlier !== undefined)
      return isSameCommand(before, { ...request, batch: before.batch, object: 'start' })
        ? { done: true, batch: this.#host.view(earlier.core) }
        : usedBefore(request);
    if (!this.#host.isReady()) return refusal(notReady);
    const decision = ports.authority.decide(request.actor, 'start batch');
    if (!decision.allowed) return refusal(decision.reason);
    const checked = checkOrder(request.order, site, ports.store);
    if ('refusal' in checked) return refusal(checked.refusal);
    const roles = checked.recipe.signatures['start batch'];
    const unsigned = signersRefusal({ subject: 'start', roles, signers: request.signers });
    if (unsigned !== null) return refusal(unsigned);
    const skids = [...checked.places.keys()];
    const taken = skids.find((skid) => this.#host.takenBy(skid) !== null);
    if (taken !== undefined) return refusal(`${taken} is taken by ${this.#host.takenBy(taken) ?? 'another batch'}.`);
    for (const skid of skids) this.starting.set(skid, 'a batch that is just being started');
    try {
      return await this.#prepared(checked, request, skids);
    } catch (thrown) {
      return refusal(`The start could not be recorded: ${messageOf(thrown)}`);
    } finally {
      for (const skid of skids) this.starting.delete(skid);
    }
  }

  /** One start after the other takes its id: two that looked at the ledger at once would find the same one free. */
  #takeId(skids: readonly SkidName[]): Promise<string> {
    const { ports, runners } = this.#host;
    const taken = this.#numbering.then(async () => {
      const id = await nextBatchId(ports.records, ports.clock, [...runners.keys(), ...this.starting.values()]);
      for (const skid of skids) this.starting.set(skid, id);
      return id;
    });
    this.#numbering = taken.catch(() => undefined);
    return taken;
  }

  async #prepared(checked: CheckedOrder, request: Starting, skids: readonly SkidName[]): Promise<BatchAnswer> {
    const { runners } = this.#host;
    const id = await this.#takeId(skids);
    const gates = await checkGates(this.#host, checked, id, [request.actor]);
    const [first] = blocked(gates);
    if (first !== undefined) return refusal(sayBlocked(first), gates);
    const prepared = await prepareBatch(this.#host, id, checked, request);
    if ('refusal' in prepared) return refusal(prepared.refusal, prepared.gates);
    const runner = this.#host.adopt(prepared.core, prepared.seq);
    try {
      await runner.begin(prepared.started);
    } catch (thrown) {
      runners.delete(id);
      throw thrown;
    }
    return { done: true, batch: this.#host.view(runner.core) };
  }

  async #spareRefusal({ core }: BatchRunner, by: SkidName, actor: Actor): Promise<string | null> {
    const { facts } = core;
    const place = this.#host.site.get(by);
    if (place === undefined) return `There is no skid "${by}".`;
    const order: BatchOrder = {
      recipe: facts.recipe.name,
      version: facts.recipeVersion,
      purpose: facts.purpose,
      skids: [by],
      spares: [],
      values: {},
    };
    const stored = { recipe: facts.recipe, version: facts.recipeVersion, status: 'effective' } as const;
    const places = new Map([[by, place]]);
    const checked = { order, stored, recipe: facts.recipe, places, plans: facts.plans };
    const [first] = blocked(await checkGates(this.#host, checked, facts.id, [actor]));
    return first === undefined ? null : sayBlocked(first);
  }

  #notPermitted(skid: SkidName): string | null {
    const { site, news, ports } = this.#host;
    const place = site.get(skid);
    return place === undefined
      ? `There is no skid "${skid}".`
      : permissiveRefusal(place.skid, news.get(skid) ?? null, ports.clock);
  }

  /** Signed as the recipe asks, then told to the batch. */
  async #signedAsk(
    runner: BatchRunner,
    { signers }: Readonly<{ signers: readonly Credentials[] }>,
    act: Act,
    subject: string,
    input: PersonRequest,
  ): Promise<string | null> {
    const roles = runner.core.facts.recipe.signatures[act];
    const signed = await signAct(this.#host.ports.desk, { scope: scopeOf(runner.id), subject, roles, signers });
    return 'refusal' in signed ? signed.refusal : runner.ask(input);
  }

  #once(
    request: Asked & Readonly<{ batch: string }>,
    asks: readonly string[],
    object: string,
    act: (runner: BatchRunner, asks: string) => Promise<string | null>,
  ): Promise<BatchAnswer> {
    const what = JSON.stringify(asks);
    const make = (): Promise<BatchAnswer> =>
      this.#ask(
        { ...request, asks: what },
        request.batch,
        object,
        false,
        (runner) => act(runner, what),
        'command batch',
      );
    return this.#answers.once(keyOf(request), what, make) ?? usedBefore(request);
  }

  async #ask(
    request: Asked & Readonly<{ asks: string; reason?: string }>,
    batch: string,
    object: string,
    isSafe: boolean,
    act: (runner: BatchRunner) => Promise<string | null>,
    asks?: Permission,
  ): Promise<BatchAnswer> {
    const runner = this.#host.runners.get(batch);
    if (runner === undefined) return refusal(`There is no batch "${batch}".`);
    const before = this.#host.earlierCommands.get(keyOf(request));
    if (before !== undefined && !isSafe) {
      return isSameCommand(before, { batch, object, asks: request.asks })
        ? { done: true, batch: this.#host.view(runner.core) }
        : usedBefore(request);
    }
    try {
      const refusedBy = this.#mayNot(request.actor, asks) ?? (await act(runner));
      if (refusedBy === null) {
        const isRecorded = !isSafe || (await runner.isRecorded());
        return { done: true, batch: this.#host.view(runner.core), ...(isRecorded ? {} : { recordFollows: true }) };
      }
      this.#recordRefusal(runner, request, object, refusedBy);
      return refusal(refusedBy);
    } catch (thrown) {
      return refusal(`${object} could not be recorded: ${messageOf(thrown)}`);
    }
  }

  #mayNot(actor: Actor, asks: Permission | undefined): string | null {
    if (!this.#host.isReady()) return notReady;
    if (asks === undefined) return null;
    const decision = this.#host.ports.authority.decide(actor, asks);
    return decision.allowed ? null : decision.reason;
  }

  #commandRefusal({ core, isBusy }: BatchRunner, { actor, command, skid }: Of<'command'>): string | null {
    const { authority } = this.#host.ports;
    const decision = authority.decide(actor, 'command batch');
    // Whoever may ask for a safe state may also hold a batch.
    if (!decision.allowed && !(command === 'Hold' && authority.decide(actor, 'ask safe state').allowed))
      return decision.reason;
    const units = commandedUnits(core, command, skid);
    if (units.length === 0) return `${skid ?? 'No skid'} is none of ${core.facts.id}.`;
    // What is being decided may take it: that is said in turn, and the fields are asked at once.
    if (isBusy && goesToSafety(command)) return null;
    const refused = units.map(
      (unit) => permission(core, unit, command, this.#host.outside(unit.skid, core.facts.id)).refusedBy,
    );
    // The safe direction goes to whoever can take it.
    if (goesToSafety(command) && refused.some((one) => one === null)) return null;
    return refused.find((one) => one !== null) ?? null;
  }

  /** A refusal is one entry in the record, and waits for nothing. */
  #recordRefusal(
    { core, id }: BatchRunner,
    { actor, commandId, reason: said = '' }: Asked & Partial<Readonly<{ reason: string }>>,
    object: string,
    reason: string,
  ): void {
    const { records, log } = this.#host.ports;
    const data = { commandId, state: batchState(core), said };
    records.append(batchEvent(id, 'command-refused', object, { actor, reason, data })).catch((thrown: unknown) => {
      log.error({ batch: id, object, error: messageOf(thrown) }, 'a refusal could not be recorded');
    });
  }
}

/** Whether the command that was carried out before the service was started anew asked the same. */
const isSameCommand = (
  before: EarlierCommand,
  { batch, object, asks }: Readonly<{ batch: string; object: string; asks: string }>,
): boolean => before.batch === batch && before.command === object && (before.asks ?? asks) === asks;

const keyOf = ({ actor, commandId }: Asked): string => commandKey(actor, commandId);

const asked = (
  { actor, commandId }: Asked,
  reason: string,
  asks: string,
): Asked & Readonly<{ asks: string; reason: string }> => ({
  actor,
  commandId,
  asks,
  reason: reason.trim() === '' ? `by ${actorName(actor)}` : reason.trim(),
});

const usedBefore = ({ commandId }: Readonly<{ commandId: string }>): Promise<BatchRefusal> =>
  Promise.resolve(refusal(`The command id ${commandId} was used for another command.`));
