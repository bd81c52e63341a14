import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Bench, demanded, operator, settle, signers } from './fake-skid.ts';

const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function ready(bench = new Bench()): Promise<Bench> {
  await bench.batches.start();
  await bench.scan();
  return bench;
}

const refused = (reason: RegExp) => ({ done: false, reason: expect.stringMatching(reason) as string });

describe('the start of a batch', () => {
  it('is signed by two people over the control recipe, before anything moves', async () => {
    const bench = await ready();
    bench.desk.onSign = () => expect(bench.commands).toEqual([]);
    const started = await bench.start();
    expect(started).toMatchObject({
      done: true,
      batch: { id: 'B-2026-0001', state: 'Running', phase: 'leak-test', rehearsal: true },
    });
    const scope = 'batch/B-2026-0001';
    expect(bench.ledger.actions(scope).slice(0, 6)).toEqual([
      'batch-prepared', 'record-signed', 'record-signed', 'batch-started', 'state-changed', 'phase-started',
    ]); // prettier-ignore
    expect(bench.desk.signed.map(({ meaning, printedName }) => [printedName, meaning])).toEqual([
      ['operator', 'performed'],
      ['checker', 'checked'],
    ]);
  });

  it('records the frozen recipe, its digests, the time scale, the rehearsal and the people', async () => {
    const bench = await ready();
    await bench.start();
    const event = (action: string) => bench.ledger.events.find((one) => one.event.action === action)?.event;
    const prepared = event('batch-prepared');
    expect(prepared?.data).toMatchObject({ rehearsal: true, build: 'test', skid: 'QD-1', timeScale: '1' });
    expect(prepared?.data?.control).toMatchObject({
      name: 'CdSe-short',
      plan: { temperatureC: '105' },
      status: 'draft',
    });
    expect(event('batch-started')?.data).toMatchObject({
      skidDigest: bench.skid.type.digest,
      controlDigest: prepared?.data?.controlDigest,
      people: [{ personId: 'P-operator' }, { personId: 'P-checker' }],
    });
  });

  it('asked twice with one id starts one batch', async () => {
    const bench = await ready();
    const more = { commandId: 'once' };
    const [one, other] = await Promise.all([bench.start('CdSe-short', more), bench.start('CdSe-short', more)]);
    expect(one).toEqual(other);
    expect(await bench.batches.desk.batches()).toHaveLength(1);
  });

  it('is refused to whoever may not, on what is not there, and with a suggestion', async () => {
    const bench = await ready();
    expect(await bench.start('CdSe-shrt')).toEqual(refused(/no recipe "CdSe-shrt".*"CdSe-short"/));
    expect(await bench.start('CdSe-short', { skid: 'QD-2' as never })).toEqual(refused(/no skid "QD-2".*"QD-1"/));
    bench.forbidden = new Set(['start batch']);
    expect(await bench.start()).toEqual(refused(/may not/));
    expect(bench.ledger.events).toEqual([]);
  });

  it('is refused on a skid that is no twin: no signatures have approved the recipe', async () => {
    const bench = await ready(new Bench({ twin: false }));
    expect(await bench.start()).toEqual(refused(/not approved.*rehearsal.*no twin/));
    expect((await bench.batches.desk.recipes())[0]).toMatchObject({ rehearsalOnly: true });
  });

  it('does not believe a file that says it is effective', async () => {
    const recipes = mkdtempSync(join(folder, 'effective-'));
    const bench = new Bench({ recipes, twin: false });
    const { readFileSync } = await import('node:fs');
    const { shortRecipes } = await import('./fake-skid.ts');
    const text = readFileSync(join(shortRecipes, 'short.yaml'), 'utf8');
    writeFileSync(join(recipes, 'short.yaml'), text.replace('status: draft', 'status: effective'));
    await ready(bench);
    expect((await bench.batches.desk.recipes())[0]).toMatchObject({ status: 'review', rehearsalOnly: true });
    expect(await bench.start()).toEqual(refused(/not approved/));
  });

  it('is refused while an interlock, the field or a silent link does not permit it', async () => {
    const bench = await ready();
    bench.verdict = demanded('B', 'PT-201A is not Good.');
    await bench.scan();
    expect(await bench.start()).toEqual(refused(/PT-201A is not Good/));
    bench.verdict = { demand: 'none', causes: [], releasing: false };
    bench.plant.field = 'H';
    await bench.scan();
    expect(await bench.start()).toEqual(refused(/safe state \(H\)/));
    bench.plant.field = 'none';
    await bench.scan();
    bench.now += 10_000;
    expect(await bench.start()).toEqual(refused(/not been seen/));
  });

  it('is refused where signatures are missing, wrong, or twice of one person', async () => {
    const bench = await ready();
    const [one, two] = signers;
    const sign = (...list: (typeof signers)[number][]) =>
      bench.start('CdSe-short', { signers: list, commandId: `c${bench.now++}` });
    expect(await sign(one!)).toEqual(refused(/operator and checker/));
    expect(await sign(one!, { ...one!, userName: ' Operator ' })).toEqual(refused(/Different people/));
    expect(await sign(one!, { ...two!, password: 'wrong' })).toEqual(refused(/checker was refused.*password is wrong/));
    expect(await bench.batches.desk.batches()).toEqual([]);
    expect(bench.ledger.actions('batch/B-2026-0001')).toEqual(['batch-prepared', 'record-signed', 'batch-not-started']);
    // The number of a start that was refused is used up.
    expect(await sign(one!, two!)).toMatchObject({ done: true, batch: { id: 'B-2026-0002' } });
  });

  it('looks at the interlocks again after the signatures', async () => {
    const bench = await ready();
    bench.desk.onSign = () => {
      bench.verdict = demanded('H');
      bench.batches.accept(bench.news());
    };
    expect(await bench.start()).toEqual(refused(/not permitted to start/));
    expect(bench.commands).toEqual([]);
  });

  it('is refused while another batch has the skid', async () => {
    const bench = await ready();
    const both = await Promise.all([
      bench.start('CdSe-short', { commandId: 'a' }),
      bench.start('CdSe-short', { commandId: 'b' }),
    ]);
    expect(both.map(({ done }) => done)).toEqual([true, false]);
    expect(await bench.start('CdSe-short', { commandId: 'c' })).toEqual(
      refused(/taken by B-2026-0001, which is Running/),
    );
  });

  it('that cannot be recorded is no start', async () => {
    const bench = await ready();
    bench.ledger.full = true;
    expect(await bench.start()).toEqual(refused(/disk is full/));
    bench.ledger.full = false;
    expect(await bench.batches.desk.batches()).toEqual([]);
    expect(await bench.start('CdSe-short', { commandId: 'again' })).toMatchObject({ done: true });
  });
});

