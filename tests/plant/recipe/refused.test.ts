import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkText } from '../../../plant/recipe/check-text.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';

const pathOf = (path: string): string => new URL(path, import.meta.url).pathname;
const types = ['cdse', 'cds', 'cdte', 'cdse-zns'].map((name) =>
  loadSkidType(pathOf(`../../../plant/skids/${name}.yaml`)),
);
const texts = ['cdse', 'cds', 'cdte', 'cdse-zns'].map((name) =>
  readFileSync(pathOf(`../../../control/recipes/shipped/${name}.yaml`), 'utf8'),
);

/** What a hand can do wrong to any of the shipped recipes; `told` is in the words of the refusal. */
const harms: readonly Readonly<{ what: string; harm: (text: string) => string; told: RegExp }>[] = [
  { what: 'an unknown phase', harm: (text) => text.replace('- stage-2', '- stage-3'), told: /stage-3/ },
  {
    what: 'a unit of something else',
    harm: (text) => text.replace(/residenceTime: \{ value: (\d+) s/, 'residenceTime: { value: $1 mL'),
    told: /mL/,
  },
  {
    what: 'a value out of its range',
    harm: (text) => text.replace(/(temperature: \{ value: )\d+/, '$1999'),
    told: /999/,
  },
  { what: 'a step that nothing reaches', harm: (text) => text.replace(/^ {10}- stage-1: .*\n/m, ''), told: /stage-2/ },
  { what: 'no heat before the reaction', harm: (text) => text.replace(/^ {10}- heat-up: .*\n/m, ''), told: /stage-1/ },
  {
    what: 'a pressure at which it boils',
    harm: (text) =>
      text.replace(
        /backPressure: \{ value: \d+ bar\(g\), range: [\d.]+\.\.[\d.]+/,
        'backPressure: { value: 1 bar(g), range: 1..2',
      ),
    told: /boil|pressure|bar/,
  },
  {
    what: 'a range that reaches zero',
    harm: (text) => text.replace(/mpaToCd: \{ value: ([\d.]+), range: \d+\.\d+/, 'mpaToCd: { value: $1, range: 0'),
    told: /range of mpaToCd is 0/,
  },
  {
    what: 'a parameter that is not there',
    harm: (text) => text.replace('{ temperature: $stage1Temperature', '{ temperature: $stageOneTemperature'),
    told: /stageOneTemperature/,
  },
  {
    what: 'a limit that is not there',
    harm: (text) => text.replace('until: conversion in range', 'until: conversio in range'),
    told: /conversio/,
  },
  {
    what: 'a loop that never ends',
    harm: (text) => text.replace('- prime: { for: 1 min }', '- repeat: { do: [ prime: { for: 1 min } ] }'),
    told: /repeat|until|most/,
  },
  { what: 'no shutdown', harm: (text) => text.replace(/^ {10}- shutdown: .*\n/m, ''), told: /shutdown|shut|flush|end/ },
  { what: 'a collecting without an end', harm: (text) => text.replace(/^ {10}- collect: .*\n/m, ''), told: /collect/ },
  {
    what: 'nobody to sign',
    harm: (text) => text.replace('start batch: [operator, checker]', 'start batch: [operater]'),
    told: /operater/,
  },
  {
    what: 'a lock taken crosswise',
    harm: (text) =>
      text.replace(
        '- prime: { for: 1 min }',
        '- parallel:\n              - [ with: { equipment: nmr-31p, most: 5 min, do: [ with: { equipment: raman, most: 5 min, do: [ instruct: { text: a } ] } ] } ]\n              - [ with: { equipment: raman, most: 5 min, do: [ with: { equipment: nmr-31p, most: 5 min, do: [ instruct: { text: b } ] } ] } ]',
      ),
    told: /nmr-31p|raman/,
  },
  {
    what: 'more flow than the skid gives',
    harm: (text) =>
      text.replace(
        /residenceTime: \{ value: \d+ s, range: \d+\.\.\d+, proven: \d+\.\.\d+/,
        'residenceTime: { value: 5 s, range: 4..6, proven: 4..6',
      ),
    told: /mL\/min|flow|residence/i,
  },
];

describe('a recipe with something wrong in it', () => {
  it('is taken as it is shipped', () => {
    for (const text of texts)
      expect(checkText(text, 'r', types).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each(harms)('is refused for $what, with the place and the thing', ({ harm, told }) => {
    for (const text of texts) {
      const harmed = harm(text);
      if (harmed === text) continue;
      const { findings } = checkText(harmed, 'r', types);
      const errors = findings.filter(({ severity }) => severity === 'error');
      expect(errors, harmed).not.toEqual([]);
      for (const { where, problem, remedy } of errors) {
        expect(where).toMatch(/^r(:\d+|$)/);
        expect([problem.length > 0, remedy.length > 0]).toEqual([true, true]);
      }
      expect(errors.map(({ problem }) => problem).join('\n')).toMatch(told);
    }
    expect(texts.some((text) => harm(text) !== text)).toBe(true);
  });

  it('is refused for any of several, and never thrown over', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.uniqueArray(fc.constantFrom(...harms), { minLength: 1, maxLength: 4, selector: ({ what }) => what }),
        (text, some) => {
          const harmed = some.reduce((sum, { harm }) => harm(sum), text);
          fc.pre(harmed !== text);
          const { findings } = checkText(harmed, 'r', types);
          expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is refused or taken, and never thrown over, whatever lines are lost or doubled', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(80), fc.nat(80), fc.boolean(), (text, at, to, doubles) => {
        const lines = text.split('\n');
        const [line] = doubles ? [lines[at] ?? ''] : lines.splice(at, 1);
        lines.splice(to, 0, line ?? '');
        const { recipe, findings } = checkText(lines.join('\n'), 'r', types);
        if (recipe === null) expect(findings.some(({ severity }) => severity === 'error')).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
