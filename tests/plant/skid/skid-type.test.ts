import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MesolineError } from '../../../plant/errors.ts';
import { shippedSkidFolder } from '../../../plant/skid/folders.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { change, faultsOf, folder, lineOf, soundDevice, soundSkid } from './files.ts';

function load(skid: string, device = soundDevice) {
  const made = folder({ 's.yaml': skid, 'devices/small-plc.yaml': device });
  return loadSkidType(join(made, 's.yaml'), { deviceModelFolder: join(made, 'devices') });
}

describe('a skid type', () => {
  const type = load(soundSkid);
  const tag = (name: string) => type.tags.find((one) => one.name === name)!;

  it('has each derived tag after the tags it is made of', () => {
    expect(type.tags.map(({ name }) => name).slice(0, 5)).toEqual([
      'R1/PT-1',
      'R1/PT-2',
      'R1/P.min',
      'R1/TT-1',
      'R1/margin',
    ]);
  });

  it('has derived tags as stale as the stalest of their parts', () => {
    expect(tag('R1/P.min').staleAfter).toBe(3000);
    expect(tag('R1/margin').staleAfter).toBe(3000);
    expect(tag('R1/PT-2').staleAfter).toBe(2000);
  });

  it('has tags with their source, unit, range, states and rights', () => {
    expect(tag('R1/TT-1')).toMatchObject({
      unitName: 'R1',
      unit: '°C',
      range: { low: 0, high: 250 },
      normal: { low: 150, high: 170 },
      valueType: 'number',
      critical: true,
      write: null,
      historyEvery: 1000,
      decimals: 1,
    });
    expect(tag('R1/SP').write).toEqual({ roles: ['operator'], safe: 'lower' });
    expect(tag('R1/step').states).toEqual({ 0: 'Ready', 10: 'Hot hold', 20: 'De-energised', 30: 'Evacuate' });
    expect(tag('F1/run')).toMatchObject({
      valueType: 'boolean',
      source: { kind: 'point', device: 'PLC-1', point: { name: 'flags.pump' } },
    });
    expect(
      load(change(soundSkid, 'range: 0..50 }', 'range: 0..50, history: every sample }')).tags.find(
        ({ name }) => name === 'F1/FT-1',
      )!.historyEvery,
    ).toBe(0);
  });

  it('has its interlocks, with their channels and conditions', () => {
    expect(type.interlocks[0]).toMatchObject({
      row: 9,
      vote: '1oo2',
      channels: [{ text: 'R1/PT-1', unit: 'bar(g)' }, { text: 'R1/PT-2' }],
      armed: { unit: 'bool', tags: ['R1/TT-1'] },
      trip: [{ when: { text: 'value > 16 bar(g)', unit: 'bool' }, for: 500 }],
      action: 'S',
      bypass: 'never',
    });
    expect(type.interlocks[1]).toMatchObject({
      stale: ['R1/TT-1'],
      channels: [],
      bypass: { by: ['operator'], for: 900_000 },
    });
  });

  it('has its alarms, from the weightiest level down, with a priority', () => {
    expect(type.alarms[0]).toMatchObject({ unit: '°C', priority: 3, respondWithin: 600_000, suppressedIn: ['prime'] });
    expect(
      type.alarms[0]!.limits.map(({ level, limit, deadband, onDelay }) => [level, limit, deadband, onDelay]),
    ).toEqual([
      ['high-high', 190, 2, 5000],
      ['high', 185, 2, 5000],
      ['low', 5, 2, 5000],
    ]);
  });

  it('has a digest over its own file and its device models', () => {
    expect(type.digest).toMatch(/^[0-9a-f]{64}$/u);
    expect(load(`${soundSkid}\n`).digest).not.toBe(type.digest);
    expect(load(soundSkid, `${soundDevice}\n`).digest).not.toBe(type.digest);
    expect(load(soundSkid).digest).toBe(type.digest);
  });

  it.each(['cdse', 'rig'])('%s is shipped sound', (name) => {
    expect(loadSkidType(join(shippedSkidFolder, `${name}.yaml`)).tags.length).toBeGreaterThan(7);
  });
});

