/**
 * What the service itself knows of a skid and its devices, as variables beside the tags: who commands it, its interlocks, its
 * batch, and each device's nameplate and connection. They take the same way to the worker as the tags' values.
 */
import { batchStates } from '../../../plant/batch-view.ts';
import { demands } from '../../../plant/safe-state.ts';
import type { SkidName } from '../../../plant/sample.ts';
import { packMlStates } from '../live/packml-view.ts';
import type { DevicePlan } from './plan-devices.ts';
import { unitOf } from './plan-units.ts';
import type { TagPlan, VariableForm } from './plan-tags.ts';

export type FactPlan = TagPlan &
  Readonly<{
    /** Node id of the object it stands under. */
    under: string;
    /** Browse names from there where its type has the variable already; null where it is ours. */
    within: readonly string[] | null;
    /** Said by every scan, so that it is Bad as soon as the skid is not heard of. */
    scanned: boolean;
  }>;

export type SkidObject = Readonly<{ nodeId: string; browseName: string; title: string }>;

export const skidObjects = (skid: SkidName): readonly SkidObject[] => [
  { nodeId: `${skid}.Batch`, browseName: 'Batch', title: 'The batch that holds this skid (ISA-88).' },
  { nodeId: `${skid}.Interlocks`, browseName: 'Interlocks', title: 'What the operational interlocks ask for.' },
];

export const linkStates = ['connected', 'connecting', 'lost'] as const;
/** Of DI's DeviceHealthEnumeration: a lost device has failed as far as anyone can tell. */
export const deviceHealth = { normal: 0, failure: 1 } as const;

export const planFacts = (skid: SkidName, devices: readonly DevicePlan[]): readonly FactPlan[] => [
  ...availability(skid),
  fact(`${skid}.Interlocks`, 'Demand', 'What the interlocks ask of the field', statesOf(demands), true),
  fact(`${skid}.Interlocks`, 'FieldDemand', "What the field controller's own step belongs to", statesOf(demands), true),
  fact(`${skid}.Interlocks`, 'Causes', 'Why running is not permitted; the first first', { kind: 'texts' }, true),
  fact(`${skid}.Interlocks`, 'Warnings', 'Interlocks that warn only', { kind: 'texts' }, true),
  ...batch(`${skid}.Batch`),
  ...devices.flatMap(device),
];

const texts = { kind: 'texts' } as const;
const text = { kind: 'text' } as const;
const yesNo: VariableForm = { kind: 'two-state', falseText: 'no', trueText: 'yes' };

const availability = (of: string): readonly FactPlan[] => [
  fact(of, 'Local', 'Switched to Local in the field: no command goes to it from here', yesNo, true),
  fact(of, 'LockedOut', 'Locked out for maintenance', yesNo, true),
  fact(of, 'Blocks', 'What keeps it from being commanded from here, in words', texts, true),
];

const batch = (of: string): readonly FactPlan[] => [
  fact(of, 'Id', 'Empty where no batch holds the skid', text),
  fact(of, 'Recipe', 'Recipe of the batch', text),
  fact(of, 'State', 'ISA-88 procedural state', statesOf(batchStates)),
  fact(of, 'PackMLState', 'The same state by the numbers of PackML: a view of it only', {
    kind: 'states',
    states: Object.entries(packMlStates).map(([name, value]) => ({ value, text: name })),
  }),
  fact(of, 'Phase', 'The phase that is active', text),
  fact(of, 'Message', 'Why it is held, or failed', text),
  fact(of, 'Rehearsal', 'Runs an unapproved recipe on a twin', yesNo),
  fact(of, 'Collected', 'Product collected', volume),
  fact(of, 'Target', 'Product to be collected', volume),
];

const device = ({ nodeId, analyser }: DevicePlan): readonly FactPlan[] => [
  ...nameplate.map(([browseName, form]) => given(nodeId, [browseName], form)),
  fact(nodeId, 'State', 'Of the connection to it', statesOf(linkStates)),
  ...availability(nodeId),
  ...counters.map(([browseName, title]) => fact(nodeId, browseName, title, count)),
  fact(nodeId, 'Latency', 'From request to answer', number('ms', 1)),
  ...(analyser ? [given(nodeId, ['DeviceState', 'CurrentState'], { kind: 'localized' })] : []),
];

/** As DI names them. */
const nameplate: readonly (readonly [string, VariableForm])[] = [
  ['Manufacturer', { kind: 'localized' }],
  ['Model', { kind: 'localized' }],
  ['SerialNumber', text],
  ['SoftwareRevision', text],
  ['DeviceHealth', { kind: 'states', states: [] }],
];

const counters = [
  ['Requests', 'Requests since the start'],
  ['Timeouts', 'Requests that were not answered in time'],
  ['Malformed', 'Answers that could not be read'],
  ['Exceptions', 'Requests that the device refused'],
  ['Reconnects', 'Connections made anew'],
  ['LateAnswers', 'Answers that came after their time and were thrown away'],
] as const;

const number = (unit: string | null, decimals: number): VariableForm => ({
  kind: 'number',
  type: unit === null ? 'DataItemType' : 'AnalogUnitType',
  unit: unit === null ? null : unitOf(unit),
  range: null,
  instrument: null,
  decimals,
});
const count = number(null, 0);
const volume = number('mL', 1);

function statesOf(names: readonly string[]): VariableForm {
  return { kind: 'states', states: names.map((name, value) => ({ value, text: name })) };
}

function fact(under: string, browseName: string, title: string, form: VariableForm, scanned = false): FactPlan {
  const nodeId = `${under}.${browseName}`;
  return {
    nodeId,
    browseName,
    local: nodeId,
    title,
    form,
    definition: 'service',
    writable: false,
    under,
    within: null,
    scanned,
  };
}

const given = (under: string, within: readonly string[], form: VariableForm): FactPlan => ({
  ...fact(under, within.join('/'), '', form),
  within,
});
