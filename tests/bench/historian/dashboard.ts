/** What a dashboard of a day asks: 50 tags a minute apart, of the down-sampled tier, and of the points for comparison. */
import { givenServer, InfluxStore } from '../../../historian/influx/influx-store.ts';
import { coarseTiers } from '../../../historian/schema.ts';
import type { CoarseRow } from '../../../historian/downsampling/coarse-row.ts';
import { batchOf, type Point } from '../../../historian/point.ts';
import { utcMs } from '../../../plant/clock.ts';
import { good } from '../../../plant/quality.ts';
import { noNotes } from '../../historian/world.ts';
import type { Influxd } from '../../support/influxd.ts';
import { median } from '../support/pairs.ts';
import { series } from './load.ts';

const tags = series.slice(0, 50);
const minuteMs = 60_000;
const never = new AbortController().signal;

export async function dashboard(
  influxd: Influxd,
  hours: number,
  say: (line: string) => void,
): Promise<Readonly<{ coarseMs: number; rawMs: number }>> {
  const store = new InfluxStore(givenServer(influxd.url), () => Date.now(), { rawDays: null });
  const tier = coarseTiers.find(({ name }) => name === '1m');
  if (tier === undefined) throw new Error('There is no tier of a minute.');
  const t0 = Math.floor(Date.UTC(2026, 0, 10) / minuteMs) * minuteMs;
  for (let minute = 0; minute < hours * 60; minute += 1) {
    const points: Point[] = [];
    const rows: CoarseRow[] = [];
    for (const [i, one] of tags.entries()) {
      const value = (s: number): number => Math.round(1_500 + 100 * Math.sin((minute * 60 + s + 37 * i) / 60)) / 10;
      for (let s = 0; s < 60; s += 1) {
        const time = utcMs(t0 + minute * minuteMs + 1_000 * s);
        points.push({ series: one, value: value(s), quality: good, time, serverTime: time });
      }
      const time = utcMs(t0 + minute * minuteMs);
      rows.push({ series: one, time, count: 60, min: 140, max: 160, mean: value(30), last: value(59), worst: good });
    }
    points.sort((one, other) => one.time - other.time);
    await store.write(batchOf(points), noNotes, never);
    await store.writeCoarse(tier, rows, never);
  }
  say(`${hours} h of 50 tags are written`);
  const [from, to] = [utcMs(t0), utcMs(t0 + hours * 3_600_000)];
  const took = async (times: number, ask: () => Promise<readonly (readonly unknown[])[]>): Promise<number> => {
    const found: number[] = [];
    for (let i = 0; i < times; i += 1) {
      const begin = performance.now();
      const answer = await ask();
      found.push(performance.now() - begin);
      if (answer.some((rows) => rows.length !== hours * 60)) throw new Error('The answer is not whole.');
    }
    return median(found);
  };
  const coarseMs = await took(5, () => store.coarse(tier, tags, from, to));
  const rawMs = await took(1, () => store.trend(tags, from, to, minuteMs));
  say(`down-sampled ${Math.round(coarseMs)} ms, of the points ${Math.round(rawMs)} ms`);
  await store.stop();
  return { coarseMs, rawMs };
}
