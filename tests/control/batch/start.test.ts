import { describe, expect, it } from 'vitest';
import { phaseOn } from '../../../plant/unit-of-batch.ts';
import { Bench, demanded, operator, settle, signers } from './fake-skid.ts';

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
      batch: { id: 'B-2026-0001', state: 'Running', purpose: 'rehearsal' },
    });
    const scope = 'batch/B-2026-0001';
    expect(bench.ledger.actions(scope).slice(0, 6)).toEqual([
      'batch-prepared', 'signed', 'signed', 'batch-started', 'state-changed', 'procedure-begun',
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
    expect(prepared?.data).toMatchObject({ purpose: 'rehearsal', build: 'test', skids: ['QD-1'], timeScale: '1' });
    expect(prepared?.data?.control).toMatchObject({
      name: 'CdSe-short',
      plans: { 'QD-1': { temperatureC: '105' } },
      status: 'draft',
    });
    expect(event('batch-started')?.data).toMatchObject({
      skidDigests: { 'QD-1': bench.skids[0]!.type.digest },
      controlDigest: prepared?.data?.controlDigest,
      people: [{ personId: 'P-operator' }, { personId: 'P-checker' }],
    });
  });

  it('asked twice with one id starts one batch', async () => {
    const bench = await ready();
    const more = { commandId: 'once' };
    const [one, other] = await Promise.all([bench.start({}, more), bench.start({}, more)]);
    expect(one).toEqual(other);
    expect(await bench.batches.desk.batches()).toHaveLength(1);
  });

  it('at the same moment as another takes an id of its own, and each keeps a record of its own', async () => {
    const bench = await ready(new Bench({ skids: 2 }));
    const starts = bench.skids.map(({ name }) => bench.start({ skids: [name] }));
    const ids = (await Promise.all(starts)).map((answer) => (answer.done ? answer.batch.id : answer.reason));
    expect(ids).toEqual(['B-2026-0001', 'B-2026-0002']);
    for (const id of ids)
      expect(bench.ledger.actions(`batch/${id}`).filter((action) => action === 'batch-prepared')).toHaveLength(1);
  });

  it('is refused to whoever may not, on what is not there, and with a suggestion', async () => {
    const bench = await ready();
    expect(await bench.start({ recipe: 'CdSe-shrt' })).toMatchObject(refused(/no recipe "CdSe-shrt".*"CdSe-short"/));
    expect(await bench.start({ skids: ['QD-2' as never] })).toMatchObject(refused(/no skid "QD-2".*"QD-1"/));
    bench.forbidden = new Set(['start batch']);
    expect(await bench.start()).toMatchObject(refused(/may not/));
    expect(bench.ledger.events).toEqual([]);
  });

  it('is refused on a skid that is no twin: no signatures have approved the recipe', async () => {
    const bench = await ready(new Bench({ twin: false }));
    expect(await bench.start()).toMatchObject(refused(/rehearsal runs on twins only, and QD-1 is a real skid/));
    const product = { purpose: 'production' } as const;
    expect(await bench.start(product)).toMatchObject(
      refused(/v1 is draft, and only an effective recipe makes product/),
    );
    bench.status = 'effective';
    expect(await bench.start({ ...product, version: null })).toMatchObject({ done: true });
  });

  it('is refused for values that the recipe does not bear, and takes those that it does', async () => {
    const bench = await ready();
    expect(await bench.start({ values: { temperature: '190 °C' } })).toMatchObject(
      refused(/190 °C lies outside its range/),
    );
    expect(await bench.start({ values: { warmth: '110 °C' } })).toMatchObject(refused(/no such parameter/));
    expect(await bench.start({ values: { temperature: '110 °C' } })).toMatchObject({ done: true });
    const prepared = bench.ledger.events.find(({ event }) => event.action === 'batch-prepared')?.event;
    expect(prepared?.data?.control).toMatchObject({ plans: { 'QD-1': { temperatureC: '110' } } });
  });

  it('is refused by whatever room knows of something, naming it, before anybody signs', async () => {
    const bench = new Bench();
    const check = {
      gate: 'lot',
      object: 'L-1',
      verdict: 'blocked',
      found: 'expired',
      remedy: 'Take another.',
    } as const;
    const facts = { lots: ['L-1'] };
    let checks: readonly object[] = [check];
    bench.gates = [
      { name: 'materials', check: () => Promise.resolve(checks as never), facts: () => Promise.resolve(facts) },
    ];
    bench.make();
    await ready(bench);
    expect(await bench.start()).toMatchObject({
      done: false,
      reason: 'L-1: expired Take another.',
      gates: [{}, {}, {}, {}, check],
    });
    expect(bench.desk.signed).toEqual([]);
    expect(await bench.batches.desk.gates(bench.order(), operator)).toContainEqual(check);
    checks = [{ ...check, verdict: 'ok' }];
    expect(await bench.start()).toMatchObject({ done: true });
    const started = bench.ledger.events.find(({ event }) => event.action === 'batch-started')?.event;
    expect(started?.data).toMatchObject({ facts: { materials: facts } });
  });

  it('is refused while an interlock, the field or a silent link does not permit it', async () => {
    const bench = await ready();
    bench.verdict = demanded('B', 'PT-201A is not Good.');
    await bench.scan();
    expect(await bench.start()).toMatchObject(refused(/PT-201A is not Good/));
    bench.verdict = { demand: 'none', causes: [], releasing: false };
    bench.plant.field = 'H';
    await bench.scan();
    expect(await bench.start()).toMatchObject(refused(/safe state \(H\)/));
    bench.plant.field = 'none';
    await bench.scan();
    bench.now += 10_000;
    expect(await bench.start()).toMatchObject(refused(/not been seen/));
  });

  it('is refused where signatures are missing, wrong, or twice of one person', async () => {
    const bench = await ready();
    const [one, two] = signers;
    const sign = (...list: (typeof signers)[number][]) =>
      bench.start({}, { signers: list, commandId: `c${bench.now++}` });
    expect(await sign(one!)).toMatchObject(refused(/operator and checker/));
    expect(await sign(one!, { ...one!, userName: ' Operator ' })).toMatchObject(refused(/Different people/));
    expect(await sign(one!, { ...two!, password: 'wrong' })).toMatchObject(
      refused(/checker was refused.*password is wrong/),
    );
    expect(await bench.batches.desk.batches()).toEqual([]);
    expect(bench.ledger.actions('batch/B-2026-0001')).toEqual(['batch-prepared', 'signed', 'batch-not-started']);
    // The number of a start that was refused is used up.
    expect(await sign(one!, two!)).toMatchObject({ done: true, batch: { id: 'B-2026-0002' } });
  });

  it('looks at the interlocks again after the signatures', async () => {
    const bench = await ready();
    bench.desk.onSign = () => {
      bench.verdict = demanded('H');
      bench.batches.accept(bench.news(bench.skids[0]!.name));
    };
    expect(await bench.start()).toMatchObject(refused(/not permitted to start/));
    expect(bench.commands).toEqual([]);
  });

  it('is refused while another batch has the skid', async () => {
    const bench = await ready();
    const both = await Promise.all([bench.start({}, { commandId: 'a' }), bench.start({}, { commandId: 'b' })]);
    expect(both.map(({ done }) => done)).toEqual([true, false]);
    expect(await bench.start({}, { commandId: 'c' })).toMatchObject(refused(/taken by B-2026-0001/));
  });

  it('that cannot be recorded is no start', async () => {
    const bench = await ready();
    bench.ledger.full = true;
    expect(await bench.start()).toMatchObject(refused(/disk is full/));
    bench.ledger.full = false;
    expect(await bench.batches.desk.batches()).toEqual([]);
    expect(await bench.start({}, { commandId: 'again' })).toMatchObject({ done: true });
  });
});

