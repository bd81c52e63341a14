/** Everything in the OPC UA thread that says who may: sessions by their person, set points, queues, and who is shown out. */
import { firstOfChain, thumbprintOf } from '../trust/trust-folder.ts';
import type { AddressSpace, OPCUAServer, ServerSession } from 'node-opcua';
import type { Calls } from '../calls/calls.ts';
import { QueueBudget } from '../limits/limits-queues.ts';
import type { Logins } from './logins.ts';
import { PlantContext, type Standing } from './roles-context.ts';
import { addRoles } from './roles-nodes.ts';
import type { SecuritySetup, SecurityToWorker } from './security-messages.ts';
import type { SkidPlan } from '../plan/space-plan.ts';
import { takeWrites } from '../calls/writes-service.ts';

type GuardParts = Readonly<{
  server: OPCUAServer;
  addressSpace: AddressSpace;
  skids: readonly SkidPlan[];
  security: SecuritySetup;
  logins: Logins;
  calls: Calls;
}>;

export class Guard {
  readonly queues: QueueBudget;
  readonly #server: OPCUAServer;
  readonly #logins: Logins;

  /** Once the address space is built, and before the server listens. */
  constructor({ server, addressSpace, skids, security, logins, calls }: GuardParts) {
    this.#server = server;
    this.#logins = logins;
    this.queues = new QueueBudget(server, security.queueBytes);
    const { nodeOf, writable, commands } = addRoles(addressSpace, security.access);
    const standing: Standing = {
      rolesOf: (session) => logins.rolesOf(session),
      nodeOf,
      writable: new Set(writable.values()),
      commands,
    };
    server.on('create_session', (session: ServerSession) => {
      Object.assign(session, { sessionContext: new PlantContext(session, { server }, standing) });
      this.queues.watch(session);
    });
    server.on('session_activated', (session: ServerSession) => logins.activated(session));
    server.on('session_closed', (session: ServerSession) => logins.closed(session));

    const plans = new Map(skids.flatMap((skid) => skid.tags.map((tag) => [tag.nodeId, { skid, tag }] as const)));
    takeWrites(server, {
      setPoints: new Map(
        [...writable].flatMap(([id, { nodeId }]) => {
          const plan = plans.get(String(nodeId.value));
          return plan === undefined ? [] : [[id, plan] as const];
        }),
      ),
      loggedIn: (session) => logins.of(session) !== null,
      command: (session, skid, writes) => calls.command(logins.of(session) ?? 0, skid, { kind: 'write', writes }, null),
    });
  }

  take(message: SecurityToWorker): void {
    switch (message.kind) {
      case 'login':
        this.#logins.answer(message.id, message.login, message.roles);
        return;
      case 'roles':
        this.#logins.changed(message.login, message.roles);
        return;
      case 'dismiss': {
        const session = this.#logins.sessionOf(message.login);
        if (session !== null) this.#end(session);
        return;
      }
      case 'distrust':
        this.#distrust(message.thumbprint);
        return;
    }
  }

  #distrust(thumbprint: string): void {
    for (const session of this.#logins.sessions()) {
      if (isBy(session.channel, thumbprint)) this.#end(session);
    }
    for (const endpoint of this.#server.endpoints) {
      for (const channel of endpoint.getChannels()) {
        if (isBy(channel, thumbprint)) channel.close(() => undefined);
      }
    }
  }

  #end(session: ServerSession): void {
    this.#server.engine.closeSession(session.authenticationToken, true, 'Terminated');
  }
}

/** A client may send the certificates of its authorities along: trusted, and shown out, is by the first. */
function isBy(channel: { clientCertificate: Buffer | null } | undefined, thumbprint: string): boolean {
  const given = channel?.clientCertificate ?? null;
  return given !== null && thumbprintOf(firstOfChain(given)) === thumbprint;
}
