/**
 * Whether what a command would set can be set: tag, type, step, range, and the skid's own limits on what it all makes
 * together. Pure.
 */
import { messageOf } from '../../plant/errors.ts';
import { isGood } from '../../plant/quality.ts';
import { formatValue } from '../../plant/quantity.ts';
import type { LocalTag } from '../../plant/sample.ts';
import type { Skid, TagDefinition } from '../../plant/skid/definition.ts';
import { convert, parseUnit, sameDimension } from '../../plant/units.ts';
import { checkRepresentable } from '../point-value.ts';
import type { CommandField, PointWrite } from './command-field.ts';
import { liveOf, refused, type Refusal, type Samples } from './refusal.ts';

export type TagWrite = Readonly<{ tag: LocalTag; value: number | boolean }>;
export type CheckedWrite = PointWrite & Readonly<{ device: string; definition: TagDefinition }>;
export type CheckedWrites = Readonly<{ writes: readonly CheckedWrite[] }> | Readonly<{ refusal: Refusal }>;

export function checkWrites(
  skid: Skid,
  controller: CommandField['controller'],
  writes: readonly TagWrite[],
  samples: Samples,
): CheckedWrites {
  const refuse = (message: string, tag?: LocalTag): CheckedWrites => ({
    refusal: refused('limits', message, liveOf(skid, samples, tag)),
  });
  if (writes.length === 0) return refuse('The command sets nothing.');
  const checked: CheckedWrite[] = [];
  for (const { tag, value } of writes) {
    const definition = skid.type.tags.find(({ name }) => name === tag);
    if (definition === undefined) return refuse(`${skid.name} has no tag ${tag}.`);
    const { source, write } = definition;
    if (write === null || source.kind !== 'point' || source.point.access !== 'read-write') {
      return refuse(`${tag} cannot be set.`, tag);
    }
    if (source.device === controller?.device && controller.reserved.includes(source.point.name)) {
      return refuse(`${tag} is a word of the field controller that no command sets.`, tag);
    }
    if (checked.some((other) => other.tag === tag)) return refuse(`${tag} is set twice in one command.`, tag);
    const fault = valueFault(definition, value);
    if (fault !== null) return refuse(fault, tag);
    try {
      checkRepresentable(source.point, value);
    } catch (thrown) {
      return refuse(messageOf(thrown), tag);
    }
    checked.push({ tag, value, point: source.point, device: source.device, definition });
  }
  const beyond = skidLimitFault(skid, checked, samples);
  return beyond === null ? { writes: checked } : refuse(beyond.message, beyond.tag);
}

function valueFault(
  { name, valueType, range, unit, states, decimals }: TagDefinition,
  value: number | boolean,
): string | null {
  if (valueType === 'boolean') return typeof value === 'boolean' ? null : `${name} takes true or false, not ${value}.`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} takes a number, not ${String(value)}.`;
  const shown = formatValue(value, unit, decimals);
  if (range !== null && (value < range.low || value > range.high)) {
    return `${name} takes ${range.low} to ${range.high}${unit === null ? '' : ` ${unit}`}; ${shown} was asked.`;
  }
  if (states !== null && states[value] === undefined) {
    return `${name} takes one of ${Object.entries(states)
      .map((state) => state.join(' '))
      .join(', ')}; ${shown} was asked.`;
  }
  return null;
}

type Fault = Readonly<{ message: string; tag: LocalTag }>;

function skidLimitFault(skid: Skid, writes: readonly CheckedWrite[], samples: Samples): Fault | null {
  const { automaticTemperatureC, pressureBarG, totalFlowMlPerMin } = skid.type.limits;
  const single: readonly (readonly [string, number | null])[] = [
    ['°C', automaticTemperatureC],
    ['bar(g)', pressureBarG],
  ];
  for (const { tag, value, definition } of writes) {
    for (const [unit, limit] of single) {
      const asked = inUnit(Number(value), definition.unit, unit);
      if (limit === null || asked === null || asked <= limit) continue;
      return { tag, message: `${tag}: ${asked} ${unit} is above the skid's limit of ${limit} ${unit}.` };
    }
  }
  return totalFlowMlPerMin === null ? null : totalFlowFault(skid, writes, samples, totalFlowMlPerMin);
}

/** The sum of all flow set points as the command would leave them. Lowering one is never refused. */
function totalFlowFault(skid: Skid, writes: readonly CheckedWrite[], samples: Samples, limit: number): Fault | null {
  const current = (tag: LocalTag): number | null => {
    const sample = samples.get(tag);
    return sample !== undefined && isGood(sample.quality) && typeof sample.value === 'number' ? sample.value : null;
  };
  const flows = writes.filter(({ definition }) => inUnit(0, definition.unit, flowUnit) !== null);
  const raised = flows.find(({ tag, value }) => Number(value) > (current(tag) ?? -Infinity) && Number(value) !== 0);
  if (raised === undefined) return null;
  let sum = 0;
  for (const { name, unit, write } of skid.type.tags) {
    if (write === null || inUnit(0, unit, flowUnit) === null) continue;
    const set = flows.find(({ tag }) => tag === name);
    const value = set === undefined ? current(name) : Number(set.value);
    const flow = value === null ? null : inUnit(value, unit, flowUnit);
    if (flow === null) {
      return { tag: name, message: `The total flow cannot be checked: ${name} is not known.` };
    }
    sum += flow;
  }
  // Set points come back as float32: their sum may be off by the last digit of one.
  if (sum <= limit + 1e-4) return null;
  return {
    tag: raised.tag,
    message: `The set points would make ${sum.toFixed(1)} mL/min; the skid's limit is ${limit} mL/min in all.`,
  };
}

const flowUnit = 'mL/min';

/** The value in `to`, or null where its unit measures something else. */
function inUnit(value: number, from: string | null, to: string): number | null {
  if (from === to) return value;
  if (from === null || !sameDimension(parseUnit(from), parseUnit(to))) return null;
  return convert(value, from, to);
}
