/**
 * What brings about each row of the interlock matrix on a twin, as messages of `POST /faults`; for the twin's own tests and for those of
 * the whole system. Data alone, so that it can be sent as it is.
 */

export type RowCause = Readonly<{
  row: number;
  what: string;
  /** What the line is brought to first: hot and collecting, or cold, let down and in changeover. */
  from: 'hot' | 'changeover';
  /** What is wrong, all at once; empty where nothing is but the service's silence. */
  faults: readonly Readonly<Record<string, unknown>>[];
  /** The same row where the cause brings others with it: one instrument alone says so. */
  alone?: readonly Readonly<Record<string, unknown>>[];
  /** What heals it beside `clear`, which comes first. */
  mend?: readonly Readonly<Record<string, unknown>>[];
  /** What the row asks for, as §2 of the matrix has it, and what it asks for without stopping. */
  trips: 'A' | 'B' | 'H' | 'Hcd' | 'S' | 'E';
  measures?: readonly ('divert waste' | 'block acid')[];
  /** Process time within which the reading passes the trip, before the row's own delay. */
  withinS: number;
  /** The field acts by itself. */
  byItself?: true;
}>;

const offset = (point: string, by: number) => ({ fault: 'sensor-offset', point, by });
const stopped = (...pumps: string[]) => pumps.map((pump) => ({ fault: 'pump-stop', pump }));
const open = ['A', 'B'].map((which) => ({ fault: 'door', switch: which, to: 'open' }));
const noAir = { fault: 'ventilation-failure' };
const empty = { fault: 'waste-level', percent: 10 };

