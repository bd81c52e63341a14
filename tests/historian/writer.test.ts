import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseRetryAfter } from '../../historian/influx/http.ts';
import { givenServer, InfluxStore } from '../../historian/influx/influx-store.ts';
import { Quarantine } from '../../historian/quarantine.ts';
import { Spool } from '../../historian/spool/spool.ts';
import { backOffMs, Writer, type Wait } from '../../historian/writer.ts';
import { milliseconds } from '../../plant/clock.ts';
import { ModelDisk } from './model-disk.ts';
import { linesOf, say, scriptedInflux, type Answer } from './scripted-influx.ts';
import { entry, point, quietLog, standingClock, until, type Said } from './world.ts';

const limits = { segmentBytes: 100_000, segmentAge: milliseconds(600_000), totalBytes: 10_000_000 };

/** A spool, a writer and a server that answers as told. Waits pass at once and are remembered. */
async function historyTo(
  answer: Answer,
  options: Readonly<{ disk?: ModelDisk; credentials?: string; writeMs?: number }> = {},
) {
  const { url, asked } = await scriptedInflux(answer);
  const disk = options.disk ?? new ModelDisk();
  const clock = standingClock();
  const said: Said[] = [];
  const waits: number[] = [];
  const wait: Wait = async (ms, signal) => {
    waits.push(ms);
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const spool = new Spool(disk, 'spool', clock, limits);
  await spool.open();
  const quarantine = new Quarantine(disk, 'spool');
  await quarantine.open();
  const address = options.credentials === undefined ? url : url.replace('//', `//${options.credentials}@`);
  const store = new InfluxStore(givenServer(address), () => clock.utc(), {
    deadlines: { writeMs: options.writeMs ?? 5_000, queryMs: options.writeMs ?? 5_000 },
    connections: 1,
  });
  const writer = new Writer({ spool, store, quarantine, clock, log: quietLog(said), random: () => 0.5, wait });
  onTestFinished(async () => {
    await writer.stop(0);
    await store.stop();
  });
  return { spool, writer, quarantine, store, disk, asked, waits, said };
}

const quarantined = (disk: ModelDisk): unknown[] =>
  linesOf(disk.contents().get('spool/quarantine.jsonl')?.toString() ?? '').map((line) => JSON.parse(line) as unknown);

const points = (count: number) => Array.from({ length: count }, (_, i) => point(i + 0.5, i));

describe('the writer', () => {
  it('brings every point to the server, with time in milliseconds, and gives the spool up', async () => {
    const taken: string[] = [];
    const { spool, writer, asked } = await historyTo(({ body }, response) => {
      taken.push(...linesOf(body));
      say(response, 204);
    });
    await spool.append(entry(points(3)));
    writer.start();
    await until(() => spool.figures().unwritten === 0);
    expect(taken).toHaveLength(3);
    expect(taken[1]).toMatch(/ R201\/TT-201A=1\.5,.* 1$/);
    expect(Object.fromEntries(asked[0]!.url.searchParams)).toEqual({ db: 'mesoline', rp: 'raw', precision: 'ms' });
  });

  it('sends what came while the server was away, in order, when it is back', async () => {
    let up = false;
    const taken: string[] = [];
    const { spool, writer } = await historyTo(({ body }, response) => {
      if (!up) return void response.destroy();
      taken.push(...linesOf(body));
      say(response, 204);
    });
    writer.start();
    for (const one of points(20)) await spool.append(entry([one]));
    await until(() => writer.figures().trouble !== null);
    expect(spool.figures().unwritten).toBe(20);
    expect(writer.figures().oldestUnwritten).toBe(3);
    up = true;
    await until(() => spool.figures().unwritten === 0);
    expect(taken.map((line) => Number(line.split(' ').at(-1)))).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(writer.figures().trouble).toBeNull();
  });

  it('puts the bad points into quarantine with the reason, and stores the rest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(49), { maxLength: 8 }), async (bad) => {
        const stored = new Set<string>();
        const isBad = (line: string) => bad.some((at) => line.endsWith(` ${at}`));
        const { spool, writer, disk, quarantine } = await historyTo(({ body }, response) => {
          const lines = linesOf(body);
          // As InfluxDB does: the good ones of a refused part are stored all the same.
          for (const line of lines) if (!isBad(line)) stored.add(line);
          const dropped = lines.filter(isBad).length;
          if (dropped === 0) say(response, 204);
          else say(response, 400, `partial write: field type conflict: input field "v" dropped=${dropped}`);
        });
        await spool.append(entry(points(50)));
        writer.start();
        await until(() => spool.figures().unwritten === 0);
        await writer.stop(0);
        expect(stored.size).toBe(50 - bad.length);
        expect(quarantine.points).toBe(bad.length);
        const aside = quarantined(disk) as { time: number; reason: string }[];
        expect(aside.map(({ time }) => time)).toEqual([...bad].sort((one, other) => one - other));
        for (const { reason } of aside) expect(reason).toContain('field type conflict');
      }),
      { numRuns: 15 },
    );
  });

  it('asks no second time for a part that is bad as a whole', async () => {
    const { spool, writer, asked, quarantine } = await historyTo((_, response) =>
      say(response, 400, 'partial write: points beyond retention policy dropped=50'),
    );
    await spool.append(entry(points(50)));
    writer.start();
    await until(() => quarantine.points === 50);
    expect(asked.filter(({ url }) => url.searchParams.get('rp') === 'raw')).toHaveLength(1);
  });

  it('does not go on while the quarantine cannot be written', async () => {
    const disk = new ModelDisk();
    const { spool, writer, quarantine } = await historyTo((_, response) => say(response, 400, 'no dropped=1'), {
      disk,
    });
    await spool.append(entry(points(1)));
    disk.room = 0;
    writer.start();
    await until(() => writer.figures().trouble !== null);
    expect(spool.figures().unwritten).toBe(1);
    disk.room = Infinity;
    await until(() => spool.figures().unwritten === 0);
    expect(quarantine.points).toBe(1);
    expect(quarantined(disk)).toHaveLength(1);
  });

  it('puts aside a point that cannot be said, without asking the server', async () => {
    const { spool, writer, asked, disk } = await historyTo((_, response) => say(response, 204));
    await spool.append(entry([point(1, 0.5)]));
    writer.start();
    await until(() => spool.figures().unwritten === 0);
    expect(asked.filter(({ url }) => url.searchParams.get('rp') === 'raw')).toHaveLength(0);
    expect(quarantined(disk)).toMatchObject([{ time: 0.5, tag: 'R201/TT-201A' }]);
  });

  it('sends a part that is too large in halves', async () => {
    const sizes: number[] = [];
    const { spool, writer } = await historyTo(({ body }, response) => {
      const size = linesOf(body).length;
      sizes.push(size);
      say(response, size > 10 ? 413 : 204);
    });
    await spool.append(entry(points(40)));
    writer.start();
    await until(() => spool.figures().unwritten === 0);
    expect(sizes).toEqual([40, 20, 10, 10, 20, 10, 10]);
  });

  it.each([401, 403, 429, 500, 503])('keeps everything and says so while the server answers %d', async (status) => {
    let well = false;
    const { spool, writer, quarantine } = await historyTo((_, response) =>
      well ? say(response, 204) : say(response, status, 'not now'),
    );
    await spool.append(entry(points(2)));
    writer.start();
    await until(() => writer.figures().trouble !== null);
    expect(writer.figures().trouble).toContain(`${status}: not now`);
    expect(spool.figures().unwritten).toBe(2);
    well = true;
    await until(() => spool.figures().unwritten === 0);
    expect(quarantine.points).toBe(0);
  });

  it('waits as long as the server asks', async () => {
    let calls = 0;
    const { spool, writer, waits } = await historyTo((_, response) => {
      calls += 1;
      if (calls > 1) say(response, 204);
      else say(response, 503, 'busy', { 'retry-after': '7' });
    });
    await spool.append(entry(points(1)));
    writer.start();
    await until(() => spool.figures().unwritten === 0);
    expect(waits[0]).toBe(7_000);
  });

  it('makes the database where it is missing, and sends the same lines again', async () => {
    const made: string[] = [];
    const { spool, writer, asked } = await historyTo(({ url, body }, response) => {
      if (url.pathname !== '/query') {
        if (made.length > 0) say(response, 204);
        else say(response, 404, 'database not found: "mesoline"');
        return;
      }
      const q = url.searchParams.get('q') ?? new URLSearchParams(body).get('q') ?? body;
      made.push(q);
      const policies = { columns: ['name', 'duration'], values: [['autogen', '0s']] };
      const series = /^show/iu.test(q) ? [policies] : [];
      response.end(JSON.stringify({ results: [{ statement_id: 0, series }] }));
    });
    await spool.append(entry(points(2)));
    writer.start();
    await until(() => spool.figures().unwritten === 0);
    expect(made[0]).toMatch(/create database "?mesoline"?/iu);
    for (const tier of ['raw', '10s', '1m', '1h', 'events'])
      expect(made.some((q) => q.includes(`"${tier}"`))).toBe(true);
    expect(asked.filter(({ url }) => url.pathname === '/write').map(({ body }) => linesOf(body).length)).toEqual([
      2, 2,
    ]);
  });

  it('gives up an answer that never ends, and sends again', async () => {
    let calls = 0;
    const { spool, writer } = await historyTo(
      (_, response) => {
        calls += 1;
        if (calls > 1) {
          say(response, 204);
          return;
        }
        response.writeHead(200, { 'content-length': '100' });
        response.write('x');
      },
      { writeMs: 100 },
    );
    await spool.append(entry(points(1)));
    writer.start();
    await until(() => spool.figures().unwritten === 0);
    expect(calls).toBe(2);
  });

  it('never holds an append, and stops at once, while the server says nothing', async () => {
    const { spool, writer } = await historyTo(() => undefined, { writeMs: 60_000 });
    await spool.append(entry(points(1)));
    writer.start();
    for (const one of points(10)) await spool.append(entry([one]));
    await writer.stop(0);
    expect(spool.figures().unwritten).toBe(11);
  });

  it('sends the credentials of its address', async () => {
    const { spool, writer, asked } = await historyTo((_, response) => say(response, 204), { credentials: 'qd:p%40ss' });
    await spool.append(entry(points(1)));
    writer.start();
    await until(() => spool.figures().unwritten === 0);
    expect(asked[0]!.headers.authorization).toBe(`Basic ${Buffer.from('qd:p@ss').toString('base64')}`);
  });

  it('writes gaps beside the points', async () => {
    const taken: string[] = [];
    const { spool, writer } = await historyTo(({ body }, response) => {
      taken.push(...linesOf(body));
      say(response, 204);
    });
    const { series, time } = point(1, 10);
    await spool.append(
      entry([], {
        gaps: [{ skid: series.skid, kind: 'given-up', from: time, to: time, points: 4, reason: 'full', filled: null }],
      }),
    );
    writer.start();
    await until(() => taken.length > 0);
    expect(taken).toEqual(['mesoline_gap,kind=given-up,skid=QD-1 to=10i,points=4i,reason="full" 10']);
  });
});

describe('the wait after a failure', () => {
  it('grows, has jitter, and has an end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, random) => {
          const wait = backOffMs(failures, random);
          expect(wait).toBeGreaterThanOrEqual(125);
          expect(wait).toBeLessThanOrEqual(15_000);
          expect(backOffMs(failures + 1, random)).toBeGreaterThanOrEqual(wait);
        },
      ),
    );
    expect(backOffMs(3, 0)).toBeLessThan(backOffMs(3, 1));
  });

  it('is read from Retry-After as seconds or as a date', () => {
    expect(parseRetryAfter('120', 0)).toBe(120_000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 4_000)).toBe(6_000);
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 40_000)).toBe(0);
    expect(parseRetryAfter('soon', 0)).toBeNull();
  });
});
