/** Values, times and states in words. Pure: time and zone are given. */
import type { LiveSample, TagView } from '../../api/answers.ts';
import { goodLocalOverride, isBad, isGood, qualityName, type Quality } from '../../../plant/quality.ts';
import type { Demand } from '../../../plant/safe-state.ts';
import type { TagValue } from '../../../plant/sample.ts';

export function valueText(value: TagValue, tag: Pick<TagView, 'states' | 'decimals'>): string {
  if (value === null) return '–';
  const state = tag.states?.[Number(value)];
  if (state !== undefined) return state;
  if (typeof value !== 'number') return String(value);
  return value.toFixed(tag.decimals).replace(/^-(0(?:\.0+)?)$/, '$1');
}

export const unitText = (unit: string | null): string => unit ?? '';

export const rangeText = ({ range, unit, states }: TagView): string =>
  range === null || states !== null ? '' : `${range.low} to ${range.high} ${unitText(unit)}`;

/** `09:30:12 +02:00`, with the date where it is not today's. */
export function timeIn(utc: number | null, now: number, inUtc: boolean): string {
  if (utc === null) return '–';
  const offset = offsetOf(utc, inUtc);
  const { date, clock } = local(utc, offset);
  return `${local(now, offset).date === date ? '' : `${date} `}${clock} ${zoneText(offset)}`;
}

/** `2026-10-02 09:30:12 +02:00`: of what may be long ago. */
export function dateTimeIn(utc: number | null, inUtc: boolean): string {
  if (utc === null) return '–';
  const offset = offsetOf(utc, inUtc);
  const { date, clock } = local(utc, offset);
  return `${date} ${clock} ${zoneText(offset)}`;
}

const offsetOf = (utc: number, inUtc: boolean): number => (inUtc ? 0 : -new Date(utc).getTimezoneOffset());

function local(utc: number, offset: number): Readonly<{ date: string; clock: string }> {
  const [date = '', clock = ''] = new Date(utc + offset * 60_000).toISOString().split('T');
  return { date, clock: clock.slice(0, 8) };
}

function zoneText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (n: number): string => String(n).padStart(2, '0');
  return minutes === 0 ? 'UTC' : `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `5 s`, `3 min 20 s`, `2 h 5 min`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return joined(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  return joined(Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'min');
}

const joined = (large: number, unit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;

export type Trust = Readonly<{ ok: boolean; name: string; note: string | null }>;

/** Whether a value may be believed: by its quality, and by whether its skid is still being read at all. */
export function trustOf(sample: LiveSample | null, skidUtc: number, staleAfterMs: number, now: number): Trust {
  if (sample === null) return { ok: false, name: 'BadWaitingForInitialData', note: 'no value yet' };
  const [, quality, , taken] = sample;
  const silent = now - skidUtc;
  if (silent > staleAfterMs && isGood(quality)) {
    return { ok: false, name: 'BadNoCommunication', note: `stale, ${spanText(silent)} old` };
  }
  if (quality === goodLocalOverride) return { ok: true, name: qualityName(quality), note: 'FORCED' };
  if (isGood(quality)) return { ok: true, name: 'Good', note: null };
  return { ok: false, name: qualityName(quality), note: `${qualityWord(quality)}, ${spanText(now - taken)} old` };
}

function qualityWord(quality: Quality): string {
  const words: Readonly<Record<string, string>> = {
    BadNoCommunication: 'no communication',
    BadNotConnected: 'not connected',
    BadTimeout: 'no answer in time',
    BadOutOfRange: 'out of range',
    BadSensorFailure: 'sensor failure',
    BadDeviceFailure: 'device failure',
    BadDecodingError: 'not readable',
    BadWaitingForInitialData: 'no value yet',
  };
  return words[qualityName(quality)] ?? (isBad(quality) ? 'bad' : 'uncertain');
}

const demandWords: Readonly<Record<Demand, string>> = {
  none: 'Free to run',
  B: 'Start blocked',
  H: 'HOT-HOLD',
  Hcd: 'HOT-HOLD, cadmium off first',
  S: 'De-energised',
  E: 'De-energised, evacuate',
};
export const demandText = (demand: Demand): string => demandWords[demand];

const actionWords: Readonly<Record<string, string>> = {
  A: 'alarm only',
  B: 'blocks starts',
  H: 'HOT-HOLD',
  Hcd: 'cadmium off, then HOT-HOLD',
  S: 'de-energises',
  E: 'evacuation',
};
export const actionText = (action: string): string => actionWords[action] ?? action;