describe('the room', () => {
  it('refuses everything before it has started', async () => {
    const bench = new Bench();
    expect(await bench.start()).toEqual(refused(/not ready/));
    expect(bench.batches.health().state).toBe('stopped');
  });

  it('does not start with a recipe at fault, and names every fault', async () => {
    const recipes = mkdtempSync(join(folder, 'faulty-'));
    writeFileSync(join(recipes, 'a.yaml'), 'recipe: a\n');
    writeFileSync(join(recipes, 'b.yaml'), 'recipe: [\n');
    const bench = new Bench({ recipes });
    await expect(bench.batches.start()).rejects.toMatchObject({ code: 'recipe-file-invalid' });
    await expect(bench.make().start()).rejects.toThrow(/a\.yaml:1.*[\s\S]*b\.yaml:\d/);
    expect(bench.batches.health().state).toBe('failed');
  });

  it('stops stepping at once and commands nothing', async () => {
    const bench = await ready();
    await bench.start();
    await bench.until(({ phase }) => phase === 'heat-up');
    await bench.batches.stop();
    const before = bench.commands.length;
    for (let i = 0; i < 10; i++) {
      bench.plant.step(2);
      bench.batches.accept(bench.news());
      await settle();
    }
    expect(bench.commands).toHaveLength(before);
    expect((await bench.view()).state).toBe('Running');
  });

  it('tells of every change of state or phase, and never before it is in the record', async () => {
    const bench = await ready();
    let announced = 0;
    bench.batches.onChange({
      changed: ({ scope, state }) => {
        announced += 1;
        const changes = bench.ledger.events.filter(
          (one) => one.scope === scope && one.event.action === 'state-changed',
        );
        expect(changes.at(-1)?.event.new).toBe(state);
      },
    });
    await bench.start();
    await bench.until(({ state }) => state === 'Complete');
    expect(announced).toBeGreaterThan(10);
    const phases = bench.told.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);
    expect(phases).toEqual(['leak-test', 'prime', 'heat-up', 'steady-state', 'collect', 'flush', 'cool-down', null]);
  });
});

describe('signing the record', () => {
  const credentials = signers[0]!;

  it('is for a batch that has ended', async () => {
    const bench = await ready();
    await bench.start();
    const sign = (who = credentials, meaning = 'performed') =>
      bench.batches.desk.sign({ batch: 'B-2026-0001', meaning, credentials: who });
    expect(await sign()).toEqual(refused(/is Running/));
    await bench.until(({ state }) => state === 'Complete');
    expect((await bench.view()).signed).toBe(false);
    expect(await sign({ ...credentials, password: 'wrong' })).toEqual(refused(/password is wrong/));
    expect(await sign(credentials, 'released')).toEqual(refused(/not signed as "released"/));
    expect(await sign()).toMatchObject({ done: true, signature: { meaning: 'performed' } });
    expect((await bench.view()).signed).toBe(true);
  });

  it('twice at once gives one signature, and no person checks their own work', async () => {
    const bench = await ready();
    await bench.start();
    await bench.until(({ state }) => state === 'Complete');
    const sign = (who = credentials, meaning = 'performed') =>
      bench.batches.desk.sign({ batch: 'B-2026-0001', meaning, credentials: who });
    const both = await Promise.all([sign(), sign()]);
    expect(both.map(({ done }) => done)).toEqual([true, false]);
    expect(bench.desk.signed.filter(({ subject }) => subject.startsWith('record'))).toHaveLength(1);
    expect(await sign(signers[1], 'checked')).toMatchObject({ done: true });
  });

  it('of an unknown batch is refused', async () => {
    const bench = await ready();
    expect(await bench.batches.desk.sign({ batch: 'B-1', meaning: 'performed', credentials })).toEqual(
      refused(/no batch/),
    );
    expect(
      await bench.batches.desk.command({ commandId: 'x', batch: 'B-1', command: 'Hold', actor: operator, reason: '' }),
    ).toEqual(refused(/no batch/));
  });
});
