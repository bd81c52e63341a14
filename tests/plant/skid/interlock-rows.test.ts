import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SkidType } from '../../../plant/skid/definition.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { change, faultsOf, folder, lineOf, soundDevice, soundSkid } from './files.ts';

/** The small controller, which takes measures and keeps the row behind a request. */
const device = change(
  change(
    soundDevice,
    '  counter: counter\n  steps:',
    '  counter: counter\n  measures: { request: measures, held: held, bits: { divert waste: 0, block acid: 1 } }\n  row: { request: row, first: firstRow }\n  steps:',
  ),
  '  input:\n    step: { at: 0, type: uint16 }',
  '    measures: { at: 3, type: uint16, write: true }\n    row: { at: 4, type: uint16, write: true }\n  input:\n    held: { at: 2, type: uint16 }\n    firstRow: { at: 3, type: uint16 }\n    step: { at: 0, type: uint16 }',
);

const rowNine = /\n {2}9:[^]*?(?=\n {2}22:)/u.exec(soundSkid)![0];

/** What a row may say, all of it. */
const rich = `
  9:
    title: Pressure high
    vote: 1oo2 [R1/PT-1, R1/PT-2]
    armed: R1/TT-1 > 90 °C and not changeover
    warn: { when: value > 12 bar(g), for: 5 s, off: 2 s, also: [block acid], calls: flush }
    trip:
      - { when: value > 15 bar(g), for: 2 s, off: 1 s, action: B, also: [divert waste], armed: not changeover }
      - { when: value > 16 bar(g), for: 0.5 s }
    action: S
    reset: { away: 90 s, inspection: false }
    proofTest: { every: 180 d }
    processSafetyTime: 10 s
    bypass: { by: [maintenance], for: 4 h, meanwhile: Watch it. }
    why: It bursts.`;
const skid = change(soundSkid, rowNine, rich);

function load(text: string, controller = device): SkidType {
  const made = folder({ 's.yaml': text, 'devices/small-plc.yaml': controller });
  return loadSkidType(join(made, 's.yaml'), { deviceModelFolder: join(made, 'devices') });
}

const rowOf = (text: string) => load(text).interlocks[0]!;

describe('a row of the matrix', () => {
  it('may do one thing at one limit and more at the next', () => {
    expect(rowOf(skid)).toMatchObject({
      action: 'S',
      warn: { for: 5000, off: 2000, measures: ['block acid'], calls: 'flush' },
      trip: [
        { for: 2000, off: 1000, action: 'B', measures: ['divert waste'], armed: { text: 'not changeover', tags: [] } },
        { for: 500, off: 0, action: 'S', measures: [], armed: null },
      ],
      latch: true,
      reset: { away: 90_000, inspection: false },
      proofTest: { every: 180 * 86_400_000 },
      mirrors: false,
    });
  });

  it('that says no more is latched, and reset after 60 s and a look on the spot', () => {
    expect(rowOf(soundSkid)).toMatchObject({
      latch: true,
      reset: { away: 60_000, inspection: true },
      proofTest: null,
      mirrors: false,
      trip: [{ off: 0, action: 'S', measures: [], armed: null }],
    });
  });

  it('that only alarms or blocks may go by itself', () => {
    const one = change(skid, '    action: S\n    reset', '    action: B\n    latch: false\n    reset');
    expect(rowOf(one).latch).toBe(false);
  });

  it.each([
    ['bar(g)', 'rate > 2 bar/s or rate < -2 bar/s'],
    ['bar(g), by the minute', 'rate > 100 bar/min'],
  ])('may look at how fast its channels change: %s', (_, condition) => {
    const text = change(skid, 'when: value > 16 bar(g), for', `when: ${condition}, for`);
    expect(rowOf(text).trip[1]!.when).toMatchObject({ text: condition, tags: [] });
  });

  it('of temperatures takes a rate in K/s and in °C/s alike', () => {
    const of = (limit: string) => {
      const temperatures = '1oo2 [R1/TT-1, "R1/TT-1 + 0 K"]'.replaceAll('"', '');
      const text = change(
        change(soundSkid, '1oo2 [R1/PT-1, R1/PT-2]', temperatures),
        'when: value > 16 bar(g)',
        `when: rate > ${limit}`,
      );
      return rowOf(text).trip[0]!.when.root;
    };
    expect(of('10 °C/s')).toEqual(of('10 K/s'));
    expect(of('600 K/min')).toEqual(of('10 K/s'));
  });

  it('that the field acts on itself waits for nothing, and answers in no half of its time', () => {
    const late = change(
      skid,
      'processSafetyTime: 10 s\n    bypass: { by: [main',
      'processSafetyTime: 10 ms\n    bypass: { by: [main',
    );
    expect(faultsOf(() => load(late))).not.toEqual([]);
    const mirrored = change(late, '    action: S\n    reset', '    action: S\n    mirrors: true\n    reset');
    const atOnce = change(change(mirrored, 'for: 2 s, off', 'for: 0 s, off'), 'for: 0.5 s', 'for: 0 s');
    expect(rowOf(atOnce).mirrors).toBe(true);
  });
});

