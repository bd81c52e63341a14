/** Which instrument a spectrum says it is of, and when that was calibrated, against what the device model asks. Pure. */
import type { UtcMs } from '../../plant/clock.ts';
import type { SpectrumSource } from '../../plant/device-model.ts';
import type { SpectrumData } from '../../plant/spectrum.ts';
import { fits } from './name-pattern.ts';

const hour = 3_600_000;
/** By how much a clock without a zone may be behind UTC's, and before it: local times run from UTC−12 to UTC+14. */
const [furthestEast, furthestWest] = [14 * hour, 12 * hour];

/** Null where every fact that the model asks for is there, and as it says. */
export function faultOfInstrument(
  { facts, nmr }: SpectrumData,
  { instrument = {} }: Pick<SpectrumSource, 'instrument'>,
): string | null {
  for (const [name, asked] of Object.entries(instrument)) {
    const found = factOf(facts, name) ?? (name === 'nucleus' ? nmr?.nucleus : undefined);
    if (found === undefined) return `It does not say its ${name}; it must be ${asked}.`;
    if (!fits(asked, found.trim())) return `Its ${name} is ${found}, not ${asked}.`;
  }
  return null;
}

/** Null where the calibration is no older than the model allows at the time the spectrum was taken. */
export function faultOfCalibration(
  { facts, takenAt }: SpectrumData,
  { calibration }: Pick<SpectrumSource, 'calibration'>,
  now: UtcMs,
): string | null {
  if (calibration === undefined) return null;
  const { fact, taken, maximumAge } = calibration;
  const text = factOf(facts, fact);
  if (text === undefined) return `It does not say when it was calibrated (${fact}).`;
  const calibrated = momentOf(text);
  const other = taken === undefined ? undefined : (factOf(facts, taken) ?? '');
  const at = other === undefined ? { ms: takenAt ?? now, zoned: true } : momentOf(other);
  if (calibrated === null) return `It says it was calibrated "${text}" (${fact}), which is no time.`;
  if (at === null) return `It says it was taken "${other ?? ''}" (${taken ?? ''}), which is no time.`;
  // Without a zone on one side only, the calibration is taken for as old as it can be.
  const doubt = calibrated.zoned === at.zoned ? 0 : furthestEast;
  const early = calibrated.zoned === at.zoned ? 0 : furthestWest;
  if (calibrated.ms - early > at.ms + hour) return `It was calibrated after it was taken (${fact} ${text}).`;
  const age = at.ms - calibrated.ms + doubt;
  if (age <= maximumAge) return null;
  return `Its calibration of ${text} (${fact}) is ${hours(age)} old, and at most ${hours(maximumAge)} is allowed.`;
}

const hours = (ms: number): string => `${Math.round(ms / hour)} h`;

/** By its name, whatever its capitals, spaces and strokes: forms of files change them. */
const factOf = (facts: SpectrumData['facts'], name: string): string | undefined =>
  facts[name] ?? Object.entries(facts).find(([each]) => plain(each) === plain(name))?.[1];

const plain = (name: string): string => name.replaceAll(/[\s\-/_.]/gu, '').toLowerCase();

const moment =
  /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/u;

/** A day, or a time of a day, with a zone or without one. */
function momentOf(text: string): Readonly<{ ms: number; zoned: boolean }> | null {
  const match = moment.exec(text.trim());
  if (match === null) return null;
  const [, year, month, day, hours = '00', minutes = '00', seconds = '00', zone] = match;
  const offset = zone === undefined || zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d{2}):?(\d{2})$/u, '$1:$2');
  const ms = Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}${offset}`);
  return Number.isFinite(ms) ? { ms, zoned: zone !== undefined } : null;
}
