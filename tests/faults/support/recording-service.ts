/** A service under load that is killed: what it acknowledged before the kill must be in its ledger after the next start. */
import Database from 'better-sqlite3';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyLedger } from '../../../control/records/verify/verify-ledger.ts';
import { ledgerFile, trustOf } from '../../control/records/support.ts';
import { ApiPerson } from '../../support/api.ts';
import { Service, temporaryFolder } from '../../support/service.ts';
import { freePort } from '../../support/ports.ts';
import { buildShim, shimEnvironment, throwUnsyncedAway } from './unsynced.ts';
import { controllerAlone, controllerType, testTypes } from '../../support/fitted.ts';

export type KillOutcome = Readonly<{
  kills: number;
  acknowledged: number;
  lost: readonly string[];
  refusedStarts: number;
  notVerified: readonly string[];
  /** Writes that a power cut would have taken. */
  thrownAway: number;
}>;

/** What is acknowledged as recorded, by the words that its event must hold. */
type Acknowledged = Readonly<{ scope: string; action: string; holds: string; atLeast: number }>;

const skid = 'QD-1';

/** @param after how long the service records before each kill, in ms; every second kill also loses what was unsynced */
export async function killWhileRecording(after: readonly number[], say: (line: string) => void): Promise<KillOutcome> {
  const folder = temporaryFolder('records-kill');
  const [data, undo, site] = [join(folder.path, 'data'), join(folder.path, 'undo'), join(folder.path, 'site.yaml')];
  mkdirSync(undo);
  writeFileSync(
    site,
    `site: kill\n${testTypes}\ntitle: Kill\nrecipes: ${join(process.cwd(), 'tests/e2e/recipes')}\nskids:\n  ${skid}: { type: ${controllerType}, title: Line, ${controllerAlone}, twin: { run: here, seed: 1 } }\n`,
  );
  const environment = shimEnvironment(buildShim(folder.path), data, undo);
  const ports = { httpPort: await freePort(), opcuaPort: await freePort() };
  const launch = (): Promise<Service> => Service.launch({ site, data, timeScale: 20, environment, ...ports });
  const lost: string[] = [];
  const notVerified: string[] = [];
  let [acknowledged, refusedStarts, thrownAway] = [0, 0, 0];
  let service = await launch();
  try {
    await service.healthy();
    // Their sessions outlive every kill.
    const [operator, engineer] = await Promise.all([
      ApiPerson.firstLogin(service, 'operator'),
      ApiPerson.firstLogin(service, 'engineer'),
    ]);
    // The first one, the one that the change of the password makes, and the one after it.
    let logins = 3;
    for (const [round, ms] of after.entries()) {
      const load = new Load(operator, engineer, round, logins);
      const done = load.run();
      await new Promise((settle) => setTimeout(settle, ms));
      await service.stop('SIGKILL');
      load.end();
      await done;
      if (round % 2 === 1) thrownAway += throwUnsyncedAway(undo).writes;
      // What this process had not synced is on disk now; a later power cut does not take it back.
      rmSync(undo, { recursive: true });
      mkdirSync(undo);
      service = await launch();
      await service.healthy().catch((thrown: unknown) => {
        refusedStarts += 1;
        say(String(thrown));
      });
      const report = verifyLedger({ path: ledgerFile(data), trusted: trustOf(data), witness: null });
      if (!report.holds) notVerified.push(...report.findings.map(({ where, problem }) => `${where}: ${problem}`));
      lost.push(...missing(data, load.acknowledged));
      acknowledged += load.acknowledged.length;
      logins = load.logins;
      say(`kill ${round + 1} after ${ms} ms: ${load.acknowledged.length} acknowledged, ${lost.length} lost in all`);
    }
  } finally {
    await service.stop();
    folder.remove();
  }
  return { kills: after.length, acknowledged, lost, refusedStarts, notVerified, thrownAway };
}

/** People at work: each asks again as soon as it is answered, until the service is gone. */
class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly #operator: ApiPerson;
  readonly #engineer: ApiPerson;
  readonly #round: number;
  #ended = false;
  /** Logins of the operator that were acknowledged, those of earlier rounds among them. */
  logins: number;

  constructor(operator: ApiPerson, engineer: ApiPerson, round: number, logins: number) {
    [this.#operator, this.#engineer, this.#round, this.logins] = [operator, engineer, round, logins];
  }

  end(): void {
    this.#ended = true;
  }

  async run(): Promise<void> {
    await Promise.all([
      this.#repeat((count) => this.#set(this.#operator, `set-o-${count}`)),
      this.#repeat((count) => this.#set(this.#engineer, `set-e-${count}`)),
      this.#repeat(() => this.#login()),
      this.#repeat((count) => this.#startBatch(count)),
    ]);
  }

  async #repeat(ask: (count: number) => Promise<void>): Promise<void> {
    for (let count = 0; !this.#ended; count += 1) {
      try {
        await ask(count);
      } catch {
        // The service is gone; what it had not answered it had not acknowledged.
        return;
      }
    }
  }

  /** A reset or a set point: its outcome is on disk before it is said to be done. */
  async #set(person: ApiPerson, name: string): Promise<void> {
    const id = `kill-${this.#round}-${name}`;
    const action = name.endsWith('-0')
      ? { kind: 'reset', inspected: true }
      : { kind: 'write', writes: [{ tag: 'R201/PIC-203.SP', value: 5 + (name.length % 3) }] };
    const answer = await person.post<{ status?: string; message?: string }>(`/api/skids/${skid}/commands`, {
      id,
      action,
    });
    if (answer.body.status !== 'done' || answer.body.message?.includes('follows') === true) return;
    for (const said of ['command-intended', 'command-done']) {
      this.acknowledged.push({ scope: `skid/${skid}`, action: said, holds: `"command":"${id}"`, atLeast: 1 });
    }
  }

  async #login(): Promise<void> {
    await this.#operator.login();
    this.logins += 1;
    this.acknowledged.push({
      scope: 'access',
      action: 'logged-in',
      holds: '"object":"operator"',
      atLeast: this.logins,
    });
  }

  /** A start that lacks its signatures is refused, and the record says so; it is not what was acknowledged, only work. */
  async #startBatch(count: number): Promise<void> {
    const signers = ['operator', 'checker'].map((userName) => ({ userName, password: this.#operator.password }));
    const commandId = `kill-${this.#round}-start-${count}`;
    const order = { recipe: 'CdSe-short', version: 0, purpose: 'rehearsal', skids: [skid], spares: [], values: {} };
    await this.#operator.post('/api/batches', { commandId, order, signers });
  }
}

function missing(data: string, acknowledged: readonly Acknowledged[]): readonly string[] {
  const database = new Database(ledgerFile(data), { readonly: true });
  const count = database
    .prepare<[string, string, string], number>(
      'SELECT count(*) FROM event WHERE scope = ? AND instr(body, ?) > 0 AND instr(body, ?) > 0',
    )
    .pluck();
  const lost = acknowledged.filter(
    ({ scope, action, holds, atLeast }) => (count.get(scope, `"action":"${action}"`, holds) ?? 0) < atLeast,
  );
  database.close();
  return lost.map(({ scope, action, holds }) => `${scope} ${action} ${holds}`);
}
