/**
 * A process that keeps history until it is killed: the real historian, scans of a live skid every few milliseconds, and rows of a logging
 * device. Arguments: the data folder, the store (`embedded`, or the address of an InfluxDB), the number of the first row, and `run`, or
 * `drain` for one that brings everything to the store and stops. It tells `S time` of each scan before it hands it over, and `A number`
 * of each row that was acknowledged.
 */
import { createHistorian } from '../../../historian/index.ts';
import { utcMs } from '../../../plant/clock.ts';
import { good } from '../../../plant/quality.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { qd1 } from '../../historian/world.ts';
import { silentLog } from '../../bench/support/silent-log.ts';
import { line, row, scanAt } from './history-line.ts';

const [dataFolder = '', store = 'embedded', first = '0', mode = 'run'] = process.argv.slice(2);
const scanEveryMs = 15;
const rowsAtOnce = 3;

const tell = (text: string): void => void process.stdout.write(`${text}\n`);
const influx = store === 'embedded' ? store : { url: store };
const historian = createHistorian({ skids: line, dataFolder, clock: systemClock(), log: silentLog, influx });
await historian.start();

/** Each scan and each row has a millisecond of its own, in this run and over all. */
let last = 0;
const now = () => {
  last = Math.max(last + 1, Date.now());
  return utcMs(last);
};
const takeScan = (): void => {
  const utc = now();
  tell(`S ${utc}`);
  historian.accept(scanAt(utc));
};

takeScan();
if (mode === 'run') {
  setInterval(takeScan, scanEveryMs);
  for (let number = Number(first); ;) {
    const samples = Array.from({ length: rowsAtOnce }, (_, i) => {
      const time = now();
      return { tag: row, value: number + i, quality: good, sourceTime: time, serverTime: time };
    });
    number += rowsAtOnce;
    await historian.store.append(samples, { skid: qd1, device: 'logger', epoch: 1, sequence: number });
    for (const { value, sourceTime } of samples) tell(`A ${value} ${sourceTime}`);
    await new Promise((resolve) => setTimeout(resolve, 6));
  }
}
// What is down-sampled is behind by some seconds, and is whole once a while has passed without points.
while (historian.health().figures?.['unwrittenPoints'] !== 0) await new Promise((resolve) => setTimeout(resolve, 50));
await historian.stop();
tell('drained');
process.exit(0);
