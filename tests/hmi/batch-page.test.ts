import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProcedureView, PromptView, StepView } from '../../plant/batch-view.ts';
import { utcMs } from '../../plant/clock.ts';
import { skidName } from '../../plant/sample.ts';
import { recipeOutline } from '../../hmi/server/recipe-outline.ts';
import { sortedGates } from '../../hmi/web/src/batch/gates.ts';
import { branchText, comesNext, repeatText, standingOf, stepsIn } from '../../hmi/web/src/batch/procedure.ts';
import { answerNeeds, isAsked, limitsText, sentValue } from '../../hmi/web/src/batch/prompt-answer.ts';
import {
  leavesProven,
  nothingChosen,
  orderOf,
  settable,
  signersMissing,
  skidRefusal,
  valueRefusal,
  valuesOf,
  type Chosen,
} from '../../hmi/web/src/batch/start-order.ts';
import { currentText, named, stepWord, unitOn } from '../../hmi/web/src/batch/states.ts';
import { batchOf, start, unitOf } from './support/fakes.ts';
import { stepOf, stored } from './support/batch.ts';

const outline = recipeOutline(stored);
const [temperature] = settable(outline.formula);

describe('a skid', () => {
  it('shows the open batch it is a unit of, before any that has ended there', () => {
    const ended = batchOf('B-1', { state: 'Complete', startedAt: utcMs(start + 9) });
    const open = batchOf('B-2', { units: [unitOf('QD-1'), unitOf('QD-2')] });
    expect(unitOn('QD-1', [ended, open])?.batch.id).toBe('B-2');
    expect(unitOn('QD-2', [ended, open])?.unit.skid).toBe('QD-2');
    expect(unitOn('QD-1', [ended])?.batch.id).toBe('B-1');
    expect(unitOn('QD-1', [{ ...ended, archived: true }])).toBeUndefined();
    expect(unitOn('QD-3', [ended, open])).toBeUndefined();
  });

  it('that a batch has given up runs what has ended there last', () => {
    const open = batchOf('B-2', { units: [unitOf('QD-1', { givenUp: true, state: 'Aborted' })] });
    const other = batchOf('B-3', { units: [unitOf('QD-1')] });
    expect(unitOn('QD-1', [open, other])?.batch.id).toBe('B-3');
  });

  it('stands at each step that runs beside another', () => {
    const steps = [stepOf('a/collect', 'active'), stepOf('a/sample', 'ended'), stepOf('a/end', 'waiting')];
    expect(currentText(unitOf('QD-1', { steps }))).toBe('collect and sample');
    expect(named(['QD-1', 'QD-2', 'QD-3'])).toBe('QD-1, QD-2 and QD-3');
    expect(named([])).toBe('');
  });

  it('stands at a step that is not active while it is held', () => {
    expect(stepWord({ state: 'Held' }, { state: 'active' })).toBe('held');
    expect(stepWord({ state: 'Running' }, { state: 'active' })).toBe('active');
    expect(stepWord({ state: 'Held' }, { state: 'done' })).toBe('done');
    expect(stepWord({ state: 'Running' }, { state: 'ended' })).toMatch(/waits for a person/);
  });
});

const step = (index: number): ProcedureView => ({ kind: 'step', step: index });
const sequence = (...of: ProcedureView[]): ProcedureView => ({ kind: 'sequence', path: '', of });
const steps = (...states: StepView['state'][]): StepView[] => states.map((state, index) => stepOf(`s${index}`, state));

