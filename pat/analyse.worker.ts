/** The thread in which spectra are analysed. Entered by `analysis-thread.ts` only. */
import { parentPort, workerData } from 'node:worker_threads';
import type { AnalysisOutcome } from '../plant/analysis.ts';
import { messageOf } from '../plant/errors.ts';
import type { MethodParameters } from '../plant/method/parameters.ts';
import type { SpectrumData } from '../plant/spectrum.ts';
import { analyse, type AnalysisInputs } from './analyse.ts';

/** The parameters of every method of the site, by its digest: sent once, not with every spectrum. */
export type ThreadMethods = ReadonlyMap<string, MethodParameters>;
export type AnalysisJob = Readonly<{ id: number; method: string; data: SpectrumData; inputs: AnalysisInputs }>;
export type AnalysisAnswer = Readonly<
  { id: number; ms: number } & ({ outcome: AnalysisOutcome } | { failure: string })
>;

const methods = workerData as ThreadMethods;

parentPort?.on('message', ({ id, method, data, inputs }: AnalysisJob) => {
  const startedAt = performance.now();
  const answer = attempt(method, data, inputs);
  const ms = performance.now() - startedAt;
  const buffers = 'outcome' in answer ? answer.outcome.curves.flatMap(({ x, y }) => [x.buffer, y.buffer]) : [];
  parentPort?.postMessage({ id, ms, ...answer } satisfies AnalysisAnswer, [...new Set(buffers)] as ArrayBuffer[]);
});

/** A spectrum on which the mathematics fails is undecided; it does not end the thread. */
function attempt(
  method: string,
  data: SpectrumData,
  inputs: AnalysisInputs,
): Readonly<{ outcome: AnalysisOutcome } | { failure: string }> {
  try {
    const parameters = methods.get(method);
    return parameters === undefined
      ? { failure: 'the method is not known' }
      : { outcome: analyse(data, parameters, inputs) };
  } catch (thrown) {
    return { failure: messageOf(thrown) };
  }
}
