import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadMethod } from '../../../plant/method/method-loader.ts';
import { shippedMethodFolder } from '../../../plant/skid/folders.ts';
import { change, faultsOf, folder, lineOf } from '../skid/files.ts';
import { soundMethod } from './files.ts';

const load = (text: string, name = 'dots') => loadMethod(join(folder({ [`${name}.yaml`]: text }), `${name}.yaml`));
const changed = (old: string, now: string): string => change(soundMethod, old, now);
const faultOf = (old: string, now: string) => {
  const text = changed(old, now);
  const faults = faultsOf(() => load(text));
  return {
    text,
    faults,
    said: faults.map(({ where, problem, remedy }) => `${where}: ${problem} ${remedy}`).join('\n'),
  };
};

describe('a method', () => {
  it('has its head as its file says it', () => {
    expect(load(soundMethod)).toMatchObject({
      method: 'dots',
      version: 3,
      approvedBy: null,
      approvedAt: null,
      calibrationSet: null,
      reviewBy: '2027-01-31',
      parameters: { kind: 'uv-vis' },
      outputs: [
        { name: 'diameter', title: 'Diameter', unit: 'nm' },
        { name: 'share', title: 'Share', unit: '%' },
      ],
      inputs: [
        { name: 'pH', unit: null, range: [3, 12], at: 'sample' },
        { name: 'flow', unit: 'mL/min', range: [1, 50], at: 'probe' },
      ],
      suitability: {
        within: 600_000,
        checks: [
          { figure: 'signalToNoise', title: 'Signal to noise', least: 20, most: null },
          { figure: 'blankOffset', title: 'Drift of the lamp', least: -0.1, most: 0.1 },
        ],
      },
      maintenance: [{ figure: 'blankOffset', title: 'Drift of the lamp', least: null, most: 0.05 }],
    });
  });

  it('has a digest that follows what it says, not how it is written', () => {
    const { digest } = load(soundMethod);
    expect(digest).toMatch(/^[0-9a-f]{64}$/u);
    expect(load(`# seen\n${changed('pH: { range: 3..12 }', 'pH:\n    range: 3..12 # as validated')}`).digest).toBe(
      digest,
    );
    expect(load(changed('pH: { range: 3..12 }', 'pH: { range: 3..11 }')).digest).not.toBe(digest);
    expect(load(changed('version: 3', 'version: 4')).digest).not.toBe(digest);
  });

  it('is approved as it is, and has the same digest then', () => {
    const { digest } = load(soundMethod);
    const approval = `approved: { by: Ada Checker, at: 2026-11-22, digest: ${digest} }`;
    expect(load(changed('approved: null', approval))).toMatchObject({
      digest,
      approvedBy: 'Ada Checker',
      approvedAt: '2026-11-22',
    });
  });

  it('that was changed after its approval is refused', () => {
    const { digest } = load(soundMethod);
    const approved = changed('approved: null', `approved: { by: Ada, at: 2026-11-22, digest: ${digest} }`);
    const [fault] = faultsOf(() => load(change(approved, 'range: 3..12', 'range: 3..13')));
    expect(fault?.problem).toMatch(
      new RegExp(`^What was approved is ${digest.slice(0, 12)}, and the file holds `, 'u'),
    );
  });

  it.each([
    [
      'a file of another name',
      'method: dots',
      'method: points',
      /The method is "points", the file dots\.yaml\..*method: dots/u,
    ],
    ['an unknown key', 'reviewBy:', 'reviewby:', /The key "reviewby" is not known here\. Did you mean "reviewBy"\?/u],
    ['an unknown kind', 'kind: uv-vis', 'kind: uv-viz', /kind is "uv-viz"\. Did you mean "uv-vis"\?/u],
    ['a missing part of the record', 'calibrationSet: null\n', '', /has no "calibrationSet"/u],
    ['a calibration set without its digest', 'calibrationSet: null', 'calibrationSet: last week', /no SHA-256/u],
    ['a day that is none', '2027-01-31', '2027-13-31', /"2027-13-31" is no day\. Write it as 2027-01-31/u],
    ['an unknown unit', 'unit: nm }', 'unit: nmm }', /unit "nmm" is not known\. Did you mean "nm"\?/u],
    ['an output called as every method’s verdict', '  share:', '  verdict:', /what every method has besides/u],
    ['a range that falls', '3..12', '12..3', /runs from 12 to 3/u],
    [
      'a check without bounds',
      'to noise, least: 20 }',
      'to noise }',
      /There are no bounds\. Write "least", "most" or both/u,
    ],
    ['bounds that cross', 'least: -0.1, most: 0.1', 'least: 0.2, most: 0.1', /bounds run from 0\.2 to 0\.1/u],
    ['a fitness that never ages', 'within: 10 min', 'within: soon', /"soon" cannot be read/u],
    [
      'a figure for fitness that its kind never gives',
      'signalToNoise: {',
      'signalToNoize: {',
      /kind uv-vis gives no figure "signalToNoize"\. Did you mean "signalToNoise"\?/u,
    ],
    [
      'a figure for maintenance that its kind never gives',
      'blankOffset: { title: Drift of the lamp, most: 0.05 }',
      'lamp: { title: Drift of the lamp, most: 0.05 }',
      /gives no figure "lamp"\. It gives: arrivedAfterS, blankOffset, /u,
    ],
    ['an approval without its digest', 'approved: null', 'approved: { by: Ada, at: 2026-11-22 }', /no "digest"/u],
  ])('is refused with %s, at its line', (_, old, now, said) => {
    const found = faultOf(old, now);
    expect(found.said).toMatch(said);
    expect(found.faults).toHaveLength(1);
    if (now !== '') expect(found.faults[0]?.where).toMatch(new RegExp(`dots\\.yaml:${lineOf(found.text, now)}$`, 'u'));
  });

  it('says all its faults at once', () => {
    const text = change(changed('version: 3', 'version: 3\nnonsense: 1'), 'range: 3..12', 'range: wide');
    expect(faultsOf(() => load(text))).toHaveLength(2);
  });
});