describe('the ladder of a procedure', () => {
  const choose = (taken: number | null): ProcedureView => ({
    kind: 'choose',
    path: 'c',
    branches: [
      { when: 'fouling > 120 %', body: step(0) },
      { when: null, body: step(1) },
    ],
    taken,
  });

  it('counts an element as done where nothing of it is left, and a branch not taken for nothing', () => {
    expect(standingOf(sequence(step(0), step(1)), steps('done', 'waiting'))).toBe('active');
    expect(standingOf(sequence(step(0), step(1)), steps('done', 'done'))).toBe('done');
    expect(standingOf(choose(0), steps('done', 'waiting'))).toBe('done');
    expect(standingOf(choose(null), steps('waiting', 'waiting'))).toBe('waiting');
    expect(standingOf(sequence(step(0)), steps('skipped'))).toBe('skipped');
    expect(standingOf({ kind: 'wait', path: 'w', until: 'x', state: 'active', waitsFor: null }, [])).toBe('active');
  });

  it('says which branch was taken, and which turn it is', () => {
    const chosen = choose(1);
    if (chosen.kind !== 'choose') throw new Error('it is a choice');
    expect([branchText(chosen, 0), branchText(chosen, 1)]).toEqual(['if fouling > 120 %: not taken', 'else: taken']);
    expect(branchText({ ...chosen, taken: null }, 0)).toBe('if fouling > 120 %');
    const repeat = { kind: 'repeat', path: 'r', body: step(0), until: 'conversion ≥ 95 %', most: 3, turn: 2 } as const;
    expect(repeatText(repeat)).toBe('turn 2 of at most 3, until conversion ≥ 95 %');
    expect(repeatText({ ...repeat, until: null, most: null, turn: 0 })).toBe('not begun');
  });

  it('comes next to the first step that waits, and to none of a branch that is shut', () => {
    expect(comesNext(sequence(step(0), step(1), step(2)), steps('done', 'active', 'waiting'))?.path).toBe('s2');
    expect(comesNext(sequence(choose(1), step(2)), steps('waiting', 'done', 'waiting'))?.path).toBe('s2');
    expect(comesNext(step(0), steps('done'))).toBeNull();
  });

  const procedure = fc.letrec<{ node: ProcedureView }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.nat({ max: 9 }).map(step),
      fc.array(tie('node'), { maxLength: 3 }).map((of) => sequence(...of)),
      fc
        .tuple(fc.array(tie('node'), { minLength: 1, maxLength: 3 }), fc.option(fc.nat({ max: 2 })))
        .map(([bodies, taken]): ProcedureView => ({
          kind: 'choose',
          path: 'c',
          branches: bodies.map((body) => ({ when: null, body })),
          taken: taken !== null && taken < bodies.length ? taken : null,
        })),
      tie('node').map((body): ProcedureView => ({ kind: 'with', path: 'w', equipment: 'NMR-1', body, held: null })),
      tie('node').map((body): ProcedureView => ({ kind: 'repeat', path: 'r', body, until: null, most: 2, turn: 1 })),
      fc
        .array(tie('node'), { minLength: 1, maxLength: 3 })
        .map((branches): ProcedureView => ({ kind: 'parallel', path: 'p', branches, main: null })),
    ),
  })).node;
  const states = fc.array(fc.constantFrom<StepView['state'][]>('waiting', 'active', 'ended', 'done', 'skipped'), {
    minLength: 10,
    maxLength: 10,
  });

  it('never comes next to what is done, runs or stands outside it, whatever the procedure', () => {
    fc.assert(
      fc.property(procedure, states, (node, drawn) => {
        const all = steps(...drawn);
        const next = comesNext(node, all);
        if (next === null) return;
        expect(next.state).toBe('waiting');
        expect(stepsIn(node).map((index) => all[index])).toContain(next);
        expect(standingOf(node, all)).not.toBe('done');
      }),
    );
  });
});

describe('a value of a batch', () => {
  it('lies within the recipe’s range, in whatever unit it is typed', () => {
    expect(temperature).toMatchObject({ name: 'temperature', unit: '°C', range: { low: 150, high: 170 } });
    for (const good of ['', ' ', '160', '160 °C', '155,5', '430 K', '150', '170']) {
      expect(valueRefusal(temperature!, good)).toBeNull();
    }
    for (const bad of ['149.9', '171 °C', '160 mL', 'hot', '160 °C °C', '-160', '<b>160</b>', '1e9']) {
      expect(valueRefusal(temperature!, bad)).toEqual(expect.any(String));
    }
    expect(valueRefusal(temperature!, '171')).toBe('171 °C lies outside 150 to 170 °C.');
  });

  it('is told where it leaves what was proven', () => {
    const narrow = { ...temperature!, proven: { low: 155, high: 165 } };
    expect(leavesProven(narrow, '168')).toBe(true);
    expect(leavesProven(narrow, '160')).toBe(false);
    expect(leavesProven({ ...narrow, proven: null }, '168')).toBe(false);
  });

  it('goes with its unit, and not at all where the recipe’s stays', () => {
    expect(valuesOf(outline.formula, { temperature: '155,5', residenceTime: ' ', other: '1' })).toEqual({
      temperature: '155.5 °C',
    });
  });
});

