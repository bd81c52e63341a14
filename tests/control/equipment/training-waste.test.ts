import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCleaningRules, loadTrainings } from '../../../control/equipment/rules.ts';
import { neededMl } from '../../../control/equipment/waste.ts';
import { actorOf, by, carl, cleaningRecipe, olga, quinn, recipe, world } from './world.ts';

const starting = ['skid-operation', 'cadmium-and-chalcogenides', 'batch-records'] as const;

describe('people', () => {
  it('without the training that a start asks are named with it, each once', async () => {
    const w = world([]);
    await w.room.start();
    const checks = await w.verdicts('training');
    expect(checks.map(({ object, verdict }) => `${object} ${verdict}`)).toEqual([
      'Olga blocked',
      'Olga blocked',
      'Olga blocked',
      'Carl blocked',
    ]);
    expect(checks[0]?.found).toBe('Olga never had "Operation of the flow skids, HOT-HOLD and stop".');
    expect(checks[0]?.remedy).toContain('Olga');
  });

  it('who were trained may start, until it lapses on its day', async () => {
    const w = world([]);
    await w.room.start();
    for (const training of starting) expect(await w.train(olga, training)).toEqual({ done: true });
    await w.train(carl, 'batch-records');
    expect((await w.verdicts('training')).map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(w.room.trained(actorOf(olga), 'start batch')).toBeNull();
    w.pass(365);
    const lapsed = (await w.verdicts('training')).filter(({ verdict }) => verdict === 'blocked');
    expect(lapsed.map(({ found }) => found)).toEqual([
      expect.stringMatching(/^Olga had "Operation.*valid until 2027-10-02/u),
      expect.stringMatching(/^Olga had "Work with cadmium/u),
    ]);
    expect(w.room.trained(actorOf(olga), 'start batch')).toMatch(/^Olga may not start batch: Olga had/u);
    expect(w.room.trained(actorOf(olga), 'view')).toBeNull();
    expect(w.room.trained({ kind: 'service', part: 'batch' }, 'start batch')).toBeNull();
    expect((await w.room.desk.trained()).map(({ state }) => state).sort()).toEqual([
      'lapsed',
      'lapsed',
      'valid',
      'valid',
    ]);
  });

  it('are trained by the newest record, whichever came first, and after a restart', async () => {
    const w = world([]);
    await w.room.start();
    await w.train(olga, 'skid-operation');
    await w.train(olga, 'skid-operation', w.now() - 400 * 86_400_000);
    const again = world(w.stored, w.now());
    await again.room.start();
    for (const each of [w, again])
      expect(await each.room.desk.trained()).toMatchObject([{ personId: olga.id, state: 'valid', by: 'Quinn' }]);
  });

  it('are trained by QA, by nobody themselves, in what there is, and not tomorrow', async () => {
    const w = world([]);
    await w.room.start();
    expect(await w.train(quinn, 'skid-operation')).toMatchObject({
      reason: expect.stringContaining('own training') as string,
    });
    expect(await w.train(olga, 'juggling')).toMatchObject({ reason: expect.stringContaining('juggling') as string });
    expect(await w.train(olga, 'skid-operation', w.now() + 1)).toMatchObject({ done: false });
    expect(await w.train({ ...olga, id: 'P-nobody' }, 'skid-operation')).toMatchObject({ done: false });
    const own = {
      ...w.command(olga),
      personId: carl.id,
      training: 'skid-operation',
      given: w.now(),
      signers: by(olga),
    };
    expect(await w.room.desk.recordTraining(own)).toMatchObject({ done: false });
    expect(await w.room.desk.recordTraining({ ...own, signers: by(quinn) })).toMatchObject({ done: false });
    expect(await w.room.desk.trained()).toEqual([]);
  });

  it('in a rehearsal are not asked, and say in the record what they had', async () => {
    const w = world([]);
    await w.room.start();
    const checks = await w.verdicts('training', { purpose: 'rehearsal' });
    expect(new Set(checks.map(({ verdict }) => verdict))).toEqual(new Set(['not watched']));
    const facts = await w.room.gate.facts(w.ask());
    expect(Object.keys(facts)).toEqual(['instruments', 'calibration', 'cleaning', 'training']);
    expect(facts['training']).toMatchObject([{ person: olga.id, valid: false }, {}, {}, { person: carl.id }]);
  });
});

describe('the ledger', () => {
  it('that takes nothing leaves everything as it was, and the desk says so', async () => {
    const w = world([]);
    await w.room.start();
    w.ledger.full = true;
    await expect(w.train(olga, 'skid-operation')).rejects.toThrow('the disk is full');
    await expect(w.train(carl, 'batch-records')).rejects.toThrow('the disk is full');
    w.ledger.full = false;
    expect(await w.room.desk.trained()).toEqual([]);
    expect(await w.train(olga, 'skid-operation')).toEqual({ done: true });
  });
});

describe('an entry of which the ledger did not say that it has it', () => {
  it('holds where it is found there', async () => {
    const w = world([]);
    await w.room.start();
    w.ledger.silentFor = 'training-recorded';
    expect(await w.train(olga, 'skid-operation')).toEqual({ done: true });
    expect(await w.room.desk.trained()).toMatchObject([{ personId: olga.id }]);
  });
});

describe('the waste tank', () => {
  it('has room for the flush and what the reactors hold, up to where the matrix diverts', async () => {
    const w = world();
    await w.room.start();
    // 60 mL of reactor: 4 volumes of flush and one that is in it are 300 mL of 20 L, 1.5 %.
    w.level.percent = 88.5;
    expect(await w.verdicts('waste')).toMatchObject([{ verdict: 'ok' }]);
    w.level.percent = 88.6;
    const [check] = await w.verdicts('waste', { purpose: 'rehearsal' });
    expect(check).toMatchObject({ verdict: 'blocked', object: 'QD-1' });
    expect(check?.found).toBe('The waste tank has room for 0.28 L up to 90 % (X300/LT-302 88.6 %), needed are 0.30 L.');
    w.level.percent = null;
    expect(await w.verdicts('waste', { recipe: cleaningRecipe })).toMatchObject([
      { verdict: 'blocked', remedy: 'Look after X300/LT-302.' },
    ]);
  });

  it('is asked for all that the recipe flushes', () => {
    const step = (phase: string, values: Record<string, number>) => ({ path: phase, operation: 'end', phase, values });
    const steps = [
      step('shutdown', { flush: 6 }),
      step('fouling-flush', { volume: 300, most: 3000 }),
      step('fouling-flush', { volume: 60 }),
    ];
    const of = recipe({ procedure: { ...recipe().procedure, steps } });
    expect(neededMl(of, { volumesMl: { R201: 60, R301: 40 } })).toBe(600 + 3000 + 60 + 100);
    expect(neededMl(recipe(), { volumesMl: { R201: 60 } })).toBe(300);
  });
});

describe('the data files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-equipment-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (text: string): string => {
    const path = join(folder, 'data.yaml');
    writeFileSync(path, text);
    return path;
  };

  it('as they are shipped can be read', () => {
    expect(loadCleaningRules().campaignBatches).toBeGreaterThan(0);
    expect(loadTrainings().flatMap(({ acts }) => acts)).toContain('start batch');
  });

  it.each([
    [
      'an act that is none',
      'trainings:\n  a: { title: A, valid: 5 d, for: [start bach] }\n',
      /:2: "start bach" is no act/u,
    ],
    ['a time in years', 'trainings:\n  a: { title: A, valid: 1 y, for: [check] }\n', /:2: The time is "1 y"/u],
    ['a key that is none', 'trainings:\n  a: { title: A, valid: 5 d, four: [check] }\n', /:2: /u],
  ])('are refused with %s, at its line', (_, text, says) => {
    expect(() => loadTrainings(file(text))).toThrow(says);
  });

  it('are refused with a hold time that is none', () => {
    expect(() => loadCleaningRules(file('cleanFor: 0 d\ncampaign: { for: 5 d, batches: 3 }\n'))).toThrow(
      /:1: The time/u,
    );
  });
});
