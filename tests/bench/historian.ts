/**
 * History on its way to InfluxDB: the writer alone, and the whole path through the spool, each beside raw POSTs of lines that were encoded
 * before, to the same influxd in the same run.
 */
import { join } from 'node:path';
import { temporaryFolder } from '../control/records/support.ts';
import { Influxd } from '../support/influxd.ts';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { ours, raw, type Written } from './historian/writing.ts';
import { wholePath } from './historian/whole-path.ts';
import { dashboard } from './historian/dashboard.ts';
import { median, rounded } from './support/pairs.ts';

const connections = [1, 2, 3, 4];
const rate = ({ points, seconds }: Written): number => points / seconds;

export const run: Run = async ({ say, quick = false, rounds }) => {
  const folder = temporaryFolder();
  const influxd = await Influxd.make(join(folder.path, 'influxdb'));
  await influxd.start();
  try {
    // Each round has times of its own: a point that is there already costs the server less.
    let t0 = Date.now() - 30 * 86_400_000;
    const next = (): number => (t0 += 3_600_000);
    await ours(influxd, next(), 1);
    const ratios: number[] = [];
    const rates = { ours: [] as number[], raw: [] as number[], whole: [] as number[], cpu: [] as number[] };
    const wholes: number[] = [];
    for (let round = 0; round < (quick ? 1 : Math.max(5, rounds)); round += 1) {
      const found = { ours: 0, raw: 0 };
      for (const count of quick ? [2] : connections) {
        found.raw = Math.max(found.raw, rate(await raw(influxd, next(), count)));
        const own = await ours(influxd, next(), count);
        found.ours = Math.max(found.ours, rate(own));
        rates.cpu.push((own.cpuSeconds / own.points) * 1e6);
      }
      const whole = rate(await wholePath(influxd, folder.path, next()));
      ratios.push(found.ours / found.raw);
      wholes.push(whole / found.raw);
      rates.ours.push(found.ours);
      rates.raw.push(found.raw);
      rates.whole.push(whole);
      say(`raw ${Math.round(found.raw)}/s, ours ${Math.round(found.ours)}/s, whole path ${Math.round(whole)}/s`);
    }
    const asked = await dashboard(influxd, quick ? 1 : 24, say);
    return [
      atLeast('raw POSTs, points', Math.round(median(rates.raw)), '/s'),
      atLeast('our writer, points', Math.round(median(rates.ours)), '/s'),
      atLeast('  as a share of raw POSTs', rounded(median(ratios), 2), '', 0.85),
      atMost('  CPU of ours a point', rounded(median(rates.cpu), 2), 'µs', 1.5),
      atLeast('whole path with the fsynced spool, points', Math.round(median(rates.whole)), '/s'),
      atLeast('  as a share of raw POSTs', rounded(median(wholes), 2), '', 0.6),
      atMost(`50 tags over ${quick ? 1 : 24} h, down-sampled`, Math.round(asked.coarseMs), 'ms', 300),
      atMost('  of the points themselves, for comparison', Math.round(asked.rawMs), 'ms'),
    ];
  } finally {
    await influxd.stop();
    folder.remove();
  }
};
