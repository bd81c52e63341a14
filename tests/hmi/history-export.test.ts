import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { csvOfPoints, csvOfSteps } from '../../hmi/server/history-export/csv.ts';
import { parquetOfPoints } from '../../hmi/server/history-export/parquet.ts';
import { utcMs } from '../../plant/clock.ts';
import type { HistoryGap, HistoryPoint, HistoryQueries } from '../../plant/ports/history.ts';
import { badNoCommunication, good } from '../../plant/quality.ts';
import { localTag, skidName, tagName } from '../../plant/sample.ts';
import { emptyHistory } from '../support/history.ts';

const t0 = Date.UTC(2026, 2, 1);
const skid = skidName('QD-1');
const [temperature, step] = ['R201/TT-201A', 'PLC/step'].map((name) => tagName(skid, localTag(name))) as [
  ReturnType<typeof tagName>,
  ReturnType<typeof tagName>,
];
const count = 25_000;
const pointsOf = (tag: string): readonly HistoryPoint[] =>
  tag === step
    ? [{ time: utcMs(t0 + 5), value: '=run, "fast"', quality: good, serverTime: utcMs(t0 + 8) }]
    : Array.from({ length: count }, (_, i) => ({
        time: utcMs(t0 + i * 1_000),
        value: i === 7 ? null : i / 10,
        quality: i === 7 ? badNoCommunication : good,
        serverTime: utcMs(t0 + i * 1_000 + 3),
      }));
const gap: HistoryGap = {
  skid,
  kind: 'service-down',
  from: utcMs(t0 + 90),
  to: utcMs(t0 + 99),
  points: 0,
  reason: 'The service did not run.',
  filled: null,
};
let pages = 0;
const history: HistoryQueries = {
  ...emptyHistory,
  raw: (tag, from, to, limit) => {
    pages += 1;
    expect(limit).toBeLessThanOrEqual(10_000);
    return Promise.resolve(
      pointsOf(tag)
        .filter(({ time }) => time >= from && time < to)
        .slice(0, limit),
    );
  },
  gaps: () => Promise.resolve([gap, { ...gap, skid: skidName('QD-2') }]),
  aligned: (tags, from, to, stepMs) =>
    Promise.resolve(
      tags.map((tag) => ({
        tag,
        values: Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, i) => ({
          time: utcMs(from + i * stepMs),
          value: i === 1 ? null : i,
          status: i === 1 ? 0x809b_0000 : 0x402,
        })),
      })),
    ),
};
const tags = [
  { tag: temperature, unit: '°C' },
  { tag: step, unit: null },
];
const [from, to] = [utcMs(t0), utcMs(t0 + count * 1_000)];

async function all<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const part of parts) found.push(part);
  return found;
}

describe('an export of history', () => {
  it('as CSV has every point once, with unit, quality and both times, and the gaps of its skids', async () => {
    const text = (await all(csvOfPoints(history, tags, from, to))).join('');
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 1 + count + 1);
    expect(lines[1]).toBe(
      '2026-03-01T00:00:00.090+00:00,QD-1,,,BadNoData,0x809B0000,,gap (service-down) until 2026-03-01T00:00:00.099+00:00: The service did not run.',
    );
    expect(lines[2]).toBe(
      '2026-03-01T00:00:00.000+00:00,QD-1/R201/TT-201A,0,°C,Good,0x00000000,2026-03-01T00:00:00.003+00:00,',
    );
    expect(lines[9]).toContain(',,°C,BadNoCommunication,0x80310000,');
    expect(lines.at(-1)).toContain(`"'=run, ""fast"""`);
    expect(pages).toBeGreaterThanOrEqual(4);
  });

  it('by steps has a row for each, and says where there is no value', async () => {
    const text = (await all(csvOfSteps(history, tags, from, utcMs(t0 + 3_000), 1_000))).join('');
    expect(text.split('\r\n').slice(0, 3)).toEqual([
      'time,QD-1/R201/TT-201A [°C],QD-1/R201/TT-201A status,QD-1/PLC/step,QD-1/PLC/step status',
      '2026-03-01T00:00:00.000+00:00,0,,0,',
      '2026-03-01T00:00:01.000+00:00,,0x809B0000,,0x809B0000',
    ]);
  });

  it('as Parquet is read by another library, type by type', async () => {
    const parts = await all(parquetOfPoints(history, tags, from, to));
    expect(parts.length).toBeGreaterThan(4);
    const { buffer } = Uint8Array.from(Buffer.concat(parts));
    const rows = await parquetReadObjects({ file: buffer });
    expect(rows).toHaveLength(1 + count + 1);
    expect(rows[0]).toMatchObject({ tag: 'QD-1', value: null, note: expect.stringContaining('gap (service-down)') });
    expect(rows[11]).toMatchObject({
      time: new Date(t0 + 10_000),
      tag: temperature,
      value: 1,
      text: null,
      unit: '°C',
      quality: 'Good',
      status: 0n,
      serverTime: new Date(t0 + 10_003),
    });
    expect(rows[8]).toMatchObject({ value: null, status: 0x8031_0000n });
    expect(rows.at(-1)).toMatchObject({ text: '=run, "fast"', value: null, unit: null });
  });
});
