/**
 * A disk in memory that tells apart what was written and what is on the platter, so that a test can pull the plug: bytes that
 * were not synced are lost or torn, names that were not synced are lost in the order in which they were made.
 */
import type { Disk, DiskFile } from '../../historian/spool/disk.ts';

type Content = { seen: Buffer; platter: Buffer };
type NameChange = (names: Map<string, Content>) => void;

export type PulledPlug = Readonly<{
  /** How much of a file's unsynced tail has reached the platter, 0 to 1. */
  tail: number;
  /** How many of the unsynced changes of names have. */
  names: number;
}>;

export class ModelDisk implements Disk {
  readonly #seen: Map<string, Content>;
  readonly #platter: Map<string, Content>;
  #changes: NameChange[] = [];
  /** Bytes that may still be written. */
  room = Infinity;
  /** Set for a disk that loses what it should sync. */
  syncFails = false;
  /** After so many more operations nothing answers any more, as after a kill. */
  operationsLeft = Infinity;
  /** Bytes given to `write`, and calls of `sync` on files. */
  syncs = 0;

  constructor(content: ReadonlyMap<string, Buffer> = new Map()) {
    this.#seen = new Map([...content].map(([path, bytes]) => [path, { seen: bytes, platter: bytes }]));
    this.#platter = new Map(this.#seen);
  }

  /** What a machine finds when it comes up again. */
  pullPlug({ tail, names }: PulledPlug): ModelDisk {
    const kept = new Map(this.#platter);
    for (const change of this.#changes.slice(0, names)) change(kept);
    return new ModelDisk(new Map([...kept].map(([path, content]) => [path, torn(content, tail)])));
  }

  /** The same disk after only our process was killed: everything that was written is there. */
  restart(): ModelDisk {
    return new ModelDisk(this.contents());
  }

  contents(): Map<string, Buffer> {
    return new Map([...this.#seen].map(([path, { seen }]) => [path, seen]));
  }

  async makeFolder(): Promise<void> {
    await this.#operate();
  }

  async list(folder: string): Promise<readonly string[]> {
    await this.#operate();
    const names = [...this.#seen.keys()].filter((path) => path.startsWith(`${folder}/`));
    return [...new Set(names.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))].sort();
  }

  async size(path: string): Promise<number> {
    await this.#operate();
    return this.#find(path).seen.length;
  }

  async read(path: string, from: number, to: number): Promise<Uint8Array> {
    await this.#operate();
    return Buffer.from(this.#find(path).seen.subarray(from, to));
  }

  async create(path: string): Promise<DiskFile> {
    await this.#operate();
    const content = { seen: Buffer.alloc(0), platter: Buffer.alloc(0) };
    this.#change((names) => names.set(path, content));
    return this.#file(content);
  }

  async open(path: string): Promise<DiskFile> {
    await this.#operate();
    return this.#file(this.#find(path));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#operate();
    const content = this.#find(from);
    this.#change((names) => {
      names.delete(from);
      names.set(to, content);
    });
  }

  async remove(path: string): Promise<void> {
    await this.#operate();
    this.#find(path);
    this.#change((names) => names.delete(path));
  }

  async syncFolder(): Promise<void> {
    await this.#operate();
    for (const change of this.#changes.splice(0)) change(this.#platter);
  }

  #file(content: Content): DiskFile {
    return {
      write: async (bytes, position) => {
        await this.#operate();
        const taken = Math.min(bytes.length, Math.max(0, this.room));
        this.room -= taken;
        content.seen = Buffer.concat([content.seen.subarray(0, position), bytes.subarray(0, taken)]);
        if (taken < bytes.length) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      },
      sync: async () => {
        await this.#operate();
        this.syncs += 1;
        if (this.syncFails) throw Object.assign(new Error('i/o error'), { code: 'EIO' });
        content.platter = content.seen;
      },
      truncate: async (length) => {
        await this.#operate();
        this.room += Math.max(0, content.seen.length - length);
        content.seen = content.seen.subarray(0, length);
      },
      close: async () => this.#operate(),
    };
  }

  #change(change: NameChange): void {
    change(this.#seen);
    this.#changes.push(change);
  }

  #find(path: string): Content {
    const content = this.#seen.get(path);
    if (content === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    return content;
  }

  #operate(): Promise<void> {
    if (this.operationsLeft <= 0) return new Promise(() => undefined);
    this.operationsLeft -= 1;
    return new Promise((resolve) => setImmediate(resolve));
  }
}

function torn({ seen, platter }: Content, tail: number): Buffer {
  const common = Math.min(seen.length, platter.length);
  const kept = Math.round(tail * Math.max(0, seen.length - platter.length));
  // A cut that was not synced has not happened.
  return Buffer.concat([platter.subarray(0, common), seen.subarray(common, common + kept), platter.subarray(common)]);
}
