/** Batches on as many skids, each at another moment of its recipe, over the product's own ledger; the skids are laws in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecords } from '../../../control/records/index.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { Bench, operator, settle, silent } from '../../control/batch/fake-skid.ts';

export type Engine = Readonly<{
  /** Processor time in ms of one scan of every skid, for each of them. */
  scanCpuMs: readonly number[];
  /** Batches that still ran at the end of these. */
  running: number;
  /** From the desk to the first command at the field, in ms of the wall. */
  holdMs: readonly number[];
  restartMs: readonly number[];
  /** One event into the same ledger, in ms of the wall. */
  appendMs: readonly number[];
}>;

export type EngineAsked = Readonly<{
  skids: number;
  rounds: number;
  commands: number;
  scanMs: number;
  say: (line: string) => void;
}>;

/** A batch of the test recipe is collecting after about this long, in seconds of process time. */
const spreadOverS = 700;

export async function hundredBatches({ skids, rounds, commands, scanMs, say }: EngineAsked): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-bench-batch-'));
  const records = createRecords({ dataFolder: folder, clock: systemClock(), log: silent, build: 'bench' });
  await records.start();
  try {
    const bench = new Bench({ skids });
    const { keeper } = records;
    Object.assign(bench.ledger, {
      append: keeper.append.bind(keeper),
      appendAll: keeper.appendAll.bind(keeper),
      read: keeper.read.bind(keeper),
      scopes: keeper.scopes.bind(keeper),
    });
    // Nobody has a password here: a line in the same ledger stands where a signature would.
    bench.desk.sign = async ({ scope, meaning, subject, userName }) => {
      const receipt = await keeper.append({ scope, actor: operator, action: 'noted', object: subject });
      return {
        receipt,
        signedHash: '',
        personId: userName,
        printedName: userName,
        meaning,
        subject,
        utc: bench.clock.utc(),
      };
    };
    await startAll(bench);
    say(`${skids} batches run, ${rounds} scans of each are measured`);
    const scanCpuMs = await scans(bench, rounds, scanMs);
    const running = (await bench.batches.desk.batches()).filter(({ state }) => state === 'Running').length;
    say(`${commands} Holds and Restarts beside them`);
    return { scanCpuMs, running, ...(await held(bench, commands, scanMs, keeper)) };
  } finally {
    await records.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startAll(bench: Bench): Promise<void> {
  await bench.batches.start();
  await bench.scan();
  for (const { name } of bench.skids) {
    const started = await bench.start({ skids: [name], values: {} });
    if (!started.done) throw new Error(`${name}: ${started.reason}`);
    await passing(bench, spreadOverS / bench.skids.length);
  }
}

/** Process time goes on, and people answer. */
async function passing(bench: Bench, seconds: number): Promise<void> {
  await bench.scan(seconds);
  await recorded(bench);
  for (const view of await bench.batches.desk.batches()) await bench.answerAll(view);
  bench.told.length = 0;
  bench.commands.length = 0;
}

/** Whatever is on its way is on disk. */
async function recorded(bench: Bench): Promise<void> {
  await bench.ledger.scopes('nothing');
  await settle();
}

/** The engine's part of a scan: from the scan's arrival until nothing of it is left to do in this thread. */
async function scans(bench: Bench, rounds: number, scanMs: number): Promise<number[]> {
  const measured: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bench.now += scanMs;
    const news = newsOf(bench, scanMs);
    const before = process.cpuUsage();
    for (const one of news) bench.batches.accept(one);
    await settle();
    const { user, system } = process.cpuUsage(before);
    measured.push((user + system) / 1000);
    await recorded(bench);
    bench.told.length = 0;
    bench.commands.length = 0;
  }
  return measured;
}

const newsOf = (bench: Bench, ms: number): readonly ScanNews[] =>
  [...bench.plants].map(([skid, plant]) => {
    plant.step(ms / 1000);
    return bench.news(skid);
  });

/** Skids are held one after the other, and restarted, while all are scanned at their pace. */
async function held(
  bench: Bench,
  commands: number,
  scanMs: number,
  ledger: ReturnType<typeof createRecords>['keeper'],
): Promise<Pick<Engine, 'holdMs' | 'restartMs' | 'appendMs'>> {
  const [holdMs, restartMs, appendMs]: [number[], number[], number[]] = [[], [], []];
  const views = await bench.batches.desk.batches();
  const scanned = setInterval(() => {
    bench.now += scanMs;
    for (const one of newsOf(bench, scanMs)) bench.batches.accept(one);
    bench.told.length = 0;
  }, scanMs);
  try {
    for (let i = 0; i < commands; i += 1) {
      const view = views[i % views.length];
      const skid = view?.units[0]?.skid;
      if (view === undefined || skid === undefined) break;
      const ask = async (command: 'Hold' | 'Restart', kind: string): Promise<number | null> => {
        const reached = Promise.withResolvers<number>();
        const begun = performance.now();
        bench.refuse = ({ skid: of, action }) => {
          if (of === skid && action.kind === kind) reached.resolve(performance.now() - begun);
          return null;
        };
        const asked = { ...bench.asked(command), batch: view.id, skid: null, command, reason: 'the bench' };
        const answer = await bench.batches.desk.command(asked);
        return answer.done ? reached.promise : null;
      };
      // At any moment between two scans.
      await new Promise((resolve) => setTimeout(resolve, (i * 37) % scanMs));
      const hold = await ask('Hold', 'safe-state');
      if (hold === null) continue;
      holdMs.push(hold);
      await until(async () => (await bench.batches.desk.batch(view.id))?.state === 'Held');
      const restart = await ask('Restart', 'release');
      if (restart !== null) restartMs.push(restart);
      const begun = performance.now();
      await ledger.append({ scope: 'bench', actor: { kind: 'service', part: 'bench' }, action: 'noted', object: 'x' });
      appendMs.push(performance.now() - begun);
    }
  } finally {
    clearInterval(scanned);
    await recorded(bench);
  }
  return { holdMs, restartMs, appendMs };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}
