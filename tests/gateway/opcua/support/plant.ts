/** What stands around the OPC UA server: a site of two skids, people with passwords, a command path that notes what it is asked. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpcUaServer, type OpcUaServer, type OpcUaServerOptions } from '../../../../gateway/opcua/index.ts';
import { utcMs } from '../../../../plant/clock.ts';
import type { Command, CommandOutcome } from '../../../../plant/command.ts';
import { mesolineError } from '../../../../plant/errors.ts';
import type { Log } from '../../../../plant/log.ts';
import type { Person, Role } from '../../../../plant/people.ts';
import type { BatchDesk } from '../../../../plant/ports/batch-desk.ts';
import type { RecordKeeper } from '../../../../plant/ports/record-keeper.ts';
import type { RecordEvent, StoredEvent } from '../../../../plant/record-event.ts';
import type { BatchView } from '../../../../plant/batch-view.ts';
import { permittedRoles } from '../../../../control/access/index.ts';
import type { Access, Authority, CertificateProof } from '../../../../plant/ports/access.ts';
import type { Credentials } from '../../../../plant/ports/record-desk.ts';
import type { ScanNews } from '../../../../plant/ports/scan-consumer.ts';
import { good, type Quality } from '../../../../plant/quality.ts';
import { localTag, skidName, tagName, type TagValue } from '../../../../plant/sample.ts';
import type { Skid } from '../../../../plant/skid/definition.ts';
import { loadSkidType } from '../../../../plant/skid/skid-loader.ts';
import { systemClock } from '../../../../plant/system-clock.ts';
import { besideController, controllerTypeFile } from '../../../support/fitted.ts';

const type = loadSkidType('plant/skids/cdse.yaml');
const plainType = loadSkidType(controllerTypeFile, { without: besideController });

/** With nothing but its field controller. */
export const plainSkid = (name: string): Skid => ({ ...skidOf(name), type: plainType });

export const skidOf = (name: string): Skid => ({
  name: skidName(name),
  title: `Line ${name}`,
  type,
  twin: true,
  links: [],
});

const person = (userName: string, roles: readonly Role[], mustChangePassword = false): Person => ({
  id: `p-${userName}`,
  userName,
  printedName: `${userName} the ${roles.join(' and ')}`,
  roles,
  mustChangePassword,
});

export class Plant {
  readonly skids = [skidOf('QD-1'), skidOf('QD-2')];
  readonly clock = systemClock();
  readonly folder = mkdtempSync(join(tmpdir(), 'mesoline-opcua-'));
  readonly people = [person('olga', ['operator']), person('otto', ['observer']), person('nora', ['operator'], true)];
  readonly gone = new Set<string>();
  readonly tried: Credentials[] = [];
  readonly shown: CertificateProof[] = [];
  /** Whose certificate a thumbprint is. */
  readonly certificates = new Map<string, string>();
  readonly commands: Command[] = [];
  readonly said: string[] = [];
  readonly recorded: RecordEvent[] = [];
  readonly batches: BatchView[] = [];
  readonly batchCommands: Parameters<BatchDesk['command']>[0][] = [];
  batchAnswer: () => Awaited<ReturnType<BatchDesk['command']>> = () => ({ done: false, reason: 'Not now.' });
  outcome: (command: Command) => CommandOutcome = () => ({ status: 'done', message: 'It was done.', readBack: 1 });
  readonly server: OpcUaServer;

  constructor(options: Partial<OpcUaServerOptions> = {}) {
    this.server = createOpcUaServer({
      skids: this.skids,
      site: { name: 'test', build: 'mesoline 0.0.0' },
      port: 0,
      dataFolder: this.folder,
      clock: this.clock,
      log: this.#log(),
      commands: {
        execute: (command) => {
          this.commands.push(command);
          return Promise.resolve(this.outcome(command));
        },
      },
      access: this.#access(),
      authority: this.#authority(),
      batches: {
        batches: () => Promise.resolve(this.batches),
        command: (request) => {
          this.batchCommands.push(request);
          return Promise.resolve(this.batchAnswer());
        },
      },
      records: this.#records(),
      roles: permittedRoles,
      trustUnknownClients: true,
      ...options,
    });
  }

