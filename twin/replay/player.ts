/** Plays rows into the ring at the spacing at which they were recorded, or so many times faster. */
import type { Row, RowRing } from './ring.ts';

export type PlayerTime = Readonly<{
  /** Milliseconds on a clock that never jumps. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Gives those who wait to read their turn. */
  turn: () => Promise<void>;
}>;

export type PlayerOptions = Readonly<{
  speed: number;
  /** Every so many rows, one is announced half written and completed only after it was read; 0: none. */
  tearEvery: number;
}>;

/** A reader that never comes must not stop the recording. */
const longestTearMs = 1000;

/** Gives the number of rows it played. */
export async function play(
  rows: AsyncIterable<Row>,
  ring: RowRing,
  { speed, tearEvery }: PlayerOptions,
  time: PlayerTime,
): Promise<number> {
  let played = 0;
  let start: Readonly<{ now: number; timeMs: number }> | null = null;
  for await (const row of rows) {
    start ??= { now: time.now(), timeMs: row.timeMs };
    const waitMs = start.now + (row.timeMs - start.timeMs) / speed - time.now();
    if (waitMs > 0) await time.sleep(waitMs);
    const sequence = ring.begin(row);
    if (tearEvery > 0 && sequence % tearEvery === 0) {
      ring.announceEarly();
      await Promise.race([ring.nextRead(sequence), time.sleep(longestTearMs)]);
    } else {
      await time.turn();
    }
    ring.finish();
    played += 1;
  }
  return played;
}