/** A shipped method with a change. */
const shippedWith = (name: string, old: string, now: string): string =>
  change(readFileSync(join(shippedMethodFolder, `${name}.yaml`), 'utf8'), old, now);

describe('a method whose days contradict each other', () => {
  it('is refused: there is no day on which it is approved and not due for review', () => {
    const { digest } = load(soundMethod);
    const approved = changed('approved: null', `approved: { by: Ada, at: 2027-02-01, digest: ${digest} }`);
    expect(faultsOf(() => load(approved))).toMatchObject([
      { problem: 'The review is due by 2027-01-31, before the approval of 2027-02-01.' },
    ]);
  });
});

describe('the parameters of a method', () => {
  it.each([
    ['p31-tcep-se', 'windowPpm: [-2, 2]', 'windowPpm: [2, -2]', 'reference > windowPpm runs from 2 to -2.'],
    ['p31-tcep-se', '[56.5, 59.5]', '[59.5, 56.5]', 'species > 1 > shift > windowPpm runs from 59.5 to 56.5.'],
    ['p31-tcep-se', '[650, 700]', '[700, 650]', 'species > 2 > satellites > couplingHz runs from 700 to 650.'],
    ['p31-tcep-se', 'pH: [3, 12]', 'pH: [3, 3]', 'limits > pH runs from 3 to 3.'],
    ['uv-vis-cdse', 'searchNm: [470, 635]', 'searchNm: [635, 470]', 'exciton > searchNm runs from 635 to 470.'],
    ['uv-vis-cdse', 'rangeNm: [360, 750]', 'rangeNm: [750, 360]', 'axis > rangeNm runs from 750 to 360.'],
    ['emission-cdse', 'leftNm: [420, 450]', 'leftNm: [450, 420]', 'background > leftNm runs from 450 to 420.'],
    ['raman-cdte', 'coversPerCm: [102, 1850]', 'coversPerCm: [1850, 102]', 'axis > coversPerCm runs from 1850 to 102.'],
    ['raman-cdte', 'ratio: [0.2, 0.6]', 'ratio: [0.6, 0.2]', 'lines > 1 > areaOf > ratio runs from 0.6 to 0.2.'],
  ])('are refused where a range of %s runs downward: %s', (name, old, now, problem) => {
    const text = shippedWith(name, old, now);
    const faults = faultsOf(() => load(text, name));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      where: expect.stringMatching(new RegExp(`:${lineOf(text, now)}$`, 'u')) as string,
      problem: expect.stringContaining(problem) as string,
    });
  });

  it('may hold a width fast', () => {
    const text = shippedWith('raman-cdte', 'widthPerCm: [10, 20]', 'widthPerCm: [12, 12]');
    expect(load(text, 'raman-cdte')).toMatchObject({ method: 'raman-cdte' });
  });

  it('are refused where the least is more than the most', () => {
    const text = shippedWith('emission-cdse', 'mostWidthNm: 90', 'mostWidthNm: 9');
    expect(faultsOf(() => load(text, 'emission-cdse'))).toMatchObject([
      { problem: 'leastWidthNm is 15, and mostWidthNm 9.', remedy: 'Write leastWidthNm below mostWidthNm.' },
    ]);
  });

  it('are blamed at the line at fault, and at no other', () => {
    const now = 'mostUncertaintyPercent: -5';
    const text = shippedWith('p31-tcep-se', 'mostUncertaintyPercent: 10', now);
    expect(faultsOf(() => load(text, 'p31-tcep-se'))).toMatchObject([
      {
        where: expect.stringMatching(new RegExp(`:${lineOf(text, now)}$`, 'u')) as string,
        problem: 'parameters > limits > mostUncertaintyPercent is -5.',
      },
    ]);
  });

  it('are held against their kind, at the line of each', () => {
    const text = soundMethod.replace(/^parameters:/mu, 'parameters:\n  nonsense: 1');
    expect(faultsOf(() => load(text))).toMatchObject([
      {
        where: expect.stringMatching(new RegExp(`:${lineOf(text, 'nonsense')}$`, 'u')) as string,
        problem: 'The key "nonsense" is not known here.',
      },
    ]);
  });
});

describe('the shipped methods', () => {
  it.each(readdirSync(shippedMethodFolder))('%s is sound, and nobody has approved it', (name) => {
    expect(loadMethod(join(shippedMethodFolder, name))).toMatchObject({ approvedBy: null });
  });
});
