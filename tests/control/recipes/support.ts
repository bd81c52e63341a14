/** A ledger in memory that signs as the real one does, people, and texts of recipes that differ where a test wants it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Checked, Checker } from '../../../control/recipes/checker.ts';
import { createRecipes, type Recipes } from '../../../control/recipes/index.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../plant/clock.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import { personActor, type Actor, type Person, type Role } from '../../../plant/people.ts';
import type { Authority } from '../../../plant/ports/access.ts';
import type { RecordDesk, SignatureView, SignRequest } from '../../../plant/ports/record-desk.ts';
import type { GroupKeeper } from '../../../plant/ports/record-keeper.ts';
import type { RecordEvent, RecordReceipt, StoredEvent } from '../../../plant/record-event.ts';
import type { RecipeMove } from '../../../plant/recipe-view.ts';
import { checkRecipe } from '../../../plant/recipe/findings.ts';

export const start = Date.UTC(2026, 9, 2, 9, 30);
export const clock: Clock = {
  timeScale: 1,
  utc: () => utcMs(start),
  monotonic: () => monotonic(0),
  process: () => processTime(0),
};
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

const person = (userName: string, ...roles: Role[]): Person => ({
  id: `P-${userName}`,
  userName,
  printedName: `Person ${userName}`,
  roles,
  mustChangePassword: false,
});
/** Ada and Bo write and review; Quin and Rae release; Max could do it all; Olga operates. */
export const people = {
  ada: person('ada', 'process engineer'),
  bo: person('bo', 'process engineer'),
  quin: person('quin', 'QA releaser'),
  rae: person('rae', 'QA releaser'),
  max: person('max', 'process engineer', 'QA releaser'),
  olga: person('olga', 'operator'),
} as const;
export type Who = keyof typeof people;
export const actorOf = (who: Who): Actor => personActor(people[who], 'page 1');

export const authority: Authority = {
  decide: (actor, permission) =>
    permission === 'import recipe' && actor.kind === 'person' && actor.roles.includes('process engineer')
      ? { allowed: true }
      : { allowed: false, reason: `It may not ${permission}.` },
};

export class MemoryLedger implements GroupKeeper, RecordDesk {
  readonly chains = new Map<string, StoredEvent[]>();
  /** What the next append does: breaks off before or after it wrote. */
  breaks: 'before' | 'after' | null = null;
  isUnreadable = false;

  all(): readonly StoredEvent[] {
    return [...this.chains.values()].flat();
  }
  #write(event: RecordEvent): RecordReceipt {
    const chain = this.chains.get(event.scope) ?? [];
    this.chains.set(event.scope, chain);
    const hash = createHash('sha256')
      .update(`${chain.at(-1)?.hash ?? ''}${JSON.stringify(event)}`)
      .digest('hex');
    const receipt = { scope: event.scope, seq: chain.length + 1, hash, utc: utcMs(start + 1000 * this.all().length) };
    chain.push({ ...receipt, event: JSON.parse(JSON.stringify(event)) as RecordEvent });
    return receipt;
  }
  append(event: RecordEvent): Promise<RecordReceipt> {
    return this.appendAll([event]).then(([receipt]) => receipt!);
  }
  appendAll(events: readonly RecordEvent[]): Promise<readonly RecordReceipt[]> {
    // What was refused is written whenever it can be, and waits for nobody.
    const breaks = events[0]?.scope === 'recipes' ? null : this.breaks;
    if (breaks !== null) this.breaks = null;
    if (breaks === 'before') return Promise.reject(new Error('The disk is full.'));
    const receipts = events.map((event) => this.#write(event));
    return breaks === 'after' ? Promise.reject(new Error('No answer.')) : Promise.resolve(receipts);
  }
  read(scope: string, fromSeq: number, limit: number): Promise<readonly StoredEvent[]> {
    if (this.isUnreadable) return Promise.reject(new Error('The ledger does not answer.'));
    return Promise.resolve((this.chains.get(scope) ?? []).slice(fromSeq - 1, fromSeq - 1 + limit));
  }
  scopes(prefix: string) {
    const found = [...this.chains].filter(([scope]) => scope.startsWith(prefix));
    return Promise.resolve(found.map(([scope, chain]) => ({ scope, count: chain.length, head: chain.at(-1)!.hash })));
  }
  sign(request: SignRequest): Promise<SignatureView> {
    const refuse = (why: string) =>
      Promise.reject(mesolineError('signature-refused', request.subject, why, 'Let somebody else sign.'));
    const who = Object.values(people).find(({ userName }) => userName === request.userName.trim().toLowerCase());
    if (who === undefined || request.password !== `secret of ${who.userName}`)
      return refuse('User name or password is wrong.');
    if (!who.roles.some((role) => role === request.role))
      return refuse(`${who.printedName} does not hold the role ${request.role}.`);
    if (request.notPersons.includes(who.id))
      return refuse(`${who.printedName} acted in this already; another person has to sign.`);
    const head = this.chains.get(request.scope)?.at(-1)?.hash ?? '';
    if (request.readHash !== undefined && request.readHash !== head)
      return refuse('The record has changed since it was read.');
    const { scope, meaning, subject, role, terminal } = request;
    const { id: signer, printedName } = who;
    const data = { signedHash: head, signer, printedName, role };
    const receipt = this.#write({
      scope,
      actor: personActor(who, terminal),
      action: 'signed',
      object: subject,
      new: meaning,
      data,
    });
    return Promise.resolve({
      receipt,
      signedHash: head,
      personId: signer,
      printedName,
      meaning,
      subject,
      utc: receipt.utc,
    });
  }
  signatures = () => Promise.resolve([]);
  export = () => Promise.reject(new Error('not here'));
  fingerprint = () => Promise.resolve('');
}

