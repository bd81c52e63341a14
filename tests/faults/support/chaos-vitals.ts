/** What a process holds of the machine, sampled from outside and over its inspector, and whether it grows. */
import { readdirSync, readFileSync } from 'node:fs';

export type Vitals = Readonly<{
  /** Since the first sample. */
  seconds: number;
  descriptors: number;
  threads: number;
  /** Of the event loop of the main thread: sockets, servers, files; and timers apart. */
  handles: number;
  timers: number;
  /** After a collection, in MB. */
  heapMb: number;
  rssMb: number;
  pssMb: number;
}>;

export type VitalName = Exclude<keyof Vitals, 'seconds'>;

/** Over the inspector that `NODE_OPTIONS=--inspect=127.0.0.1:0` opens; it says where on standard error. */
export class Probe {
  readonly #pid: number;
  readonly #socket: WebSocket;
  readonly #began = performance.now();
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #id = 0;

  private constructor(pid: number, socket: WebSocket) {
    this.#pid = pid;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
      if (id !== undefined) this.#waiting.get(id)?.(result);
    });
  }

  static async open(pid: number, lines: readonly string[]): Promise<Probe> {
    const url = lines.map((line) => /ws:\/\/\S+/u.exec(line)?.[0]).find((found) => found !== undefined);
    if (url === undefined) throw new Error('The service did not say where its inspector is.');
    const socket = new WebSocket(url);
    await new Promise<void>((settle, fail) => {
      socket.addEventListener('open', () => settle());
      socket.addEventListener('error', () => fail(new Error(`no inspector at ${url}`)));
    });
    return new Probe(pid, socket);
  }

  close(): void {
    this.#socket.close();
  }

  async sample(): Promise<Vitals> {
    await this.#ask('HeapProfiler.collectGarbage');
    const expression =
      "(() => { const all = process.getActiveResourcesInfo(); const timers = all.filter((each) => each === 'Timeout' || each === 'Immediate').length; return JSON.stringify([process.memoryUsage().heapUsed, all.length - timers, timers]); })()";
    const answer = (await this.#ask('Runtime.evaluate', { expression, returnByValue: true })) as {
      result: { value: string };
    };
    const [heap = 0, handles = 0, timers = 0] = JSON.parse(answer.result.value) as number[];
    return {
      seconds: Math.round((performance.now() - this.#began) / 1000),
      descriptors: readdirSync(`/proc/${this.#pid}/fd`).length,
      threads: readdirSync(`/proc/${this.#pid}/task`).length,
      handles,
      timers,
      heapMb: tenths(heap / 1e6),
      rssMb: tenths(this.#kilobytes('status', 'VmRSS') / 1000),
      pssMb: tenths(this.#kilobytes('smaps_rollup', 'Pss') / 1000),
    };
  }

  #ask(method: string, params: object = {}): Promise<unknown> {
    this.#id += 1;
    const id = this.#id;
    return new Promise((settle) => {
      this.#waiting.set(id, (result) => {
        this.#waiting.delete(id);
        settle(result);
      });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #kilobytes(file: string, name: string): number {
    const text = readFileSync(`/proc/${this.#pid}/${file}`, 'utf8');
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'mu').exec(text)?.[1] ?? Number.NaN);
  }
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

export type Growth = Readonly<{
  /** Median of the first and of the last quarter of the last two thirds. */
  first: number;
  last: number;
  /** Median slope of all pairs of samples (Theil and Sen), an hour. */
  slopePerHour: number;
  /** The larger of the difference, and of the slope over the time looked at. */
  grown: number;
}>;

/** Judged over the last two thirds: before that caches fill and code is compiled. */
export function growthOf(samples: readonly Vitals[], name: VitalName): Growth {
  const late = samples.slice(Math.floor(samples.length / 3));
  const quarter = Math.max(1, Math.floor(late.length / 4));
  const values = late.map((sample) => sample[name]);
  const [first, last] = [median(values.slice(0, quarter)), median(values.slice(-quarter))];
  const slopes: number[] = [];
  for (const [at, one] of late.entries()) {
    for (const other of late.slice(at + 1)) {
      if (other.seconds > one.seconds) slopes.push((other[name] - one[name]) / (other.seconds - one.seconds));
    }
  }
  const slope = slopes.length === 0 ? 0 : median(slopes);
  const spanS = (late.at(-1)?.seconds ?? 0) - (late[0]?.seconds ?? 0);
  return {
    first,
    last,
    slopePerHour: Math.round(slope * 36_000) / 10,
    grown: tenths(Math.max(last - first, slope * spanS)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}
