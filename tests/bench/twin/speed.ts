/** How fast a twin without spectra goes, and how many of them go in real time on two cores. */
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { Worker } from 'node:worker_threads';
import { cycleS } from '../../../twin/line/line.ts';
import type { AccuracyRow } from '../accuracy-row.ts';
import type { RealTimeResult, RealTimeTask } from './real-time.worker.ts';
import { loadSkid, runningLine, stepAlive } from './running-line.ts';

const leastTimes = 500;
const skids = 100;
const cores = 2;
const latestMs = 50;

/** @param forS wall time of each measure, in s */
export async function speedRows(forS = 10): Promise<readonly AccuracyRow[]> {
  const [busy = 0] = loadavg();
  const times = timesRealTime(forS);
  const results = await inRealTime(forS);
  const cpuShare = sum(results.map(({ cpuS, wallS }) => cpuS / wallS)) / cores;
  const behindS = Math.max(...results.map(({ wallS, processS }) => wallS - processS));
  const lateMs = Math.max(...results.map((result) => result.lateMs));
  const source = `${skids} CdSe lines that run, stepped every ${cycleS * 1000} ms of wall time in ${cores} threads for ${forS} s`;
  return [
    {
      what: 'One skid with spectra off, per core',
      got: times,
      unit: '× real time',
      goal: `≥ ${leastTimes}`,
      passed: times >= leastTimes,
      source: `a CdSe line that makes product, ${forS} s of processor time`,
    },
    {
      what: `${skids} skids in real time: share of ${cores} cores`,
      got: 100 * cpuShare,
      unit: '%',
      goal: '≤ 100',
      passed: cpuShare <= 1,
      source,
    },
    {
      what: `${skids} skids in real time: behind the clock at the end`,
      got: 1000 * behindS,
      unit: 'ms',
      goal: `≤ ${latestMs + cycleS * 1000}`,
      passed: behindS * 1000 <= latestMs + cycleS * 1000,
      source,
    },
    {
      what: `${skids} skids in real time: a turn begins late, 99 of 100 by less than`,
      got: lateMs,
      unit: 'ms',
      goal: `≤ ${latestMs}`,
      // Where others wait for the processor too, being late says nothing about the twin.
      passed: lateMs <= latestMs ? true : busy > cores ? null : false,
      source: busy > cores ? `${source}; the machine was busy with other work (load ${busy.toFixed(1)})` : source,
    },
  ];
}

/** Process time to processor time; by the processor's, so that what else the machine does is not counted. */
function timesRealTime(forS: number): number {
  const line = runningLine(loadSkid(), 1, 540);
  const chunk = 2000;
  let cycles = 0;
  const before = process.cpuUsage();
  for (;;) {
    stepAlive(line, chunk);
    cycles += chunk;
    const { user, system } = process.cpuUsage(before);
    const cpuS = (user + system) / 1e6;
    if (cpuS >= forS) return (cycles * cycleS) / cpuS;
  }
}

const inRealTime = (forS: number): Promise<readonly RealTimeResult[]> =>
  Promise.all(
    Array.from({ length: cores }, async (_, index) => {
      const lines = skids / cores;
      const task: RealTimeTask = { lines, firstSeed: 1 + index * lines, forS };
      const worker = new Worker(new URL('real-time.worker.ts', import.meta.url), { workerData: task });
      const [result] = (await once(worker, 'message')) as [RealTimeResult];
      await worker.terminate();
      return result;
    }),
  );

const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0);
