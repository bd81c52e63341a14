/** The recordings of a real rig in the embedded store, beside gzip of the same columns. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '../../control/records/support.ts';
import { EmbeddedStore } from '../../../historian/embedded/embedded-store.ts';
import { batchOf, type Point, type Series } from '../../../historian/point.ts';
import { utcMs } from '../../../plant/clock.ts';
import { good } from '../../../plant/quality.ts';
import { skidName } from '../../../plant/sample.ts';
import { noNotes } from '../../historian/world.ts';
import { measuredData } from '../../support/measured-data.ts';

const channels = 8;

export async function rigSize(
  say: (line: string) => void,
): Promise<Readonly<{ ours: number; gzip: number; samples: number }> | null> {
  const one = measuredData('rig/valve1-0.csv');
  if (one === null) return null;
  const names = readdirSync(dirname(one)).filter((name) => name.endsWith('.csv'));
  const folder = temporaryFolder();
  const store = new EmbeddedStore(folder.path, { rawDays: null });
  let [samples, gzip] = [0, 0];
  for (const [file, name] of names.entries()) {
    const rows = readFileSync(join(dirname(one), name), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(';'));
    const columns = Array.from({ length: channels }, (_, channel) => rows.map((cells) => Number(cells[1 + channel])));
    const times = rows.map((cells) => Date.parse(`${cells[0]?.replace(' ', 'T') ?? ''}Z`));
    const points = columns.flatMap((values, channel): Point[] => {
      const series: Series = {
        measurement: 'row-logger',
        skid: skidName(`RIG-${file}`),
        device: 'LOG-1',
        tag: `RIG/${channel}`,
        valueType: 'number',
      };
      return values.map((value, i) => ({
        series,
        value,
        quality: good,
        time: utcMs(times[i] ?? 0),
        serverTime: utcMs(times[i] ?? 0),
      }));
    });
    await store.write(batchOf(points), noNotes);
    samples += points.length;
    // Each value with its own time, as a store has to keep them.
    const bytes = columns.map((values) => Buffer.from(new Float64Array([...times, ...values]).buffer));
    gzip += bytes.reduce((sum, column) => sum + gzipSync(column).length, 0);
  }
  await store.sealAll();
  await store.compact();
  const size = statSync(join(folder.path, 'history.db')).size;
  await store.stop();
  folder.remove();
  say(`${names.length} rig recordings: ${samples} samples`);
  return { ours: size / samples, gzip: gzip / samples, samples };
}
