/**
 * A batch on each of a hundred skids, every one at another moment of its recipe, in the product's own room and over its own
 * ledger on disk. The skids are laws in memory, with every tag that their type has; the clock is the machine's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecords } from '../../../control/records/index.ts';
import type { BatchCommand } from '../../../plant/batch-view.ts';
import type { GroupKeeper } from '../../../plant/ports/record-keeper.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { badNoCommunication } from '../../../plant/quality.ts';
import { tagName, type Sample, type SkidName } from '../../../plant/sample.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { Bench, cdse, operator, settle, silent } from '../../control/batch/fake-skid.ts';

export type BatchesQuestion = Readonly<{ skids: number; seconds: number; commands: number; scanMs: number }>;

/** From the call of the desk to the command at the field's port: when it began (ms since 1970, of the wall), and how long it took. */
export type Reached = Readonly<{ from: number; ms: number }>;

export type BatchesFigures = Readonly<{
  tagsOfSkid: number;
  /** Processor time of the room's thread in ms for a scan of every skid, from its arrival until its last turn. */
  scanCpuMs: readonly number[];
  /** Of that thread over all the time but for making the samples, and of the whole process with the ledger's thread, in % of a core. */
  threadPercent: number;
  processPercent: number;
  /** Batches that ran before and after. */
  runningBefore: number;
  runningAfter: number;
  holds: readonly Reached[];
  restarts: readonly Reached[];
  /** One event into the same ledger, between commands, in ms. */
  appendMs: readonly number[];
}>;

/** Between two starts, in seconds of process time: of a hundred batches the last begins as the first is about to end. */
const betweenStartsS = 7;
/** Where a batch is started and time passes quickly; laws of the first order stand a step as long as this, and no longer. */
const quickScanS = 1.75;

