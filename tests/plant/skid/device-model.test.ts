import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDeviceModel } from '../../../plant/skid/device-model-loader.ts';
import { countReadRequests } from '../../../plant/skid/read-requests.ts';
import { shippedDeviceModelFolder } from '../../../plant/skid/folders.ts';
import { loadRegisterModel } from '../../support/register-model.ts';
import { change, faultsOf, folder, lineOf, soundDevice } from './files.ts';

const load = (text: string) => {
  const file = `${/^model: (\S+)$/mu.exec(text)?.[1] ?? 'd'}.yaml`;
  return loadRegisterModel(join(folder({ [file]: text }), file));
};
const logger = `model: logger
title: Logger
protocol: modbus
period: 100 ms
timeout: 1 s
source: its description
verified: true
registers:
  input:
    newest: { at: 0, type: uint32 }
    capacity: { at: 2, type: uint32 }
ring:
  newest: newest
  capacity: capacity
  area: input
  base: 16
  rows: 100
  rowRegisters: 12
  sequence: 0
  time: 2
  values: { flow: { at: 6, unit: L/min } }
  repeat: 10
`;

describe('a device model', () => {
  it('has what its file says, and what the file’s head says for every point', () => {
    const model = load(soundDevice);
    expect(model).toMatchObject({ model: 'small-plc', period: 100, timeout: 500, longestRead: 100, largestHole: 8 });
    expect(model.points.find(({ name }) => name === 'flow')).toEqual({
      name: 'flow',
      kind: 'number',
      via: 'register',
      area: 'input',
      address: 16,
      type: 'int16',
      order: 'ABCD',
      scale: 0.01,
      offset: 0,
      unit: 'mL/min',
      access: 'read',
      source: 'its interface description',
      verified: false,
    });
    expect(model.points.find(({ name }) => name === 'setpoint')).toMatchObject({
      access: 'read-write',
      range: { low: 0, high: 250 },
    });
    expect(model.points.find(({ name }) => name === 'flags.heater')).toMatchObject({ bit: 1 });
    expect(model.controller?.steps).toHaveLength(4);
    expect(model.digest).toMatch(/^[0-9a-f]{64}$/u);
    expect(load(`${soundDevice}# changed\n`).digest).not.toBe(model.digest);
  });

  it('of a logging device has its ring', () => {
    expect(load(logger).ring).toEqual({
      newest: 'newest',
      capacity: 'capacity',
      area: 'input',
      base: 16,
      rowRegisters: 12,
      order: 'ABCD',
      sequence: 0,
      time: 2,
      values: [{ name: 'flow', offset: 6, unit: 'L/min' }],
      repeat: 10,
    });
  });

  it('is read in as few requests as its holes, its longest read and what is forbidden allow', () => {
    expect(countReadRequests(load(soundDevice))).toBe(2);
    expect(countReadRequests(load(change(soundDevice, 'largestHole: 8', 'largestHole: 0')))).toBe(5);
    expect(countReadRequests(load(change(soundDevice, 'longestRead: 100', 'longestRead: 12')))).toBe(3);
    expect(countReadRequests(load(change(soundDevice, 'from: 100, to: 119', 'from: 6, to: 7')))).toBe(3);
  });

  it.each(['generic-skid-plc', 'row-logger'])('%s is shipped sound', (name) => {
    expect(loadDeviceModel(join(shippedDeviceModelFolder, `${name}.yaml`)).model).toBe(name);
  });
});