  /** One scan of a skid that sees these tags. */
  scan(
    skid: string,
    values: Readonly<Record<string, TagValue>>,
    {
      quality = good,
      sourceTime = this.clock.utc(),
      serverTime = sourceTime,
      ...more
    }: { quality?: Quality; sourceTime?: number; serverTime?: number } & Partial<ScanNews> = {},
  ): void {
    const { clock } = this;
    this.server.accept({
      batch: {
        skid: skidName(skid),
        scan: 1,
        utc: clock.utc(),
        monotonic: clock.monotonic(),
        process: clock.process(),
        samples: Object.entries(values).map(([tag, value]) => ({
          tag: tagName(skidName(skid), localTag(tag)),
          value,
          quality,
          sourceTime: utcMs(sourceTime),
          serverTime: utcMs(serverTime),
        })),
      },
      verdict: { demand: 'none', causes: [], releasing: false },
      fieldDemand: null,
      blocks: [],
      ...more,
    });
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #access(): Access {
    const refuse = (): Promise<never> => Promise.reject(mesolineError('not-here', 'access', 'Not asked for.', ''));
    return {
      authenticate: (credentials) => {
        this.tried.push(credentials);
        const found = this.people.find(({ userName }) => userName === credentials.userName);
        return found !== undefined && credentials.password === `${found.userName}-secret`
          ? Promise.resolve(found)
          : Promise.reject(mesolineError('login-refused', 'login', 'User name or password is wrong.', 'Try again.'));
      },
      authenticateCertificate: (proof) => {
        this.shown.push(proof);
        const found = this.people.find(({ userName }) => this.certificates.get(proof.thumbprint) === userName);
        return found !== undefined
          ? Promise.resolve(found)
          : Promise.reject(mesolineError('login-refused', 'login', 'It is not known.', 'Ask an administrator.'));
      },
      login: refuse,
      logout: refuse,
      session: refuse,
      changePassword: refuse,
      unlock: refuse,
      certify: refuse,
      askSecurityKey: refuse,
      oidcName: () => null,
      beginOidc: refuse,
      loginOidc: refuse,
      askSecurityKeyOidc: refuse,
      beginSecurityKey: refuse,
      confirmSecurityKey: refuse,
      beginSecondFactor: refuse,
      confirmSecondFactor: refuse,
      refused: () => undefined,
      people: () => Promise.resolve(this.people.filter(({ userName }) => !this.gone.has(userName))),
    };
  }

  #authority(): Authority {
    return {
      decide: (actor, permission) => {
        const found = actor.kind === 'person' ? this.people.find(({ id }) => id === actor.id) : undefined;
        if (found === undefined || this.gone.has(found.userName)) return { allowed: false, reason: 'They have left.' };
        return found.roles.some((role) => permittedRoles[permission].includes(role))
          ? { allowed: true }
          : { allowed: false, reason: `${found.printedName} may not ${permission}.` };
      },
    };
  }

  /** What an administrator does to a person. */
  change(userName: string, change: Partial<Person>): void {
    const place = this.people.findIndex((one) => one.userName === userName);
    this.people[place] = { ...this.people[place]!, ...change };
  }

  #records(): RecordKeeper {
    const stored = (event: RecordEvent, index: number): StoredEvent => ({
      scope: event.scope,
      seq: index + 1,
      hash: '',
      utc: this.clock.utc(),
      event,
    });
    return {
      append: (event) => Promise.resolve(stored(event, this.recorded.push(event) - 1)),
      read: (scope, from, limit) =>
        Promise.resolve(
          this.recorded
            .filter((event) => event.scope === scope)
            .map(stored)
            .slice(from - 1, from - 1 + limit),
        ),
      scopes: () => Promise.resolve([]),
    };
  }

  #log(): Log {
    const say = (_: object, message: string): void => void this.said.push(message);
    const log: Log = { debug: say, info: say, warn: say, error: say, child: () => log };
    return log;
  }
}