const cdse = readFileSync('control/recipes/shipped/cdse.yaml', 'utf8');
/** Every critical value of it with a proven range, which a review asks for. */
const proven = cdse.replaceAll(/range: (\S+), critical: true/g, 'range: $1, proven: $1, critical: true');

/** Of another temperature, another text; of another comment, a text that says the same. */
export const textOf = ({ name = 'CdSe-3.6', temperature = 160, comment = '', isProven = true } = {}): string =>
  `${isProven ? proven : cdse}${comment === '' ? '' : `# ${comment}\n`}`
    .replace('recipe: CdSe-3.6', `recipe: ${name}`)
    .replace('value: 160 °C', `value: ${temperature} °C`);

const checked = new Map<string, Checked>();
/** Without a skid to hold it against. */
export const check: Checker = (text, source) => {
  const known = checked.get(text);
  if (known !== undefined) return Promise.resolve(known);
  const { recipe, findings } = checkRecipe(text, source, []);
  const said = { recipe, findings: findings.filter(({ problem }) => !problem.startsWith('No skid type')) };
  checked.set(text, said);
  return Promise.resolve(said);
};

export const emptyFolder = 'tests/control/recipes/nothing-shipped';

export async function storeOver(
  ledger: MemoryLedger,
  more: { shippedFolder?: string; check?: Checker } = {},
): Promise<Recipes> {
  const room = createRecipes({
    skids: [],
    records: ledger,
    desk: ledger,
    authority,
    clock,
    log: silentLog,
    shippedFolder: emptyFolder,
    check,
    ...more,
  });
  await room.start();
  return room;
}

let commands = 0;
export const nextCommand = (): string => `command-${++commands}`;

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export const importBy = (
  room: Recipes,
  who: Who,
  text: string,
  basedOn: string | null = null,
  commandId = nextCommand(),
) => room.desk.import({ commandId, text, basedOn, reason: 'a test', actor: actorOf(who) });

export async function moveBy(
  room: Recipes,
  who: Who,
  move: RecipeMove,
  version = 1,
  more: { name?: string; password?: string; digest?: string; reason?: string; commandId?: string } = {},
) {
  const { name = 'CdSe-3.6', password = `secret of ${who}`, reason = 'a test', commandId = nextCommand() } = more;
  const digest = more.digest ?? digestOf((await room.desk.text(name, version)) ?? '');
  const signer = { userName: who, password, terminal: 'page 1' };
  return room.desk.move({ commandId, name, version, digest, move, reason, signer, actor: actorOf(who) });
}

/** Ada's text, reviewed by Bo, approved by Quin, made effective by Rae. */
export async function madeEffective(
  room: Recipes,
  text = textOf(),
  version = 1,
  basedOn: string | null = null,
): Promise<void> {
  const answers = [
    await importBy(room, 'ada', text, basedOn),
    await moveBy(room, 'ada', 'submit', version),
    await moveBy(room, 'bo', 'review', version),
    await moveBy(room, 'quin', 'approve', version),
    await moveBy(room, 'rae', 'make effective', version),
  ];
  for (const answer of answers) if (!answer.done) throw new Error(answer.reason);
}
