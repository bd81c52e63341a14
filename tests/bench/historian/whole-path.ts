/** From samples in the main thread, through the fsynced spool, to InfluxDB: until the store has them all. */
import { join } from 'node:path';
import { createHistorian } from '../../../historian/index.ts';
import { utcMs } from '../../../plant/clock.ts';
import { localTag, skidName, tagName, type Sample } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { site } from '../../historian/world.ts';
import type { Influxd } from '../../support/influxd.ts';
import { silentLog } from '../support/silent-log.ts';
import { pointsFrom, series } from './load.ts';
import type { Written } from './writing.ts';

const seconds = 1_200;
const appendsAtOnce = 8;
let runs = 0;

/** The skids whose tags the load has. */
function skids(): readonly Skid[] {
  const [model] = site;
  const tag = model?.type.tags[0];
  if (model === undefined || tag === undefined) throw new Error('The site has no skid.');
  const names = [...new Set(series.map(({ skid }) => skid))];
  return names.map((name) => ({
    ...model,
    name: skidName(name),
    type: {
      ...model.type,
      type: 'generic-skid-plc',
      tags: series.filter(({ skid }) => skid === name).map((one) => ({ ...tag, name: localTag(one.tag) })),
    },
  }));
}

export async function wholePath(influxd: Influxd, folder: string, t0: number): Promise<Written> {
  const clock = systemClock();
  const historian = createHistorian({
    skids: skids(),
    dataFolder: join(folder, `run-${(runs += 1)}`),
    clock,
    log: silentLog,
    influx: { url: influxd.url },
    rawDays: null,
  });
  await historian.start();
  // A scan names its tags by the same strings, again and again.
  const names = new Map(series.map((one) => [one, tagName(one.skid, localTag(one.tag))]));
  const batches: Sample[][] = [];
  for (let s = 0; s < seconds; s += 5) {
    batches.push(
      pointsFrom(t0, s, 5).map(({ series: one, value, quality, time, serverTime }) => ({
        tag: names.get(one) ?? tagName(one.skid, localTag(one.tag)),
        value,
        quality,
        sourceTime: time,
        serverTime,
      })),
    );
  }
  const points = batches.reduce((sum, { length }) => sum + length, 0);
  const cpu = process.cpuUsage();
  const from = performance.now();
  for (let at = 0; at < batches.length; at += appendsAtOnce) {
    await Promise.all(batches.slice(at, at + appendsAtOnce).map((samples) => historian.store.append(samples)));
  }
  // The historian's own figures come twice a second only: the store is asked for the last point.
  const last = batches.at(-1)?.at(-1);
  const isThere = async (): Promise<boolean> => {
    if (last === undefined) return true;
    return (await historian.queries.raw(last.tag, last.sourceTime, utcMs(last.sourceTime + 1), 1)).length === 1;
  };
  while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 20));
  const took = (performance.now() - from) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  await historian.stop();
  return { points, seconds: took, cpuSeconds: (user + system) / 1e6 };
}
