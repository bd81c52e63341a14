/**
 * RTU under modbus-serial, over a serial line or a TCP serial server. An answer counts once the line has been silent after
 * it: what comes in that silence, or unasked, says that the line is out of step.
 */
import type { Cancel, Timers } from '../timers.ts';
import type { ByteStream } from '../byte-stream/index.ts';
import { checksumLength } from './crc.ts';
import { FramePort, type PortListener } from './frame-port.ts';
import { inspectRtu } from './rtu-frame.ts';

const nothing = Buffer.alloc(0);

/** A line that is never silent for so long, in ms, is given up. */
const longestNoise = 5000;

type Drain = { silenceMs: number; heard: boolean; cancel: Cancel; giveUp: Cancel; done: (heard: boolean) => void };

export class RtuPort extends FramePort {
  readonly #timers: Timers;
  readonly #silenceMs: number;
  #expected: Buffer | null = null;
  #received: Buffer = nothing;
  #settling: Cancel | null = null;
  #drain: Drain | null = null;

  /** @param silenceMs what ends a frame: 3.5 characters of the line */
  constructor(stream: ByteStream, silenceMs: number, timers: Timers, listener: PortListener) {
    super(stream, listener);
    this.#timers = timers;
    this.#silenceMs = silenceMs;
  }

  override get settling(): boolean {
    return this.#settling !== null;
  }

  /**
   * Gives up whatever is under way, and throws away what comes until the line has been silent for so long. `done` hears
   * whether anything came; `null` where the line would not be silent.
   */
  drain(silenceMs: number, done: (heard: boolean | null) => void): void {
    this.#reset();
    const end = (heard: boolean | null) => (): void => {
      const drain = this.#drain;
      this.#endDrain();
      if (drain !== null) done(heard === null ? null : drain.heard);
    };
    const silent = end(true);
    this.#drain = {
      silenceMs,
      heard: false,
      cancel: this.#timers.after(silenceMs, silent),
      giveUp: this.#timers.after(silenceMs + longestNoise, end(null)),
      done: silent,
    };
  }

  override destroy(done?: () => void): void {
    this.#reset();
    super.destroy(done);
  }

  protected override send(rtu: Buffer): void {
    this.#expected = rtu.subarray(0, rtu.length - checksumLength);
    this.#received = nothing;
    this.put(rtu);
  }

  protected override take(bytes: Buffer): void {
    const drain = this.#drain;
    if (drain !== null) {
      drain.heard = true;
      drain.cancel();
      drain.cancel = this.#timers.after(drain.silenceMs, () => drain.done(true));
      return;
    }
    const expected = this.#expected;
    if (expected === null || this.#settling !== null) {
      const reason = this.#settling === null ? 'bytes that nothing asked for' : 'bytes after its answer';
      this.#reset();
      this.listener.malformed(reason);
      return;
    }
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const inspection = inspectRtu(this.#received, expected);
    if (inspection.kind === 'incomplete') return;
    if (inspection.kind === 'malformed') {
      this.#reset();
      this.listener.malformed(inspection.reason);
      return;
    }
    const { frame } = inspection;
    this.#settling = this.#timers.after(this.#silenceMs, () => {
      this.#reset();
      this.give(frame);
    });
  }

  #reset(): void {
    this.#settling?.();
    this.#settling = null;
    this.#expected = null;
    this.#received = nothing;
    this.#endDrain();
  }

  #endDrain(): void {
    this.#drain?.cancel();
    this.#drain?.giveUp();
    this.#drain = null;
  }
}