describe('an order', () => {
  const chosen: Chosen = {
    ...nothingChosen,
    recipe: 'CdSe-3.6',
    version: 2,
    purpose: 'rehearsal',
    skids: ['QD-1'],
    values: { temperature: '158' },
  };

  it('is whole when everything was chosen', () => {
    expect(orderOf(chosen, outline)).toEqual({
      order: { ...chosen, version: 2, values: { temperature: '158 °C' } },
    });
  });

  it.each<[Partial<Chosen>, RegExp]>([
    [{ recipe: '' }, /recipe/],
    [{ version: null }, /version/],
    [{ purpose: null }, /what the batch is for/],
    [{ purpose: 'production' }, /is draft; only an effective/],
    [{ skids: [] }, /skid/],
    [{ values: { temperature: '200' } }, /temperature: 200 °C lies outside/],
  ])('%j is missing something, and says what', (part, missing) => {
    expect(orderOf({ ...chosen, ...part }, outline)).toEqual({ missing: expect.stringMatching(missing) });
  });

  it('names spares only where the recipe lets one take a skid’s place', () => {
    const spares = { ...chosen, spares: ['QD-2'] };
    expect(outline.whenSkidFails).toBe('continue');
    expect(orderOf(spares, outline)).toMatchObject({ order: { spares: [] } });
    expect(orderOf(spares, { ...outline, whenSkidFails: 'replace' })).toMatchObject({ order: { spares: ['QD-2'] } });
  });

  it('waits for the recipe to be read', () => {
    expect(orderOf(chosen, null)).toHaveProperty('missing');
  });

  it('names no skid that lacks what the recipe needs, nor a real one for a rehearsal', () => {
    const capable = { capabilities: outline.needs, twin: false };
    expect(skidRefusal(outline, 'production', capable)).toBeNull();
    expect(skidRefusal(outline, 'rehearsal', capable)).toMatch(/real/);
    expect(skidRefusal(outline, 'rehearsal', { capabilities: ['raman'], twin: true })).toMatch(/lacks .*selenium/);
  });

  it('is signed by different people, one for each role', () => {
    const roles = ['operator', 'checker'];
    const rosa = { userName: 'rosa', password: 'a' };
    expect(signersMissing(roles, [rosa])).toBe('Not signed yet: checker.');
    expect(signersMissing(roles, [rosa, { userName: ' ROSA ', password: 'b' }])).toMatch(/Different people/);
    expect(signersMissing(roles, [rosa, { userName: 'paul', password: 'b' }])).toBeNull();
    expect(signersMissing([], [])).toBeNull();
  });
});

describe('a prompt', () => {
  const prompt: PromptView = {
    id: 'P-1',
    skid: skidName('QD-1'),
    path: 'produce/collect/alongside/sample',
    title: 'pH',
    kind: 'number',
    unit: null,
    low: 10,
    high: 11,
    done: 'operator',
    checked: null,
    askedAt: utcMs(start),
    answers: [],
    withdrawn: null,
  };
  const policy = { 'answer outside limits': ['operator', 'process engineer'] } as const;
  const answered = { value: '10.4', by: 'ROSA', checkedBy: null, at: utcMs(start), reason: null, outside: false };

  it('within its limits is answered by the person at the page alone, where nobody checks it', () => {
    expect(answerNeeds(prompt, '10,4', policy)).toEqual({
      missing: null,
      outside: false,
      roles: [],
      reason: 'optional',
    });
    expect(answerNeeds({ ...prompt, checked: 'checker' }, '10.4', policy).roles).toEqual(['operator', 'checker']);
    expect(sentValue(prompt, ' 10,4 ')).toBe('10.4');
  });

  it('outside its limits asks a reason and whom the recipe names', () => {
    expect(answerNeeds(prompt, '9.2', policy)).toMatchObject({
      missing: null,
      outside: true,
      roles: ['operator', 'process engineer'],
      reason: 'asked',
    });
    expect(answerNeeds(prompt, '9.2', null).missing).toEqual(expect.any(String));
    expect(answerNeeds({ ...prompt, low: null, high: null }, '-3', policy).outside).toBe(false);
  });

  it('that was answered takes a correction only with a reason', () => {
    expect(answerNeeds({ ...prompt, answers: [answered] }, '10.5', policy).reason).toBe('asked');
    expect([isAsked(prompt), isAsked({ ...prompt, answers: [answered] })]).toEqual([true, false]);
    expect(isAsked({ ...prompt, withdrawn: 'The step has ended.' })).toBe(false);
  });

  it('is no answer where it is empty or no number', () => {
    for (const text of ['', '  ', 'ten', '10 mL/furlong']) {
      expect(answerNeeds(prompt, text, policy).missing).toEqual(expect.any(String));
    }
    expect(answerNeeds({ ...prompt, kind: 'text' }, '<b>S-17</b>', policy).missing).toBeNull();
  });

  it('says its limits with their unit', () => {
    expect(limitsText({ low: 10, high: 11, unit: null })).toBe('10 to 11');
    expect(limitsText({ low: null, high: 120, unit: '%' })).toBe('at most 120 %');
    expect(limitsText({ low: 95, high: null, unit: '%' })).toBe('at least 95 %');
    expect(limitsText({ low: null, high: null, unit: '%' })).toBe('');
  });
});

describe('gates', () => {
  it('that block are read first', () => {
    const gate = (verdict: 'ok' | 'blocked' | 'not watched', object: string) => ({
      gate: 'lot',
      object,
      verdict,
      found: '',
      remedy: '',
    });
    const all = [gate('ok', '1'), gate('not watched', '2'), gate('blocked', '3'), gate('blocked', '4')];
    expect(sortedGates(all).map(({ object }) => object)).toEqual(['3', '4', '2', '1']);
  });
});