describe('the check of a row names', () => {
  it.each<[what: string, old: string, changed: string, said: string, at?: string]>([
    [
      'an unknown tag in what arms a trip',
      'armed: not changeover }',
      'armed: R1/TT-9 > 5 °C }',
      'Did you mean "R1/TT-1"?',
    ],
    ['a trip that is armed by a value', 'armed: not changeover }', 'armed: value > 5 bar(g) }', 'means nothing here'],
    ['a trip that is never armed', 'armed: not changeover }', 'armed: R1/TT-1 > 900 °C }', 'can never hold'],
    ['the second trip, where it can never come', 'value > 16 bar(g), for', 'value > 26 bar(g), for', 'can never hold'],
    ['a warning that always stands', 'value > 12 bar(g)', 'value > -1 bar(g)', 'always holds'],
    ['mixed units of a rate', 'value > 16 bar(g), for', 'rate > 16 K/s, for', 'bar/s and K/s'],
    ['a rate against a pressure', 'value > 16 bar(g), for', 'rate > 16 bar(g), for', 'bar/s and bar(g)'],
    ['changeover in a condition', 'value > 16 bar(g), for', 'changeover, for', 'means nothing here'],
    ['a name that is nearly one', 'armed: not changeover }', 'armed: not changover }', 'Did you mean "changeover"?'],
    ['a measure that is none', 'also: [block acid]', 'also: [block acids]', 'Did you mean "block acid"?'],
    ['a measure that stands twice', 'also: [divert waste]', 'also: [divert waste, divert waste]', 'also'],
    ['a call that is none', 'calls: flush', 'calls: flash', 'flush'],
    ['a trip that asks more than its row', 'action: B, also', 'action: E, also', "higher than the row's, S"],
    [
      'a row whose action no trip leads to',
      'value > 16 bar(g), for: 0.5 s }',
      'value > 16 bar(g), for: 0.5 s, action: H }',
      'No trip of the row leads to S',
      'action: S\n    reset',
    ],
    [
      'a row that trips and lets go',
      '    reset: {',
      '    latch: false\n    reset: {',
      'leads to S is latched',
      'latch: false',
    ],
    ['a measure of a trip that only alarms', 'action: B, also', 'action: A, also', 'only alarms takes no measures'],
    [
      'a trip that answers too late, of several',
      'for: 2 s, off: 1 s',
      'for: 6 s, off: 1 s',
      'waits 6000 ms, more than half',
    ],
    ['an off-delay without a unit', 'off: 1 s', 'off: 1', 'with its unit'],
    ['a time to a reset that is none', 'away: 90 s', 'away: 90 bar', 'span of time'],
    ['a proof that is always due', 'every: 180 d', 'every: 0 d', 'always overdue'],
    ['a channel that stands twice', '[R1/PT-1, R1/PT-2]', '[R1/PT-1, R1/PT-1]', 'stands twice in the vote'],
    ['a role that nobody has', 'by: [maintenance]', 'by: [maintenanc]', 'Did you mean "maintenance"?'],
  ])('%s, at its line', (_, old, changed, said, at) => {
    const text = change(skid, old, changed);
    const faults = faultsOf(() => load(text));
    expect(faults.map(({ problem, remedy }) => `${problem} ${remedy}`)).toEqual([expect.stringContaining(said)]);
    expect(faults[0]!.where).toMatch(new RegExp(`s\\.yaml:${lineOf(text, at ?? changed)}$`, 'u'));
  });

  it('a row that stands twice, at the second', () => {
    const text = change(skid, '  22:\n', '  9:\n');
    const faults = faultsOf(() => load(text));
    expect(faults.map(({ where, problem }) => `${where.split(':').at(-1) ?? ''} ${problem}`)).toContainEqual(
      `${lineOf(text, '  9:\n    title: Stale')} "9" stands twice, first in line ${lineOf(text, '  9:\n    title: Pressure')}.`,
    );
  });

  it('a measure that no controller of the skid takes', () => {
    const plain = load(change(change(skid, ', also: [block acid]', ''), ', also: [divert waste]', ''), soundDevice);
    expect(plain.interlocks).toHaveLength(2);
    expect(faultsOf(() => load(skid, soundDevice))).toEqual([
      expect.objectContaining({ problem: expect.stringContaining('takes measures') as string }),
    ]);
  });
});

