/** Points that the store will never take, kept with its reason in `spool/quarantine.jsonl`, a line a point. */
import { isoUtc, type UtcMs } from '../plant/clock.ts';
import type { Disk } from './spool/disk.ts';
import type { Rejected } from './store.ts';

const fileName = 'quarantine.jsonl';

export class Quarantine {
  readonly #disk: Disk;
  readonly #folder: string;
  #bytes = 0;
  #points = 0;

  constructor(disk: Disk, folder: string) {
    this.#disk = disk;
    this.#folder = folder;
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

  /** Settles when they are on disk. */
  async add(rejected: readonly Rejected[], now: UtcMs): Promise<void> {
    const lines = Buffer.from(rejected.map((one) => `${JSON.stringify(lineOf(one, now))}\n`).join(''));
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

const lineOf = ({ point, reason }: Rejected, now: UtcMs) => ({
  reason,
  putAside: isoUtc(now),
  type: point.series.measurement,
  skid: point.series.skid,
  tag: point.series.tag,
  // JSON has no word for a number that is none.
  value: typeof point.value === 'number' && !Number.isFinite(point.value) ? String(point.value) : point.value,
  quality: point.quality,
  time: point.time,
  serverTime: point.serverTime,
});
