/** The writer beside raw POSTs of lines that were encoded before, to the same influxd: each with 1 to 4 connections, the best of them. */
import { givenServer, InfluxStore } from '../../../historian/influx/influx-store.ts';
import { InfluxHttp } from '../../../historian/influx/http.ts';
import { LineEncoder } from '../../../historian/influx/line-protocol.ts';
import type { PointBatch } from '../../../historian/point.ts';
import { noNotes } from '../../historian/world.ts';
import type { Influxd } from '../../support/influxd.ts';
import { batchFrom } from './load.ts';

const batches = 20;
const secondsOfBatch = 5;
const never = new AbortController().signal;

export type Written = Readonly<{ points: number; seconds: number; cpuSeconds: number }>;

/** Made before the clock runs: the same points for both, at times of their own in each round. */
export function load(t0: number): readonly PointBatch[] {
  return Array.from({ length: batches }, (_, i) => batchFrom(t0, i * secondsOfBatch, secondsOfBatch));
}

async function timed(points: number, work: () => Promise<void>): Promise<Written> {
  const cpu = process.cpuUsage();
  const from = performance.now();
  await work();
  const seconds = (performance.now() - from) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { points, seconds, cpuSeconds: (user + system) / 1e6 };
}

const countOf = (all: readonly PointBatch[]): number => all.reduce((sum, { count }) => sum + count, 0);

/** Batches one after the other, each in as many parts as there are connections, as our writer does it. */
export async function raw(influxd: Influxd, t0: number, connections: number): Promise<Written> {
  const all = load(t0);
  const encoder = new LineEncoder();
  const bodies = all.map((batch) => {
    const parts: string[][] = Array.from({ length: connections }, () => []);
    const places = new Map<string, number>();
    for (const { key, text } of encoder.encode(batch).lines) {
      const place = places.get(key) ?? places.size % connections;
      places.set(key, place);
      parts[place]?.push(text);
    }
    return parts.map((lines) => Buffer.from(lines.join('')));
  });
  const http = new InfluxHttp(() => 0);
  const base = new URL(influxd.url);
  const post = async (body: Buffer): Promise<void> => {
    const query = { db: 'mesoline', rp: 'raw', precision: 'ms' };
    const { status } = await http.ask(base, { method: 'POST', path: '/write', query, body, deadlineMs: 30_000 });
    if (status !== 204) throw new Error(`influxd answered ${status}`);
  };
  const written = await timed(countOf(all), async () => {
    for (const parts of bodies) await Promise.all(parts.map(post));
  });
  await http.close();
  return written;
}

export async function ours(influxd: Influxd, t0: number, connections: number): Promise<Written> {
  const store = new InfluxStore(givenServer(influxd.url), () => Date.now(), { rawDays: null, connections });
  const all = load(t0);
  const written = await timed(countOf(all), async () => {
    for (const batch of all) await store.write(batch, noNotes, never);
  });
  await store.stop();
  return written;
}