export async function measureBatches({ skids, seconds, commands, scanMs }: BatchesQuestion): Promise<BatchesFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-bench-batch-'));
  const records = createRecords({ dataFolder: folder, clock: systemClock(), log: silent, build: 'bench' });
  await records.start();
  try {
    const hall = new Hall(skids, records.keeper);
    await hall.startAll();
    hall.runByTheClock();
    const runningBefore = await hall.running();
    const pace = await hall.scanFor(seconds, scanMs);
    const runningAfter = await hall.running();
    const reached = await hall.holdAndRestart(commands, scanMs);
    return { tagsOfSkid: cdse.tags.length, ...pace, runningBefore, runningAfter, ...reached };
  } finally {
    await records.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

class Hall extends Bench {
  readonly #keeper: GroupKeeper;
  /** Tags that the laws have no value for; they have to be gone through all the same. */
  readonly #others = new Map<SkidName, readonly Sample[]>();

  constructor(skids: number, keeper: GroupKeeper) {
    super({ skids });
    this.#keeper = keeper;
    Object.assign(this.ledger, {
      append: keeper.append.bind(keeper),
      appendAll: keeper.appendAll.bind(keeper),
      read: keeper.read.bind(keeper),
      scopes: keeper.scopes.bind(keeper),
    });
    // Nobody has a password here: a line in the same ledger stands where a signature would.
    this.desk.sign = async ({ scope, meaning, subject, userName }) => {
      const receipt = await keeper.append({ scope, actor: operator, action: 'noted', object: subject });
      const utc = this.clock.utc();
      return { receipt, signedHash: '', personId: userName, printedName: userName, meaning, subject, utc };
    };
  }

  override news(skid: SkidName): ScanNews {
    const news = super.news(skid);
    const others = this.#others.get(skid) ?? othersThan(skid, news.batch.samples, this.clock);
    this.#others.set(skid, others);
    return { ...news, batch: { ...news.batch, samples: [...others, ...news.batch.samples] } };
  }

  /** Batches begin one after the other while process time goes on and people answer. */
  async startAll(): Promise<void> {
    await this.batches.start();
    await this.scan();
    for (const { name } of this.skids) {
      const started = await this.start({ skids: [name] });
      if (!started.done) throw new Error(`${name}: ${started.reason}`);
      for (let passedS = 0; passedS < betweenStartsS; passedS += quickScanS) {
        await this.scan(quickScanS);
        await this.#recorded();
      }
      for (const view of await this.batches.desk.batches()) await this.answerAll(view);
      this.#forget();
    }
  }

  /** From now on process time is the machine's. */
  runByTheClock(): void {
    const since = this.now - performance.now();
    Object.defineProperty(this, 'now', { get: () => since + performance.now() });
  }

  async running(): Promise<number> {
    return (await this.batches.desk.batches()).filter(({ state }) => state === 'Running').length;
  }

  async scanFor(
    seconds: number,
    scanMs: number,
  ): Promise<Pick<BatchesFigures, 'scanCpuMs' | 'threadPercent' | 'processPercent'>> {
    const scanCpuMs: number[] = [];
    let samplesMs = 0;
    const [begun, thread, whole] = [performance.now(), threadMs(), processMs()];
    for (let round = 1; round <= (seconds * 1000) / scanMs; round += 1) {
      const before = threadMs();
      const news = this.#newsOfAll(scanMs);
      const made = threadMs();
      for (const one of news) this.batches.accept(one);
      await settle();
      scanCpuMs.push(threadMs() - made);
      samplesMs += made - before;
      this.#forget();
      await after(begun + round * scanMs - performance.now());
    }
    const passedMs = performance.now() - begun;
    return {
      scanCpuMs,
      threadPercent: (100 * (threadMs() - thread - samplesMs)) / passedMs,
      processPercent: (100 * (processMs() - whole - samplesMs)) / passedMs,
    };
  }

  /** Skids are held and restarted one after the other, while all of them are scanned at their pace. */
  async holdAndRestart(
    commands: number,
    scanMs: number,
  ): Promise<Pick<BatchesFigures, 'holds' | 'restarts' | 'appendMs'>> {
    const [holds, restarts, appendMs]: [Reached[], Reached[], number[]] = [[], [], []];
    const views = (await this.batches.desk.batches()).filter(({ state }) => state === 'Running');
    const scans = setInterval(() => {
      for (const one of this.#newsOfAll(scanMs)) this.batches.accept(one);
      this.#forget();
    }, scanMs);
    try {
      for (let i = 0; i < commands && views.length > 0; i += 1) {
        const { id, units } = views[i % views.length]!;
        const { skid } = units[0]!;
        // At any moment between two scans.
        await after((i * 37) % scanMs);
        const held = await this.#reach(id, skid, 'Hold', 'safe-state');
        if (held === null) continue;
        holds.push(held);
        while ((await this.batches.desk.batch(id))?.state !== 'Held') await after(5);
        const restarted = await this.#reach(id, skid, 'Restart', 'release');
        if (restarted !== null) restarts.push(restarted);
        const begun = performance.now();
        await this.#keeper.append({ scope: 'bench', actor: operator, action: 'noted', object: 'beside' });
        appendMs.push(performance.now() - begun);
      }
    } finally {
      clearInterval(scans);
      await this.batches.stop();
    }
    return { holds, restarts, appendMs };
  }

  /** @returns null where the command is refused */
  async #reach(
    id: string,
    skid: SkidName,
    command: BatchCommand,
    kind: 'safe-state' | 'release',
  ): Promise<Reached | null> {
    const reached = Promise.withResolvers<Reached>();
    const begun = performance.now();
    this.refuse = (asked) => {
      if (asked.skid === skid && asked.action.kind === kind)
        reached.resolve({ from: performance.timeOrigin + begun, ms: performance.now() - begun });
      return null;
    };
    const asked = { ...this.asked(command), batch: id, skid: null, command, reason: 'the bench' };
    const answer = await this.batches.desk.command(asked);
    return answer.done ? reached.promise : null;
  }

  #newsOfAll(ms: number): readonly ScanNews[] {
    return [...this.plants].map(([skid, plant]) => {
      plant.step(ms / 1000);
      return this.news(skid);
    });
  }

  /** Whatever is on its way is on disk, and what follows from that is done. */
  async #recorded(): Promise<void> {
    await this.#keeper.scopes('nothing');
    await settle();
  }

  #forget(): void {
    this.told.length = 0;
    this.commands.length = 0;
  }
}

function othersThan(skid: SkidName, samples: readonly Sample[], clock: Bench['clock']): readonly Sample[] {
  const seen = new Set(samples.map(({ tag }) => tag));
  const now = clock.utc();
  return cdse.tags.flatMap(({ name }) => {
    const tag = tagName(skid, name);
    const sample = { tag, value: 0, quality: badNoCommunication, sourceTime: now, serverTime: now };
    return seen.has(tag) ? [] : [sample];
  });
}

const threadMs = (): number => sumOf(process.threadCpuUsage());
const processMs = (): number => sumOf(process.cpuUsage());
const sumOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