describe('the check of a controller that takes measures names', () => {
  it.each<[what: string, old: string, changed: string, said: string]>([
    ['two measures on one bit', 'block acid: 1', 'block acid: 0', 'a bit of its own'],
    ['a bit beyond the word', 'block acid: 1', 'block acid: 16', 'from 0 to 15'],
    ['a measure without a bit', 'divert waste: 0, ', '', 'divert waste'],
    ['a word that is no point', 'request: measures', 'request: measurs', 'Did you mean "measures"?'],
    ['a request that cannot be written', 'request: measures', 'request: held', 'cannot be written'],
    ['a row that cannot be written', 'row: { request: row', 'row: { request: firstRow', 'cannot be written'],
    [
      'a word that is no whole register',
      'held: { at: 2, type: uint16 }',
      'held: { at: 2, type: int16 }',
      'Use a uint16',
    ],
    [
      'a scaled first row',
      'firstRow: { at: 3, type: uint16 }',
      'firstRow: { at: 3, type: uint16, scale: 10 }',
      'without scale',
    ],
  ])('%s', (_, old, changed, said) => {
    const faults = faultsOf(() => load(skid, change(device, old, changed)));
    expect(faults.map(({ problem, remedy }) => `${problem} ${remedy}`)).toEqual([expect.stringContaining(said)]);
  });
});

describe('a figure that is taken from the skid', () => {
  const taken =
    'taken: { from: R1/PT-1 - R1/PT-2, while: F1/FT-1 > 20 mL/min, over: 60 s, within: 10 %, by: [process engineer] }';
  const drop = `  R1/clean: { given: 0.5 bar, title: Clean drop, unit: bar, range: 0..5, ${taken} }\n`;
  const share =
    "  R1/share: { is: '100 % * (R1/PT-1 - R1/PT-2) / R1/clean', title: Drop against clean, unit: '%', range: 0..1000 }\n";
  const withFigure = change(soundSkid, '  R1/margin:', `${share}${drop}  R1/margin:`);

  it('stands before what is made of it, with what it is taken from, while, over how long and by whom', () => {
    const { tags } = load(withFigure);
    const names = tags.map(({ name }) => String(name));
    expect(names.indexOf('R1/clean')).toBeLessThan(names.indexOf('R1/share'));
    expect(names.indexOf('R1/PT-2')).toBeLessThan(names.indexOf('R1/clean'));
    expect(tags.find(({ name }) => name === 'R1/clean')!.source).toMatchObject({
      kind: 'given',
      value: 0.5,
      taken: { from: { unit: 'bar' }, while: { unit: 'bool' }, over: 60_000, within: 0.1, by: ['process engineer'] },
    });
  });

  it.each<[what: string, old: string, changed: string, said: string]>([
    ['a figure in another unit', 'given: 0.5 bar,', 'given: 0.5 s,', 'no difference in bar'],
    ['a figure outside its range', 'given: 0.5 bar,', 'given: 6 bar,', 'leaves the range'],
    ['a reading in another unit', 'from: R1/PT-1 - R1/PT-2,', 'from: R1/TT-1,', 'not in bar'],
    ['a reading of no tag', 'from: R1/PT-1 - R1/PT-2,', 'from: R1/PT-1 - R1/PT-7,', 'Did you mean'],
    ['a while that is no condition', 'while: F1/FT-1 > 20 mL/min', 'while: F1/FT-1', 'not a condition'],
    ['no time at all', 'over: 60 s', 'over: 0 s', 'more than 0'],
    ['no tolerance', 'within: 10 %', 'within: 0 %', 'more than 0'],
    ['a figure that nobody takes', `${taken} }`, '}', '"given" and "taken"'],
    [
      'a figure that is derived too',
      'given: 0.5 bar,',
      'given: 0.5 bar, is: R1/PT-1 - R1/PT-2,',
      'neither "from" nor "is"',
    ],
    ['a figure that grows stale', 'given: 0.5 bar,', 'given: 0.5 bar, staleAfter: 5 s,', 'does not grow stale'],
    [
      'a figure that is written',
      'given: 0.5 bar,',
      'given: 0.5 bar, write: { role: operator },',
      'Only a tag from a point',
    ],
    ['a figure made of itself', 'from: R1/PT-1 - R1/PT-2,', 'from: R1/clean,', 'derived from itself'],
  ])('is refused, at its line: %s', (_, old, changed, said) => {
    const text = change(withFigure, drop, change(drop, old, changed));
    const faults = faultsOf(() => load(text));
    expect(faults.map(({ problem, remedy }) => `${problem} ${remedy}`)).toEqual([expect.stringContaining(said)]);
    expect(faults[0]!.where).toMatch(new RegExp(`s\\.yaml:${lineOf(text, '  R1/clean')}$`, 'u'));
  });
});

