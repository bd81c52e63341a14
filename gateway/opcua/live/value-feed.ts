/**
 * What the worker has yet to hear. Of a tag only the newest value waits: where the worker cannot keep up, values in between
 * are left out (its clients see the latest, the historian has them all), and the scan is never held. Spectra wait the same way.
 */
import { good, type Quality } from '../../../plant/quality.ts';
import type { ScanBatch, SkidName } from '../../../plant/sample.ts';
import { pack, type Shown } from './packed-values.ts';
import type { SpectrumMessage, ToWorker } from '../worker/messages.ts';
import type { SkidPlan } from '../plan/space-plan.ts';

/** Messages on their way, for each skid, before values wait here: so many scans may the worker lag before it is spared some. */
const mostUntaken = 4;

type Waiting = {
  readonly numbers: ReadonlyMap<string, number>;
  /** Which tag stood at each place of the last scan, and its number: scans give their tags in one order. */
  readonly places: { tag: string; number: number | undefined }[];
  readonly latest: (Shown | undefined)[];
  readonly isChanged: Uint8Array;
  changed: number[];
  scanned: boolean;
};

export class ValueFeed {
  readonly #send: (message: ToWorker, transfer?: ArrayBuffer[]) => void;
  readonly #skids: readonly Waiting[];
  readonly #skidNumbers: ReadonlyMap<string, number>;
  readonly #spectra = new Map<string, SpectrumMessage>();
  readonly #most: number;
  #untaken = 0;
  #coalesced = 0;

  constructor(skids: readonly SkidPlan[], send: (message: ToWorker, transfer?: ArrayBuffer[]) => void) {
    this.#send = send;
    this.#most = mostUntaken * Math.max(1, skids.length);
    this.#skidNumbers = new Map(skids.map(({ name }, i) => [name, i]));
    this.#skids = skids.map(({ tags, facts }) => ({
      numbers: new Map([...tags, ...facts].map(({ nodeId }, i) => [nodeId, i])),
      places: [],
      latest: [],
      isChanged: new Uint8Array(tags.length + facts.length),
      changed: [],
      scanned: false,
    }));
  }

  /** Values that were overtaken by newer ones before they were sent. */
  get coalesced(): number {
    return this.#coalesced;
  }

  accept(batch: ScanBatch): void {
    const waiting = this.#waitingOf(batch.skid);
    if (waiting === undefined) return;
    batch.samples.forEach((sample, i) => {
      let place = waiting.places[i];
      if (place?.tag !== sample.tag) {
        place = { tag: sample.tag, number: waiting.numbers.get(sample.tag) };
        waiting.places[i] = place;
      }
      this.#note(waiting, place.number, sample);
    });
    waiting.scanned = true;
    this.#flush();
  }

  /** What the service itself knows; it goes with the next message, and `flush` sends it where no scan does. */
  put(skid: SkidName, nodeId: string, value: Shown['value'], time: number, quality: Quality = good): void {
    const waiting = this.#waitingOf(skid);
    if (waiting === undefined) return;
    const number = waiting.numbers.get(nodeId);
    const before = number === undefined ? undefined : waiting.latest[number];
    if (before !== undefined && before.quality === quality && sameValue(before.value, value)) return;
    this.#note(waiting, number, { value, quality, sourceTime: time, serverTime: time });
  }

  putSpectrum(message: SpectrumMessage): void {
    const lost = `${message.spectrum} lost`;
    this.#spectra.delete(lost);
    if (message.kind === 'spectrum' && this.#spectra.delete(message.spectrum)) this.#coalesced += 1;
    this.#spectra.set(message.kind === 'spectrum' ? message.spectrum : lost, message);
    this.#flush();
  }

  /** Says that the plant side lives, and sends what waits. */
  flush(): void {
    this.#flush(true);
  }

  /** The worker has taken one message. */
  taken(): void {
    this.#untaken -= 1;
    this.#flush();
  }

  #waitingOf(skid: SkidName): Waiting | undefined {
    const number = this.#skidNumbers.get(skid);
    return number === undefined ? undefined : this.#skids[number];
  }

  #note(waiting: Waiting, number: number | undefined, shown: Shown): void {
    if (number === undefined || !differs(waiting.latest[number], shown)) return;
    waiting.latest[number] = shown;
    if (waiting.isChanged[number] === 1) {
      this.#coalesced += 1;
      return;
    }
    waiting.isChanged[number] = 1;
    waiting.changed.push(number);
  }

  #flush(always = false): void {
    if (this.#untaken >= this.#most) return;
    const skids: Extract<ToWorker, { kind: 'values' }>['skids'][number][] = [];
    const transfer: ArrayBuffer[] = [];
    this.#skids.forEach((waiting, skid) => {
      const { changed, scanned, latest } = waiting;
      if (!scanned && (changed.length === 0 || !always)) return;
      waiting.scanned = false;
      waiting.changed = [];
      waiting.isChanged.fill(0);
      const { values, texts } = pack(changed, latest);
      transfer.push(values.buffer);
      skids.push({ skid, scanned, values, texts });
    });
    if (skids.length > 0 || always) this.#post({ kind: 'values', skids }, transfer);
    for (const [name, message] of this.#spectra) {
      if (this.#untaken >= this.#most) return;
      this.#spectra.delete(name);
      this.#post(message, message.kind === 'spectrum' ? [message.x.buffer, message.y.buffer] : []);
    }
  }

  #post(message: ToWorker, transfer: ArrayBuffer[]): void {
    this.#untaken += 1;
    this.#send(message, transfer);
  }
}

const differs = (before: Shown | undefined, now: Shown): boolean =>
  before !== now &&
  (before === undefined ||
    !Object.is(before.value, now.value) ||
    before.quality !== now.quality ||
    before.sourceTime !== now.sourceTime ||
    before.serverTime !== now.serverTime);

const sameValue = (one: Shown['value'], other: Shown['value']): boolean =>
  Array.isArray(one) && Array.isArray(other)
    ? one.length === other.length && one.every((text, i) => text === other[i])
    : Object.is(one, other);
