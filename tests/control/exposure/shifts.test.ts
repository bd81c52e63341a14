import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs, type Breath } from '../../../control/exposure/dose.ts';
import { judgePerson, type JudgedLine, type PersonCase } from '../../../control/exposure/lines.ts';
import { limitsOn, loadLimits } from '../../../control/exposure/limits.ts';
import { shiftAt, siteDate } from '../../../control/exposure/site-time.ts';
import { whole } from '../../../control/exposure/steps.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { ExposureLimit, FilterResult } from '../../../plant/exposure.ts';
import { definition, hall } from './support/hall.ts';

const zones = ['Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Pacific/Kiritimati', 'Asia/Kolkata', 'UTC'];
const starts = fc.uniqueArray(
  fc
    .record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.constantFrom(0, 15, 30) })
    .map(({ hour, minute }) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`),
  { minLength: 1, maxLength: 4 },
);

describe('the shifts of a site', () => {
  it('follow each other without a hole, over every change of the clock', () => {
    const times = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...zones), starts, times, (timeZone, begins, at) => {
        const sorted = [...begins].sort();
        const shift = shiftAt(utcMs(at), sorted, timeZone);
        expect(shift.from).toBeLessThanOrEqual(at);
        expect(shift.to).toBeGreaterThan(at);
        expect(shift.to - shift.from).toBeLessThanOrEqual(25 * hourMs);
        expect(shiftAt(shift.to, sorted, timeZone).from).toBe(shift.to);
        expect(shiftAt(utcMs(shift.to - 1), sorted, timeZone)).toEqual(shift);
      }),
      { numRuns: 150 },
    );
  });
  it.each([
    ['2027-03-28', 23],
    ['2026-10-25', 25],
  ])('of one a day have the hours of %s', (day, hours) => {
    const at = utcMs(Date.parse(`${day}T10:00:00Z`));
    const { from, to } = shiftAt(at, ['00:00'], 'Europe/Berlin');
    expect([siteDate(from, 'Europe/Berlin'), (to - from) / hourMs]).toEqual([day, hours]);
  });
});

const solvent: ExposureLimit = {
  agent: 'H2S',
  jurisdiction: 'OSHA',
  fraction: 'gas',
  kind: 'TWA',
  value: 100,
  unit: 'ppm',
  averagedOverMin: 480,
  from: '2000-01-01',
  to: null,
  source: 'the example of the rule',
  approved: true,
};
const shipped = loadLimits();

type Given = Pick<PersonCase, 'stays' | 'shift' | 'now'> & Partial<PersonCase> & { breaths: readonly Breath[] };
function linesOf({ breaths, ...given }: Given): readonly JudgedLine[] {
  const judged = judgePerson({
    samples: [],
    limits: [solvent],
    mixtures: [],
    airNow: () => null,
    unknownCountsAfterMs: 15 * minuteMs,
    air: () =>
      function* (_, from, to) {
        yield 1;
        return breaths
          .map((breath) => ({ ...breath, from: Math.max(breath.from, from), to: Math.min(breath.to, to) }))
          .filter((breath) => breath.from < breath.to);
      },
    ...given,
  });
  return whole(judged).lines;
}
const at = (from: number, hours: number, value: number): Breath => ({
  from,
  to: from + hours * hourMs,
  lower: value,
  upper: value,
});
const inHall = (from: number, hours: number) => [{ zone: 'hall', from, to: from + hours * hourMs }];

describe('the example of 29 CFR 1910.1000(d)(1)(ii)', () => {
  it.each([
    ['in the middle of a day', '2026-10-02T06:00:00+02:00'],
    ['over midnight', '2026-10-02T20:00:00+02:00'],
    ['over the night that is an hour shorter', '2027-03-27T23:00:00+01:00'],
    ['over the night that is an hour longer', '2026-10-24T23:00:00+02:00'],
  ])('is 81.25 ppm %s', (_, begin) => {
    const from = Date.parse(begin);
    const breaths = [at(from, 2, 150), at(from + 2 * hourMs, 2, 75), at(from + 4 * hourMs, 4, 50)];
    const shift = { from, to: from + 8 * hourMs };
    const [judged] = linesOf({ breaths, stays: inHall(from, 8), shift, now: shift.to });
    expect(judged?.line.soFar).toEqual({ lower: expect.closeTo(81.25, 9), upper: expect.closeTo(81.25, 9) });
    expect(judged?.line.state).toBe('below');
  });
});

const osha = limitsOn(shipped, '2026-11-23', ['OSHA']);
const cd = (lines: readonly JudgedLine[]) => lines.find(({ line }) => line.agent === 'Cd');

describe('a person whose work does not end with the shift', () => {
  it('who breathes 9 µg/m³ for four hours on either side of its end has been above the limit, though neither shift shows it', () => {
    const shift = { from: 8 * hourMs, to: 16 * hourMs };
    const given = { breaths: [at(4 * hourMs, 8, 9)], stays: inHall(4 * hourMs, 8), shift, limits: osha };
    const judged = cd(linesOf({ ...given, now: 12 * hourMs }));
    expect(judged?.line.soFar.lower).toBeCloseTo(4.5, 9);
    expect([judged?.line.state, judged?.acts]).toEqual(['limit', 'evacuate']);
  });
  it('has no more minutes left than the last eight hours leave', () => {
    const shift = { from: 8 * hourMs, to: 16 * hourMs };
    const airNow = () => ({ lower: 6, upper: 6 });
    const given = { breaths: [at(4 * hourMs, 5, 6)], stays: inHall(4 * hourMs, 5), shift, limits: osha, airNow };
    // 30 of 40 µg/m³·h are spent, at 6 an hour.
    expect(cd(linesOf({ ...given, now: 9 * hourMs }))?.line.minutesLeft).toBeCloseTo(100, 6);
  });
  it('of twelve hours has them all over eight, and the worst eight of them beside it', () => {
    const shift = { from: 0, to: 12 * hourMs };
    const given = { breaths: [at(0, 12, 3.4)], stays: inHall(0, 12), shift, limits: osha, now: 12 * hourMs };
    const judged = cd(linesOf(given));
    expect([judged?.line.soFar.lower, judged?.line.rolling?.lower]).toEqual([
      expect.closeTo(5.1, 9),
      expect.closeTo(3.4, 9),
    ]);
    expect(judged?.line.state).toBe('limit');
  });
  it('takes to each shift the part of a sample that was worn in it', () => {
    const sample: FilterResult = {
      id: 'F-1',
      personId: 'P-1',
      agent: 'Cd',
      fraction: 'total',
      from: utcMs(6 * hourMs),
      to: utcMs(10 * hourMs),
      concentration: 4,
      unit: 'µg/m³',
      laboratory: 'L',
      method: 'M',
    };
    const given = { breaths: [], stays: [], limits: osha, samples: [sample] };
    const first = cd(linesOf({ ...given, shift: { from: 0, to: 8 * hourMs }, now: 8 * hourMs }));
    const second = cd(linesOf({ ...given, shift: { from: 8 * hourMs, to: 16 * hourMs }, now: 16 * hourMs }));
    expect([first?.line.soFar.upper, second?.line.soFar.upper]).toEqual([1, 1]);
    const below = { ...sample, belowDetection: true };
    const unsure = cd(linesOf({ ...given, samples: [below], shift: { from: 0, to: 8 * hourMs }, now: 8 * hourMs }));
    expect(unsure?.line.soFar).toEqual({ lower: 0, upper: 1 });
  });
  it('with a finer fraction on the filter has breathed no less of the coarser', () => {
    const sample = { id: 'F-1', personId: 'P-1', agent: 'Cd', unit: 'µg/m³', laboratory: 'L', method: 'M' } as const;
    const worn = { from: utcMs(0), to: utcMs(8 * hourMs), fraction: 'respirable', concentration: 6 } as const;
    const judged = cd(
      linesOf({
        breaths: [at(0, 8, 1)],
        stays: inHall(0, 8),
        limits: osha,
        samples: [{ ...sample, ...worn }],
        shift: { from: 0, to: 8 * hourMs },
        now: 8 * hourMs,
      }),
    );
    expect([judged?.line.soFar.lower, judged?.line.state]).toEqual([6, 'limit']);
  });
});

describe('what was measured for half of a cell', () => {
  it('may have been as high in the other half as the bound says', () => {
    const half: Breath = { from: 0, to: 8 * hourMs, lower: 0, upper: 10, top: 1, mostTop: 20, measured: 0.5 };
    const given = { breaths: [half], stays: inHall(0, 8), shift: { from: 0, to: 8 * hourMs }, now: 8 * hourMs };
    const ceiling = linesOf({ ...given, limits: osha }).find(({ line }) => line.limit === 20);
    expect(ceiling?.line).toMatchObject({ soFar: { lower: 1, upper: 20 }, state: 'unknown' });
  });
});

describe('a shift that ends with the last day of a limit', () => {
  it('is held against that limit, and the next against the new one', async () => {
    const midnight = Date.UTC(2027, 6, 10, 22);
    const here = hall([], midnight, {
      definition: { ...definition, shifts: ['00:00', '08:00', '16:00'] },
    });
    await here.room.start();
    await here.enter('hall', midnight - hourMs);
    here.pass(1, 0);
    const text = async (time: number): Promise<string> =>
      new TextDecoder().decode((await here.room.desk.report(utcMs(time), 'csv')).bytes);
    expect(await text(midnight - 1)).toMatch(/Cd,inhalable,EU,TWA,4,/u);
    expect(await text(midnight)).toMatch(/Cd,inhalable,EU,TWA,1,/u);
    await here.room.stop();
  });
});
