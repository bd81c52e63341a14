/** Facts of an event of the record, read back from its data. */
import { isoUtc, utcMs, type UtcMs } from '../../plant/clock.ts';
import type { RecordEvent } from '../../plant/record-event.ts';

export const instantText = (time: UtcMs | null): string | null => (time === null ? null : isoUtc(time));

export function textOf({ data }: RecordEvent, key: string): string | null {
  const value = data?.[key];
  return typeof value === 'string' ? value : null;
}

export function numberOf(event: RecordEvent, key: string): number | null {
  const text = textOf(event, key);
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

export function instantOf(event: RecordEvent, key: string): UtcMs | null {
  const time = Date.parse(textOf(event, key) ?? '');
  return Number.isNaN(time) ? null : utcMs(time);
}