export const rowCauses: readonly RowCause[] = [
  {
    ...{ row: 1, what: 'air velocity', from: 'hot', trips: 'H', withinS: 20 },
    ...{ faults: [noAir], alone: [offset('airVelocity.A', -0.3)] },
  },
  {
    ...{ row: 2, what: 'enclosure', from: 'hot', trips: 'H', withinS: 20 },
    ...{ faults: [noAir], alone: [offset('enclosurePressure.A', 23)] },
  },
  {
    ...{ row: 3, what: 'aerosol', from: 'hot', trips: 'A', withinS: 60 },
    ...{ faults: [{ fault: 'leak', place: 'reactor', mlPerMin: 0.5 }], alone: [offset('aerosol.1', 0.3)] },
  },
  {
    ...{ row: 4, what: 'aerosol, much of it', from: 'hot', trips: 'H', withinS: 60 },
    ...{ faults: [{ fault: 'leak', place: 'reactor', mlPerMin: 20 }], alone: [offset('aerosol.2', 2)] },
  },
  {
    ...{ row: 5, what: 'H2S', from: 'hot', trips: 'E', withinS: 60 },
    faults: [{ fault: 'gas', gas: 'h2s', ppm: 8 }],
  },
  {
    ...{ row: 6, what: 'H2Se', from: 'hot', trips: 'E', withinS: 60 },
    faults: [{ fault: 'gas', gas: 'h2se', ppm: 0.1 }],
  },
  {
    ...{ row: 7, what: 'H2', from: 'hot', trips: 'S', withinS: 60 },
    faults: [{ fault: 'gas', gas: 'h2', ppm: 14_000 }],
  },
  {
    ...{ row: 8, what: 'drip tray', from: 'hot', trips: 'S', withinS: 60 },
    ...{ faults: [{ fault: 'leak', place: 'outlet', mlPerMin: 30 }], alone: [{ fault: 'drip-tray', ml: 50 }] },
  },
  {
    ...{ row: 9, what: 'pressure', from: 'hot', trips: 'S', withinS: 2 },
    // The pumps meet their own limit as well, and the field controller goes to S by that.
    faults: [{ fault: 'blocked-outlet' }],
    alone: ['A', 'B'].map((sensor) => ({ fault: 'pressure-bias', sensor, bar: 6 })),
  },
  {
    ...{ row: 10, what: 'flow resistance', from: 'hot', trips: 'H', withinS: 5 },
    faults: [{ fault: 'fouling', factor: 3 }],
  },
  {
    ...{ row: 11, what: 'boiling margin', from: 'hot', trips: 'H', withinS: 10 },
    ...{ faults: [{ fault: 'pressure-loss' }], alone: [{ fault: 'pressure-bias', sensor: 'A', bar: -8 }] },
  },
  {
    ...{ row: 12, what: 'temperature', from: 'hot', trips: 'S', withinS: 60 },
    faults: [{ fault: 'heater-stuck-on' }],
    // Slow enough to be no break of the sensor; taken away at once it jumps back, which row 13 takes for one.
    alone: [{ fault: 'sensor-drift', point: 'reactorTemperatureIndependent', perMin: 60 }],
  },
  {
    ...{ row: 13, what: 'sensor break', from: 'hot', trips: 'H', withinS: 1 },
    faults: [{ fault: 'sensor-nan', point: 'reactorTemperatureB' }],
  },
  {
    ...{ row: 14, what: 'no flow', from: 'hot', trips: 'H', withinS: 10 },
    faults: stopped('chalcogen', 'cadmium', 'ligand'),
  },
  {
    ...{ row: 15, what: 'cooling', from: 'hot', trips: 'H', withinS: 40 },
    ...{ faults: [{ fault: 'cooling-loss' }], alone: [offset('outletTemperature', 60)] },
  },
  {
    ...{ row: 16, what: 'waste tank, to be diverted', from: 'hot', trips: 'B', measures: ['divert waste'] },
    ...{ faults: [{ fault: 'waste-level', percent: 92 }], mend: [empty], withinS: 1 },
  },
  {
    ...{ row: 16, what: 'waste tank, full', from: 'hot', trips: 'S', measures: ['divert waste'] },
    ...{ faults: [{ fault: 'waste-level', percent: 96 }], mend: [empty], withinS: 1 },
  },
  {
    ...{ row: 17, what: 'ligand to cadmium', from: 'hot', trips: 'Hcd', withinS: 10 },
    faults: stopped('ligand'),
  },
  {
    ...{ row: 17, what: 'chalcogen to cadmium', from: 'hot', trips: 'Hcd', withinS: 10 },
    faults: [{ fault: 'check-valve', pump: 'chalcogen', share: 0.4 }],
  },
  {
    ...{ row: 18, what: 'pH of the feed', from: 'hot', trips: 'H', withinS: 60 },
    faults: [{ fault: 'ph', place: 'feed', value: 9.2 }],
  },
  {
    ...{ row: 19, what: 'pH of the waste', from: 'hot', trips: 'B', measures: ['divert waste', 'block acid'] },
    ...{ faults: [{ fault: 'ph', place: 'waste', value: 9 }], withinS: 60 },
  },
  { ...{ row: 20, what: 'door', from: 'hot', trips: 'S', withinS: 1 }, faults: open },
  { ...{ row: 20, what: 'door in changeover', from: 'changeover', trips: 'B', withinS: 1 }, faults: open },
  {
    ...{ row: 21, what: 'emergency stop', from: 'hot', trips: 'S', withinS: 1, byItself: true },
    faults: [{ fault: 'emergency-stop' }],
  },
  {
    ...{ row: 22, what: 'stale data', from: 'hot', trips: 'H', withinS: 3 },
    // What is asked meanwhile the controller does when it goes on: clear it to see that.
    faults: [{ fault: 'controller-halt' }],
  },
  { ...{ row: 23, what: 'the service is silent', from: 'hot', trips: 'H', withinS: 4, byItself: true }, faults: [] },
  { ...{ row: 24, what: 'air in changeover', from: 'changeover', trips: 'E', withinS: 20 }, faults: [noAir] },
  {
    ...{ row: 25, what: 'air or power', from: 'hot', trips: 'S', withinS: 1, byItself: true },
    faults: [{ fault: 'air-loss' }],
  },
];
