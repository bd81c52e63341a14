/** The room of materials: reads lots and dispensings from the ledger, and answers people and starts. */
import type { Clock } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Person } from '../../plant/people.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { TrainingCheck } from '../../plant/ports/equipment-desk.ts';
import type { MaterialDesk } from '../../plant/ports/material-desk.ts';
import type { RecipeStore } from '../../plant/ports/recipe-desk.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import type { StartGate } from '../../plant/ports/start-gate.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { unfit } from './book.ts';
import { dispensingEntries } from './dispensing-entries.ts';
import { lotsScope, materialRecord } from './events.ts';
import { kitViews, type Weighed } from './kits.ts';
import { LedgerBook } from './ledger-book.ts';
import { lotEntries } from './lot-entries.ts';
import { meaningOf } from './scan.ts';
import { createStartGate } from './start-gate.ts';
import { loadSubstances } from './substances.ts';
import { weighingTolerance as tolerance } from './tolerance.ts';

export type MaterialsOptions = Readonly<{
  clock: Clock;
  log: Log;
  authority: Authority;
  records: RecordKeeper;
  desk: RecordDesk;
  people: () => Promise<readonly Person[]>;
  trained: TrainingCheck;
  store: RecipeStore;
  began: (batch: string) => Promise<boolean>;
  /** The shipped one where left out. */
  substancesFile?: string;
}>;

export type MaterialsRoom = Room & Readonly<{ desk: MaterialDesk; gate: StartGate }>;

const readAtOnce = 500;

/** @throws MesolineError `materials-file-invalid` */
export function createMaterials(options: MaterialsOptions): MaterialsRoom {
  const { clock, log, records } = options;
  const substances = loadSubstances(options.substancesFile);
  let ledger = new LedgerBook();
  let state: RoomState = 'stopped';
  let isStale = false;
  let turn: Promise<unknown> = Promise.resolve();

  async function recall(): Promise<void> {
    const read = new LedgerBook();
    for (let from = 1; ; from += readAtOnce) {
      const stored = await records.read(lotsScope, from, readAtOnce);
      for (const each of stored) read.remember(each);
      if (stored.length < readAtOnce) break;
    }
    ledger = read;
    isStale = false;
    if (read.unreadable.length > 0) log.error({ seqs: read.unreadable }, 'entries about materials cannot be read');
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
  const take = (kit: string, batch: string): Promise<void> =>
    inTurn(async () => {
      const isTaken = (): boolean => ledger.book.kits.get(kit)?.batch === batch;
      if (ledger.book.kits.get(kit)?.status === 'open')
        await commit(
          materialRecord(
            { kind: 'dispensing-taken', kit, batch },
            ledger.book,
            { kind: 'batch', batch },
            'The batch starts.',
            {},
          ),
          isTaken,
        );
      if (!isTaken())
        throw mesolineError('dispensing-taken', kit, 'Another batch has taken it meanwhile.', 'Start again.');
    });

  const ports = { ...options, substances, inTurn, commit, ledger: () => ledger };
  const weighed = (): Weighed => ({ book: ledger.book, substances, tolerance });
  const gate = createStartGate({ clock, substances, tolerance, book: () => ledger.book, take });
  const whole = <T>(answer: T): Promise<T> => {
    if (state !== 'ready') return Promise.reject(notReady(state));
    return Promise.resolve(answer);
  };

  return {
    name: 'materials',
    gate: {
      ...gate,
      check: (question) => (state === 'ready' ? gate.check(question) : Promise.reject(notReady(state))),
    },
    desk: {
      ...lotEntries(ports),
      ...dispensingEntries(ports),
      lots: () =>
        whole([...ledger.book.lots.values()].map((lot) => ({ ...lot, unfit: unfit(lot, clock.utc())?.found ?? null }))),
      kits: () => whole(kitViews(weighed(), clock.utc()).toReversed()),
      substances: () => whole(substances.map(({ name, for: serves }) => ({ name, for: serves }))),
      history: (id) => whole(ledger.history(id)),
      scan: (text) => whole(meaningOf(text, ledger.book)),
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
      const { lots, kits } = ledger.book;
      const quarantined = [...lots.values()].filter(({ status }) => status === 'quarantine').length;
      const figures = { lots: lots.size, lotsInQuarantine: quarantined, dispensings: kits.size };
      const detail = `${lots.size} lots, ${quarantined} of them in quarantine.`;
      if (state === 'ready' && ledger.unreadable.length > 0)
        return { state: 'degraded', detail: `Entries cannot be read: ${ledger.unreadable.join(', ')}.`, figures };
      return { state, detail, figures };
    },
  };
}

const notReady = (state: RoomState): Error =>
  mesolineError('materials-not-ready', 'materials', `The room is ${state}.`, 'Ask again when it is ready.');
