/**
 * Canonical JSON (RFC 8785): the one text a value has, so that its hash can be taken by anyone, anywhere. What has no such
 * text (undefined, NaN, a function, half a surrogate pair) is refused instead of being dropped.
 */
import canonicalize from 'canonicalize';
import { mesolineError, messageOf } from '../../../plant/errors.ts';

const notCanonical = (where: string, problem: string, cause?: unknown) =>
  mesolineError('not-canonical', where, problem, 'Leave the field out, or say it as text, true, false or null.', cause);

/** @throws MesolineError `not-canonical` naming the field that has no canonical form. */
export function canonicalText(value: unknown): string {
  refuseUnsayable(value, '$');
  try {
    return canonicalize(value) ?? '';
  } catch (error) {
    throw notCanonical('$', `The value has no canonical form (${messageOf(error)}).`, error);
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of bytes that are UTF-8 to the last one, or null. A byte order mark is kept, so that it cannot hide. */
export function strictText(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * What canonical JSON says, or null where the text is not JSON, not exactly its canonical form, or nothing that a record holds: a number that
 * is not whole, or a value within more lists and objects than `deepest`, which would exhaust whoever reads it.
 */
export function parseCanonical(text: string): { value: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isKept(value, 0)) return null;
    return isPlainlyCanonical(text, value) || canonicalize(value) === text ? { value } : null;
  } catch {
    return null;
  }
}

/**
 * What most texts can be told to be at a tenth of the cost: RFC 8785 writes as JSON.stringify does, with the names of every object in
 * the order of their UTF-16 code units. Escaped characters, among which half a surrogate pair could be, are looked at the long way.
 */
const isPlainlyCanonical = (text: string, value: unknown): boolean =>
  !text.includes('\\u') && JSON.stringify(value) === text && isSorted(value);

function isSorted(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let last: string | null = null;
  for (const [name, part] of Object.entries(value)) {
    if ((last !== null && name <= last) || !isSorted(part)) return false;
    last = name;
  }
  return true;
}

const deepest = 128;

function isKept(value: unknown, depth: number): boolean {
  if (depth > deepest) return false;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (value === null || typeof value !== 'object') return true;
  return Object.values(value).every((part) => isKept(part, depth + 1));
}

function refuseUnsayable(value: unknown, path: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw notCanonical(path, `${value} is not a number that JSON has.`);
    return;
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) refuseUnsayable(value[index], `${path}[${index}]`);
    return;
  }
  if (!isPlainObject(value)) {
    throw notCanonical(path, `A value of type ${value === undefined ? 'undefined' : typeof value} cannot be recorded.`);
  }
  for (const [key, part] of Object.entries(value)) refuseUnsayable(part, `${path}.${key}`);
}

/** An object made of fields only: no date, map, class or anything with its own idea of JSON. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && typeof Reflect.get(value, 'toJSON') !== 'function';
}
