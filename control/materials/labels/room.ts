/** The labels: read from the ledger, printed, marked and counted by people. */
import type { BatchView } from '../../../plant/batch-view.ts';
import type { Clock } from '../../../plant/clock.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { Log } from '../../../plant/log.ts';
import type { Person } from '../../../plant/people.ts';
import type { Authority } from '../../../plant/ports/access.ts';
import type { LabelDesk } from '../../../plant/ports/label-desk.ts';
import type { RecordDesk } from '../../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../../plant/ports/room.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { findCopy } from './book.ts';
import type { ContainerSource } from './content.ts';
import { drawLabel } from './drawing.ts';
import { labelEntries } from './entries.ts';
import { labelsScope } from './events.ts';
import { loadHazards } from './hazards.ts';
import { LabelLedger } from './ledger.ts';

export type LabelsOptions = Readonly<{
  clock: Clock;
  log: Log;
  authority: Authority;
  records: RecordKeeper;
  desk: RecordDesk;
  people: () => Promise<readonly Person[]>;
  containers: ContainerSource;
  batch: (id: string) => Promise<BatchView | null>;
  /** The shipped one where left out. */
  hazardsFile?: string;
}>;
export type LabelsRoom = Room & Readonly<{ desk: LabelDesk }>;

const readAtOnce = 500;

/** @throws MesolineError `hazards-file-invalid` */
export function createLabels(options: LabelsOptions): LabelsRoom {
  const { log, records } = options;
  const hazards = loadHazards(options.hazardsFile);
  let ledger = new LabelLedger();
  let state: RoomState = 'stopped';
  let isStale = false;
  let turn: Promise<unknown> = Promise.resolve();

  async function recall(): Promise<void> {
    const read = new LabelLedger();
    for (let from = 1; ; from += readAtOnce) {
      const stored = await records.read(labelsScope, from, readAtOnce);
      for (const each of stored) read.remember(each);
      if (stored.length < readAtOnce) break;
    }
    ledger = read;
    isStale = false;
    if (read.unreadable.length > 0) log.error({ seqs: read.unreadable }, 'entries about labels cannot be read');
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
  const commit = async (event: RecordEvent, isThere: () => boolean): Promise<void> => {
    try {
      ledger.remember({ ...(await records.append(event)), event });
    } catch (thrown) {
      // Whether the record has it is for the record to say, now or before the next entry.
      isStale = true;
      const isRead = await recall().then(
        () => true,
        () => false,
      );
      if (!isRead || !isThere()) throw thrown;
    }
  };
  const whole = <T>(answer: () => T): Promise<T> =>
    state === 'ready' ? Promise.resolve(answer()) : Promise.reject(notReady(state));

  return {
    name: 'labels',
    desk: {
      ...labelEntries({ ...options, hazards, ledger: () => ledger, commit, inTurn }),
      labels: (subject) =>
        whole(() => {
          const all = [...ledger.book.labels.values()].reverse();
          return subject === null ? all : all.filter((label) => label.subject === subject);
        }),
      counts: () => whole(() => [...ledger.book.counts.values()]),
      drawing: (code) =>
        whole(() => {
          const found = findCopy(ledger.book, code);
          return found === null ? null : drawLabel(found.label, code, found.copy !== found.label.copies[0]);
        }),
    },

    async start() {
      if (state === 'ready' || state === 'starting') return;
      state = 'starting';
      try {
        await recall();
        state = 'ready';
      } catch (thrown) {
        state = 'failed';
        throw thrown;
      }
    },
    async stop() {
      if (state === 'ready') state = 'stopping';
      await turn;
      state = 'stopped';
    },
    health(): RoomHealth {
      const { labels, counts } = ledger.book;
      const figures = { labels: labels.size, labelCounts: counts.size };
      if (state === 'ready' && ledger.unreadable.length > 0)
        return { state: 'degraded', detail: `Entries cannot be read: ${ledger.unreadable.join(', ')}.`, figures };
      return { state, detail: `${labels.size} labels.`, figures };
    },
  };
}

const notReady = (state: RoomState): Error =>
  mesolineError('labels-not-ready', 'labels', `The room is ${state}.`, 'Ask again when it is ready.');
