/** The room that serves the pages: one HTTP server, its API and its live stream. */
import type { FastifyInstance } from 'fastify';
import type { BatchView } from '../../plant/batch-view.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { AlarmListener, AlarmView } from '../../plant/ports/alarm-desk.ts';
import type { BatchListener } from '../../plant/ports/batch-desk.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import type { ScanConsumer } from '../../plant/ports/scan-consumer.ts';
import { heartbeatEveryMs, valuesEveryMs } from '../api/stream.ts';
import { buildApp } from './app.ts';
import type { PagesOptions } from './options.ts';
import { personActor } from '../../plant/people.ts';
import { createSessions } from './sessions.ts';
import { builtPages } from './static-pages.ts';
import { createStreamHub, type StreamHub } from './stream/hub.ts';

export type Pages = Room & ScanConsumer & AlarmListener & BatchListener & Readonly<{ address(): string }>;

/** Beats between two looks whether the sessions of the open streams still stand. */
const sessionCheckBeats = 10;

export function createPages(options: PagesOptions): Pages {
  const { host = '127.0.0.1', port, log } = options;
  const hub = createStreamHub(options);
  const sessions = createSessions(options.access, options.clock);
  const timers: NodeJS.Timeout[] = [];
  let app: FastifyInstance | null = null;
  let starting: Promise<void> | null = null;
  let state: RoomState = 'stopped';
  let problem = '';

  async function open(): Promise<void> {
    const built = await buildApp(options, sessions, hub, options.pagesFolder ?? builtPages);
    app = built;
    try {
      await built.listen({ host, port });
    } catch (thrown) {
      throw listenError(thrown, host, port);
    }
    let beats = 0;
    timers.push(
      tellInTurns(hub, options.skids),
      setInterval(() => {
        void hub.beat();
        beats += 1;
        if (beats % sessionCheckBeats === 0) void endOldSessions();
      }, heartbeatEveryMs),
    );
    await hub.beat();
    log.info({ address: address() }, `pages are served at ${address()}`);
  }

  async function endOldSessions(): Promise<void> {
    for (const token of hub.tokens()) {
      try {
        const session = await sessions.standing(token);
        const mayView =
          session !== null && options.authority.decide(personActor(session.person, 'stream'), 'view').allowed;
        if (!mayView) hub.endSession(token);
      } catch (thrown) {
        log.warn(
          { error: messageOf(thrown) },
          'the access room does not say whether a session stands; its stream goes on',
        );
      }
    }
  }

  const address = (): string => {
    const bound = app?.server.address();
    const number = typeof bound === 'object' && bound !== null ? bound.port : port;
    return `http://${host.includes(':') ? `[${host}]` : host}:${number}`;
  };

  return {
    name: 'pages',
    async start() {
      state = 'starting';
      starting = open();
      try {
        await starting;
        state = 'ready';
      } catch (thrown) {
        state = 'failed';
        problem = messageOf(thrown);
        throw thrown;
      }
    },
    async stop() {
      if (state === 'stopped') return;
      await starting?.catch(() => undefined);
      state = 'stopping';
      for (const timer of timers.splice(0)) clearInterval(timer);
      hub.close();
      const closing = app;
      app = null;
      await closing?.close();
      state = 'stopped';
    },
    health(): RoomHealth {
      const details: Partial<Record<RoomState, string>> = { ready: `Pages at ${address()}.`, failed: problem };
      return { state, detail: details[state] ?? `The pages are ${state}.`, figures: hub.figures() };
    },
    accept: (news) => hub.accept(news),
    changed(view: AlarmView | BatchView) {
      if ('recipe' in view) hub.batchChanged(view);
      else hub.alarmChanged(view);
    },
    address,
  };
}

function listenError(thrown: unknown, host: string, port: number): unknown {
  const code = (thrown as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return mesolineError(
      'port-in-use',
      `port ${port}`,
      `Another program listens on ${host}:${port}.`,
      'End it, or choose another port with --http-port.',
      thrown,
    );
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return mesolineError(
      'port-refused',
      `port ${port}`,
      `The system does not let us listen on ${host}:${port} (${code}).`,
      'Choose an address of this machine and a port above 1023.',
      thrown,
    );
  }
  return thrown;
}

/** Every skid's changes go out every `valuesEveryMs`, a tenth of the skids at a time, so that no scan waits for all of them. */
function tellInTurns(hub: StreamHub, skids: PagesOptions['skids']): NodeJS.Timeout {
  const turns = Math.max(1, Math.min(mostTurns, skids.length));
  const parts = Array.from({ length: turns }, (_, part) =>
    skids.filter((_skid, i) => i % turns === part).map(({ name }) => name),
  );
  let part = 0;
  return setInterval(() => {
    hub.flush(parts[part]);
    part = (part + 1) % turns;
  }, valuesEveryMs / turns);
}

const mostTurns = 10;
