import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LineModel, NamedModel, RegisterModel } from '../../../plant/device-model.ts';
import { loadDeviceModel } from '../../../plant/skid/device-model-loader.ts';
import { change, faultsOf, folder, lineOf } from './files.ts';

const load = (text: string) => {
  const file = `${/^model: (\S+)$/mu.exec(text)?.[1] ?? 'd'}.yaml`;
  return loadDeviceModel(join(folder({ [file]: text }), file));
};

const registers = `model: power-meter
title: Power meter
protocol: modbus
period: 1 s
timeout: 1 s
source: its manual
verified: false
identity: { manufacturer: Meters Ltd, product: PM-1, serial: serial, deviceIdentification: true }
registers:
  holding:
    relay: { at: 0, type: bool, bit: 3, write: true }
    serial: { at: 10, type: string, length: 4 }
    phase: { at: 20, type: uint16, bits: 0..3, range: 0..15 }
    tariff: { at: 20, type: uint16, bits: 4..7 }
    alarm: { at: 20, type: bool, bit: 8 }
    energy: { at: 30, type: bcd32, scale: 0.1, unit: kW, invalid: [99999999] }
`;

const lines = `model: small-chiller
title: Chiller
protocol: line
period: 1 s
timeout: 1 s
source: its manual
verified: false
identity: { manufacturer: Chillers Ltd, product: C-1, firmware: version }
ends: { ask: "\\r", answer: "\\r\\n" }
longestAnswer: 64
hello: { ask: NAME, answer: "C-1 {value:word}" }
setup:
  - { ask: MODE REMOTE, answer: OK }
pause: 50 ms
points:
  version: { ask: VER, answer: "V {value:text}" }
  bath: { ask: IN 0, answer: "{value:decimal}", unit: °C, range: -50..200, invalid: [-151] }
  setpoint: { ask: IN 1, answer: "{value:decimal}", set: "OUT 1 {value:decimal}", confirm: OK, unit: °C, range: 5..90, write: true }
`;

const named = `model: small-analyser
title: Analyser
protocol: spectra-folder
period: 5 s
timeout: 1 s
source: its manual
verified: false
folder: { settle: 60 s, axis: { points: 1024, low: 200, high: 3400 } }
spectra:
  raman: { item: "*.spc", x: { title: Raman shift, unit: 1/cm }, y: { title: Intensity } }
points:
  taken: { item: taken }
  busy: { item: busy, kind: boolean }
`;

describe('a register map', () => {
  const points = (load(registers) as RegisterModel).points;
  const point = (name: string) => points.find((each) => each.name === name);

  it('may have a bit of a register written', () => {
    expect(point('relay')).toMatchObject({ kind: 'boolean', access: 'read-write', area: 'holding', bit: 3 });
  });

  it('has texts by their length, fields of bits, decimal digits and values that mean none', () => {
    expect(point('serial')).toMatchObject({ kind: 'text', type: 'string', length: 4 });
    expect(point('tariff')).toMatchObject({ kind: 'number', bits: { from: 4, to: 7 } });
    expect(point('energy')).toMatchObject({ type: 'bcd32', invalid: [99_999_999] });
  });

  it('says what tells the device from another of its kind', () => {
    expect(load(registers).identity).toEqual({
      manufacturer: 'Meters Ltd',
      product: 'PM-1',
      serial: 'serial',
      deviceIdentification: true,
    });
  });
});

describe('a model of a device that is asked by lines', () => {
  it('has what is sent, what is answered and how a value is set', () => {
    const model = load(lines) as LineModel;
    expect(model).toMatchObject({
      protocol: 'line',
      ends: { ask: '\r', answer: '\r\n' },
      longestAnswer: 64,
      hello: { ask: 'NAME', answer: 'C-1 {value:word}' },
      setup: [{ ask: 'MODE REMOTE', answer: 'OK' }],
      pause: 50,
    });
    expect(model.points).toMatchObject([
      { name: 'version', kind: 'text', via: 'line', access: 'read', source: 'its manual' },
      { name: 'bath', kind: 'number', unit: '°C', range: { low: -50, high: 200 }, invalid: [-151] },
      { name: 'setpoint', kind: 'number', access: 'read-write', set: 'OUT 1 {value:decimal}', confirm: 'OK' },
    ]);
  });
});

