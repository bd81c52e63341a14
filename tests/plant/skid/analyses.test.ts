import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { soundMethod } from '../method/files.ts';
import { change, faultsOf, folder, lineOf, soundDevice, soundSkid } from './files.ts';

const spectrometer = `model: spectrometer
title: Spectrometer
protocol: spectra-folder
period: 5 s
timeout: 1 s
source: its manual
verified: false
folder: { settle: 60 s }
spectra:
  absorbance: { item: "*.csv", x: { title: Wavelength, unit: nm }, y: { title: Absorbance } }
points: {}
`;

const skid = change(
  change(soundSkid, 'watchdog: 3 s }', 'watchdog: 3 s }\n  UV: { model: spectrometer }'),
  'interlocks:\n',
  `  R1/pH: { from: PLC-1.step, title: pH }
  R1/AI-1.diameter: { from: R1/AY-1.diameter, title: Diameter, unit: nm, range: 1..10 }
  R1/AI-1.doubt: { from: R1/AY-1.diameter.uncertainty, title: Uncertainty, unit: nm, staleAfter: 5 min }
  R1/AI-1.verdict: { from: R1/AY-1.verdict, title: Verdict, states: { 0: undecided, 1: in domain } }
spectra:
  R1/AT-1: { from: UV.absorbance, title: Absorbance, staleAfter: 10 min }
analyses:
  R1/AY-1:
    title: Size
    spectrum: R1/AT-1
    method: dots
    delay: { volume: 3 mL, flow: F1/FT-1 }
    inputs: { pH: R1/pH, flow: F1/FT-1 }
    required: true
interlocks:
`,
);

const load = (text: string, method = soundMethod) => {
  const made = folder({
    's.yaml': text,
    'devices/small-plc.yaml': soundDevice,
    'devices/spectrometer.yaml': spectrometer,
    'methods/dots.yaml': method,
  });
  return loadSkidType(join(made, 's.yaml'), {
    deviceModelFolder: join(made, 'devices'),
    methodFolder: join(made, 'methods'),
  });
};

