/** A small skid of one reactor, as the loader would make it. */
import { milliseconds } from '../../../plant/clock.ts';
import { localTag, skidName } from '../../../plant/sample.ts';
import type { Skid, SkidType, TagDefinition } from '../../../plant/skid/definition.ts';

const tag = (name: string, more: Partial<TagDefinition> = {}): TagDefinition => ({
  name: localTag(name),
  title: name,
  unitName: name.split('/')[0] ?? '',
  source: { kind: 'derived', expression: { text: '0', unit: null, root: { kind: 'number', value: 0 }, tags: [] } },
  valueType: 'number',
  unit: '°C',
  range: { low: 0, high: 250 },
  normal: null,
  states: null,
  decimals: 1,
  critical: false,
  staleAfter: milliseconds(2000),
  historyEvery: milliseconds(1000),
  deadband: 0,
  write: null,
  ...more,
});

export const smallType: SkidType = {
  type: 'small',
  title: 'Small line',
  definition: 1,
  limits: { totalFlowMlPerMin: 80, pressureBarG: 18, automaticTemperatureC: 185 },
  capabilities: [],
  volumesMl: { R201: 60 },
  wetted: [],
  units: [{ name: 'R201', title: 'Reactor', modules: ['E202'] }],
  devices: [],
  tags: [
    tag('R201/TT-201A', { title: 'Reactor temperature A', normal: { low: 150, high: 170 } }),
    tag('R201/TIC-201.SP', { title: 'Set point', write: { roles: ['operator'], safe: 'lower' } }),
    tag('R201/PT-201A', { title: 'Reactor pressure', unit: 'bar(g)', range: { low: 0, high: 25 } }),
    tag('R201/heater.run', { title: 'Heater', valueType: 'boolean', unit: null, states: { 0: 'off', 1: 'on' } }),
  ],
  analyses: [],
  loops: [],
  spectra: [],
  local: null,
  interlocks: [],
  alarms: [],
  phases: ['collect'],
  page: { overview: [localTag('R201/TT-201A')], trend: [localTag('R201/TT-201A')] },
  digest: 'a'.repeat(64),
};

export const smallSkid = (name = 'QD-1', more: Partial<Skid> = {}): Skid => ({
  name: skidName(name),
  title: `Line ${name}`,
  type: smallType,
  links: [],
  twin: true,
  ...more,
});
