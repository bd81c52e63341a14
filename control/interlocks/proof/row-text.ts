/** A difference between a row and its rules as a person reads it: time, tags with value and quality, what was due, what came. */
import { formatValue } from '../../../plant/quantity.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { PreparedSkid } from '../prepare.ts';
import type { Difference, Visit } from './row-machine.ts';
import { isDoubt, type Reading } from './world.ts';

export function readingText(skid: PreparedSkid, tag: LocalTag, reading: Reading): string {
  const definition = skid.tags.get(tag);
  if (isDoubt(reading)) return `${tag} ${reading}`;
  const value = typeof reading === 'number' ? Number(reading.toPrecision(6)) : reading;
  const state = definition?.states?.[Number(value)];
  if (state !== undefined) return `${tag} ${state}`;
  const decimals = typeof value === 'number' ? (String(value).split('.')[1]?.length ?? 0) : 0;
  return `${tag} ${formatValue(value, definition?.unit ?? null, decimals)}, Good`;
}

/** Of the first moment everything, of the others what has changed. Times count from the row at rest. */
export function traceOf(
  skid: PreparedSkid,
  { visit, expected, came }: Difference,
  bypassed: string | null,
): readonly string[] {
  const path: Visit[] = [];
  for (let one: Visit | null = visit; one !== null; one = one.from) path.unshift(one);
  const from = path[0]?.at ?? 0;
  let before: Visit['input']['readings'] = new Map();
  const lines = path.map(({ at, input, reset, state }, i) => {
    const changed = [...input.readings].filter(([tag, reading]) => before.get(tag) !== reading);
    before = input.readings;
    const said = changed.map(([tag, reading]) => readingText(skid, tag, reading));
    const start = i === 0 ? ['at rest', ...(bypassed === null ? [] : [`${bypassed} bypassed`])] : [];
    const mode = input.changeover ? ['in changeover'] : [];
    const words = [...start, ...mode, ...(reset === null ? [] : ['reset']), ...said];
    return `${((at - from) / 1000).toFixed(1)} s: ${words.join('; ') || 'as before'} → ${state.verdict.demand}`;
  });
  return [...lines, `expected: ${expected}`, `came: ${came}`];
}
