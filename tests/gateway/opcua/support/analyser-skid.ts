/** A skid with an analyser: a folder of Raman spectra, and a number the analyser gives beside them. */
import { milliseconds } from '../../../../plant/clock.ts';
import type { FolderModel } from '../../../../plant/device-model.ts';
import { localTag } from '../../../../plant/sample.ts';
import type { Skid, SkidType, TagDefinition } from '../../../../plant/skid/definition.ts';
import { plainSkid } from './plant.ts';

const point = {
  name: 'peakPosition',
  kind: 'number',
  scale: 1,
  offset: 0,
  unit: 'nm',
  access: 'read',
  source: 'made for this test',
  verified: false,
  via: 'name',
  item: 'peak',
} as const;

const raman: FolderModel = {
  model: 'raman-folder',
  title: 'Raman analyser',
  protocol: 'spectra-folder',
  period: milliseconds(1000),
  timeout: milliseconds(1000),
  identity: { manufacturer: 'Raman House', product: 'RH-1' },
  folder: { settle: milliseconds(1000), axis: null },
  spectra: [
    { name: 'raman', item: 'raman', x: { title: 'Raman shift', unit: 'nm' }, y: { title: 'Intensity', unit: null } },
  ],
  digest: 'ab'.repeat(32),
  points: [point],
};

const peak: TagDefinition = {
  name: localTag('A401/AT-402'),
  title: 'Peak',
  unitName: 'A401',
  source: { kind: 'point', device: 'RAM-7', point },
  valueType: 'number',
  unit: 'nm',
  range: { low: 200, high: 900 },
  normal: null,
  states: null,
  decimals: 1,
  critical: false,
  staleAfter: milliseconds(2000),
  historyEvery: milliseconds(0),
  deadband: 0,
  write: null,
};

const pure: TagDefinition = { ...peak, name: localTag('A401/AX-403'), title: 'Pure number', unit: null, range: null };
const ranged: TagDefinition = { ...pure, name: localTag('A401/AX-404'), range: { low: 0, high: 1 } };
const united: TagDefinition = { ...pure, name: localTag('A401/AX-405'), unit: 'nm' };
const word: TagDefinition = { ...pure, name: localTag('A401/AX-406'), title: 'Method', valueType: 'text' };

export function analyserSkid(name: string): Skid {
  const skid = plainSkid(name);
  const type: SkidType = {
    ...skid.type,
    units: [...skid.type.units, { name: 'A401', title: 'Analysis', modules: [] }],
    devices: [
      ...skid.type.devices,
      { name: 'RAM-7', title: 'Raman analyser', model: raman, watchdog: null, local: null },
    ],
    tags: [...skid.type.tags, peak, pure, ranged, united, word],
    spectra: [
      {
        name: localTag('A401/AT-401.spectrum'),
        title: 'Raman spectrum',
        unitName: 'A401',
        device: 'RAM-7',
        source: raman.spectra[0]!,
        staleAfter: milliseconds(60_000),
      },
    ],
  };
  return { ...skid, type };
}
