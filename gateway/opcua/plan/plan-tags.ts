/** Tags as variables: which type of Part 8 each is, with its unit, range, texts and where its value comes from. */
import type { SkidName } from '../../../plant/sample.ts';
import { analysisText } from '../../../plant/skid/analysis-source.ts';
import type { Range, TagDefinition } from '../../../plant/skid/definition.ts';
import { unitOf, type UnitPlan } from './plan-units.ts';

export type VariableForm =
  | Readonly<{
      kind: 'number';
      /** The one with both a unit and a range, with a range, with a unit, with neither (Part 8, 5.3). */
      type: 'AnalogUnitRangeType' | 'AnalogItemType' | 'AnalogUnitType' | 'DataItemType';
      unit: UnitPlan | null;
      range: Range | null;
      instrument: Range | null;
      decimals: number;
    }>
  /** MultiStateValueDiscreteType, an Int32. */
  | Readonly<{ kind: 'states'; states: readonly Readonly<{ value: number; text: string }>[] }>
  /** TwoStateDiscreteType, a Boolean. */
  | Readonly<{ kind: 'two-state'; falseText: string; trueText: string }>
  /** DataItemType, a String. */
  | Readonly<{ kind: 'text' }>
  /** A LocalizedText without a language, where a standard type asks for it. */
  | Readonly<{ kind: 'localized' }>
  /** An array of String. */
  | Readonly<{ kind: 'texts' }>;

export type TagPlan = Readonly<{
  nodeId: string;
  browseName: string;
  /** As the skid file names it: `R201/TT-201A`. */
  local: string;
  title: string;
  form: VariableForm;
  /** Where the value comes from: a device's point, or the expression it is evaluated from. */
  definition: string;
  writable: boolean;
}>;

export const planTag = (skid: SkidName, tag: TagDefinition): TagPlan => ({
  nodeId: `${skid}/${tag.name}`,
  browseName: tag.name.slice(tag.name.indexOf('/') + 1),
  local: tag.name,
  title: tag.title,
  form: formOf(tag),
  definition: definitionOf(tag),
  writable: tag.write !== null,
});

function formOf({ valueType, states, unit, range, decimals, source }: TagDefinition): VariableForm {
  if (valueType === 'boolean') {
    return { kind: 'two-state', falseText: states?.[0] ?? 'false', trueText: states?.[1] ?? 'true' };
  }
  if (states !== null) {
    return { kind: 'states', states: Object.entries(states).map(([value, text]) => ({ value: Number(value), text })) };
  }
  if (valueType === 'text') return { kind: 'text' };
  const point = source.kind === 'point' ? source.point : null;
  const bounded = range === null ? 'AnalogUnitType' : 'AnalogUnitRangeType';
  const pure = range === null ? 'DataItemType' : 'AnalogItemType';
  return {
    kind: 'number',
    type: unit === null ? pure : bounded,
    unit: unit === null && range === null ? null : unitOf(unit),
    range,
    instrument: point?.range !== undefined && point.unit === unit ? point.range : range,
    decimals,
  };
}

function definitionOf({ source }: TagDefinition): string {
  if (source.kind === 'point') return `${source.device}.${source.point.name}`;
  if (source.kind === 'analysis') return analysisText(source);
  if (source.kind === 'given') return `taken from ${source.taken.from.text}`;
  return source.kind === 'row' ? `${source.device}.${source.column}` : source.expression.text;
}
