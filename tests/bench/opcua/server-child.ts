/** One side of the OPC UA bench in its process: SIDE SECURITY FOLDER SKIDS. It scans when told to, and says what CPU it took. */
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../plant/system-clock.ts';
import { answerAsks } from '../support/measuring-child.ts';
import { startBare } from './bare.ts';
import { startOurs } from './ours.ts';
import type { Security } from './side.ts';
import { Scans, siteOf } from './site-of-2000.ts';

export type ServerQuestion =
  | Readonly<{ kind: 'endpoint' }>
  /** Scans of every skid a second, spread over it; 0 for none. */
  | Readonly<{ kind: 'scan'; perSecond: number }>
  | Readonly<{ kind: 'measure'; milliseconds: number }>;

export type ServerFigures = Readonly<{
  milliseconds: number;
  /** Of the thread that serves OPC UA, of the main thread, and of all threads, the collector's and the compiler's too. */
  threadMs: number;
  mainMs: number;
  processMs: number;
  /** Values that went to the server, and those that were overtaken by newer ones on the way. */
  changes: number;
  coalesced: number;
}>;

const [sideName = '', security = 'encrypted', folder = '', count = '20'] = process.argv.slice(2);
const skids = siteOf(Number(count));
const clock = systemClock();
const scans = skids.map((skid) => new Scans(skid, clock));
const side = await (sideName === 'ours' ? startOurs : startBare)(skids, security as Security, folder);

let changes = 0;
let timer: NodeJS.Timeout | undefined;

/** On a grid that does not drift: what a stall has missed is made up for. */
function scan(perSecond: number): void {
  clearTimeout(timer);
  if (perSecond === 0) return;
  const stepMs = 1000 / perSecond / skids.length;
  const startedAt = performance.now();
  let turn = 0;
  const next = (): void => {
    for (; startedAt + turn * stepMs <= performance.now() + 1; turn += 1) {
      const news = scans[turn % skids.length]?.next();
      if (news === undefined) continue;
      changes += news.batch.samples.length;
      side.accept(turn % skids.length, news);
    }
    timer = setTimeout(next, Math.max(0, startedAt + turn * stepMs - performance.now()));
  };
  next();
}

async function measure(milliseconds: number): Promise<ServerFigures> {
  const before = { changes, coalesced: side.coalesced(), worker: await side.worker.cpuUsage() };
  const own = process.cpuUsage();
  const main = process.threadCpuUsage();
  const from = performance.now();
  await pause(milliseconds);
  const { user, system } = process.cpuUsage(own);
  const mainNow = process.threadCpuUsage(main);
  const worker = await side.worker.cpuUsage();
  return {
    milliseconds: performance.now() - from,
    threadMs: (worker.user + worker.system - before.worker.user - before.worker.system) / 1000,
    mainMs: (mainNow.user + mainNow.system) / 1000,
    processMs: (user + system) / 1000,
    changes: changes - before.changes,
    coalesced: side.coalesced() - before.coalesced,
  };
}

answerAsks(
  async (question: ServerQuestion) => {
    switch (question.kind) {
      case 'endpoint':
        return side.endpoint;
      case 'scan':
        scan(question.perSecond);
        return undefined;
      case 'measure':
        return measure(question.milliseconds);
    }
  },
  async () => {
    clearTimeout(timer);
    await side.stop();
  },
);