describe('a row that cannot do what it says is refused at its line', () => {
  const limits = '      - { when: value > 16 bar(g), for: 0.5 s }';
  const vote = '    vote: 1oo2 [R1/PT-1, R1/PT-2]';
  it.each([
    [
      'its arming keeps its channels from the limit',
      '    armed: R1/TT-1 > 90 °C and not changeover',
      '    armed: R1/PT-1 < 5 bar(g) and R1/PT-2 < 5 bar(g)',
      /never trip here: 1oo2 needs 1, and 0/u,
    ],
    [
      'it is armed while two things are so that exclude each other',
      'armed: R1/TT-1 > 90 °C and not changeover',
      'armed: R1/TT-1 > 90 °C and R1/TT-1 < 80 °C',
      /can never hold/u,
    ],
    [
      'a trip is armed where the row is not',
      'action: B, also: [divert waste], armed: not changeover',
      'action: B, also: [divert waste], armed: changeover',
      /never trip here/u,
    ],
    [
      'its limit asks two things of one value',
      limits,
      '      - { when: value > 16 bar(g) and value < 15 bar(g), for: 0.5 s }',
      /can never hold/u,
    ],
    [
      'its vote needs two, and one can',
      vote,
      "    vote: '2oo2 [R1/PT-1, min(R1/PT-2, 5 bar(g))]'",
      /2oo2 needs 2, and 1 of/u,
    ],
    [
      'one of its channels can never vote',
      vote,
      "    vote: '1oo2 [R1/PT-1, min(R1/PT-2, 5 bar(g))]'",
      /can never vote for a trip/u,
    ],
    [
      'the process leaves it no time',
      'processSafetyTime: 10 s\n    bypass: { by: [main',
      'processSafetyTime: 0 s\n    bypass: { by: [main',
      /process safety time/u,
    ],
    [
      'it mirrors the field late',
      '    proofTest:',
      '    mirrors: true\n    proofTest:',
      /mirrors what the field does/u,
    ],
    ['its cause outlasts its reset', 'for: 2 s, off: 1 s', 'for: 2 s, off: 100 s', /more than the 90000 ms/u],
    ['its number has no place in the field', '\n  9:', '\n  1000:', /is no row of the cause-and-effect/u],
    ['its number is none', '\n  9:', '\n  "1.5":', /is no row of the cause-and-effect/u],
    ['it has a name that every object has', '\n  9:', '\n  __proto__:', /is no row of the cause-and-effect/u],
    [
      'its arming is longer than anybody reads',
      'armed: R1/TT-1 > 90 °C',
      `armed: R1/TT-1 > ${'1 K + '.repeat(3000)}90 °C`,
      /more than 500/u,
    ],
  ])('%s', (_what, old, changed, told) => {
    const text = change(skid, old, changed);
    const faults = faultsOf(() => load(text));
    expect(faults.some(({ problem }) => told.test(problem))).toBe(true);
    expect(faults.every(({ where }) => /s\.yaml:\d+$/u.test(where))).toBe(true);
  });
});
