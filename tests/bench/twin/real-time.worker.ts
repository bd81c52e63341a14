/** Steps a share of many lines in real time, and says how far behind the clock it was and what it took. */
import { parentPort, workerData } from 'node:worker_threads';
import { cycleS } from '../../../twin/line/line.ts';
import { loadSkid, runningLine, stepAlive } from './running-line.ts';

export type RealTimeTask = Readonly<{ lines: number; firstSeed: number; forS: number }>;
export type RealTimeResult = Readonly<{
  cpuS: number;
  wallS: number;
  /** Process time that every line went on, in s. */
  processS: number;
  /** How late a turn began, in ms: 99 of 100 no later. */
  lateMs: number;
}>;

const { lines: count, firstSeed, forS } = workerData as RealTimeTask;
const skid = loadSkid();
const lines = Array.from({ length: count }, (_, index) => runningLine(skid, firstSeed + index, 5));

const cycleMs = cycleS * 1000;
const late: number[] = [];
const cpuAtStart = process.threadCpuUsage();
const started = performance.now();
let done = 0;

function turn(): void {
  const elapsedMs = performance.now() - started;
  late.push(elapsedMs - (done + 1) * cycleMs);
  const due = Math.floor(elapsedMs / cycleMs) - done;
  for (const line of lines) stepAlive(line, due);
  done += due;
  if (elapsedMs < forS * 1000) {
    setTimeout(turn, Math.max(0, (done + 1) * cycleMs - (performance.now() - started)));
    return;
  }
  const { user, system } = process.threadCpuUsage(cpuAtStart);
  late.sort((one, other) => one - other);
  const result: RealTimeResult = {
    cpuS: (user + system) / 1e6,
    wallS: elapsedMs / 1000,
    processS: done * cycleS,
    lateMs: late[Math.floor(0.99 * (late.length - 1))] ?? 0,
  };
  parentPort?.postMessage(result);
}

setTimeout(turn, cycleMs);
