import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeNumber } from '../../twin/codec.ts';
import { play, type PlayerTime } from '../../twin/replay/player.ts';
import { countRows, linesOf, rowsOf } from '../../twin/replay/recording.ts';
import { RowRing, type Row } from '../../twin/replay/ring.ts';
import { loadRegisterModel } from '../support/register-model.ts';
import { repository } from './skid-in-hand.ts';

const model = loadRegisterModel(repository('gateway/devices/row-logger.yaml'));
const layout = model.ring!;
const head = 'datetime;a;b;c;d;e;f;g;h;anomaly;changepoint';

const row = (timeMs: number): Row => ({ timeMs, values: Array.from({ length: 8 }, (_, i) => timeMs + i / 8) });

async function* given<T>(...items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

/** What a reader that follows the device model sees in the slot of a row. */
function read(ring: RowRing, sequence: number, capacity = 1600) {
  const words = ring.bank.readWords(
    'input',
    layout.base + (sequence % capacity) * layout.rowRegisters,
    layout.rowRegisters,
  );
  if (typeof words === 'number') throw new Error(`exception ${words}`);
  const number = (type: 'uint32' | 'uint64' | 'float64', at: number): number =>
    decodeNumber(type, layout.order, words.subarray(at));
  return {
    sequence: number('uint32', layout.sequence),
    timeMs: number('uint64', layout.time),
    values: layout.values.map(({ offset }) => number('float64', offset)),
    repeat: number('uint32', layout.repeat),
  };
}

const header = (ring: RowRing): Readonly<{ newest: number; capacity: number }> => {
  const words = ring.bank.readWords('input', 0, 4) as Uint16Array;
  return { newest: decodeNumber('uint32', 'ABCD', words), capacity: decodeNumber('uint32', 'ABCD', words.subarray(2)) };
};

const put = (ring: RowRing, one: Row): void => {
  ring.begin(one);
  ring.finish();
};

describe('the ring', () => {
  it('lies where the device model says, with room for 1600 rows', () => {
    const ring = new RowRing();
    expect(model.points.map(({ name, address, type }) => [name, address, type])).toEqual([
      [layout.newest, 0, 'uint32'],
      [layout.capacity, 2, 'uint32'],
      [layout.epoch, 4, 'uint32'],
    ]);
    expect(header(ring)).toEqual({ newest: 0, capacity: 1600 });
    put(ring, row(1_583_748_873_000));
    expect(read(ring, 1)).toEqual({ sequence: 1, repeat: 1, ...row(1_583_748_873_000) });
    expect(header(ring).newest).toBe(1);
  });

  it('keeps as many rows as it holds, the newest over the oldest', () => {
    const ring = new RowRing(10);
    for (let n = 1; n <= 25; n += 1) put(ring, row(n));
    for (let n = 16; n <= 25; n += 1) expect(read(ring, n, 10)).toMatchObject({ sequence: n, repeat: n, timeMs: n });
    expect(read(ring, 15, 10).sequence).toBe(25);
  });

  it('shows two different numbers on a row that is being written, and announces it only when it is whole', () => {
    const ring = new RowRing(10);
    for (let n = 1; n <= 10; n += 1) put(ring, row(n));
    ring.begin(row(11));
    const torn = read(ring, 1, 10);
    expect(torn.sequence).not.toBe(torn.repeat);
    expect(header(ring).newest).toBe(10);
    ring.finish();
    expect(read(ring, 11, 10)).toMatchObject({ sequence: 11, repeat: 11 });
    expect(header(ring).newest).toBe(11);
  });

  it('is read only, by input registers only, up to its last', () => {
    const { bank } = new RowRing();
    expect(bank.readWords('holding', 0, 1)).toBe(2);
    expect(bank.writeWords(0, Uint16Array.of(1))).toBe(2);
    expect(bank.readWords('input', 64_015, 1)).toEqual(Uint16Array.of(0));
    expect(bank.readWords('input', 64_015, 2)).toBe(2);
    expect(bank.readBits('coil', 0, 1)).toBe(2);
  });
});

/** A clock that sleeping moves. */
function clock(): PlayerTime & { slept: number[] } {
  let now = 5000;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: (ms) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
    turn: () => Promise.resolve(),
  };
}

