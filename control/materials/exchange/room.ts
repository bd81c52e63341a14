/** The exchange of files with what plans above and the laboratory: one look after the other, each file once. */
import { createHash } from 'node:crypto';
import { isOver } from '../../../plant/unit-of-batch.ts';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { Clock } from '../../../plant/clock.ts';
import { MesolineError, mesolineError, messageOf } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type { Actor } from '../../../plant/people.ts';
import type { Authority } from '../../../plant/ports/access.ts';
import type { BatchListener } from '../../../plant/ports/batch-desk.ts';
import type { ExchangeDesk } from '../../../plant/ports/exchange-desk.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../../plant/ports/room.ts';
import type { RecordValue } from '../../../plant/record-event.ts';
import { exchangeEntries } from './entries.ts';
import { contentOf, exchangeScope, type ExchangeEvent } from './events.ts';
import type { ExchangeFolder } from './folder.ts';
import { largestFile, readMessage } from './inbound.ts';
import { ExchangeLedger } from './ledger.ts';
import { requestCsv, requestXml } from './lims.ts';
import { performanceXml, type Performance } from './performance.ts';
import { settled, type Seen } from './settling.ts';

export type ExchangeOptions = Readonly<{
  clock: Clock;
  log: Log;
  authority: Authority;
  records: RecordKeeper;
  folder: ExchangeFolder;
  /** How the laboratory takes its requests. */
  laboratory: 'xml' | 'csv';
  recipes: () => readonly string[];
  batches: () => Promise<readonly BatchView[]>;
  batch: (id: string) => Promise<BatchView | null>;
  /** What was weighed for a batch. */
  used: (batch: string) => Promise<Performance['used']>;
}>;
export type ExchangeRoom = Room & BatchListener & Readonly<{ desk: ExchangeDesk; look: () => Promise<void> }>;

const readAtOnce = 500;
const lookEveryMs = 1000;
const settleMs = 2000;
const service: Actor = { kind: 'service', part: 'exchange' };

