/** What a guard needs to know of its skid, settled once, so that a scan looks nothing up twice. */
import { controllerOf } from '../../plant/device-model.ts';
import type { Milliseconds } from '../../plant/clock.ts';
import type { CheckedExpression, Evaluated, Expression } from '../../plant/expression.ts';
import type { InterlockCondition, InterlockDefinition, Skid, TagDefinition } from '../../plant/skid/definition.ts';
import type { Measure, SafeAction } from '../../plant/safe-state.ts';
import type { LocalTag, SkidName } from '../../plant/sample.ts';

export type PreparedCondition = Readonly<{
  text: string;
  root: Expression;
  for: Milliseconds;
  off: Milliseconds;
  namesReference: boolean;
  measures: readonly Measure[];
}>;

export type PreparedTrip = PreparedCondition &
  Readonly<{
    action: SafeAction;
    armed: Arming | null;
  }>;

/** A condition under which a row, or a trip of it, looks. */
export type Arming = Readonly<{
  root: Expression;
  /** It names no tag, so that what it says is known whatever is measured: while it fails nothing is looked at, doubts neither. */
  ofModeAlone: boolean;
  /** It names the mode, so that a stimulus cannot stand for it. */
  namesMode: boolean;
}>;

export type PreparedRow = Readonly<{
  definition: InterlockDefinition;
  channels: readonly Expression[];
  /** The measured tags of each channel: the newest of them says when it was sampled. */
  sources: readonly (readonly LocalTag[])[];
  armed: Arming | null;
  trip: readonly PreparedTrip[];
  warn: PreparedCondition | null;
  namesRate: boolean;
  /** It goes by the controller's own first-out alone, which stands until the reset itself: it is no cause that could go before. */
  ofFirstOut: boolean;
  /** Filled anew for each evaluation. */
  bindings: { value: Evaluated; reference: Evaluated; rate: Evaluated; changeover: Evaluated };
}>;

export type PreparedSkid = Readonly<{
  name: SkidName;
  rows: readonly PreparedRow[];
  tags: ReadonlyMap<LocalTag, TagDefinition>;
  /** The wetted temperatures: whether the skid is hot goes by them. */
  temperatures: readonly LocalTag[];
  /** Measured tags that must have been seen before the guard may judge. */
  watched: readonly LocalTag[];
  /** Null where the skid has no field controller to ask. */
  field: Readonly<{ stepTag: LocalTag | null; firstOutTag: LocalTag | null }> | null;
}>;

const unknown: Evaluated = { value: null, quality: 0 as Evaluated['quality'] };

export function prepareSkid(skid: Skid): PreparedSkid {
  const { tags, interlocks } = skid.type;
  const byName = new Map(tags.map((tag) => [tag.name, tag]));
  const critical = tags.filter((tag) => tag.critical);
  const field = fieldOf(skid, tags);
  return {
    name: skid.name,
    rows: interlocks.map((row) => prepareRow(row, byName, field?.firstOutTag ?? null)),
    tags: byName,
    temperatures: critical.filter(({ unit }) => unit === '°C').map(({ name }) => name),
    watched: [...measuredIn([...critical.map(({ name }) => name), ...interlocks.flatMap(tagsOfRow)], byName)],
    field,
  };
}

function prepareRow(
  definition: InterlockDefinition,
  tags: ReadonlyMap<LocalTag, TagDefinition>,
  firstOutTag: LocalTag | null,
): PreparedRow {
  const trip = definition.trip.map((one): PreparedTrip => ({
    ...prepareCondition(one),
    action: one.action,
    armed: prepareArming(one.armed),
  }));
  const conditions = [...definition.trip, ...(definition.warn === null ? [] : [definition.warn])];
  return {
    definition,
    channels: definition.channels.map(({ root }) => root),
    sources: definition.channels.map((channel) => [...measuredIn(channel.tags, tags)]),
    armed: prepareArming(definition.armed),
    trip,
    warn: definition.warn === null ? null : prepareCondition(definition.warn),
    ofFirstOut: definition.mirrors && definition.channels.every((channel) => isOf(channel, firstOutTag)),
    namesRate: conditions.some(({ when }) => names(when.root, 'rate')),
    bindings: { value: unknown, reference: unknown, rate: unknown, changeover: unknown },
  };
}

const prepareCondition = (
  condition: InterlockCondition & Readonly<{ measures: readonly Measure[] }>,
): PreparedCondition => ({
  text: condition.when.text,
  root: condition.when.root,
  for: condition.for,
  off: condition.off,
  namesReference: names(condition.when.root, 'reference'),
  measures: condition.measures,
});

const isOf = ({ tags }: CheckedExpression, tag: LocalTag | null): boolean =>
  tag !== null && tags.length > 0 && tags.every((one) => one === tag);

const prepareArming = (armed: CheckedExpression | null): Arming | null =>
  armed === null
    ? null
    : { root: armed.root, ofModeAlone: armed.tags.length === 0, namesMode: names(armed.root, 'changeover') };

function names(node: Expression, name: string): boolean {
  switch (node.kind) {
    case 'name':
      return node.name === name;
    case 'call':
      return node.arguments.some((argument) => names(argument, name));
    case 'unary':
      return names(node.of, name);
    case 'binary':
      return names(node.left, name) || names(node.right, name);
    default:
      return false;
  }
}

function tagsOfRow(row: InterlockDefinition): readonly LocalTag[] {
  const { reference, warn } = row;
  const expressions: (CheckedExpression | null)[] = [
    ...row.channels,
    row.armed,
    ...row.trip.flatMap(({ when, armed }) => [when, armed]),
    warn?.when ?? null,
    ...(reference === null ? [] : [reference.target, reference.ramped, reference.value, reference.heating]),
  ];
  return [...(row.stale ?? []), ...expressions.flatMap((expression) => expression?.tags ?? [])];
}

/** The tags that are measured, or given, behind these: derived ones followed to their parts. */
export function measuredIn(names: readonly LocalTag[], tags: ReadonlyMap<LocalTag, TagDefinition>): Set<LocalTag> {
  const measured = new Set<LocalTag>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const source = tags.get(name)?.source;
    if (source?.kind === 'derived') open.push(...source.expression.tags);
    else measured.add(name);
  }
  return measured;
}

/** The first-out register is found by its point's name, `firstOut`, as docs/field-controller.md calls it. */
function fieldOf(skid: Skid, tags: readonly TagDefinition[]): PreparedSkid['field'] {
  const device = skid.type.devices.find(({ model }) => controllerOf(model) !== undefined);
  const words = device === undefined ? undefined : controllerOf(device.model);
  if (device === undefined || words === undefined) return null;
  const tagOf = (point: string): LocalTag | null =>
    tags.find(({ source }) => source.kind === 'point' && source.device === device.name && source.point.name === point)
      ?.name ?? null;
  return { stepTag: tagOf(words.step), firstOutTag: tagOf('firstOut') };
}
