/** A value of a record as a line of text: `volume 50 mL, lots [L-1, L-2]`. Nothing of it is left out. */
import type { RecordValue } from '../../plant/record-event.ts';

export function sayRecord(value: RecordValue): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return `[${(value as readonly RecordValue[]).map(sayRecord).join(', ')}]`;
  return Object.entries(value as Readonly<Record<string, RecordValue>>)
    .map(
      ([name, part]) =>
        `${name} ${typeof part === 'object' && part !== null ? `{${sayRecord(part)}}` : sayRecord(part)}`,
    )
    .join(', ');
}
