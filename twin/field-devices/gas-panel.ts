/** The gas detection panel beside the field controller: seven channels, each with its level, its alarms and its fault. */
import { readingOf, type AnalogPoint, type Readings } from '../skid/signals.ts';

type Channel = Readonly<{ point: AnalogPoint; range: number; alarm1: number; alarm2: number }>;

/** In ppm; what the panel's own two alarms are set to. */
const h2s = { range: 20, alarm1: 1, alarm2: 5 } as const;
const h2se = { range: 1, alarm1: 0.02, alarm2: 0.05 } as const;
/** In % of the lower explosive limit. */
const h2 = { range: 100, alarm1: 10, alarm2: 25 } as const;

const channels: readonly Channel[] = [
  { point: 'h2s.1', ...h2s },
  { point: 'h2s.2', ...h2s },
  { point: 'h2s.3', ...h2s },
  { point: 'h2se.1', ...h2se },
  { point: 'h2se.2', ...h2se },
  { point: 'h2.1', ...h2 },
  { point: 'h2.2', ...h2 },
];

type Reader = (readings: Readings) => number;

const bit = (value: boolean): number => (value ? 1 : 0);

/** What the panel says at each of its points. */
export const gasPanelReaders: ReadonlyMap<string, Reader> = new Map(channels.flatMap(readersOf));

function readersOf({ point, range, alarm1, alarm2 }: Channel): readonly [string, Reader][] {
  const level: Reader = (readings) => readingOf(readings, point);
  return [
    // Beyond its range a channel stays at the end of it, and says so.
    [point, (readings) => Math.min(range, level(readings))],
    [`${point}.range`, () => range],
    [`${point}.alarm1`, (readings) => bit(level(readings) >= alarm1)],
    [`${point}.alarm2`, (readings) => bit(level(readings) >= alarm2)],
    [`${point}.fault`, (readings) => bit(Number.isNaN(level(readings)))],
    [`${point}.maintenance`, () => 0],
    [`${point}.underRange`, () => 0],
    [`${point}.overRange`, (readings) => bit(level(readings) > range)],
  ];
}