describe('a model of a device with a protocol of its own', () => {
  it('has its values by name, and its spectra', () => {
    const model = load(named) as NamedModel;
    expect(model).toMatchObject({ protocol: 'spectra-folder', identity: null });
    expect(model).toMatchObject({ folder: { settle: 60_000, axis: { points: 1024, low: 200, high: 3400 } } });
    expect(model.points).toMatchObject([
      { name: 'taken', kind: 'number', via: 'name', item: 'taken' },
      { name: 'busy', kind: 'boolean', via: 'name', item: 'busy' },
    ]);
    expect(model.spectra).toEqual([
      {
        name: 'raman',
        item: '*.spc',
        x: { title: 'Raman shift', unit: '1/cm' },
        y: { title: 'Intensity', unit: null },
      },
    ]);
  });

  it('says of which column, which instrument and how young a calibration its spectra are', () => {
    const facts =
      'column: Sample, instrument: { serial: SPA-1, laser: 785* }, calibration: { fact: Lamp, taken: Date, maximumAge: 720 h }';
    const text = change(named, 'y: { title: Intensity } }', `y: { title: Intensity }, ${facts} }`);
    expect((load(text) as NamedModel).spectra).toMatchObject([
      {
        column: 'Sample',
        instrument: { serial: 'SPA-1', laser: '785*' },
        calibration: { fact: 'Lamp', taken: 'Date', maximumAge: 720 * 3_600_000 },
      },
    ]);
    const served = text.replace(/^folder: .*\n/mu, '').replace('spectra-folder', 'opcua');
    expect(faultsOf(() => load(served)).map(({ problem }) => problem)).toEqual(
      Array.from({ length: 3 }, () => 'A server gives no facts with a spectrum.'),
    );
  });

  it('may be an analyser with a server', () => {
    const text = change(named, 'spectra-folder', 'opcua').replace(/^folder: .*\n/mu, '');
    expect(load(text).protocol).toBe('opcua');
  });

  it('may be a Spinsolve, which has its measurement', () => {
    const own = 'measurement: { protocolName: 1D PHOSPHORUS, options: { Number: 16 }, settle: 1 min }';
    const model = load(change(named, 'spectra-folder', 'spinsolve').replace(/^folder: .*$/mu, own));
    expect(model).toMatchObject({
      measurement: { protocolName: '1D PHOSPHORUS', options: { Number: '16' }, folders: [], settle: 60_000 },
    });
  });

  it('is only read where it is a folder or an analyser', () => {
    const faults = faultsOf(() => load(change(named, '{ item: taken }', '{ item: taken, write: true }')));
    expect(faults.map(({ problem }) => problem)).toEqual(['A folder of spectra takes nothing.']);
  });

  it('has an axis that rises', () => {
    const faults = faultsOf(() => load(change(named, 'low: 200, high: 3400', 'low: 3400, high: 200')));
    expect(faults.map(({ problem }) => problem)).toEqual(['The axis runs from 3400 to 200.']);
  });
});

describe('the check of a device model names', () => {
  const cases: readonly (readonly [what: string, text: string, old: string, changed: string, said: string])[] = [
    ['a protocol that does not exist', named, 'spectra-folder', 'spectra-foldr', 'Did you mean "spectra-folder"?'],
    ['a protocol with its link', registers, 'modbus', 'modbus-tcp', 'Did you mean "modbus"?'],
    ['a string without its length', registers, ', length: 4', '', 'A string needs its length in registers'],
    ['a length of what has its own', registers, 'type: bcd32', 'type: bcd32, length: 2', 'has its own length'],
    ['bits of what is no uint16', registers, 'type: uint16, bits: 4..7', 'type: int16, bits: 4..7', 'lies in a uint16'],
    ['bits that cannot be read', registers, '4..7', '7..4', 'Write the lowest and the highest'],
    ['bits beyond the register', registers, '4..7', '12..16', 'from 0 to 15'],
    ['bits taken twice', registers, '4..7', '3..7', 'overlaps phase'],
    ['a bit within a field of bits', registers, 'bit: 8', 'bit: 7', 'overlaps tariff'],
    ['a range that the bits cannot say', registers, 'range: 0..15', 'range: 0..16', 'can say (0..15)'],
    ['a field of bits that is written', registers, 'bits: 4..7', 'bits: 4..7, write: true', 'cannot be written'],
    ['a text that is written', registers, 'length: 4', 'length: 4, write: true', 'only read'],
    ['a text with a unit', registers, 'length: 4', 'length: 4, unit: °C', 'has no unit'],
    ['an identity by no point', registers, 'serial: serial,', 'serial: seriel,', 'Did you mean "serial"?'],
    [
      'an order as near to one as to another',
      registers,
      'type: bcd32,',
      'type: bcd32, order: BACD,',
      'Use "ABCD", "CDAB", "BADC", "DCBA".',
    ],
    [
      'two values in a hello, once',
      lines,
      '"C-1 {value:word}" }',
      '"{value:word} {value:word}", says: product }',
      'at most one {value:decimal}',
    ],
    ['an unknown key of a line', lines, 'pause: 50', 'pauze: 50', 'Did you mean "pause"?'],
    ['a kind that does not exist', named, 'kind: boolean', 'kind: bool', 'kind'],
    ['an unknown unit of an axis', named, '1/cm', '1/cn', 'is not known'],
  ];
  it.each(cases)('%s, at its line', (_, text, old, changed, said) => {
    const faulty = change(text, old, changed);
    const faults = faultsOf(() => load(faulty));
    expect(faults.map(({ problem, remedy }) => `${problem} ${remedy}`)).toEqual([expect.stringContaining(said)]);
    const at = faulty.split('\n').findIndex((line, i) => line !== text.split('\n')[i]) + 1;
    expect(Number(faults[0]!.where.split(':').at(-1))).toBe(at);
  });

  it('another name than its file has, by which it would never be found', () => {
    const file = join(folder({ 'foo-pump.yaml': lines }), 'foo-pump.yaml');
    expect(faultsOf(() => loadDeviceModel(file))).toEqual([
      {
        where: `${file}:1`,
        problem: 'The model is "small-chiller", the file foo-pump.yaml.',
        remedy: 'Make them equal: write "model: foo-pump", or call the file small-chiller.yaml.',
      },
    ]);
  });

  it('an axis without its unit', () => {
    const text = change(named, ', unit: 1/cm', '');
    const faults = faultsOf(() => load(text));
    expect(faults).toHaveLength(1);
    expect(faults[0]!.where).toContain(`small-analyser.yaml:${lineOf(text, 'raman:')}`);
  });
});
