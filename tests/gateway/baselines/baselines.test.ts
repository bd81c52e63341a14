/** Figures that a person takes from a skid: of steady readings only, in the record first, and kept over a restart. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Baselines } from '../../../gateway/baselines/baselines.ts';
import { BaselineWindow, type Taken } from '../../../gateway/baselines/window.ts';
import { FieldImage } from '../../../gateway/scan/field-image.ts';
import { milliseconds, processTime, utcMs } from '../../../plant/clock.ts';
import type { CheckedExpression, Expression } from '../../../plant/expression.ts';
import type { Actor } from '../../../plant/people.ts';
import { badSensorFailure, badWaitingForInitialData, good, type Quality } from '../../../plant/quality.ts';
import { localTag, tagName, type LocalTag, type Sample, type TagValue } from '../../../plant/sample.ts';
import type { Skid, TagDefinition } from '../../../plant/skid/definition.ts';
import { fieldsLost } from '../../support/on-record.ts';
import { HandClock, HandTimers, operator, Records, silentLog } from '../support/house.ts';
import { cdse, skidOf } from '../support/plc.ts';

const [flow, drop, figure] = [localTag('F100/FQ-100'), localTag('F100/PT-110'), localTag('R201/R0')];
const tag = (name: LocalTag): Expression => ({ kind: 'tag', tag: name });
const checked = (text: string, root: Expression, tags: readonly LocalTag[]): CheckedExpression => ({
  text,
  unit: null,
  root,
  tags,
});
const taken: Taken = {
  from: checked('F100/PT-110 / F100/FQ-100', { kind: 'binary', operator: '/', left: tag(drop), right: tag(flow) }, [
    drop,
    flow,
  ]),
  while: checked(
    'F100/FQ-100 > 5 mL/min',
    { kind: 'binary', operator: '>', left: tag(flow), right: { kind: 'number', value: 5 } },
    [flow],
  ),
  over: milliseconds(60_000),
  within: 0.1,
  by: ['process engineer'],
};

const skid = skidOf(cdse, 1);
const sampleOf = (name: LocalTag, value: TagValue, quality: Quality = good): Sample => ({
  tag: tagName(skid.name, name),
  value,
  quality,
  sourceTime: utcMs(0),
  serverTime: utcMs(0),
});
const seen = (dropBar: number, flowMlPerMin = 10, quality: Quality = good): ReadonlyMap<LocalTag, Sample> =>
  new Map([
    [flow, sampleOf(flow, flowMlPerMin)],
    [drop, sampleOf(drop, dropBar, quality)],
  ]);

/** @param drops one each second */
function windowOf(drops: readonly number[], from = 0): BaselineWindow {
  const window = new BaselineWindow(taken);
  drops.forEach((value, i) => window.see(processTime(1000 * (from + i)), seen(value), false));
  return window;
}
const steady = (value: number, count = 61): readonly number[] => Array.from({ length: count }, () => value);

describe('the readings of a minute', () => {
  it('give their mean, and how far they lie from it', () => {
    const value = windowOf(steady(0).map((_, i) => (i % 2 === 0 ? 0.98 : 1.02))).figure();
    expect(value).toMatchObject({ value: expect.closeTo(0.1, 3) as number, readings: 61 });
  });

  it('give nothing before the minute is over', () => {
    expect(windowOf(steady(1, 60)).figure()).toEqual({ refusedBy: '1 s more of steady readings are needed.' });
  });

  it('give nothing where one lies too far from the mean, however they are spread', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { minLength: 61, maxLength: 80 }), (drops) => {
        const answer = windowOf(drops).figure();
        const last = drops.slice(-61).map((value) => value / 10);
        const mean = last.reduce((sum, value) => sum + value, 0) / last.length;
        const spread = Math.max(...last.map((value) => Math.abs(value - mean))) / mean;
        if (Math.abs(spread - 0.1) < 1e-9) return;
        expect('refusedBy' in answer).toBe(spread > 0.1);
        if (!('refusedBy' in answer)) expect(answer.value).toBeCloseTo(mean, 9);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['too little flows', seen(1, 4), false],
    ['a reading is Bad', seen(1, 10, badSensorFailure), false],
    ['an input is forced', seen(1), true],
  ])('begin anew where %s', (_, samples, forced) => {
    const window = windowOf(steady(1));
    window.see(processTime(61_000), samples, forced);
    window.see(processTime(62_000), seen(1), false);
    expect(window.figure()).toEqual({ refusedBy: '60 s more of steady readings are needed.' });
  });
});

