/** The room of equipment: reads what the record says, hears what batches do to skids, and answers people and starts. */
import { milliseconds, type Clock } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import { actorName, type Person } from '../../plant/people.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type {
  CalibrationFailed,
  EquipmentDesk,
  EquipmentListener,
  TrainingCheck,
} from '../../plant/ports/equipment-desk.ts';
import type { RecordDesk } from '../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { Room, RoomHealth, RoomState } from '../../plant/ports/room.ts';
import type { FieldView } from '../../plant/ports/scan-consumer.ts';
import type { StandingAlarms } from '../../plant/ports/standing-alarms.ts';
import type { StartGate } from '../../plant/ports/start-gate.ts';
import { RecordOutbox } from '../../plant/record-outbox.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { EquipmentBook } from './book.ts';
import { evolveCleaning, type CleaningEvent } from './cleaning.ts';
import { createDesk, instrumentsOf } from './desk.ts';
import { cleaningRecord, remember, service, skidScope, trainingScope } from './events.ts';
import { Identities } from './identities.ts';
import { dayMs, loadCleaningRules, loadTrainings } from './rules.ts';
import { createStartGate } from './start-gate.ts';
import { trainingsFor } from './training.ts';

export type EquipmentOptions = Readonly<{
  skids: readonly Skid[];
  clock: Clock;
  log: Log;
  authority: Authority;
  records: RecordKeeper;
  desk: RecordDesk;
  people: () => Promise<readonly Person[]>;
  field: Pick<FieldView, 'snapshot' | 'links'>;
  alarms: StandingAlarms;
  failed: CalibrationFailed;
  /** The shipped ones where left out. */
  cleaningFile?: string;
  trainingFile?: string;
}>;

export type EquipmentRoom = Room &
  Readonly<{ desk: EquipmentDesk; gate: StartGate; listener: EquipmentListener; trained: TrainingCheck }>;

const readAtOnce = 500;
const settleWithin = milliseconds(2000);
const retryAfter = milliseconds(1000);
/** A device that has connected is looked at within this. */
const lookEvery = milliseconds(1000);
/** What failed longer ago was told at many starts; whoever opens the review of a batch is told it in any case. */
const toldAgainFor = 90 * dayMs;

