/** What came of one message that was fed to the product, against what the strict parser makes of it. */
import type { ByteStream, StreamListener } from '../../../gateway/byte-stream/index.ts';
import { messageOf } from '../../../plant/errors.ts';
import type { Timers } from '../../../gateway/timers.ts';
import type { FuzzRandom } from './fuzz-random.ts';

/** `refusal`: it is a good message in which the device says that it will not. */
export type Fate = 'accepted' | 'refusal' | 'refused' | 'waiting';

export type Judged = Readonly<{
  /** How the message was damaged. */
  kind: string;
  ours: Fate | 'crashed';
  strict: Fate;
  /** What is wrong with ours, in words; null where it agrees. */
  wrong: string | null;
  bytes: Buffer;
}>;

export interface FuzzCore {
  readonly name: string;
  /** Makes one exchange, feeds it, and judges it. */
  step(random: FuzzRandom): Judged | Promise<Judged>;
}

/** @param ours what the product made of `bytes`; `value` and `due` are compared where both took it */
export function judged(
  kind: string,
  bytes: Buffer,
  ours: Readonly<{ fate: Fate | 'crashed'; value: unknown; why?: string }>,
  strict: Readonly<{ fate: Fate; value: unknown }>,
): Judged {
  const both = { kind, ours: ours.fate, strict: strict.fate, bytes };
  if (ours.fate === 'crashed') return { ...both, wrong: `crashed at ${shownBytes(bytes)}: ${ours.why ?? ''}` };
  const [took, takes] = [ours.fate === 'accepted', strict.fate === 'accepted'];
  if (took && !takes) return { ...both, wrong: `accepted what is ${strict.fate}: ${shownBytes(bytes)}` };
  if (ours.fate === 'refusal' && strict.fate !== 'refusal')
    return { ...both, wrong: `took ${shownBytes(bytes)} for a refusal` };
  if (took && takes && JSON.stringify(ours.value) !== JSON.stringify(strict.value)) {
    return {
      ...both,
      wrong: `took ${JSON.stringify(ours.value)} for ${JSON.stringify(strict.value)} from ${shownBytes(bytes)}`,
    };
  }
  return { ...both, wrong: null };
}

export const shownBytes = (bytes: Buffer): string =>
  `${bytes.toString('hex')} (${JSON.stringify(bytes.toString('latin1'))})`;

/** Runs `act`; what it throws is a crash. */
export function guarded(act: () => void): string | null {
  try {
    act();
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown);
  }
}

/** A stream whose far end is this process: what is written is kept, what is brought is fed. */
export class FedStream implements ByteStream {
  written: Buffer = Buffer.alloc(0);
  #listener: StreamListener | null = null;

  open(listener: StreamListener): void {
    this.#listener = listener;
    listener.onOpen();
  }

  write(bytes: Uint8Array): void {
    this.written = Buffer.from(bytes);
  }

  close(): void {
    this.#listener = null;
  }

  bring(bytes: Buffer): void {
    this.#listener?.onData(bytes);
  }
}

/** Timers that run when told to, all that are due by then and what these begin. */
export class FedTimers implements Timers {
  #pending = new Set<Readonly<{ milliseconds: number; run: () => void }>>();

  after(milliseconds: number, run: () => void): () => void {
    const timer = { milliseconds, run };
    this.#pending.add(timer);
    return () => this.#pending.delete(timer);
  }

  every(milliseconds: number, run: () => void): () => void {
    return this.after(milliseconds, run);
  }

  /** Runs those of no more than `most`. */
  fire(most: number): void {
    for (const timer of [...this.#pending]) {
      if (timer.milliseconds > most || !this.#pending.delete(timer)) continue;
      timer.run();
    }
  }

  clear(): void {
    this.#pending = new Set();
  }
}
