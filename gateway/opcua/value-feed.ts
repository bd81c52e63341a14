/**
 * What the worker has yet to hear. Of a tag only the newest value waits: where the worker cannot keep up, values in between
 * are left out (its clients see the latest, the historian has them all), and the scan is never held.
 */
import type { ScanBatch, Sample } from '../../plant/sample.ts';
import type { ToWorker, ValueChange } from './messages.ts';
import type { SkidPlan } from './space-plan.ts';

/** Messages on their way before values wait here. */
const mostUntaken = 4;

type Waiting = { latest: (Sample | undefined)[]; changed: Set<number>; scanned: boolean };

export class ValueFeed {
  readonly #send: (message: ToWorker) => void;
  readonly #numbers: ReadonlyMap<string, Readonly<{ skid: number; tags: ReadonlyMap<string, number> }>>;
  readonly #waiting: readonly Waiting[];
  #untaken = 0;
  #coalesced = 0;

  constructor(skids: readonly SkidPlan[], send: (message: ToWorker) => void) {
    this.#send = send;
    this.#numbers = new Map(
      skids.map(({ name, tags }, skid) => [name, { skid, tags: new Map(tags.map(({ nodeId }, i) => [nodeId, i])) }]),
    );
    this.#waiting = skids.map(() => ({ latest: [], changed: new Set(), scanned: false }));
  }

  /** Values that were overtaken by newer ones before they were sent. */
  get coalesced(): number {
    return this.#coalesced;
  }

  accept(batch: ScanBatch): void {
    const numbers = this.#numbers.get(batch.skid);
    const waiting = numbers === undefined ? undefined : this.#waiting[numbers.skid];
    if (numbers === undefined || waiting === undefined) return;
    for (const sample of batch.samples) {
      const tag = numbers.tags.get(sample.tag);
      if (tag === undefined || !differs(waiting.latest[tag], sample)) continue;
      waiting.latest[tag] = sample;
      if (waiting.changed.has(tag)) this.#coalesced += 1;
      waiting.changed.add(tag);
    }
    waiting.scanned = true;
    this.#flush();
  }

  /** The worker has taken one message. */
  taken(): void {
    this.#untaken -= 1;
    this.#flush();
  }

  #flush(): void {
    if (this.#untaken >= mostUntaken) return;
    const skids = this.#waiting.flatMap((waiting, skid) => {
      if (!waiting.scanned) return [];
      waiting.scanned = false;
      const changes = [...waiting.changed].flatMap((tag) => changeOf(tag, waiting.latest[tag]));
      waiting.changed.clear();
      return [{ skid, changes }];
    });
    if (skids.length === 0) return;
    this.#untaken += 1;
    this.#send({ kind: 'values', skids });
  }
}

const differs = (before: Sample | undefined, now: Sample): boolean =>
  before !== now &&
  (before === undefined ||
    !Object.is(before.value, now.value) ||
    before.quality !== now.quality ||
    before.sourceTime !== now.sourceTime ||
    before.serverTime !== now.serverTime);

const changeOf = (tag: number, sample: Sample | undefined): readonly ValueChange[] =>
  sample === undefined ? [] : [[tag, sample.value, sample.quality, sample.sourceTime, sample.serverTime]];