/** @throws MesolineError `cleaning-file-invalid`, `training-file-invalid` */
export function createEquipment(options: EquipmentOptions): EquipmentRoom {
  const { skids, clock, log, records } = options;
  const rules = loadCleaningRules(options.cleaningFile);
  const trainings = loadTrainings(options.trainingFile);
  const outbox = new RecordOutbox({ records, log, actor: service, capacity: 1000, retryAfter });
  const book = new EquipmentBook();
  let state: RoomState = 'stopped';
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const mine = turn.then(task);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const trained: TrainingCheck = (actor, act) => {
    if (actor.kind !== 'person') return null;
    const lacking = trainingsFor(book.training, trainings, actor.id, [act], clock.utc()).find(({ ok }) => !ok);
    return lacking === undefined
      ? null
      : `${actorName(actor)} may not ${act}: ${actorName(actor)} ${lacking.found}. Have the training given, and QA record it.`;
  };
  const identities = new Identities({ ...options, book, post: (event) => outbox.post(event) });
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<unknown> = Promise.resolve();
  const lookOnce = (): void => {
    looking = looking
      .then(() => identities.look())
      .catch((thrown: unknown) => {
        log.error({ reason: messageOf(thrown) }, 'who the devices are could not be looked at');
      });
  };
  const shared = {
    ...options,
    // Before the record is read, whoever a device is would be taken for new.
    identities: () => (state === 'ready' ? identities.look() : Promise.resolve([])),
    rules,
    trainings,
    inTurn,
    settled: () => outbox.settle(settleWithin),
    book,
    trained,
  };

  /** What changes nothing is not told again. */
  const happened = (
    skid: SkidName,
    event: CleaningEvent,
    batch: string,
    data: Readonly<Record<string, string>> = {},
  ): void => {
    const before = book.cleaning(skid);
    if (evolveCleaning(before, event) === before) return;
    book.remember({ kind: 'cleaning', skid, event, done: null });
    outbox.post(cleaningRecord(skid, event, { actor: { kind: 'batch', batch }, data }));
  };
  /** What makes a skid better is believed of the batch that runs on it: told late, it would undo what has come since. */
  const improved = (skid: SkidName, event: CleaningEvent, batch: string): void => {
    if (book.cleaning(skid).batch === batch) happened(skid, event, batch);
  };

  async function recall(): Promise<void> {
    book.forget();
    for (const scope of [trainingScope, ...skids.map(({ name }) => skidScope(name))]) {
      for (let from = 1; ;) {
        const stored = await records.read(scope, from, readAtOnce);
        for (const each of stored) {
          const known = remember(each);
          if (known !== null) book.remember(known);
        }
        if (stored.length < readAtOnce) break;
        from += stored.length;
      }
    }
    // Whoever was to be told may have been stopped in between; telling it twice is telling it once.
    for (const { skid, instrument, batches, at } of book.failedCalibrations())
      if (batches.length > 0 && at >= clock.utc() - toldAgainFor) options.failed({ skid, instrument, batches });
    if (book.unreadable.length > 0) log.error({ entries: book.unreadable }, 'entries about equipment cannot be read');
  }

  return {
    name: 'equipment',
    desk: createDesk(shared),
    gate: createStartGate(shared),
    listener: {
      batchBegan: ({ skid, batch, at, recipe, kind, chemistry, purpose }) => {
        happened(skid, { kind: 'batch began', at, batch, recipe, recipeKind: kind, chemistry }, batch, { purpose });
      },
      batchEnded: ({ skid, batch, at, outcome }) => {
        happened(skid, { kind: 'batch ended', at, batch, outcome }, batch);
      },
      cleaned: ({ skid, batch, at }) => {
        improved(skid, { kind: 'cleaned', at, found: `Cleaned by ${batch}.` }, batch);
      },
      foulingFound: ({ skid, batch, at, found }) => {
        happened(skid, { kind: 'fouling found', at, found }, batch);
      },
      foulingFlushed: ({ skid, batch, at, found }) => {
        improved(skid, { kind: 'fouling flushed', at, found }, batch);
      },
      acidIn: ({ skid, batch, at }) => {
        happened(skid, { kind: 'acid in', at, found: `Dilute acid went in with ${batch}.` }, batch);
      },
      acidOut: ({ skid, batch, at }) => {
        improved(skid, { kind: 'acid out', at, found: `Water has followed the acid of ${batch}.` }, batch);
      },
    },
    trained,

    async start() {
      if (state === 'ready' || state === 'starting') return;
      state = 'starting';
      try {
        await recall();
        state = 'ready';
        timer = setInterval(lookOnce, lookEvery);
        timer.unref();
      } catch (thrown) {
        state = 'failed';
        throw thrown;
      }
    },
    async stop() {
      if (state === 'ready') state = 'stopping';
      clearInterval(timer);
      await looking;
      await turn;
      await outbox.stop(retryAfter);
      state = 'stopped';
    },
    health(): RoomHealth {
      const views = instrumentsOf(shared);
      const overdue = views.filter((view) => view.state !== 'in date').length;
      const { recordsWaiting, recordsLost } = outbox.figures();
      const figures = { instruments: views.length, instrumentsNotInDate: overdue, recordsWaiting, recordsLost };
      const detail = `${overdue} of ${views.length} instruments are not in date.`;
      if (state !== 'ready') return { state, detail, figures };
      const faults = [
        ...(recordsWaiting > 0 ? [`The record has not taken ${recordsWaiting} events.`] : []),
        ...(book.unreadable.length > 0 ? [`Entries of the record cannot be read: ${book.unreadable.join(', ')}.`] : []),
      ];
      return faults.length > 0 ? { state: 'degraded', detail: faults.join(' '), figures } : { state, detail, figures };
    },
  };
}
