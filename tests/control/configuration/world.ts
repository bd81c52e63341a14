/** A folder of configuration, people who sign, and a ledger that outlives the room. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createConfiguration } from '../../../control/configuration/index.ts';
import { utcMs } from '../../../plant/clock.ts';
import { mesolineError } from '../../../plant/errors.ts';
import { personActor, type Person, type Role } from '../../../plant/people.ts';
import type { Credentials } from '../../../plant/ports/record-desk.ts';
import type { StartQuestion } from '../../../plant/ports/start-gate.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';
import { silentLog } from '../records/support.ts';

const person = (id: string, ...roles: Role[]): Person => ({
  id: `P-${id}`,
  userName: id,
  printedName: `${id.slice(0, 1).toUpperCase()}${id.slice(1)}`,
  roles,
  mustChangePassword: false,
});
export const paul = person('paul', 'process engineer');
export const quinn = person('quinn', 'QA reviewer');
export const bea = person('bea', 'process engineer', 'QA reviewer');
export const olga = person('olga', 'operator');
const everyone = [paul, quinn, bea, olga];

export const by = (...who: Person[]): Credentials[] =>
  who.map(({ userName }) => ({ userName, password: 'right', terminal: 'page' }));

export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'mesoline-configuration-'));
  readonly dataFolder = join(this.folder, 'data');
  readonly stored: StoredEvent[] = [];
  /** An action whose events the ledger does not take. */
  full: string | null = null;
  untrained: string | null = null;
  #commands = 0;

  write(file: string, text: string): this {
    const path = join(this.folder, 'plant', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return this;
  }

  remove(file: string): this {
    rmSync(join(this.folder, 'plant', file));
    return this;
  }

  /** The service starts anew on the same data folder. */
  async started() {
    const room = createConfiguration({
      site: 'house',
      dataFolder: this.dataFolder,
      sources: [
        { as: 'skids', path: join(this.folder, 'plant'), is: 'folder' },
        { as: 'site.yaml', path: join(this.folder, 'site.yaml'), is: 'file' },
      ],
      log: silentLog,
      records: {
        append: (event) => Promise.resolve().then(() => this.#keep(event)),
        appendAll: (events) => Promise.resolve().then(() => events.map((event) => this.#keep(event))),
        read: (scope, from, limit) =>
          Promise.resolve(this.stored.filter((each) => each.scope === scope).slice(from - 1, from - 1 + limit)),
        scopes: () => Promise.resolve([]),
      },
      desk: { sign: (request) => Promise.resolve().then(() => this.#sign(request)) },
      authority: {
        decide: (actor, permission) =>
          actor.kind === 'person' && actor.roles.includes('operator')
            ? { allowed: false, reason: `${actor.printedName} may not ${permission}.` }
            : { allowed: true },
      },
      people: () => Promise.resolve(everyone),
      trained: (actor, act) =>
        actor.kind === 'person' && actor.userName === this.untrained ? `${actor.printedName} may not ${act}.` : null,
    });
    await room.start();
    const check = (purpose: StartQuestion['purpose'] = 'production') =>
      room.gate.check({ purpose } as unknown as StartQuestion);
    const approve = async (more: Partial<Parameters<typeof room.desk.approve>[0]> = {}) =>
      room.desk.approve({
        commandId: `command-${(this.#commands += 1)}`,
        actor: personActor(paul, 'page'),
        steps: (await room.desk.view()).open,
        changeNumber: 'CC-17',
        reason: 'the pump was replaced',
        signers: by(paul, quinn),
        ...more,
      });
    return { room, desk: room.desk, check, approve };
  }

  actions(): string[] {
    return this.stored.map(({ event }) => event.action);
  }

  done(): void {
    rmSync(this.folder, { recursive: true });
  }

  #keep(event: RecordEvent): StoredEvent {
    if (event.action === this.full) throw new Error('the disk is full');
    const seq = this.stored.filter(({ scope }) => scope === event.scope).length + 1;
    const kept = { scope: event.scope, seq, hash: `h${seq}`, utc: utcMs(seq * 1000), event };
    this.stored.push(kept);
    return kept;
  }

  /** As the ledger does it: the acts and the signature, or neither. */
  #sign(request: Parameters<Parameters<typeof createConfiguration>[0]['desk']['sign']>[0]) {
    const { scope, userName, password, role, notPersons, meaning, subject, acts = [], readHash } = request;
    const refuse = (why: string) => mesolineError('signature-refused', userName, why, 'Sign as who you are.');
    const who = everyone.find((each) => each.userName === userName);
    if (who === undefined || password !== 'right') throw refuse('The password is wrong.');
    if (!who.roles.includes(role as Role)) throw refuse(`It takes the role ${role}.`);
    if (notPersons.includes(who.id)) throw refuse('It takes another person.');
    const head = this.stored.filter((each) => each.scope === scope).at(-1);
    if (readHash !== undefined && head?.hash !== readHash) throw refuse('The record has changed.');
    const actor = personActor(who, 'page');
    let signed = head;
    for (const act of acts) signed = this.#keep({ ...act, scope, actor });
    const data = { signer: who.id, printedName: who.printedName, role, meaning, signedSeq: String(signed?.seq ?? 0) };
    const receipt = this.#keep({ scope, actor, action: 'signed', object: subject, new: meaning, data });
    return { receipt, signedHash: signed?.hash ?? '', personId: who.id, printedName: who.printedName, meaning, subject, utc: receipt.utc }; // prettier-ignore
  }
}
