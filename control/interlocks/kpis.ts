/**
 * How often the interlocks trip and are worked on, over the last 30 days, as the record tells it: bypasses with their hours,
 * trips. Pure.
 */
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { InterlockView } from '../../plant/ports/interlock-desk.ts';
import type { RecordEvent } from '../../plant/record-event.ts';
import { instantOf, textOf } from './record-facts.ts';

export type KpiWindow = Readonly<{
  bypasses: readonly Readonly<{ row: string; from: UtcMs; to: UtcMs }>[];
  trips: readonly UtcMs[];
  /** The row that is being proven: its trip is wanted, and counts as none. */
  testing: string | null;
}>;

export const noKpis: KpiWindow = { bypasses: [], trips: [], testing: null };

const windowMs = 30 * 86_400_000;

/** The window with one event of the record more; what lies before it is let go. */
export function noteKpi(window: KpiWindow, event: RecordEvent, at: UtcMs): KpiWindow {
  const row = textOf(event, 'row');
  switch (event.action) {
    case 'interlock-bypassed': {
      const to = instantOf(event, 'until');
      if (row === null || to === null) return window;
      return { ...window, bypasses: [...window.bypasses.filter((one) => isWithin(one.to, at)), { row, from: at, to }] };
    }
    case 'interlock-bypass-ended':
      return { ...window, bypasses: endedAt(window.bypasses, at, row) };
    // A bypass does not outlive the service that held it.
    case 'interlock-booted':
      return { ...window, bypasses: endedAt(window.bypasses, at, null), testing: null };
    case 'interlock-proof-test-begun':
      return { ...window, testing: row };
    case 'interlock-proof-test-void':
    case 'interlock-proof-tested':
      return { ...window, testing: null };
    case 'interlock-tripped':
      if (row === null || row === window.testing) return window;
      return { ...window, trips: [...window.trips.filter((trip) => isWithin(trip, at)), at] };
    default:
      return window;
  }
}

/** @param row null: of every row */
const endedAt = (bypasses: KpiWindow['bypasses'], at: UtcMs, row: string | null): KpiWindow['bypasses'] =>
  bypasses.map((one) => ((row === null || one.row === row) && one.to > at ? { ...one, to: at } : one));

export function kpisAt(
  window: KpiWindow,
  now: UtcMs,
): Pick<InterlockView['kpis'], 'bypasses30d' | 'bypassHours30d' | 'trips30d'> {
  const from = utcMs(now - windowMs);
  const bypasses = window.bypasses.filter((one) => one.to >= from && one.from <= now);
  const ms = bypasses.reduce((sum, one) => sum + Math.min(one.to, now) - Math.max(one.from, from), 0);
  return {
    bypasses30d: bypasses.filter((one) => one.from >= from).length,
    bypassHours30d: Math.round((ms / 3_600_000) * 100) / 100,
    trips30d: window.trips.filter((trip) => trip >= from && trip <= now).length,
  };
}

const isWithin = (time: UtcMs, now: UtcMs): boolean => time >= now - windowMs;