describe('an analysis of a skid', () => {
  const type = load(skid);

  it('has its method, its spectrum, its delay and its inputs', () => {
    expect(type.analyses).toMatchObject([
      {
        name: 'R1/AY-1',
        title: 'Size',
        unitName: 'R1',
        spectrum: 'R1/AT-1',
        method: { method: 'dots', version: 3 },
        delay: { volumeMl: 3, flow: 'F1/FT-1' },
        inputs: { pH: 'R1/pH', flow: 'F1/FT-1' },
        required: true,
      },
    ]);
  });

  it('gives tags: values, their uncertainty and the verdict, as old as the spectrum may be', () => {
    const tags = new Map(type.tags.map((tag) => [tag.name as string, tag]));
    const source = { kind: 'analysis', analysis: 'R1/AY-1' };
    expect(tags.get('R1/AI-1.diameter')).toMatchObject({
      source: { ...source, output: 'diameter', part: 'value' },
      staleAfter: 600_000,
      write: null,
    });
    expect(tags.get('R1/AI-1.doubt')).toMatchObject({
      source: { ...source, output: 'diameter', part: 'uncertainty' },
      staleAfter: 300_000,
    });
    expect(tags.get('R1/AI-1.verdict')).toMatchObject({
      source: { ...source, part: 'verdict' },
      valueType: 'number',
      states: { 0: 'undecided', 1: 'in domain' },
    });
  });

  it('puts the digest of its method into that of the skid type', () => {
    expect(load(skid, soundMethod.replace('version: 3', 'version: 4')).digest).not.toBe(type.digest);
    expect(load(skid, `# A word.\n${soundMethod}`).digest).toBe(type.digest);
  });

  it('goes with its spectrum where the skid is not fitted with the instrument', () => {
    const made = folder({
      's.yaml': skid,
      'devices/small-plc.yaml': soundDevice,
      'devices/spectrometer.yaml': spectrometer,
    });
    const without = loadSkidType(join(made, 's.yaml'), { deviceModelFolder: join(made, 'devices'), without: ['UV'] });
    expect(without.analyses).toEqual([]);
    expect(without.tags.filter(({ source }) => source.kind === 'analysis')).toEqual([]);
  });

  it.each([
    ['an unknown method', 'method: dots', 'method: dotz', /There is no method "dotz"\. Did you mean "dots"\?/u],
    [
      'an unknown spectrum',
      'spectrum: R1/AT-1',
      'spectrum: R1/AT-2',
      /no spectrum "R1\/AT-2"\. Did you mean "R1\/AT-1"\?/u,
    ],
    ['a delay of no volume', 'volume: 3 mL', 'volume: 0 mL', /volume is 0 mL\. Write a volume above 0/u],
    ['a delay in another unit', 'volume: 3 mL', 'volume: 3 s', /does not measure what mL does/u],
    [
      'a flow that is none',
      'flow: F1/FT-1 }\n    inputs',
      'flow: R1/TT-1 }\n    inputs',
      /R1\/TT-1 is in °C\. Name a tag in mL\/min/u,
    ],
    [
      'an input in another unit',
      'pH: R1/pH',
      'pH: R1/TT-1',
      /R1\/TT-1 is in °C\. Name a tag that is a number without a unit/u,
    ],
    ['an input that is no number', 'pH: R1/pH', 'pH: F1/run', /F1\/run is no number/u],
    ['an input the method does not ask for', 'pH: R1/pH', 'ph: R1/pH', /dots asks for no "ph"\. Did you mean "pH"\?/u],
    ['an input that is no tag', 'pH: R1/pH', 'pH: R1/pK', /There is no tag "R1\/pK"/u],
  ])('is refused with %s, at its line', (_, old, now, said) => {
    const text = change(skid, old, now);
    const faults = faultsOf(() => load(text));
    expect(faults.map(({ problem, remedy }) => `${problem} ${remedy}`).join('\n')).toMatch(said);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.where).toMatch(new RegExp(`s\\.yaml:${lineOf(text, now)}$`, 'u'));
  });

  it.each([
    [
      'from an analysis that is not there',
      'from: R1/AY-1.verdict',
      'from: R1/AY-2.verdict',
      /no analysis "R1\/AY-2"\. Did you mean "R1\/AY-1"/u,
    ],
    [
      'of no output',
      'from: R1/AY-1.diameter,',
      'from: R1/AY-1.diametre,',
      /dots gives no "diametre"\. Did you mean "diameter"\?/u,
    ],
    ['of no part', 'from: R1/AY-1.verdict', 'from: R1/AY-1.diameter.doubt', /dots gives no "diameter\.doubt"/u],
    [
      'in another unit',
      'unit: nm, range: 1..10',
      'unit: µm, range: 1..10',
      /in µm, and R1\/AY-1\.diameter is in nm\. Write "unit: nm"/u,
    ],
    [
      'that would be written',
      'range: 1..10 }',
      'range: 1..10, write: { role: operator } }',
      /Only a tag from a point/u,
    ],
  ])('a tag %s is refused', (_, old, now, said) => {
    const faults = faultsOf(() => load(change(skid, old, now)));
    expect(faults.map(({ problem, remedy }) => `${problem} ${remedy}`).join('\n')).toMatch(said);
    expect(faults).toHaveLength(1);
  });

  it.each([
    ['critical', 'unit: nm, range: 1..10 }', 'unit: nm, range: 1..10, critical: true }', /seen with every scan/u],
    [
      'derived and critical',
      '  R1/pH:',
      '  R1/twice: { is: 2 * R1/AI-1.diameter, title: Twice, unit: nm, critical: true }\n  R1/pH:',
      /seen with every scan/u,
    ],
    [
      'watched by an interlock',
      'armed: R1/TT-1 > 90 °C',
      'armed: R1/AI-1.diameter > 3 nm',
      /interlock looks at R1\/AI-1\.diameter/u,
    ],
  ])('a tag of it that is %s is refused: it comes too seldom', (_, old, now, said) => {
    const faults = faultsOf(() => load(change(skid, old, now)));
    expect(faults.map(({ problem }) => problem).join('\n')).toMatch(said);
    expect(faults).toHaveLength(1);
  });

  it('with a faulty method says the method’s faults, and none of what refers to it', () => {
    const faults = faultsOf(() => load(skid, soundMethod.replace('version: 3', 'version: x')));
    expect(faults).toHaveLength(1);
    expect(faults[0]?.where).toMatch(/dots\.yaml:2$/u);
  });
});