const engineer: Extract<Actor, { kind: 'person' }> = { ...(operator as Extract<Actor, { kind: 'person' }>), id: 'p-2' };
const definition: TagDefinition = {
  ...cdse.tags.find(({ name }) => name === drop)!,
  name: figure,
  unit: null,
  source: { kind: 'given', value: 0.05, taken },
};

async function begin({ records = new Records(), twin = true, allowed = true, unit = null as string | null } = {}) {
  const clock = new HandClock();
  const own: Skid = { ...skid, twin, type: { ...cdse, tags: [...cdse.tags, { ...definition, unit }] } };
  const image = new FieldImage(own, clock.utc());
  const desk = new Baselines({
    skids: [own],
    image: () => image,
    authority: { decide: () => (allowed ? { allowed } : { allowed, reason: 'May not.' }) },
    records,
    clock,
    timers: new HandTimers(clock),
    log: silentLog,
  });
  await desk.start();
  const value = (): Sample => image.sample(clock.monotonic(), clock.utc()).get(figure)!;
  const read = (drops: readonly number[]): void =>
    drops.forEach((each, i) => desk.see(own.name, processTime(1000 * i), seen(each), false));
  return { desk, records, value, read, take: () => desk.take(own.name, figure, engineer) };
}

describe('a figure of a skid', () => {
  it("is its type's own on a twin, and Bad on a real skid, before it was taken", async () => {
    expect((await begin()).value()).toMatchObject({ value: 0.05, quality: good });
    expect((await begin({ twin: false })).value()).toMatchObject({ value: null, quality: badWaitingForInitialData });
  });

  it('is in the record before it takes effect', async () => {
    const { records, value, read, take } = await begin({ twin: false });
    read(steady(2));
    let before: TagValue = 1;
    records.onAppend = () => void (before = value().value);
    expect(await take()).toMatchObject({ done: true, value: expect.closeTo(0.2, 9) as number });
    expect(before).toBeNull();
    expect(value()).toMatchObject({ value: expect.closeTo(0.2, 9) as number, quality: good });
    expect(records.actions()).toEqual(['baseline-taken']);
    const request = { ':skid': skid.name, tag: figure };
    expect(fieldsLost('/api/skids/:skid/baselines/take', request, records.events)).toEqual([]);
  });

  it('stands again after a restart, whoever writes into the record meanwhile', async () => {
    const { records, read, take, desk } = await begin();
    read(steady(2));
    await take();
    read(steady(3));
    await take();
    await desk.stop();
    const again = await begin({ records, twin: false });
    expect(again.value()).toMatchObject({ value: expect.closeTo(0.3, 9) as number, quality: good });
    const [view] = await again.desk.baselines(skid.name);
    expect(view).toMatchObject({ tag: figure, taken: { by: 'Olga Op' }, refusedBy: 'Nothing has been read yet.' });
  });

  it('that was taken in another unit is not gone by', async () => {
    const { records, read, take } = await begin();
    read(steady(2));
    await take();
    expect((await begin({ records, twin: false, unit: 'bar' })).value().quality).toBe(badWaitingForInitialData);
  });

  it('is not taken by whoever may not, of unsteady readings, or without a record', async () => {
    const stranger = await begin({ allowed: false });
    stranger.read(steady(2));
    expect(await stranger.take()).toEqual({ done: false, reason: 'May not.' });
    const { records, read, take, value } = await begin();
    expect(await take()).toEqual({ done: false, reason: 'Nothing has been read yet.' });
    read(steady(2));
    records.refuses = true;
    expect(await take()).toMatchObject({ done: false });
    expect(value().value).toBe(0.05);
  });
});