describe('the player', () => {
  it('keeps the spacing of the recording, divided by the speed', async () => {
    const [slow, fast] = [clock(), clock()];
    expect(await play(given(row(0), row(1000), row(3000)), new RowRing(), { speed: 1, tearEvery: 0 }, slow)).toBe(3);
    await play(given(row(0), row(1000), row(3000)), new RowRing(), { speed: 1000, tearEvery: 0 }, fast);
    expect(slow.slept).toEqual([1000, 2000]);
    expect(fast.slept).toEqual([1, 2]);
  });

  it('does not lose rows whose times stand still or go back', async () => {
    const ring = new RowRing();
    expect(await play(given(row(5000), row(5000), row(4000)), ring, { speed: 1, tearEvery: 0 }, clock())).toBe(3);
    expect(read(ring, 3).timeMs).toBe(4000);
  });

  it('lets a row be seen half written once where it is told to, and whole after that', async () => {
    const ring = new RowRing();
    const time: PlayerTime = { ...clock(), sleep: () => new Promise(() => undefined) };
    const playing = play(given(row(1), row(1), row(1)), ring, { speed: 1, tearEvery: 2 }, time);
    let torn = 0;
    while (ring.newest < 3) {
      const { newest } = header(ring);
      if (newest > 0) {
        const seen = read(ring, newest);
        if (seen.sequence !== seen.repeat) torn += 1;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await playing).toBe(3);
    expect(torn).toBe(1);
    expect(read(ring, 2)).toMatchObject({ sequence: 2, repeat: 2 });
  });
});

describe('a recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recording-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const rows = async (text: string): Promise<Row[]> => {
    const all: Row[] = [];
    for await (const one of rowsOf(given(...text.split('\n')), 'rig.csv')) all.push(one);
    return all;
  };

  it('is read with its own times in UTC and exact values, without the labels', async () => {
    expect(await rows(`${head}\n2020-03-09 10:14:33;0.0265878;1;-2.5;1e-3;5;6;7;32.0;1.0;0.0`)).toEqual([
      { timeMs: Date.UTC(2020, 2, 9, 10, 14, 33), values: [0.0265878, 1, -2.5, 1e-3, 5, 6, 7, 32] },
    ]);
  });

  it.each([
    ['another first column', 'time;a\n', /rig.csv:1: The first column is "time"/u],
    ['too few columns', 'datetime;a;b\n', /rig.csv:1: It has 2 columns/u],
    ['a bad time', `${head}\n2020-03-09 25:00:00;1;2;3;4;5;6;7;8;0;0`, /rig.csv:2: The time is "2020-03-09 25:00:00"/u],
    ['a word', `${head}\n2020-03-09 10:14:33;1;2;x;4;5;6;7;8;0;0`, /rig.csv:2: Column 4 is "x"/u],
    ['a hole', `${head}\n2020-03-09 10:14:33;1;2;3;4;5;6;7;;0;0`, /rig.csv:2: Column 9 is ""/u],
    ['a cut line', `${head}\n2020-03-09 10:14:33;1;2;3`, /rig.csv:2: Column 5 is ""/u],
  ])('with %s is refused, the line named', async (_, text, message) => {
    await expect(rows(text)).rejects.toThrow(message);
  });

  it('is streamed line by line whatever ends its lines, and need not end its last', async () => {
    const file = join(folder, 'rig.csv');
    const line = '2020-03-09 10:14:33;1;2;3;4;5;6;7;8;0;0';
    // More than one read of the file, so that lines are cut between two.
    writeFileSync(file, [head, ...Array<string>(5000).fill(line)].join('\r\n'));
    expect(await countRows(rowsOf(linesOf(file), file))).toBe(5000);
  });

  it('that is not there, or empty, is said to be so', async () => {
    await expect(countRows(rowsOf(linesOf(join(folder, 'none.csv')), 'none.csv'))).rejects.toThrow(/none.csv.*--csv/u);
    await expect(countRows(rowsOf(given<string>(), 'none.csv'))).rejects.toThrow(/empty/u);
  });
});
