import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScanTurns } from '../../../gateway/scan/scan-turns.ts';
import { HandClock, HandTimers } from '../support/house.ts';

function turnsOf(skids: number, onScan: (skid: number, clock: HandClock) => void = () => undefined) {
  const clock = new HandClock();
  const timers = new HandTimers(clock);
  const begun = clock.now;
  const at: number[][] = Array.from({ length: skids }, () => []);
  const scans = at.map((own, skid) => () => {
    own.push(clock.now - begun);
    onScan(skid, clock);
  });
  const turns = new ScanTurns({ periodMs: 100, scans, clock, timers });
  return { clock, timers, at, turns };
}

describe('the turns of the scans', () => {
  it('come every 100 ms for each skid, spread over the period', () => {
    const { turns, timers, at } = turnsOf(4);
    turns.start();
    timers.advance(1000);
    turns.stop();
    expect(at.map((own) => own.slice(0, 3))).toEqual([
      [100, 200, 300],
      [125, 225, 325],
      [150, 250, 350],
      [175, 275, 375],
    ]);
    timers.advance(1000);
    expect(at.flat().every((time) => time <= 1000)).toBe(true);
  });

  it('do not drift, however long scans take and however late timers are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (skids, delays) => {
          let scans = 0;
          // What a scan takes goes by on the clock; all of them together take less than the period.
          const spend = (_: number, clock: HandClock): void => {
            clock.now += (delays[scans++ % delays.length] ?? 0) * Math.min(1, 30 / skids);
          };
          const { turns, timers, at } = turnsOf(skids, spend);
          turns.start();
          timers.advance(20_000);
          turns.stop();
          for (const own of at) {
            expect(own.length).toBeGreaterThanOrEqual(198);
            expect(own.length).toBeLessThanOrEqual(201);
          }
          expect(turns.missed).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('that a halt has missed are left out and counted, and the grid stands', () => {
    let halted = false;
    const { turns, timers, at, clock } = turnsOf(2, () => {
      if (halted || clock.now - 1_000_000 < 500) return;
      halted = true;
      clock.now += 1234;
    });
    turns.start();
    timers.advance(3000);
    turns.stop();
    expect(turns.missed).toBe(22);
    expect(at[0]!.slice(-3).map((time) => time % 100)).toEqual([0, 0, 0]);
    expect(at[1]!.slice(-3).map((time) => time % 100)).toEqual([50, 50, 50]);
    const gaps = at[0]!.slice(1).map((time, index) => time - at[0]![index]!);
    expect(gaps.filter((gap) => gap < 50)).toEqual([]);
  });

  it('are told when they were due, less than a period ago, whatever the thread did meanwhile', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.double({ min: 0, max: 350, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (skids, halts) => {
          const clock = new HandClock();
          const timers = new HandTimers(clock);
          const begun = clock.now;
          const late: number[] = [];
          const offGrid: number[] = [];
          const scan = (due: number): void => {
            late.push(clock.now - due);
            offGrid.push(Math.abs(((due - begun) * skids) / 100 - Math.round(((due - begun) * skids) / 100)));
            clock.now += halts[late.length % halts.length] ?? 0;
          };
          const turns = new ScanTurns({
            periodMs: 100,
            scans: Array.from({ length: skids }, () => scan),
            clock,
            timers,
          });
          turns.start();
          timers.advance(3000);
          turns.stop();
          expect(late.length).toBeGreaterThan(0);
          expect(Math.max(...late)).toBeLessThan(100 + 1e-6);
          expect(Math.min(...late)).toBeGreaterThanOrEqual(-1 - 1e-6);
          expect(Math.max(...offGrid)).toBeLessThan(1e-6);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('let other work through after a while: many skids that are late are not scanned in one go', () => {
    const { turns, timers, at } = turnsOf(50, (_, clock) => (clock.now += 1));
    turns.start();
    let goes = 0;
    const after = timers.after.bind(timers);
    timers.after = (ms, run) => {
      goes += 1;
      return after(ms, run);
    };
    timers.advance(1000);
    turns.stop();
    expect(at.flat().length / goes).toBeLessThanOrEqual(5);
  });

  it('may be stopped by a scan, and need no skid', () => {
    const one = turnsOf(3, () => one.turns.stop());
    one.turns.start();
    one.timers.advance(1000);
    expect(one.at.flat()).toHaveLength(1);
    const none = turnsOf(0);
    none.turns.start();
    none.timers.advance(1000);
    none.turns.stop();
  });
});
