/** Spectra as YArrayItems: the curve is the value, its axes, origin and digest are properties (Part 8, 5.3.4.2). */
import {
  coerceLocalizedText,
  DataType,
  DataTypeIds,
  DataValue,
  resolveNodeId,
  Variant,
  VariantArrayType,
  type AddressSpace,
  type ExtensionObject,
  type Namespace,
  type UAObject,
  type UAVariable,
  type UAVariableType,
} from 'node-opcua';
import { badWaitingForInitialData } from '../../../plant/quality.ts';
import type { SpectrumMessage } from '../worker/messages.ts';
import type { SpectrumPlan } from '../plan/plan-spectra.ts';
import { dataValueOf, statusOf } from './set-data-value.ts';
import { addProperty, idOf, unitStructure } from './tag-nodes.ts';

/** Of AxisScaleEnumeration. */
const linear = 0;

export class SpectrumNode {
  readonly plan: SpectrumPlan;
  readonly #addressSpace: AddressSpace;
  readonly #variable: UAVariable;
  readonly #xAxis: UAVariable;
  readonly #euRange: UAVariable;
  readonly #origin: UAVariable;
  readonly #digest: UAVariable;
  readonly #facts: UAVariable;
  #x: Float64Array | null = null;
  /** What was heard last; null before anything was. */
  #latest: DataValue | null = null;

  constructor(namespace: Namespace, addressSpace: AddressSpace, unit: UAObject, plan: SpectrumPlan, now: Date) {
    this.plan = plan;
    this.#addressSpace = addressSpace;
    this.#variable = typeOf(addressSpace).instantiate({
      browseName: plan.browseName,
      nodeId: idOf(plan.nodeId),
      namespace,
      componentOf: unit,
      description: plan.title,
      dataType: DataType.Double,
      valueRank: 1,
      minimumSamplingInterval: 0,
    });
    const child = (name: string): UAVariable => {
      const found = this.#variable.getPropertyByName(name, 0);
      if (found === null) throw new TypeError(`YArrayItemType has no ${name}`);
      found.minimumSamplingInterval = 0;
      return found;
    };
    const text = (value: string) => ({ dataType: DataType.String, value });
    this.#xAxis = child('XAxisDefinition');
    this.#euRange = child('EURange');
    child('EngineeringUnits').setValueFromSource(structure(unitStructure(addressSpace, plan.y.unit)));
    child('Title').setValueFromSource({ dataType: DataType.LocalizedText, value: coerceLocalizedText(plan.y.title) });
    child('AxisScaleType').setValueFromSource({ dataType: DataType.Int32, value: linear });
    addProperty(this.#variable, plan.nodeId, 'Definition', 'String', text(plan.definition));
    this.#origin = addProperty(this.#variable, plan.nodeId, 'Origin', 'String', text(''));
    this.#digest = addProperty(this.#variable, plan.nodeId, 'Digest', 'String', text(''));
    this.#facts = addProperty(this.#variable, plan.nodeId, 'Facts', 'String', strings([]));
    this.#showAxis(new Float64Array(), [0, 0]);
    const nothing = new Variant(null);
    setWhole(this.#variable, dataValueOf(nothing, badWaitingForInitialData, now, now));
  }

  show({
    x,
    y,
    quality,
    sourceTime,
    serverTime,
    origin,
    digest,
    facts,
  }: Extract<SpectrumMessage, { kind: 'spectrum' }>): void {
    if (!sameValues(this.#x, x)) this.#showAxis(x, rangeOf(y));
    else this.#euRange.setValueFromSource(this.#range(rangeOf(y)));
    this.#x = x;
    this.#origin.setValueFromSource({ dataType: DataType.String, value: origin });
    this.#digest.setValueFromSource({ dataType: DataType.String, value: digest });
    this.#facts.setValueFromSource(strings(Object.entries(facts).map(([name, value]) => `${name}: ${value}`)));
    const value = new Variant({ dataType: DataType.Double, arrayType: VariantArrayType.Array, value: y });
    this.#latest = dataValueOf(value, quality, new Date(sourceTime), new Date(serverTime));
    setWhole(this.#variable, this.#latest);
  }

  /** The last one stays, and is Bad. */
  lose(quality: number, serverTime: number): void {
    const last = this.#variable.readValue();
    const lost = new DataValue(null);
    lost.value = last.value;
    lost.statusCode = statusOf(quality);
    lost.sourceTimestamp = last.sourceTimestamp;
    lost.serverTimestamp = new Date(serverTime);
    this.#latest = lost;
    setWhole(this.#variable, lost);
  }

  /** Nothing is heard of its skid: what stands here is old. */
  fallSilent(quality: number, now: Date): void {
    if (this.#latest === null) return;
    const { value, sourceTimestamp } = this.#latest;
    setWhole(this.#variable, dataValueOf(value, quality, sourceTimestamp ?? now, now));
  }

  /** The skid is heard of again, and with it what was said of this last. */
  speakAgain(): void {
    if (this.#latest === null) return;
    const { value, statusCode, sourceTimestamp, serverTimestamp } = this.#latest;
    const none = new Date(0);
    setWhole(this.#variable, dataValueOf(value, statusCode.value, sourceTimestamp ?? none, serverTimestamp ?? none));
  }

  /** Every step is given: an instrument's axis is seldom even. */
  #showAxis(x: Float64Array, range: readonly [number, number]): void {
    const [low, high] = rangeOf(x);
    const axis = this.#addressSpace.constructExtensionObject(resolveNodeId(DataTypeIds.AxisInformation), {
      engineeringUnits: unitStructure(this.#addressSpace, this.plan.x.unit),
      euRange: { low, high },
      title: { text: this.plan.x.title },
      axisScaleType: linear,
      axisSteps: [...x],
    });
    this.#xAxis.setValueFromSource(structure(axis));
    this.#euRange.setValueFromSource(this.#range(range));
  }

  #range([low, high]: readonly [number, number]) {
    return structure(this.#addressSpace.constructExtensionObject(resolveNodeId(DataTypeIds.Range), { low, high }));
  }
}

const structure = (value: ExtensionObject) => ({ dataType: DataType.ExtensionObject, value });

const strings = (value: readonly string[]) => ({
  dataType: DataType.String,
  arrayType: VariantArrayType.Array,
  value: [...value],
});

function typeOf(addressSpace: AddressSpace): UAVariableType {
  const type = addressSpace.findVariableType('YArrayItemType');
  if (type === null) throw new TypeError('the standard has no YArrayItemType');
  return type;
}

function rangeOf(values: Float64Array): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 0] : [low, high];
}

const sameValues = (one: Float64Array | null, other: Float64Array): boolean =>
  one?.length === other.length && one.every((value, i) => value === other[i]);

/** The stack's own way, since the axis that changed has to be told of as a change of meaning. */
function setWhole(variable: UAVariable, value: DataValue): void {
  (variable as UAVariable & { _internal_set_dataValue(value: DataValue): void })._internal_set_dataValue(value);
}
