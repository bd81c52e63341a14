/**
 * People on OPC UA sessions, as the main thread knows them: proven by the access room, looked up again every second, and acting
 * by the one command path. Who may no longer be here, or logged in by what no longer holds, is shown out.
 */
import { randomUUID } from 'node:crypto';
import { utcMs, type Clock } from '../../../plant/clock.ts';
import type { CommandOutcome } from '../../../plant/command.ts';
import { messageOf } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import { personActor, type Actor, type Person } from '../../../plant/people.ts';
import type { Access, Authority } from '../../../plant/ports/access.ts';
import { unitOn } from '../../../plant/unit-of-batch.ts';
import type { BatchDesk } from '../../../plant/ports/batch-desk.ts';
import type { CommandPath } from '../../../plant/ports/command-path.ts';
import type { FromWorker, ToWorker } from '../worker/messages.ts';

export type LoginsDeskOptions = Readonly<{
  clock: Clock;
  log: Log;
  commands: CommandPath;
  access: Access;
  authority: Authority;
  batches?: Pick<BatchDesk, 'batches' | 'command'>;
  /** Gives each command its id. */
  newId?: () => string;
}>;

type Asked<Kind extends FromWorker['kind']> = Extract<FromWorker, { kind: Kind }>;
type PersonActor = Extract<Actor, { kind: 'person' }>;
type Online = Readonly<{ actor: PersonActor; credentialChanges: number }>;
type Answer = (message: ToWorker) => void;

/** How long a client's command stands, except in the safe direction. */
const commandExpiryMs = 5000;
/** One person's clients that lose their sessions again and again must not keep everyone else out. */
export const mostLoginsOfOne = 10;

export class LoginsDesk {
  readonly counts = { logins: 0, loginsRefused: 0, commands: 0 };
  readonly #options: LoginsDeskOptions;
  readonly #online = new Map<number, Online>();
  #nextLogin = 1;

  constructor(options: LoginsDeskOptions) {
    this.#options = options;
  }

  /** @param answer to the thread that asked: another one counts its questions anew; @param stands whether it still stands */
  async logIn(asked: Asked<'login' | 'login-certificate'>, answer: Answer, stands: () => boolean): Promise<void> {
    const { access } = this.#options;
    const { id, terminal } = asked;
    const proven = await this.#admit(terminal, () =>
      asked.kind === 'login'
        ? access.authenticate({ userName: asked.userName, password: asked.password, terminal }, 'all factors')
        : access.authenticateCertificate({ thumbprint: asked.thumbprint, terminal }),
    );
    if (!stands()) return;
    const login = proven === null ? null : this.#nextLogin++;
    if (proven !== null && login !== null) this.#online.set(login, proven);
    this.counts[login === null ? 'loginsRefused' : 'logins'] += 1;
    answer({ kind: 'login', id, login, roles: proven?.actor.roles ?? [] });
  }

  left({ login }: Asked<'left'>): void {
    this.#online.delete(login);
  }

  leaveAll(): void {
    this.#online.clear();
  }

  actorOf(login: number): Actor | null {
    return this.#online.get(login)?.actor ?? null;
  }

  async command({ id, login, skid, action, reason }: Asked<'command'>, answer: Answer): Promise<void> {
    const { commands, clock, newId } = this.#options;
    this.counts.commands += 1;
    const actor = this.actorOf(login);
    const issuedAt = clock.utc();
    const outcome =
      actor === null
        ? nobody
        : await commands.execute({
            id: (newId ?? randomUUID)(),
            skid,
            action,
            actor,
            issuedAt,
            expiresAt: utcMs(issuedAt + commandExpiryMs),
            ...(reason === null ? {} : { reason }),
          });
    answer({ kind: 'outcome', id, outcome });
  }

  async batch(asked: Asked<'batch'>, answer: Answer): Promise<void> {
    this.counts.commands += 1;
    const actor = this.actorOf(asked.login);
    const outcome = actor === null ? nobody : await this.#commandBatch(asked, actor);
    answer({ kind: 'outcome', id: asked.id, outcome });
  }

  /** To be called every second. */
  async look(answer: Answer): Promise<void> {
    const { access, authority } = this.#options;
    const people = new Map((await access.people()).map((person) => [person.id, person]));
    for (const [login, { actor, credentialChanges }] of this.#online) {
      const person = people.get(actor.id);
      const stays = person !== undefined && (person.credentialChanges ?? 0) === credentialChanges;
      if (!stays || !authority.decide(actor, 'view').allowed) {
        this.#online.delete(login);
        answer({ kind: 'dismiss', login });
      } else if (person.roles.join() !== actor.roles.join()) {
        this.#online.set(login, { actor: { ...actor, roles: person.roles }, credentialChanges });
        answer({ kind: 'roles', login, roles: person.roles });
      }
    }
  }

  /** Access records a refusal and counts it to the lockout; a stranger is told nothing of why. */
  async #admit(terminal: string, prove: () => Promise<Person>): Promise<Online | null> {
    const { access, authority, log } = this.#options;
    try {
      const person = await prove();
      const { id, mustChangePassword, credentialChanges = 0 } = person;
      const actor = personActor(person, terminal);
      const decision = authority.decide(actor, 'view');
      const logins = [...this.#online.values()].filter((one) => one.actor.id === id).length;
      const crowd = logins >= mostLoginsOfOne;
      if (!mustChangePassword && decision.allowed && !crowd) return { actor, credentialChanges };
      const why = !decision.allowed
        ? decision.reason
        : mustChangePassword
          ? 'The first password has to be changed at a page.'
          : `${person.printedName} is on ${logins} sessions already.`;
      log.warn({ person: id, terminal }, `an OPC UA session was refused: ${why}`);
      access.refused({ actor, what: 'a session at OPC UA', why });
    } catch (thrown) {
      log.warn({ terminal, cause: messageOf(thrown) }, 'an OPC UA session was refused');
    }
    return null;
  }

  /** The newest batch of the skid is the one that stands there. */
  async #commandBatch({ skid, command, reason }: Asked<'batch'>, actor: Actor): Promise<CommandOutcome> {
    const { batches, authority, newId } = this.#options;
    const decision = authority.decide(actor, 'command batch');
    if (!decision.allowed) return refused('authority', decision.reason);
    try {
      const batch = (await batches?.batches())?.find((one) => unitOn(one, skid) !== null);
      if (batches === undefined || batch === undefined) return refused('state', `No batch has run on ${skid}.`);
      const commandId = (newId ?? randomUUID)();
      const done = await batches.command({ commandId, batch: batch.id, skid, command, actor, reason });
      if (!done.done) return refused('state', done.reason);
      const state = unitOn(done.batch, skid)?.state ?? done.batch.state;
      return { status: 'done', message: `${batch.id} is ${state} on ${skid}.`, readBack: state };
    } catch (thrown) {
      return refused('record', messageOf(thrown));
    }
  }
}

const refused = (by: 'authority' | 'state' | 'record', message: string): CommandOutcome => ({
  status: 'refused',
  by,
  message,
  live: null,
});

const nobody = refused('authority', 'Whoever asks is no longer logged in.');
