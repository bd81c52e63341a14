/**
 * Points that the store will never take, kept with its reason in `spool/quarantine.jsonl`, a line a point. Declared policy: at most
 * `mostBytes`; what comes after that is counted, and named as a gap in history, but its values are not kept: the first of them say what is
 * wrong.
 */
import { isoUtc, type UtcMs } from '../plant/clock.ts';
import type { HistoryGap } from '../plant/ports/history.ts';
import type { Disk } from './spool/disk.ts';
import type { Rejected } from './store.ts';

const fileName = 'quarantine.jsonl';
export const mostBytes = 64 * 1024 * 1024;

export class Quarantine {
  readonly #disk: Disk;
  readonly #folder: string;
  #bytes = 0;
  #points = 0;
  #notKept = 0;
  readonly #most: number;

  constructor(disk: Disk, folder: string, most = mostBytes) {
    this.#disk = disk;
    this.#folder = folder;
    this.#most = most;
  }

  /** Counts what earlier runs have left. */
  async open(): Promise<void> {
    const names = await this.#disk.list(this.#folder);
    if (!names.includes(fileName)) return;
    const path = `${this.#folder}/${fileName}`;
    const bytes = Buffer.from(await this.#disk.read(path, 0, await this.#disk.size(path)));
    // A line that a crash has cut short was not acknowledged: its point is still in the spool.
    this.#bytes = bytes.lastIndexOf(0x0a) + 1;
    for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) this.#points += 1;
  }

  get points(): number {
    return this.#points;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Points of this run that it had no room for. */
  get notKept(): number {
    return this.#notKept;
  }

  /** Settles when they are on disk, but for those it has no room for. */
  async add(rejected: readonly Rejected[], now: UtcMs): Promise<void> {
    const lines = Buffer.from(rejected.map((one) => `${JSON.stringify(lineOf(one, now))}\n`).join(''));
    if (this.#bytes + lines.length > this.#most) {
      this.#notKept += rejected.length;
      return;
    }
    const path = `${this.#folder}/${fileName}`;
    const file = await (this.#bytes === 0 ? this.#disk.create(path) : this.#disk.open(path));
    try {
      await file.write(lines, this.#bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (this.#bytes === 0) await this.#disk.syncFolder(this.#folder);
    this.#bytes += lines.length;
    this.#points += rejected.length;
  }
}

/** One gap for each skid. */
export function gapsOfRejected(rejected: readonly Rejected[]): readonly HistoryGap[] {
  return [...Map.groupBy(rejected, ({ point }) => point.series.skid)].flatMap(([skid, of]) => {
    const [first] = of;
    if (first === undefined) return [];
    const times = of.map(({ point }) => point.time).filter((time) => Number.isSafeInteger(time));
    const [from, to] = [
      times.reduce((least, time) => (time < least ? time : least), times[0] ?? first.point.serverTime),
      times.reduce((most, time) => (time > most ? time : most), times[0] ?? first.point.serverTime),
    ];
    const tags = new Set(of.map(({ point }) => point.series.tag));
    const reason = `The store refused points of ${[...tags].slice(0, 5).join(', ')}${tags.size > 5 ? ' and others' : ''}: ${first.reason}`;
    return [{ skid, kind: 'quarantined', from, to, points: of.length, reason, filled: null }];
  });
}

const lineOf = ({ point, reason }: Rejected, now: UtcMs) => ({
  reason,
  putAside: isoUtc(now),
  measurement: point.series.measurement,
  skid: point.series.skid,
  tag: point.series.tag,
  // JSON has no word for a number that is none.
  value: typeof point.value === 'number' && !Number.isFinite(point.value) ? String(point.value) : point.value,
  quality: point.quality,
  time: point.time,
  serverTime: point.serverTime,
});
