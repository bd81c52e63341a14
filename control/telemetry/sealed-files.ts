/** Sealed telemetry as other rooms read it: what the ledger says of it, and the files, each held against its digest. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { MesolineError, mesolineError, messageOf } from '../../plant/errors.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { SealedCourse, SealedSegment, SealedTelemetry } from '../../plant/ports/sealed-telemetry.ts';
import type { CourseAnswer } from './course.worker.ts';
import { contentHolds, damaged, readSealed, type CourseQuestion } from './read-course.ts';
import { batchScope, openingOf, segmentOf, type Opening } from './segment-event.ts';

const entry = new URL('./course.worker.ts', import.meta.url);
const deadlineMs = 60_000;
const atOnce = 1000;

/** By skid and number; what was begun in the order of the record. */
export type Begun = Readonly<{ segments: readonly SealedSegment[]; opened: readonly Opening[] }>;

export class SealedFiles implements SealedTelemetry {
  readonly #dataFolder: string;
  readonly #records: Pick<RecordKeeper, 'read'>;
  readonly #workers = new Set<Worker>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(dataFolder: string, records: Pick<RecordKeeper, 'read'>) {
    this.#dataFolder = dataFolder;
    this.#records = records;
  }

  async segments(batch: string): Promise<readonly SealedSegment[]> {
    return (await this.begun(batch)).segments;
  }

  /** What the record of a batch says of its files: which were begun, and which of them are sealed. */
  async begun(batch: string): Promise<Begun> {
    const found: SealedSegment[] = [];
    const opened: Opening[] = [];
    for (let next = 1; ;) {
      const events = await this.#records.read(batchScope(batch), next, atOnce);
      for (const stored of events) {
        const segment = segmentOf(stored);
        if (segment !== null) found.push(segment);
        const opening = openingOf(stored);
        if (opening !== null) opened.push(opening);
      }
      if (events.length < atOnce) break;
      next = (events.at(-1)?.seq ?? next) + 1;
    }
    const segments = found.sort((one, other) =>
      one.skid === other.skid ? one.number - other.number : one.skid < other.skid ? -1 : 1,
    );
    return { segments, opened };
  }

  async file(segment: SealedSegment): Promise<Uint8Array> {
    const bytes = await readSealed(this.#path(segment), segment);
    await contentHolds(Readable.from([bytes]), segment, () => undefined);
    return bytes;
  }

  /** One question at a time: each may read hours of telemetry. */
  async course(
    ...[batch, skid, tags, from, to]: Parameters<SealedTelemetry['course']>
  ): Promise<readonly SealedCourse[]> {
    const own = (await this.segments(batch)).filter((one) => one.skid === skid);
    const meant = own.filter((one) => one.from <= to && one.to >= from);
    const files = meant.map((segment) => ({ segment, path: this.#path(segment) }));
    const asked = this.#last.then(() => this.#ask({ files, tags, from, to }));
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  /** The place follows from what the segment is; a line of the record that names another is not believed. */
  #path(segment: SealedSegment): string {
    const { batch, skid, number, file } = segment;
    const plain = /^[A-Za-z0-9][A-Za-z0-9._-]*$/u;
    const expected = `telemetry/${batch}/${skid}/${String(number).padStart(6, '0')}.jsonl.gz`;
    if (!plain.test(batch) || !plain.test(skid) || file !== expected) throw damaged(segment, 'its name is not its own');
    return join(this.#dataFolder, ...file.split('/'));
  }

  #ask(question: CourseQuestion): Promise<readonly SealedCourse[]> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(entry, {
        name: 'sealed-courses',
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64 },
      });
      this.#workers.add(worker);
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        settle();
        void worker.terminate();
      };
      const fail = (why: string): void => end(() => reject(notRead(why)));
      const timer = setTimeout(() => fail(`it took longer than ${deadlineMs / 1000} s`), deadlineMs);
      worker.once('message', (answer: CourseAnswer) =>
        end(() => {
          if ('courses' in answer) resolve(answer.courses);
          else reject(new MesolineError(answer.code, answer.faults));
        }),
      );
      worker.once('error', (error) => fail(messageOf(error)));
      worker.once('exit', () => {
        this.#workers.delete(worker);
        fail('its thread ended');
      });
      worker.postMessage(question);
    });
  }
}

const notRead = (why: string) =>
  mesolineError('telemetry-not-read', 'sealed telemetry', `It could not be read: ${why}.`, 'Ask again.');
