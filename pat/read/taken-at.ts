/** When a spectrum was taken, where its file says it with a zone; a time without one is nobody's and stays a fact. */
import { utcMs, type UtcMs } from '../../plant/clock.ts';

const names = /^(?:long ?date|date ?time|date|time ?stamp|acquired|taken at)$/iu;
const zoned =
  /^(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d{1,9})?))?\s*(Z|UTC|[+-]\d{2}:?\d{2})$/u;

export function takenAtOf(facts: Readonly<Record<string, string>>): UtcMs | null {
  for (const [name, value] of Object.entries(facts)) {
    const match = names.test(name) ? zoned.exec(value.trim()) : null;
    if (match === null) continue;
    const [, year, month, day, hour, minute, second = '00', zone = 'Z'] = match;
    const offset = zone === 'UTC' || zone === 'Z' ? 'Z' : zone.replace(/^(...):?(..)$/u, '$1:$2');
    const fraction = second.includes('.') ? second.slice(0, 6) : second;
    const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${fraction}${offset}`);
    if (Number.isFinite(time)) return utcMs(time);
  }
  return null;
}