/** What is changed, into what, what is said; the fault stands in the line of `at`, or of the change. */
type Case = [what: string, old: string, changed: string, said: string, at?: string];

const cases: readonly Case[] = [
  ['an unknown key', 'title: Small line', 'titel: Small line', 'Did you mean "title"?'],
  ['an unknown key of a tag', 'normal: 150..170', 'nominal: 150..170', 'The key "nominal" is not known here'],
  [
    'a duplicate unit',
    '  F1: { title: Feeds }',
    '  F1: { title: Feeds }\n  R1: { title: Again }',
    '"R1" stands twice, first in line 7',
    'R1: { title: Again }',
  ],
  [
    'a duplicate tag',
    '  F1/run: {',
    '  F1/FT-1: { from: PLC-1.flow, title: Flow, unit: mL/min, range: 0..50 }\n  F1/run: {',
    '"F1/FT-1" stands twice, first in line 19',
    'F1/FT-1: { from: PLC-1.flow, title: Flow, unit: mL/min, range: 0..50 }\n  F1/run',
  ],
  ['a unit that does not exist', 'F1/FT-1: {', 'F2/FT-1: {', 'Did you mean "F1"?'],
  ['a device that does not exist', 'PLC-1.flow', 'PLC-2.flow', 'Did you mean "PLC-1"?'],
  ['a device model that does not exist', 'model: small-plc', 'model: smal-plc', 'Did you mean "small-plc"?'],
  ['a point that does not exist', 'PLC-1.flow', 'PLC-1.flw', 'Did you mean "flow"?'],
  [
    'a unit that is not the point’s',
    'PLC-1.flow, title: Flow, unit: mL/min',
    'PLC-1.flow, title: Flow, unit: L/min',
    'unit: mL/min',
  ],
  [
    'a tag that lacks its point’s unit',
    'PLC-1.flow, title: Flow, unit: mL/min',
    'PLC-1.flow, title: Flow',
    'unit: mL/min',
  ],
  ['gauge and absolute pressure mixed', 'R1/P.min + 1.013 bar - psat', 'R1/P.min - psat', 'Add 1.013 bar'],
  [
    'an expression in another unit',
    'title: Margin, unit: bar,',
    'title: Margin, unit: s,',
    'comes in bar, not in s',
    'R1/margin',
  ],
  ['a tag that is not there', 'psat(R1/TT-1)', 'psat(R1/TT-2)', 'Did you mean "R1/TT-1"?'],
  ['a tag derived from itself', "'min(R1/PT-1, R1/PT-2)'", "'min(R1/PT-1, R1/P.min)'", 'R1/P.min → R1/P.min'],
  ['a range that runs downwards', 'range: 0..50', 'range: 50..0', 'not upwards'],
  ['a normal band outside the range', 'normal: 150..170', 'normal: 150..270', 'leaves the range'],
  ['a write range beyond the point’s', 'range: 0..185', 'range: 0..300', 'only 0..250'],
  [
    'a write to what cannot be written',
    'range: 0..50 }',
    'range: 0..50, write: { role: operator } }',
    'cannot be written',
  ],
  ['a write without a range', 'range: 0..185, write', 'write', 'any value would be taken'],
  ['a role that nobody has', 'write: { role: operator }', 'write: { role: operater }', 'Did you mean "operator"?'],
  ['a tag too soon stale', 'staleAfter: 3 s', 'staleAfter: 200 ms', 'at least 300 ms'],
  ['a staleness of a derived tag', 'range: -20..25 }', 'range: -20..25, staleAfter: 2 s }', 'Leave "staleAfter" out'],
  [
    'states that are no controller’s',
    'PLC-1.flags.pump, title: Pump, states: { 0: stopped, 1: running }',
    'PLC-1.flags.pump, title: Pump, states: controller steps',
    'does not read the step',
  ],
  ['a state that a bool has not', '1: running', '2: running', 'no state of a bool'],
  [
    'a tag with neither source',
    'from: PLC-1.flow, title: Flow, unit: mL/min',
    'title: Flow, unit: mL/min',
    'neither "from" nor "is"',
  ],
  [
    'a vote with a channel too few',
    '1oo2 [R1/PT-1, R1/PT-2]',
    '2oo3 [R1/PT-1, R1/PT-2]',
    'The vote 2oo3 has 2 channels',
  ],
  ['a vote that is not known', '1oo2 [R1', '1oo4 [R1', 'The vote "1oo4" is not known'],
  ['a vote over two kinds of quantity', '[R1/PT-1, R1/PT-2]', '[R1/PT-1, R1/TT-1]', 'comes in °C, not in bar(g)'],
  ['an interlock that reads no tag', 'armed: R1/TT-1', 'armed: R1/TT-9', 'Did you mean "R1/TT-1"?'],
  ['an interlock that mixes units', 'value > 16 bar(g)', 'value > 16 bar', 'Add 1.013 bar'],
  ['a condition that is none', 'when: value > 16 bar(g)', 'when: value + 16 bar(g)', 'not a condition'],
  ['an interlock that can never trip', 'value > 16 bar(g)', 'value > 30 bar(g)', 'can never hold'],
  ['an interlock that always trips', 'value > 16 bar(g)', 'value < 30 bar(g)', 'always holds'],
  ['an interlock that is never armed', 'armed: R1/TT-1 > 90 °C', 'armed: R1/TT-1 > 900 °C', 'can never hold'],
  [
    'an interlock that answers too late',
    'for: 0.5 s',
    'for: 6 s',
    'more than half of its process safety time',
    'processSafetyTime: 10 s',
  ],
  ['an action that is none', 'action: S', 'action: HOT', 'Use "A", "B", "H"'],
  [
    'a reference without its word',
    'armed: R1/TT-1 > 90 °C',
    'armed: R1/TT-1 > 90 °C and value > 1 bar(g)',
    'means nothing here',
  ],
  ['a row that is no number', '  9:', '  nine:', 'no row of the cause-and-effect matrix'],
  ['a row with a leading zero', '  9:', '  09:', 'leading zero'],
  [
    'an alarm without a response',
    '    response: Lower the set point.\n',
    '',
    'an alarm without a response is none',
    'R1/TI-1.temperature',
  ],
  ['an alarm with an empty cause', 'cause: The heater overshoots.', "cause: ' '", 'The cause is empty'],
  [
    'an alarm without a time to respond',
    '    respondWithin: 10 min\n',
    '',
    'how long the operator has',
    'R1/TI-1.temperature',
  ],
  ['alarm limits that cross', 'high: 185 °C,', 'high: 195 °C,', 'not below the high-high limit of 190'],
  ['an alarm that can never be raised', 'high-high: 190 °C', 'high-high: 250 °C', 'never be beyond 250'],
  [
    'a low alarm that is always raised',
    'high-high: 190 °C, high: 185 °C, low: 5 °C, deadband: 2 °C',
    'low: 300 °C',
    'always beyond 300 °C. Choose a low limit inside 0 to 250 °C',
  ],
  [
    'a high alarm that is always raised',
    'high-high: 190 °C, high: 185 °C, low: 5 °C, deadband: 2 °C',
    'high: -10 °C',
    'always beyond -10 °C. Choose a high limit inside 0 to 250 °C',
  ],
  ['an alarm that can never clear', 'low: 5 °C, deadband: 2 °C', 'low: 5 °C, deadband: 190 °C', 'could never clear'],
  [
    'an alarm whose limits leave no place between them',
    'low: 5 °C, deadband: 2 °C',
    'low: 100 °C, deadband: 50 °C',
    'nowhere inside both',
  ],
  ['an alarm limit in another unit', 'high: 185 °C,', 'high: 18 bar,', 'does not measure what °C does'],
  ['an alarm on nothing', 'watch: R1/TT-1', 'watch: R1/TT-7', 'Did you mean "R1/TT-1"?'],
  [
    'an alarm without a limit',
    'limit: { high-high: 190 °C, high: 185 °C, low: 5 °C, deadband: 2 °C, onDelay: 5 s }',
    'limit: { onDelay: 5 s }',
    'has no limit',
  ],
  [
    'a consequence not in the matrix',
    'consequence: production loss',
    'consequence: production los',
    'Did you mean "production loss"?',
  ],
  ['a phase that is none', 'suppressed: [prime]', 'suppressed: [primee]', 'Did you mean "prime"?'],
  ['a phase that stands twice', 'phases: [prime, heat-up]', 'phases: [prime, prime]', 'stands twice'],
  ['a phase named otherwise', 'phases: [prime, heat-up]', 'phases: [prime, Heat Up]', 'small letters and hyphens'],
  ['a page that shows no tag', 'overview: [R1/TT-1]', 'overview: [R1/TT-3]', 'Did you mean "R1/TT-1"?'],
  ['a volume in another unit', 'volumes: { R1: 60 mL }', 'volumes: { R1: 60 s }', 's does not measure what mL does'],
  ['a limit that is absolute', 'pressure: 18 bar(g)', 'pressure: 18 bar', 'Write it in bar(g)'],
  ['a number without its unit', 'onDelay: 5 s', 'onDelay: 5', 'with its unit'],
  ['a text with a comma out of quotes', 'title: Lower pressure,', 'title: Lower, pressure,', 'stands in quotes'],
];

