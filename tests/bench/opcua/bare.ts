/** The control's main thread: it passes every scan on as numbers. */
import { Worker } from 'node:worker_threads';
import type { Skid } from '../../../plant/skid/definition.ts';
import type { ScanNews } from '../../../plant/ports/scan-consumer.ts';
import type { BareSetup, BareValues } from './bare.worker.ts';
import type { Security, Side } from './side.ts';
import { range } from './site-of-2000.ts';

export async function startBare(skids: readonly Skid[], security: Security, folder: string): Promise<Side> {
  const ids = skids.map(({ name, type }) => type.tags.map((tag) => `${name}/${tag.name}`));
  const workerData: BareSetup = { security, folder, skids: ids, range };
  const worker = new Worker(new URL('./bare.worker.ts', import.meta.url), { workerData, name: 'bare opcua' });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', (ready: { port: number }) => resolve(ready.port));
    worker.once('error', reject);
  });
  return {
    endpoint: `opc.tcp://127.0.0.1:${port}`,
    worker,
    accept: (skid, news) => {
      const message = numbersOf(skid, news);
      worker.postMessage(message, [message.values.buffer]);
    },
    coalesced: () => 0,
    async stop() {
      const ended = new Promise((settle) => worker.once('exit', settle));
      worker.postMessage('stop');
      const timer = setTimeout(() => void worker.terminate(), 2000);
      await ended;
      clearTimeout(timer);
    },
  };
}

function numbersOf(skid: number, { batch: { samples } }: ScanNews): BareValues {
  const values = new Float64Array(4 * samples.length);
  samples.forEach(({ value, quality, sourceTime }, i) => {
    values[4 * i] = i;
    values[4 * i + 1] = Number(value);
    values[4 * i + 2] = quality;
    values[4 * i + 3] = sourceTime;
  });
  return { skid, values };
}
