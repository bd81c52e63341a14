import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { change, faultsOf, folder, soundDevice, soundSkid } from './files.ts';

const raman = `model: raman
title: Raman
protocol: spectra-folder
period: 5 s
timeout: 1 s
source: its manual
verified: false
folder: { settle: 60 s }
spectra:
  raman: { item: "*.spc", x: { title: Raman shift, unit: 1/cm }, y: { title: Intensity } }
points: {}
`;

const skid = change(
  change(soundSkid, 'watchdog: 3 s }', 'watchdog: 3 s, local: F1/plcLocal }\n  RAMAN: { model: raman }'),
  'interlocks:\n',
  `  F1/local: { from: PLC-1.flags.heater, title: Local, states: { 0: Remote, 1: Local } }
  F1/plcLocal: { is: 'F1/FT-1 > 49 mL/min', title: Local, states: { 0: Remote, 1: Local } }
local: F1/local
loops:
  R1/TIC-1: { title: Temperature, device: PLC-1, value: R1/TT-1, setpoint: R1/SP, mode: R1/step, tracking: F1/run }
spectra:
  R1/AT-1: { from: RAMAN.raman, title: Raman spectrum, staleAfter: 10 min }
interlocks:
`,
);

const load = (text: string, device = soundDevice) => {
  const made = folder({ 's.yaml': text, 'devices/small-plc.yaml': device, 'devices/raman.yaml': raman });
  return loadSkidType(join(made, 's.yaml'), { deviceModelFolder: join(made, 'devices') });
};

describe('a skid type', () => {
  const type = load(skid);

  it('has its controllers with the tags that each entry names', () => {
    expect(type.loops).toEqual([
      {
        name: 'R1/TIC-1',
        title: 'Temperature',
        unitName: 'R1',
        device: 'PLC-1',
        value: 'R1/TT-1',
        setpoint: 'R1/SP',
        workingSetpoint: null,
        output: null,
        mode: 'R1/step',
        manualOutput: null,
        tracking: 'F1/run',
        gain: null,
        integral: null,
        derivative: null,
      },
    ]);
  });

  it('has its spectra with the device that gives them', () => {
    expect(type.spectra).toMatchObject([
      {
        name: 'R1/AT-1',
        unitName: 'R1',
        device: 'RAMAN',
        source: { name: 'raman', item: '*.spc' },
        staleAfter: 600_000,
      },
    ]);
  });

  it('has its own switch to Local, and those of its devices', () => {
    expect(type.local).toBe('F1/local');
    expect(type.devices.map(({ name, local }) => [name, local])).toEqual([
      ['PLC-1', 'F1/plcLocal'],
      ['RAMAN', null],
    ]);
    expect(load(soundSkid)).toMatchObject({ local: null, loops: [], spectra: [] });
  });
});

describe('the check of a skid names', () => {
  const cases: readonly (readonly [what: string, old: string, changed: string, said: string])[] = [
    ['a controller of no unit', 'R1/TIC-1:', 'R9/TIC-1:', 'belongs to no unit'],
    ['a controller of no device', 'device: PLC-1', 'device: PLC-2', 'Did you mean "PLC-1"?'],
    ['a tag of a controller that does not exist', 'setpoint: R1/SP', 'setpoint: R1/SPP', 'Did you mean "R1/SP"?'],
    ['a set point that is no number', 'setpoint: R1/SP', 'setpoint: F1/run', 'F1/run is a boolean'],
    ['a tracking that is no switch', 'tracking: F1/run', 'tracking: R1/TT-1', 'R1/TT-1 is a number'],
    ['an unknown part of a controller', 'mode: R1/step', 'modus: R1/step', 'The key "modus" is not known here'],
    ['a spectrum of no unit', 'R1/AT-1:', 'R9/AT-1:', 'belongs to no unit'],
    ['a spectrum that no device gives', 'RAMAN.raman', 'RAMAN.ramen', 'Did you mean "RAMAN.raman"?'],
    ['an age that is none', 'staleAfter: 10 min }', 'staleAfter: 10 apples }', 'apples'],
    ['a switch that does not exist', 'local: F1/local\n', 'local: F1/lokal\n', 'Did you mean "F1/local"?'],
    ['a device’s switch that does not exist', 'local: F1/plcLocal', 'local: F1/plcLokal', 'Did you mean'],
    ['a switch that is no switch', 'local: F1/local\n', 'local: F1/FT-1\n', 'F1/FT-1 is not true or false'],
  ];
  it.each(cases)('%s, at its line', (_, old, changed, said) => {
    const text = change(skid, old, changed);
    const faults = faultsOf(() => load(text));
    expect(faults.map(({ problem, remedy }) => `${problem} ${remedy}`)).toEqual([expect.stringContaining(said)]);
    const at = text.split('\n').findIndex((line, i) => line !== skid.split('\n')[i]) + 1;
    expect(faults[0]!.where).toMatch(new RegExp(`s\\.yaml:${at}$`, 'u'));
  });

  it('a faulty device once, and none of the controllers and switches that hang on it', () => {
    const faults = faultsOf(() => load(skid, change(soundDevice, 'scale: 0.01', 'scale: 0')));
    expect(faults.map(({ problem }) => problem)).toEqual(['A scale of 0 makes every value 0.']);
  });
});
