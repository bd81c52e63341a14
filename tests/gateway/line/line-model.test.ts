import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDeviceModel } from '../../../plant/skid/device-model-loader.ts';
import { shippedDeviceModelFolder } from '../../../plant/skid/folders.ts';
import { change, faultsOf, folder } from '../../plant/skid/files.ts';

const sound = `model: bath
title: Bath
protocol: line
period: 1 s
timeout: 500 ms
source: its manual
verified: false
ends: { ask: "\\r\\n", answer: "\\r\\n" }
longestAnswer: 32
hello: { ask: TYPE, answer: 'BATH {value:word}', says: serial }
setup:
  - { ask: REMOTE, answer: OK }
points:
  setpoint: { ask: SP, answer: '{value:decimal}', set: 'SP {value:decimal1}', confirm: OK, unit: °C, range: 5..90, write: true }
  bath: { ask: PV, answer: '{value:decimal}', unit: °C }
  running: { ask: RUN, answer: 'RUN {value:integer}', kind: boolean, setOn: START, setOff: STOP, silent: true, write: true }
`;
const load = (text: string) => {
  const file = `${/^model: (\S+)$/mu.exec(text)?.[1] ?? 'd'}.yaml`;
  return loadDeviceModel(join(folder({ [file]: text }), file));
};

describe('a model of a device that speaks in lines', () => {
  it('has what its file says', () => {
    expect(load(sound)).toMatchObject({
      protocol: 'line',
      hello: { ask: 'TYPE', answer: 'BATH {value:word}', says: 'serial' },
      pause: 0,
      points: [
        { name: 'setpoint', kind: 'number', access: 'read-write', confirm: 'OK' },
        { name: 'bath', kind: 'number', access: 'read' },
        { name: 'running', kind: 'boolean', confirm: null, setOn: 'START', setOff: 'STOP' },
      ],
    });
  });

  it.each([
    [
      'a hello that could be another answer',
      "answer: 'BATH {value:word}'",
      "answer: '{value:text}'",
      'can be the same line',
    ],
    [
      'a hello that could be a confirmation',
      "answer: 'BATH {value:word}', says: serial",
      'answer: OK',
      'can be the same line',
    ],
    ['an answer without a value', "ask: PV, answer: '{value:decimal}'", 'ask: PV, answer: HOT', 'holds no value'],
    [
      'a form that does not exist',
      "ask: PV, answer: '{value:decimal}'",
      "ask: PV, answer: '{value:float}'",
      'no value form "float"',
    ],
    ['a set point without a range', ', range: 5..90', '', 'has no range'],
    ['a set without what confirms it', 'confirm: OK, ', '', 'Nothing says what the device answers'],
    ['silence that confirms', 'confirm: OK, ', 'confirm: OK, silent: true, ', 'is silent, and confirms'],
    ['a set that may not be written', ', range: 5..90, write: true', '', 'may not be written'],
    ['only one of on and off', 'setOn: START, ', '', 'do not fit'],
    ['a value in what is asked', 'ask: PV', "ask: 'PV {value:integer}'", 'What is asked holds a value'],
    ['an end that could stand within a line', 'answer: "\\r\\n" }', 'answer: ";" }', 'could stand within one'],
    ['a hello that says what it does not hold', 'BATH {value:word}', 'BATH XT', 'holds no value that could say it'],
    [
      'a scale of zero',
      "ask: PV, answer: '{value:decimal}'",
      "ask: PV, answer: '{value:decimal}', scale: 0",
      'makes every value 0',
    ],
    ['a boolean with a unit', 'kind: boolean, ', 'kind: boolean, unit: °C, ', 'has no unit'],
    ['a bit of a decimal', 'kind: boolean, ', 'kind: boolean, bit: 3, ', 'one bit of it'],
  ])('with %s is at fault', (_, old, changed, said) => {
    const problems = faultsOf(() => load(change(sound, old, changed))).map(({ problem }) => problem);
    expect(problems.join('\n')).toContain(said);
  });

  it('whose set point has more than its hexadecimal form says is at fault', () => {
    const huber = readFileSync(`${shippedDeviceModelFolder}/huber-pb.yaml`, 'utf8');
    const problems = faultsOf(() => load(change(huber, 'range: -100..300', 'range: -100..400'))).map(
      ({ problem }) => problem,
    );
    expect(problems).toEqual(['A hex16 cannot say all of it.']);
  });
});
