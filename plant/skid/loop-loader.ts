/** Reads the controllers of a skid file: which tags make up the faceplate of each. */
import { localTag, type LocalTag } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import type { DeviceDefinition, LoopDefinition, TagDefinition, UnitDefinition } from './definition.ts';
import type { LoopFile } from './schema.ts';
import type { Source } from './source.ts';

type Parts = Readonly<{
  tags: readonly TagDefinition[];
  units: readonly UnitDefinition[];
  devices: readonly DeviceDefinition[];
  /** Devices whose own fault has been told, and with it those of their tags. */
  faultyDevices: ReadonlySet<string>;
  /** Every tag of the file, the faulty ones too. */
  named: readonly string[];
}>;

const parts = [
  'value',
  'setpoint',
  'workingSetpoint',
  'output',
  'mode',
  'manualOutput',
  'tracking',
  'gain',
  'integral',
  'derivative',
] as const;
type Part = (typeof parts)[number];

export const readLoops = (
  source: Source,
  files: Readonly<Record<string, LoopFile>>,
  context: Parts,
): readonly LoopDefinition[] => Object.entries(files).map(([name, file]) => readLoop(source, name, file, context));

function readLoop(
  source: Source,
  name: string,
  file: LoopFile,
  { tags, units, devices, faultyDevices, named }: Parts,
): LoopDefinition {
  const path = ['loops', name];
  const unitName = name.split('/', 1)[0] ?? '';
  if (!name.includes('/') || !units.some((unit) => unit.name === unitName)) {
    source.fault(path, `The loop belongs to no unit of this file.`, 'Write UNIT/NAME, such as "R201/TIC-201".');
  }
  if (!faultyDevices.has(file.device) && !devices.some((device) => device.name === file.device)) {
    const names = devices.map((device) => device.name);
    source.fault(
      [...path, 'device'],
      `There is no device "${file.device}".`,
      didYouMean(file.device, names, 'Name the device that holds the controller.'),
    );
  }
  for (const part of parts) {
    const tag = file[part];
    if (tag === undefined) continue;
    if (!named.includes(tag)) {
      source.fault(
        [...path, part],
        `The ${part} is the tag ${tag}, which does not exist.`,
        didYouMean(tag, named, 'Name a tag of this file.'),
      );
    }
    const found = tags.find((each) => each.name === tag);
    const type = part === 'tracking' ? 'boolean' : 'number';
    if (found !== undefined && found.valueType !== type) {
      source.fault([...path, part], `${tag} is a ${found.valueType}.`, `The ${part} of a controller is a ${type}.`);
    }
  }
  const optional = (part: Part): LocalTag | null => {
    const tag = file[part];
    return tag === undefined ? null : localTag(tag);
  };
  return {
    name: localTag(name),
    title: file.title,
    unitName,
    device: file.device,
    value: localTag(file.value),
    setpoint: localTag(file.setpoint),
    workingSetpoint: optional('workingSetpoint'),
    output: optional('output'),
    mode: optional('mode'),
    manualOutput: optional('manualOutput'),
    tracking: optional('tracking'),
    gain: optional('gain'),
    integral: optional('integral'),
    derivative: optional('derivative'),
  };
}