export function createExchange(options: ExchangeOptions): ExchangeRoom {
  const { clock, log, records, folder } = options;
  let ledger = new ExchangeLedger();
  let state: RoomState = 'stopped';
  let isStale = false;
  let trouble: string | null = null;
  let seen: Seen = new Map();
  let turn: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  const ended = new Set<string>();

  async function recall(): Promise<void> {
    const read = new ExchangeLedger();
    for (let from = 1; ; from += readAtOnce) {
      const stored = await records.read(exchangeScope, from, readAtOnce);
      for (const each of stored) read.remember(each);
      if (stored.length < readAtOnce) break;
    }
    ledger = read;
    isStale = false;
    if (read.unreadable.length > 0) log.error({ seqs: read.unreadable }, 'entries about the exchange cannot be read');
  }
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const mine = turn.then(async () => {
      if (state !== 'ready') throw notReady(state);
      if (isStale) await recall();
      return task();
    });
    turn = mine.catch(() => undefined);
    return mine;
  };
  async function commit(
    event: ExchangeEvent,
    actor: Actor = service,
    reason = '',
    data: Readonly<Record<string, RecordValue>> = {},
  ): Promise<void> {
    const { object, own, reason: why } = contentOf(event);
    const entry = {
      scope: exchangeScope,
      actor,
      action: event.kind,
      object,
      reason: why || reason,
      data: { ...data, ...own },
    };
    try {
      ledger.remember({ ...(await records.append(entry)), event: entry });
    } catch (thrown) {
      // Whether the record has it is for the record to say, before anything else is done.
      isStale = true;
      throw thrown;
    }
  }

  async function take(name: string, size: number): Promise<void> {
    if (size > largestFile) {
      const reason = `${name}: It has ${size} bytes. Send up to ${largestFile}.`;
      await commit({ kind: 'file-refused', file: name, digest: 'not-read', reason });
      return folder.refuse(name, 'not-read', reason);
    }
    const bytes = await folder.read(name);
    const digest = digestOf(bytes);
    if (!ledger.book.taken.has(digest)) {
      let event: ExchangeEvent;
      try {
        event = readMessage(name, bytes, digest, ledger.book, options.recipes());
      } catch (thrown) {
        if (!(thrown instanceof MesolineError)) throw thrown;
        await commit({ kind: 'file-refused', file: name, digest, reason: thrown.message });
        return folder.refuse(name, digest, thrown.message);
      }
      await commit(event);
    }
    return folder.keep(name, digest);
  }
  async function send(name: string, text: string, about: string): Promise<void> {
    await folder.send(name, text);
    await commit({ kind: 'message-sent', file: name, digest: digestOf(text), about });
  }
  async function report(id: string): Promise<void> {
    if (ledger.book.sent.has(id)) return;
    const batch = await options.batch(id);
    if (batch === null || !isReportable(batch))
      throw mesolineError(
        'batch-not-ended',
        id,
        'It has ended, and the batches do not say so yet.',
        'It is asked again.',
      );
    const scopes = await records.scopes(batch.scope);
    const { count = 0, head = '' } = scopes.find(({ scope }) => scope === batch.scope) ?? {};
    const order = [...ledger.book.orders.values()].find((each) => each.batch === id) ?? null;
    const used = await options.used(id);
    await send(`performance-${id}.xml`, performanceXml({ batch, order, used, record: { count, head } }), id);
  }
  /** Each thing by itself: one file that cannot be handled keeps no other waiting. */
  async function once(): Promise<void> {
    const faults: string[] = [];
    const attempt = async (task: () => Promise<void>): Promise<boolean> => {
      try {
        if (isStale) await recall();
        await task();
        return true;
      } catch (thrown) {
        faults.push(messageOf(thrown));
        return false;
      }
    };
    await attempt(async () => {
      const files = await folder.list();
      const sight = settled(seen, clock.monotonic(), files, settleMs);
      seen = sight.seen;
      for (const name of sight.whole)
        await attempt(() => take(name, files.find((each) => each.name === name)?.size ?? 0));
    });
    for (const sample of ledger.book.samples.values())
      if (!sample.sent) {
        const text = options.laboratory === 'csv' ? requestCsv(sample) : requestXml(sample);
        await attempt(() => send(`request-${sample.id}.${options.laboratory}`, text, sample.id));
      }
    for (const id of ended) if (await attempt(() => report(id))) ended.delete(id);
    const now = faults[0] ?? null;
    if (now !== null && now !== trouble) log.error({ faults }, `files cannot be exchanged: ${now}`);
    trouble = now;
  }
  const look = (): Promise<void> => inTurn(once);
  const next = (): void => {
    timer = setTimeout(() => {
      void look()
        .catch(() => undefined)
        .finally(() => {
          if (state === 'ready') next();
        });
    }, lookEveryMs);
    timer.unref();
  };
  const whole = <T>(answer: () => T): Promise<T> =>
    state === 'ready' ? Promise.resolve(answer()) : Promise.reject(notReady(state));

  return {
    name: 'exchange',
    look,
    desk: {
      ...exchangeEntries({ ...options, ledger: () => ledger, commit, inTurn }),
      orders: () => whole(() => [...ledger.book.orders.values()]),
      samples: () => whole(() => [...ledger.book.samples.values()].reverse()),
      files: () => whole(() => [...ledger.book.files].reverse()),
    },
    changed(batch) {
      if (isReportable(batch)) ended.add(batch.id);
    },

    async start() {
      if (state === 'ready' || state === 'starting') return;
      state = 'starting';
      try {
        await folder.make();
        await recall();
        seen = new Map();
        for (const batch of await options.batches()) if (isReportable(batch)) ended.add(batch.id);
        state = 'ready';
      } catch (thrown) {
        state = 'failed';
        throw thrown;
      }
      next();
    },
    async stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (state === 'ready') state = 'stopping';
      await turn;
      state = 'stopped';
    },
    health(): RoomHealth {
      const { orders, samples, files } = ledger.book;
      const figures = { orders: orders.size, samples: samples.size, filesWaiting: seen.size };
      if (state === 'ready' && trouble !== null) return { state: 'degraded', detail: trouble, figures };
      const unreadable = ledger.unreadable.join(', ');
      if (state === 'ready' && unreadable !== '')
        return { state: 'degraded', detail: `Entries cannot be read: ${unreadable}.`, figures };
      return { state, detail: `${orders.size} orders, ${files.length} files exchanged.`, figures };
    },
  };
}

/** A rehearsal makes nothing that anybody planned. */
const isReportable = ({ state, purpose, endedAt }: BatchView): boolean =>
  isOver(state) && endedAt !== null && purpose === 'production';

const digestOf = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

const notReady = (state: RoomState): Error =>
  mesolineError('exchange-not-ready', 'exchange', `The room is ${state}.`, 'Ask again when it is ready.');
