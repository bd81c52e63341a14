/** A logging device's rows, through the scan into the store, over a real socket. */
import { afterEach, describe, expect, it } from 'vitest';
import { badNotConnected, badSensorFailure, good } from '../../../plant/quality.ts';
import type { RingCursor } from '../../../plant/ports/history.ts';
import { House } from '../support/house.ts';
import { Logger, rowTime, rowValues } from '../support/logger.ts';
import { rig, skidOf } from '../support/plc.ts';

const open: { stop: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function log(capacity?: number): Promise<Logger> {
  const logger = new Logger(capacity);
  await logger.listen();
  open.push({ stop: () => logger.close() });
  return logger;
}

async function begin(logger: Logger, prepare: (house: House) => void = () => undefined): Promise<House> {
  const house = new House([skidOf(rig, logger.port, 'RIG-1')]);
  prepare(house);
  open.push({ stop: () => house.gateway.stop() });
  await house.gateway.start();
  return house;
}

const upTo = (last: number, from = 1): number[] => Array.from({ length: last - from + 1 }, (_, i) => from + i);
const cursor = (house: House): RingCursor | undefined => house.store.appended.at(-1)?.cursor;
const stored = (house: House, tag = 'RIG/FT-1') =>
  house.store.appended.flatMap(({ samples }) => samples.filter((sample) => sample.tag.endsWith(tag)));
const flows = (house: House): unknown[] => stored(house).map(({ value }) => value);
const flow = (sequence: number): number => rowValues(sequence)[7]!;
const figure = (house: House, name: string): number | undefined =>
  house.gateway.health().figures?.[`RIG-1/LOG-1.${name}`];

describe('the ring', () => {
  it('is read whole: every row once, in order, with its own time and exact values', async () => {
    const logger = await log();
    logger.write(40);
    const house = await begin(logger);
    await house.until(() => cursor(house)?.sequence === 40);
    logger.write(5);
    await house.until(() => cursor(house)?.sequence === 45);
    expect(stored(house)).toEqual(
      upTo(45).map(
        (sequence) =>
          expect.objectContaining({ value: flow(sequence), quality: good, sourceTime: rowTime(sequence) }) as unknown,
      ),
    );
    const columns = ['RIG/VT-1', 'RIG/VT-2', 'RIG/IT-1', 'RIG/PT-1', 'RIG/TT-1', 'RIG/TT-2', 'RIG/ET-1', 'RIG/FT-1'];
    expect(columns.map((tag) => stored(house, tag)[6]?.value)).toEqual(rowValues(7));
    expect(cursor(house)).toMatchObject({ skid: 'RIG-1', device: 'LOG-1', epoch: 0 });
  });

  it('shows each row to the interlocks and everyone else before it is stored, in the row’s own time', async () => {
    const logger = await log();
    logger.write(10);
    const seenBefore: number[] = [];
    const house = await begin(logger, ({ store, news }) => {
      const append = store.append.bind(store);
      store.append = (samples, at, gaps) => {
        seenBefore.push(news.filter(({ batch }) => batch.process === rowTime(at!.sequence)).length);
        return append(samples, at, gaps);
      };
    });
    await house.until(() => cursor(house)?.sequence === 10);
    expect(seenBefore.every((scans) => scans > 0)).toBe(true);
    const times = [...new Set(house.scans.map(({ process }) => Number(process)).filter((time) => time > 0))];
    expect(times).toEqual(upTo(10).map(rowTime));
  });

  it('rejects torn rows, counts them, and reads them again', async () => {
    const logger = await log();
    logger.write(30);
    for (const row of [1, 7, 8, 30]) logger.tearOnce.add(row);
    const house = await begin(logger);
    await house.until(() => cursor(house)?.sequence === 30);
    expect(flows(house)).toEqual(upTo(30).map(flow));
    expect(figure(house, 'torn')).toBe(logger.torn);
    expect(logger.torn).toBeGreaterThan(0);
  });

  it('goes round its end', async () => {
    const logger = await log(10);
    logger.write(8);
    const house = await begin(logger);
    await house.until(() => cursor(house)?.sequence === 8);
    logger.write(9);
    await house.until(() => cursor(house)?.sequence === 17);
    expect(flows(house)).toEqual(upTo(17).map(flow));
    expect(figure(house, 'lost')).toBe(0);
  });

  it('says how many rows were overwritten before they were read', async () => {
    const logger = await log(10);
    logger.write(4);
    const house = await begin(logger);
    await house.until(() => cursor(house)?.sequence === 4);
    logger.write(25);
    await house.until(() => cursor(house)?.sequence === 29);
    expect(figure(house, 'lost')).toBe(15);
    expect(flows(house)).toEqual([...upTo(4), ...upTo(29, 20)].map(flow));
    // The store is told as well: from the last row that is there to the first that is there again.
    const times = house.store.appended.flatMap(({ samples }) => samples.map(({ sourceTime }) => sourceTime));
    const [gap, ...more] = house.store.gaps;
    expect(more).toEqual([]);
    expect(gap).toMatchObject({ kind: 'ring-overrun', points: 15 * 8, filled: null });
    expect(times).toContain(gap?.from);
    expect(times).toContain(gap?.to);
    expect(times.some((time) => time > gap!.from && time < gap!.to)).toBe(false);
  });

  it('begins at the oldest row of a new recording', async () => {
    const logger = await log();
    logger.write(50);
    const house = await begin(logger);
    await house.until(() => cursor(house)?.sequence === 50);
    logger.restart();
    logger.write(3);
    await house.until(() => cursor(house)?.sequence === 3);
    expect(flows(house)).toEqual([...upTo(50), ...upTo(3)].map(flow));
    expect(figure(house, 'restarts')).toBe(1);
  });

  it('is read on from what was stored, after a kill: every row once', async () => {
    const logger = await log();
    logger.write(20);
    const first = await begin(logger);
    await first.until(() => cursor(first)?.sequence === 20);
    await first.gateway.stop();
    logger.write(300);
    const second = await begin(logger, ({ store }) => store.appended.push(...first.store.appended));
    await second.until(() => cursor(second)?.sequence === 320);
    expect(flows(second)).toEqual(upTo(320).map(flow));
    expect(
      second.store.appended.every(({ samples }) => samples.length <= 200 * rig.tags.length + 3 * rig.tags.length),
    ).toBe(true);
  });

  it('moves no cursor while the store refuses, and loses nothing', async () => {
    const logger = await log();
    const house = await begin(logger, ({ store }) => (store.refuses = true));
    logger.write(12);
    await house.until(() => (figure(house, 'refusedAppends') ?? 0) > 0);
    expect(house.store.appended).toEqual([]);
    logger.write(12);
    house.store.refuses = false;
    await house.until(() => cursor(house)?.sequence === 24);
    expect(flows(house)).toEqual(upTo(24).map(flow));
  });

  it('turns its tags Bad at once when the device goes, and reads on when it is back', async () => {
    const logger = await log();
    logger.write(5);
    const house = await begin(logger);
    await house.until(() => cursor(house)?.sequence === 5);
    const { port } = logger;
    await logger.close();
    await house.until(() => house.sample('RIG/FT-1')?.quality === badNotConnected);
    expect(house.sample('RIG/FT-1')?.value).toBe(flow(5));
    logger.write(5);
    await logger.listen(port);
    await house.until(() => cursor(house)?.sequence === 10);
    expect(flows(house)).toEqual(upTo(10).map(flow));
    expect(house.sample('RIG/FT-1')?.quality).toBe(good);
  });

  it('keeps what is no number Bad', async () => {
    const logger = await log();
    logger.write(1);
    logger.input.set([0x7ff8, 0, 0, 0], 16 + 40 + 34);
    const house = await begin(logger);
    await house.until(() => cursor(house)?.sequence === 1);
    expect(stored(house)).toMatchObject([{ value: null, quality: badSensorFailure }]);
  });

  it('keeps pace with sixty rows a second many times over', async () => {
    const logger = await log();
    logger.write(1500);
    const began = performance.now();
    const house = await begin(logger);
    await house.until(() => cursor(house)?.sequence === 1500);
    expect(1500 / ((performance.now() - began) / 1000)).toBeGreaterThan(120);
    expect(flows(house)).toEqual(upTo(1500).map(flow));
  });
});
