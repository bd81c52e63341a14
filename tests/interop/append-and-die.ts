/** A process that keeps fifty rows in history and is killed: `{dataFolder, site, tag, from, spawn}` as JSON in its argument. */
import { createHistorian } from '../../historian/index.ts';
import { utcMs } from '../../plant/clock.ts';
import type { Log } from '../../plant/log.ts';
import { good } from '../../plant/quality.ts';
import { skidName, type TagName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { systemClock } from '../../plant/system-clock.ts';

const { dataFolder, site, tag, from, spawn } = JSON.parse(process.argv[2] ?? '') as {
  dataFolder: string;
  site: readonly Skid[];
  tag: TagName;
  from: number;
  spawn: string;
};
const none = (): void => undefined;
const log: Log = { debug: none, info: none, warn: none, error: none, child: () => log };
const historian = createHistorian({
  skids: site,
  dataFolder,
  clock: systemClock(),
  log,
  influx: { spawn },
  rawDays: null,
});
await historian.start();
for (let i = 0; i < 50; i++) {
  const time = utcMs(from + i);
  const sample = { tag, value: i + 0.25, quality: good, sourceTime: time, serverTime: time };
  await historian.store.append([sample], { skid: skidName('QD-1'), device: 'logger', epoch: 1, sequence: i });
}
process.kill(process.pid, 'SIGKILL');
