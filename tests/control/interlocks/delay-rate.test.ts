/** Delays and rates: what stands long enough, and what changes too fast. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepDelay, type Delay } from '../../../control/interlocks/delay.ts';
import { stepRate, type Rate } from '../../../control/interlocks/rate.ts';
import { milliseconds, processTime, utcMs } from '../../../plant/clock.ts';
import { Plant, running } from './support/plant.ts';
import { hotWhole, shipped } from './support/whole.ts';

type Step = readonly [at: number, says: 'votes' | 'speaks against it' | 'is in doubt'];

function acts(duration: number, off: number, steps: readonly Step[]): boolean[] {
  let delay: Delay = null;
  return steps.map(([at, says]) => {
    const delays = { for: milliseconds(duration), off: milliseconds(off) };
    delay = stepDelay(delay, says === 'votes', says === 'is in doubt', delays, processTime(at));
    return delay?.acts === true;
  });
}

describe('a delay when the process clock is set back', () => {
  it('keeps what has stood, and neither shortens nor lengthens what is left', () => {
    const steps: readonly Step[] = [
      [5000, 'votes'],
      [5600, 'votes'],
      [10, 'votes'],
      [409, 'votes'],
      [410, 'votes'],
    ];
    expect(acts(1000, 0, steps)).toEqual([false, false, false, false, true]);
  });

  it('goes on acting', () => {
    expect(
      acts(1000, 0, [
        [5000, 'votes'],
        [6000, 'votes'],
        [10, 'votes'],
      ]),
    ).toEqual([false, true, true]);
  });

  it('keeps its off-delay and its patience with a doubt', () => {
    expect(
      acts(0, 500, [
        [5000, 'votes'],
        [10, 'speaks against it'],
        [509, 'speaks against it'],
        [510, 'speaks against it'],
      ]),
    ).toEqual([true, true, true, false]);
    expect(
      acts(1000, 0, [
        [5000, 'votes'],
        [5900, 'votes'],
        [10, 'is in doubt'],
        [110, 'votes'],
      ]),
    ).toEqual([false, false, false, true]);
  });
});

describe('an off-delay', () => {
  it('lets what acts go on for that long after the vote was seen last, and then starts anew', () => {
    expect(
      acts(1000, 300, [
        [0, 'votes'],
        [1000, 'votes'],
        [1299, 'speaks against it'],
        [1300, 'speaks against it'],
        [1400, 'votes'],
        [2400, 'votes'],
      ]),
    ).toEqual([false, true, true, false, false, true]);
  });

  it('keeps nothing that did not act', () => {
    expect(
      acts(1000, 5000, [
        [0, 'votes'],
        [500, 'speaks against it'],
        [1000, 'votes'],
      ]),
    ).toEqual([false, false, false]);
  });

  it('in doubt does not act on beyond itself, but keeps the start for as long as the on-delay', () => {
    expect(
      acts(1000, 200, [
        [0, 'votes'],
        [1000, 'votes'],
        [1250, 'is in doubt'],
        [2000, 'is in doubt'],
        [2000, 'votes'],
      ]),
    ).toEqual([false, true, false, false, true]);
    expect(
      acts(1000, 200, [
        [0, 'votes'],
        [1000, 'votes'],
        [2001, 'is in doubt'],
        [2100, 'votes'],
      ]),
    ).toEqual([false, true, false, false]);
  });

  it('keeps the very state where nothing has changed', () => {
    const delays = { for: milliseconds(1000), off: milliseconds(0) };
    const standing = stepDelay(null, true, false, delays, processTime(0));
    expect(stepDelay(standing, false, true, delays, processTime(500))).toBe(standing);
    expect(stepDelay(null, false, true, delays, processTime(500))).toBeNull();
  });

  it('is 10 s of the aerosol alarm, which goes by itself', () => {
    const plant = hotWhole().set({ 'G900/AT-905A': 0.2 });
    plant.scanMs = 1000;
    expect(plant.run(61_000).warnings).toMatchObject([{ row: 3 }]);
    expect(plant.set({ 'G900/AT-905A': 0 }).run(9000).warnings).toHaveLength(1);
    expect(plant.step().warnings).toBeUndefined();
    expect(plant.verdict.demand).toBe('none');
  });
});

describe('a delay, whatever comes', () => {
  it('acts only on a vote that has stood as long, doubts within its own length counted in', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 1, max: 700 }), fc.constantFrom('votes', 'speaks against it', 'is in doubt')),
          {
            maxLength: 30,
          },
        ),
        (moves) => {
          let [at, since, seen] = [0, -1, 0];
          const steps = moves.map(([by, says]): Step => [(at += by), says]);
          const said = acts(1000, 0, steps);
          steps.forEach(([now, says], i) => {
            if (says === 'speaks against it' || (says === 'is in doubt' && now - seen > 1000)) since = -1;
            if (says === 'votes') {
              if (since < 0) since = now;
              seen = now;
            }
            expect(said[i]).toBe(says === 'votes' && now - since >= 1000);
          });
        },
      ),
    );
  });
});

describe('a rate', () => {
  const at = (value: number | null, ms: number, source = ms, before: Rate | null = null): Rate | null =>
    stepRate(before, value, utcMs(source), processTime(ms));

  it('is 0 at the first sample, and the change a second from one to the next, either way', () => {
    const first = at(100, 0);
    expect(first?.perSecond).toBe(0);
    expect(at(106, 500, 500, first)?.perSecond).toBe(12);
    expect(at(90, 2000, 2000, first)?.perSecond).toBe(-5);
  });

  it('is not measured over less than half a second, nor from a sample to itself', () => {
    const first = at(100, 0);
    expect(at(150, 499, 499, first)).toBe(first);
    expect(at(150, 900, 0, first)).toBe(first);
  });

  it('is none with a first sample, and after a loss goes from what was read before it', () => {
    const first = at(100, 0);
    expect(first?.perSecond).toBe(0);
    expect(at(null, 600, 600, first)).toBe(first);
    expect(at(null, 600, 600, null)).toBeNull();
    expect(at(200, 2000, 2000, first)?.perSecond).toBe(50);
  });

  it('begins anew when the clock was set back', () => {
    const first = at(100, 5000);
    expect(at(200, 10, 5600, first)).toEqual({ value: 200, source: 5600, at: 10, perSecond: 0 });
    expect(at(200, 5000, 5001, first)).toBe(first);
  });

  it('of a thermometer trips row 13 within half a second of a jump, either way, and not on a slow ramp', () => {
    for (const jump of [20, -20]) {
      const plant = hotWhole();
      plant.run(600);
      plant.set({ 'R201/TT-201B': 160 + jump });
      expect(plant.run(700).causes).toContainEqual(expect.objectContaining({ row: 13, demand: 'H', latched: true }));
    }
    const slow = new Plant(running, shipped).released();
    for (let celsius = 160; celsius > 130; celsius -= 0.9) slow.set({ 'R201/TT-201B': celsius }).step();
    expect(slow.verdict.causes.filter(({ row }) => row === 13)).toEqual([]);
  });
});
