/**
 * States as JSON, without loss: what JSON has no words for (NaN, the infinities, −0, arrays of numbers of one kind) stands in
 * an object with one key that begins with `$`.
 */

/** The arrays of numbers of one kind that a state may hold. */
const arrayKinds = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint16Array, Uint8Array } as const;
type ArrayKind = keyof typeof arrayKinds;

/** @throws TypeError for what no state may hold, such as a set or a function */
export function toJson(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? '-0' : String(value) };
    case 'string':
    case 'boolean':
      return value;
    case 'object':
      break;
    default:
      throw new TypeError(`A state cannot hold a ${typeof value}.`);
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(toJson);
  if (ArrayBuffer.isView(value)) {
    const kind = value.constructor.name;
    if (!isArrayKind(kind)) throw new TypeError(`A state cannot hold a ${kind}.`);
    return { $array: kind, bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    throw new TypeError(`A state cannot hold a ${value.constructor.name}.`);
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toJson(part)]));
}

/** What `toJson` made it of. @throws TypeError where it made no such thing */
export function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const fields = value as Readonly<Record<string, unknown>>;
  if (typeof fields['$number'] === 'string') return Number(fields['$number']);
  if (typeof fields['$array'] === 'string') return arrayOf(fields['$array'], fields['bytes']);
  return Object.fromEntries(Object.entries(fields).map(([key, part]) => [key, fromJson(part)]));
}

function arrayOf(kind: string, text: unknown): unknown {
  if (!isArrayKind(kind) || typeof text !== 'string') throw new TypeError(`${kind} is no array of a state.`);
  const bytes = Buffer.from(text, 'base64');
  const Kind = arrayKinds[kind];
  if (bytes.length % Kind.BYTES_PER_ELEMENT !== 0) throw new TypeError(`The bytes of a ${kind} are cut off.`);
  // A buffer of its own: those of Node lie anywhere in a larger one.
  return new Kind(Uint8Array.from(bytes).buffer);
}

const isArrayKind = (name: string): name is ArrayKind => Object.hasOwn(arrayKinds, name);

/**
 * Where `value` is not made as `example` is, or null. What is null in the example may be a number; an empty list of it may hold
 * anything, an empty group numbers.
 */
export function shapeFault(example: unknown, value: unknown, path = ''): string | null {
  if (example === null) {
    return value === null || typeof value === 'number'
      ? null
      : `${path} is a ${kindOf(value)} where a number should be`;
  }
  if (value === null) return `${path} is not there`;
  const kinds = [kindOf(example), kindOf(value)];
  if (kinds[0] !== kinds[1]) return `${path} is a ${kinds[1] ?? ''} where a ${kinds[0] ?? ''} should be`;
  if (ArrayBuffer.isView(example) && ArrayBuffer.isView(value)) {
    return example.byteLength === value.byteLength ? null : `${path} has another length`;
  }
  if (Array.isArray(example) && Array.isArray(value)) {
    if (example.length === 0) return null;
    if (example.length !== value.length) return `${path} has ${value.length} entries where ${example.length} should be`;
    return firstOf(value.map((part, index) => shapeFault(example[index], part, `${path}[${index}]`)));
  }
  if (typeof example !== 'object' || typeof value !== 'object') return null;
  const keys = Object.keys(example);
  if (keys.length === 0)
    return firstOf(Object.entries(value).map(([key, part]) => shapeFault(0, part, `${path}.${key}`)));
  const [missing, unknown] = [
    keys.find((key) => !Object.hasOwn(value, key)),
    Object.keys(value).find((key) => !Object.hasOwn(example, key)),
  ];
  if (missing !== undefined) return `${path} has no ${missing}`;
  if (unknown !== undefined) return `${path} has ${unknown}, which is not known`;
  const [of, holds] = [example, value] as readonly Readonly<Record<string, unknown>>[];
  return firstOf(keys.map((key) => shapeFault(of?.[key], holds?.[key], path === '' ? key : `${path}.${key}`)));
}

/** Where a number of `value` is none, or without end; or null. */
export function endlessFault(value: unknown, path: string): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : `${path} is ${value}`;
  if (typeof value !== 'object' || value === null) return null;
  if (value instanceof Float64Array) {
    const at = value.findIndex((one) => !Number.isFinite(one));
    return at < 0 ? null : `${path}[${at}] is ${value[at] ?? ''}`;
  }
  return firstOf(Object.entries(value).map(([key, part]) => endlessFault(part, `${path}.${key}`)));
}

const firstOf = (faults: readonly (string | null)[]): string | null => faults.find((fault) => fault !== null) ?? null;

const kindOf = (value: unknown): string =>
  ArrayBuffer.isView(value) ? value.constructor.name : Array.isArray(value) ? 'list' : typeof value;
