import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createSpectrumReader, type SpectrumReaderOptions } from '../../pat/index.ts';
import type { Log } from '../../plant/log.ts';
import type { Room } from '../../plant/ports/room.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { acquisition, decayAt, spinsolveOf } from './read/files.ts';

const log: Log = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0, child: () => log };
const columns = Buffer.from('1 10\n2 20\n3 30\n');
const rooms: Room[] = [];

function readerOf(options: Partial<SpectrumReaderOptions> = {}) {
  const reader = createSpectrumReader({ clock: systemClock(), log, ...options });
  rooms.push(reader);
  return reader;
}

afterEach(async () => {
  for (const room of rooms.splice(0)) await room.stop();
});

describe('the reader of spectra', () => {
  it('reads in its thread, with the digest of what it read, and leaves the bytes to whoever gave them', async () => {
    const reader = readerOf();
    await reader.start();
    const reading = await reader.read('a.txt', columns);
    expect(reading.kind === 'spectrum' && [...reading.data.y.values]).toEqual([10, 20, 30]);
    expect(reading.kind === 'spectrum' && reading.digest).toBe(createHash('sha256').update(columns).digest('hex'));
    expect(columns.toString()).toBe('1 10\n2 20\n3 30\n');
  });

  it('reads both channels of a decay, with the file beside it, and has the digest of both', async () => {
    const reader = readerOf();
    await reader.start();
    const [data, parameters] = [spinsolveOf(decayAt(625, 32, 5000)), Buffer.from(acquisition())];
    const reading = await reader.read('data.1d', data, { companions: new Map([['acqu.par', parameters]]) });
    if (reading.kind !== 'spectrum') throw new Error(reading.reason);
    expect([reading.data.imaginary?.length, reading.data.nmr?.nucleus]).toEqual([32, '31P']);
    expect(reading.digest).toBe(createHash('sha256').update(data).update(parameters).digest('hex'));
    expect(reader.companionsOf('data.1d')).toEqual(['acqu.par']);
    expect([data.length, parameters.toString()]).toEqual([32 + 8 * 32, acquisition()]);
  });

  it('refuses what is too large with what lies beside it', async () => {
    const reader = readerOf({ largestBytes: 20 });
    await reader.start();
    const companions = new Map([['acqu.par', Buffer.alloc(10)]]);
    expect(await reader.read('a.txt', columns, { companions })).toMatchObject({ kind: 'malformed' });
  });

  it('answers each of many that are asked at once with its own', async () => {
    const reader = readerOf();
    await reader.start();
    const readings = await Promise.all(
      Array.from({ length: 50 }, (_, i) => reader.read('a.txt', Buffer.from(`1 ${i}\n2 0\n`))),
    );
    expect(readings.map((reading) => reading.kind === 'spectrum' && reading.data.y.values[0])).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  it('refuses a file that is too large without looking at it', async () => {
    const reader = readerOf({ largestBytes: 10 });
    await reader.start();
    expect(await reader.read('a.txt', columns)).toMatchObject({
      kind: 'malformed',
      reason: expect.stringMatching(/more than 10/u) as string,
    });
  });

  it('ends the thread of a file that takes too long, and reads the next in a new one', async () => {
    // Never answers a file named so, and the others as malformed by its own name.
    const source = `
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ id, name }) => {
        if (name === 'endless.txt') for (;;);
        parentPort.postMessage({ id, reading: { kind: 'malformed', reason: name } });
      });`;
    const entry = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
    const reader = readerOf({ entry, deadlineMs: 1000 });
    await reader.start();
    const endless = reader.read('endless.txt', columns);
    const next = reader.read('next.txt', columns);
    expect(await endless).toMatchObject({
      kind: 'malformed',
      reason: expect.stringMatching(/longer than 1 s/u) as string,
    });
    expect(await next).toMatchObject({ kind: 'malformed', reason: 'next.txt' });
    expect(reader.health().figures).toMatchObject({ ended: 1, malformed: 2 });
  });

  it('outlives a thread that ends by itself', async () => {
    const source = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));`;
    const reader = readerOf({ entry: new URL(`data:text/javascript,${encodeURIComponent(source)}`) });
    await reader.start();
    expect(await reader.read('a.txt', columns)).toMatchObject({
      kind: 'malformed',
      reason: expect.stringMatching(/given up/u) as string,
    });
    expect(await reader.read('b.txt', columns)).toMatchObject({
      kind: 'malformed',
      reason: expect.stringMatching(/given up/u) as string,
    });
  });

  it('before its start and after its stop says that it does not read now, and keeps nobody waiting', async () => {
    const reader = readerOf();
    expect((await reader.read('a.txt', columns)).kind).toBe('incomplete');
    await reader.start();
    const under = reader.read('a.txt', columns);
    await reader.stop();
    await reader.stop();
    expect((await under).kind).toBe('incomplete');
    expect((await reader.read('a.txt', columns)).kind).toBe('incomplete');
  });
});
