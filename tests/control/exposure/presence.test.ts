import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breathed as breathedIn, knownOf, type ZoneAir } from '../../../control/exposure/breath.ts';
import { whole } from '../../../control/exposure/steps.ts';
import { dose, hourMs } from '../../../control/exposure/dose.ts';
import {
  PresenceLog,
  staysOf as staysIn,
  whereIs as whereIn,
  type PresenceEntry,
} from '../../../control/exposure/presence.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { FilterResult } from '../../../plant/exposure.ts';

const entry = (order: number, zone: string | null, hour: number, personId = 'P-1'): PresenceEntry => ({
  order,
  personId,
  printedName: personId,
  zone,
  at: utcMs(hour * hourMs),
});

const logOf = (entries: readonly PresenceEntry[]): PresenceLog => {
  const log = new PresenceLog();
  for (const one of entries) log.add(one);
  return log;
};
const staysOf = (entries: readonly PresenceEntry[], id: string, from: number, to: number) =>
  staysIn(logOf(entries).of(id), from, to);
const whereIs = (entries: readonly PresenceEntry[], id: string, now: number) => whereIn(logOf(entries).of(id), now);

describe('the log of presence', () => {
  it('makes a stay of going in and leaving, and goes on where nobody left', () => {
    const log = [entry(1, 'hall', 1), entry(2, null, 2), entry(3, 'hall', 4)];
    expect(staysOf(log, 'P-1', 0, 5 * hourMs)).toEqual([
      { zone: 'hall', from: hourMs, to: 2 * hourMs },
      { zone: 'hall', from: 4 * hourMs, to: 5 * hourMs },
    ]);
    expect(whereIs(log, 'P-1', 5 * hourMs)).toEqual({ zone: 'hall', since: 4 * hourMs });
  });
  it('takes the later entry for a moment as the correction of the earlier', () => {
    const log = [entry(1, 'hall', 1), entry(2, null, 1)];
    expect(staysOf(log, 'P-1', 0, 3 * hourMs)).toEqual([]);
  });
  it('knows one person from another', () => {
    expect(staysOf([entry(1, 'hall', 1, 'P-2')], 'P-1', 0, 3 * hourMs)).toEqual([]);
  });
  it('says the same in whatever order its entries came in, and after old ones were let go', () => {
    const logs = fc
      .uniqueArray(fc.record({ hour: fc.integer({ min: 0, max: 30 }), zone: fc.constantFrom('a', 'b', null) }), {
        selector: ({ hour }) => hour,
      })
      .map((parts) => parts.map(({ hour, zone }, index) => entry(index + 1, zone, hour)));
    fc.assert(
      fc.property(logs, fc.integer({ min: 0, max: 30 }), (log, hour) => {
        const [from, to] = [hour * hourMs, 40 * hourMs];
        const stays = staysOf(log, 'P-1', from, to);
        expect(staysOf([...log].reverse(), 'P-1', from, to)).toEqual(stays);
        const kept = logOf(log);
        kept.forget(from);
        expect(staysIn(kept.of('P-1'), from, to)).toEqual(stays);
      }),
    );
  });
});

const air: ZoneAir = function* (zone, from, to) {
  yield 1;
  return zone === 'hall' ? [{ from, to, lower: 6, upper: 8 }] : null;
};
const breathed = (...given: Parameters<typeof breathedIn>) => whole(breathedIn(...given));
const sample = (more: Partial<FilterResult>): FilterResult => ({
  id: 'F-1',
  personId: 'P-1',
  agent: 'Cd',
  fraction: 'inhalable',
  from: utcMs(0),
  to: utcMs(2 * hourMs),
  concentration: 1,
  unit: 'µg/m³',
  laboratory: 'L',
  method: 'M',
  ...more,
});
const stays = [{ zone: 'hall', from: 0, to: 4 * hourMs }];
const span = { from: 0, to: 4 * hourMs };

describe('a personal sample', () => {
  it('takes the place of the area instrument for its own time, and no other', () => {
    const breaths = breathed(stays, [sample({})], 'inhalable', air, span);
    const { sampledMs, presentMs } = knownOf(breaths, 0);
    expect(dose(breaths)).toEqual({ lower: 2 * 1 + 2 * 6, upper: 2 * 1 + 2 * 8 });
    expect([sampledMs / hourMs, presentMs / hourMs]).toEqual([2, 4]);
  });
  it('counts where the log says nothing of its time', () => {
    expect(dose(breathed([], [sample({})], 'inhalable', air, span))).toEqual({ lower: 2, upper: 2 });
  });
  it('of a coarser fraction bounds a finer one from above; one of a finer fraction says nothing of a coarser', () => {
    const finer = breathed(stays, [sample({})], 'respirable', air, { from: 0, to: 2 * hourMs });
    expect(dose(finer, 0, 2 * hourMs)).toEqual({ lower: 0, upper: 2 });
    const coarser = breathed(stays, [sample({ fraction: 'respirable' })], 'inhalable', air, span);
    expect(dose(coarser)).toEqual({ lower: 24, upper: 32 });
  });
});
