/**
 * A process as JSON and back, to the last bit: JSON's numbers are read as they were written, and an array of amounts is marked as one.
 */
import type { ProcessState } from './process.ts';

type Json = null | boolean | number | string | readonly Json[] | Readonly<{ [key: string]: Json }>;

const mark = 'float64';

/** What `JSON.stringify` can write. */
export const processToJson = (process: ProcessState): Json => plain(process);

/** The process of what `processToJson` gave; whoever reads it from a file checks first that it is of the same twin. */
export const processFromJson = (json: unknown): ProcessState => revived(json) as ProcessState;

function plain(value: unknown): Json {
  if (value instanceof Float64Array) return { [mark]: [...value] };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  throw new TypeError(`a ${typeof value} is no part of a process`);
}

function revived(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(revived);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === mark && Array.isArray(only[1]))
    return Float64Array.from(only[1] as number[]);
  return Object.fromEntries(entries.map(([key, part]) => [key, revived(part)]));
}