describe('the room', () => {
  it('refuses everything before it has started', async () => {
    const bench = new Bench();
    expect(await bench.start()).toMatchObject(refused(/not ready/));
    expect(bench.batches.health().state).toBe('stopped');
  });

  it('stops stepping at once and commands nothing', async () => {
    const bench = await ready();
    await bench.start();
    await bench.reach('heat-up');
    await bench.batches.stop();
    const before = bench.commands.length;
    for (let i = 0; i < 10; i++) {
      bench.plant.step(2);
      bench.batches.accept(bench.news(bench.skids[0]!.name));
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
    const phases = bench.told.map(({ units }) => phaseOn(units[0]!)).filter((phase, i, all) => phase !== all[i - 1]);
    expect(phases.filter((phase) => phase !== null)).toEqual([
      'line-clearance', 'leak-test', 'prime', 'heat-up', 'stage-1', 'stage-2', 'steady-state', 'collect', 'shutdown',
    ]); // prettier-ignore
  });
});

describe('signing the record', () => {
  const credentials = signers[0]!;

  it('is for a batch that has ended', async () => {
    const bench = await ready();
    await bench.start();
    const sign = (who = credentials, meaning = 'performed') =>
      bench.batches.desk.sign({ batch: 'B-2026-0001', meaning, credentials: who });
    expect(await sign()).toMatchObject(refused(/is Running/));
    await bench.until(({ state }) => state === 'Complete');
    expect((await bench.view()).signed).toBe(false);
    expect(await sign({ ...credentials, password: 'wrong' })).toMatchObject(refused(/password is wrong/));
    expect(await sign(credentials, 'released')).toMatchObject(refused(/not signed as "released"/));
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
      await bench.batches.desk.command({
        commandId: 'x',
        batch: 'B-1',
        skid: null,
        command: 'Hold',
        actor: operator,
        reason: '',
      }),
    ).toMatchObject(refused(/no batch/));
  });
});