describe('the check of a device model names', () => {
  it.each<[what: string, old: string, changed: string, said: string, at?: string]>([
    [
      'overlapping registers',
      'pressure2: { at: 14',
      'pressure2: { at: 13',
      'pressure2 takes input 13 to 14, which overlaps pressure (12 to 13, line',
    ],
    ['a bit taken twice', 'bit: 1', 'bit: 0', 'overlaps flags.pump', 'flags.heater'],
    ['a register that is forbidden', 'flow: { at: 16', 'flow: { at: 105', '100 to 119 are forbidden'],
    ['a bool in a register without its bit', 'type: bool, bit: 1', 'type: bool', 'needs its bit', 'flags.heater'],
    ['an unknown type', 'flow: { at: 16, type: int16', 'flow: { at: 16, type: integer16', 'Did you mean "int16"?'],
    ['an unknown key', 'scale: 0.01, unit: mL', 'scal: 0.01, unit: mL', 'Did you mean "scale"?'],
    ['an unknown unit', 'unit: mL/min', 'unit: mL/mn', 'The unit "mL/mn" is not known'],
    ['a range that the type cannot say', 'scale: 0.01,', 'scale: 0.01, range: 0..500,', 'more than a int16'],
    ['a scale of zero', 'scale: 0.01', 'scale: 0', 'makes every value 0'],
    [
      'an input that would be written',
      'counter: { at: 1, type: uint16',
      'counter: { at: 1, write: true, type: uint16',
      'cannot write the area "input"',
    ],
    [
      'a word of the controller that is no point',
      'heartbeat: heartbeat',
      'heartbeat: hartbeat',
      'Did you mean "heartbeat"?',
    ],
    ['a word that cannot be written', 'request: request', 'request: step', 'cannot be written'],
    ['two requests alike', 'H: 10, Hcd', 'H: 20, Hcd', 'a number of its own', 'requests:'],
    ['a step that stands twice', 'value: 20, demand: S', 'value: 10, demand: S', 'stands twice'],
    ['a demand that could never be confirmed', 'demand: E', 'demand: S', 'No step belongs to the demand "E"', 'steps:'],
    ['a point that stands twice', 'pressure2:', 'flow:', '"flow" stands twice, first in line 35', 'flow: { at: 16'],
    ['a number with a leading zero', 'at: 16', 'at: 016', 'leading zero'],
    ['a period of zero', 'period: 100 ms', 'period: 0 ms', 'longer than 0'],
    ['an address beyond the last', 'flow: { at: 16', 'flow: { at: 65536', 'whole number from 0 to 65535'],
    [
      'a value that would end beyond the last',
      'pressure2: { at: 14',
      'pressure2: { at: 65535',
      'ends beyond address 65535',
    ],
  ])('%s, at its line', (_, old, changed, problem, at) => {
    const text = change(soundDevice, old, changed);
    const faults = faultsOf(() => load(text));
    expect(faults).toHaveLength(1);
    expect(`${faults[0]!.problem} ${faults[0]!.remedy}`).toContain(problem);
    const line = Number(faults[0]!.where.split(':').at(-1));
    expect(line).toBe(lineOf(text, at ?? changed));
  });

  it.each<[string, string, string, string]>([
    ['a part of a row that overlaps another', 'at: 6, unit', 'at: 4, unit', 'within time (2 to 5)'],
    ['a row too short', 'repeat: 10', 'repeat: 11', 'a row has 12 registers'],
    ['a ring that ends beyond the last address', 'rows: 100', 'rows: 6000', 'Use at most 5460 rows'],
    ['a head within the ring', 'capacity: { at: 2', 'capacity: { at: 20', 'lies within the ring'],
    ['a head that does not exist', 'newest: newest', 'newest: newst', 'Did you mean "newest"?'],
    ['a row longer than a read', 'verified: true', 'verified: true\nlongestRead: 10', 'a row is read whole'],
  ])('%s', (_, old, changed, problem) => {
    const faults = faultsOf(() => load(change(logger, old, changed)));
    expect(faults.map((fault) => `${fault.problem} ${fault.remedy}`).join('\n')).toContain(problem);
  });

  it('what is no YAML, and a file that is not there', () => {
    expect(faultsOf(() => load('a: [1'))[0]).toMatchObject({ problem: expect.stringContaining('not YAML') });
    expect(faultsOf(() => loadDeviceModel('/nowhere/d.yaml'))[0]).toMatchObject({ where: '/nowhere/d.yaml' });
  });
});