describe('the check of a skid file names', () => {
  it.each(cases)('%s, at its line', (_, old, changed, said, at) => {
    const text = change(soundSkid, old, changed);
    const faults = faultsOf(() => load(text));
    expect(faults.map(({ problem, remedy }) => `${problem} ${remedy}`)).toEqual([expect.stringContaining(said)]);
    expect(faults[0]!.where).toMatch(new RegExp(`s\\.yaml:${lineOf(text, at ?? changed)}$`, 'u'));
  });

  it('an action that no field controller could run', () => {
    const device = soundDevice.replace(/controller:[\s\S]*?registers:/u, 'registers:');
    const text = change(
      change(soundSkid, ', watchdog: 3 s', ''),
      '  R1/step: { from: PLC-1.step, title: Step, states: controller steps }\n',
      '',
    );
    const faults = faultsOf(() => load(text, device));
    expect(faults.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('The action is S'),
      expect.stringContaining('The action is H'),
    ]);
  });

  it('the faults of its device model too, at their own lines', () => {
    const faults = faultsOf(() => load(soundSkid, change(soundDevice, 'bit: 1', 'bit: 0')));
    expect(faults[0]!.where).toMatch(/small-plc\.yaml:32$/u);
  });

  it('every fault of a file at once, in the order of its lines', () => {
    let text = change(soundSkid, 'title: Small line', 'titel: Small line');
    text = change(text, '  F1: { title: Feeds }', '  F1: { title: Feeds }\n  R1: { title: Again }');
    text = change(text, 'title: Flow, unit: mL/min', 'title: Flow, unit: s');
    text = change(text, 'psat(R1/TT-1)', 'psat(R1/TT-2)');
    text = change(text, '    response: Lower the set point.\n', '');
    const faults = faultsOf(() => load(text));
    const lines = faults.map(({ where }) => Number(where.split(':').at(-1)));
    expect(faults.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('"titel"'),
      expect.stringContaining('"R1" stands twice'),
      expect.stringContaining('R1/TT-2'),
      expect.stringContaining('The tag is in s'),
      expect.stringContaining('has no "response"'),
    ]);
    expect(lines).toEqual([...lines].sort((one, other) => one - other));
  });

  it('itself by a code that programs may test', () => {
    expect(() => load('type: x')).toThrow(MesolineError);
    expect(() => load('type: x')).toThrow(expect.objectContaining({ code: 'skid-file-invalid' }));
  });
});
