/**
 * What the OPC UA address space holds, made from the skid files. Pure, and structured-cloneable: the main thread plans, the
 * worker builds (Part 3 nodes, Part 8 variable types).
 *
 * Node ids are strings in a namespace of our own, and stable: a tag's is its full name, `QD-1/R201/TT-201A`; a method's has a
 * full stop, which no skid's name holds: `QD-1.HotHold`; a property's a `#`, which no tag's does: `QD-1/R201/TT-201A#EURange`.
 */
import type { SkidName } from '../../plant/sample.ts';
import type { Range, Skid, TagDefinition } from '../../plant/skid/definition.ts';
import { opcUaUnitId, uneceCode } from '../../plant/unece.ts';

export const namespaceUri = 'urn:mesoline:plant';

/** The folder of all skids; a stroke begins no skid's name. */
export const rootNodeId = '/Mesoline';

export type UnitPlan = Readonly<{ unitId: number; displayName: string; description: string }>;

export type VariableForm =
  /** AnalogItemType where it has a range, AnalogUnitType where it has a unit only, DataItemType where it has neither. */
  | Readonly<{ kind: 'number'; unit: UnitPlan | null; range: Range | null; instrument: Range | null; decimals: number }>
  /** MultiStateValueDiscreteType, an Int32. */
  | Readonly<{ kind: 'states'; states: readonly Readonly<{ value: number; text: string }>[] }>
  /** TwoStateDiscreteType, a Boolean. */
  | Readonly<{ kind: 'two-state'; falseText: string; trueText: string }>;

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

export type FolderPlan = Readonly<{ nodeId: string; browseName: string; title: string; tags: readonly TagPlan[] }>;

export type SkidPlan = Readonly<{
  nodeId: string;
  name: SkidName;
  title: string;
  units: readonly FolderPlan[];
  /** Every tag of the units, in the order in which values name them by number. */
  tags: readonly TagPlan[];
}>;

export function planSkid({ name, title, type }: Skid): SkidPlan {
  const unitNames = [...new Set([...type.units.map((unit) => unit.name), ...type.tags.map((tag) => tag.unitName)])];
  const units = unitNames.map((unitName) => ({
    nodeId: `${name}/${unitName}`,
    browseName: unitName,
    title: type.units.find((unit) => unit.name === unitName)?.title ?? unitName,
    tags: type.tags.filter((tag) => tag.unitName === unitName).map((tag) => planTag(name, tag)),
  }));
  return { nodeId: name, name, title, units, tags: units.flatMap(({ tags }) => tags) };
}

const planTag = (skid: SkidName, tag: TagDefinition): TagPlan => ({
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
  const point = source.kind === 'point' ? source.point : null;
  return {
    kind: 'number',
    unit: unit === null && range === null ? null : unitOf(unit),
    range,
    instrument: point?.range !== undefined && point.unit === unit ? point.range : range,
    decimals,
  };
}

function unitOf(unit: string | null): UnitPlan {
  const { code, displayName, description } = uneceCode(unit);
  return { unitId: opcUaUnitId(code), displayName, description };
}

function definitionOf({ source }: TagDefinition): string {
  if (source.kind === 'point') return `${source.device}.${source.point.name}`;
  return source.kind === 'row' ? `${source.device}.${source.column}` : source.expression.text;
}
