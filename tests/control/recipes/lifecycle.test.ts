import { describe, expect, it } from 'vitest';
import {
  actorOf,
  importBy,
  madeEffective,
  MemoryLedger,
  moveBy,
  nextCommand,
  storeOver,
  textOf,
  digestOf,
} from './support.ts';

const why = (answer: Readonly<{ done: boolean; reason?: string }>): string => answer.reason ?? 'done';
const room = async () => {
  const ledger = new MemoryLedger();
  return { ledger, store: await storeOver(ledger) };
};
const refusals = (ledger: MemoryLedger) =>
  (ledger.chains.get('recipes') ?? []).map(({ event }) => [event.actor, event.reason]);

describe('a version of a recipe', () => {
  it('becomes effective by an author, a reviewer and a releaser, three people who signed its text', async () => {
    const { store, ledger } = await room();
    expect(store.store.recipe('CdSe-3.6')).toBeNull();
    await madeEffective(store);
    expect(store.store.recipe('CdSe-3.6')).toMatchObject({
      version: 1,
      status: 'effective',
      recipe: { source: 'CdSe-3.6 v1' },
    });
    const [version] = await store.desk.versions('CdSe-3.6', actorOf('olga'));
    expect(version?.signatures.map(({ printedName, meaning }) => [printedName, meaning])).toEqual([
      ['Person ada', 'submitted for review'],
      ['Person bo', 'reviewed'],
      ['Person quin', 'approved'],
      ['Person rae', 'released'],
    ]);
    expect(ledger.chains.get('recipe/CdSe-3.6/v1')?.map(({ event }) => event.action)).toEqual([
      'recipe-imported', ...Array.from({ length: 4 }, () => ['signed', 'recipe-moved']).flat(),
    ]); // prettier-ignore
  });

  it('skips no status, and every skipping is refused in words and in the record', async () => {
    const { store, ledger } = await room();
    await importBy(store, 'ada', textOf());
    for (const [who, move] of [
      ['bo', 'review'],
      ['quin', 'approve'],
      ['rae', 'make effective'],
      ['quin', 'return'],
    ] as const)
      expect(why(await moveBy(store, who, move))).toMatch(/^CdSe-3.6 v1 cannot .*: It is a draft\. Only .*\.$/u);
    await moveBy(store, 'ada', 'submit');
    expect(why(await moveBy(store, 'quin', 'approve'))).toContain(
      'It is in review. Only a version that a process engineer has reviewed',
    );
    expect(refusals(ledger)).toHaveLength(5);
    expect(refusals(ledger)[1]).toEqual([actorOf('quin'), expect.stringContaining('It is a draft.')]);
    expect(store.store.recipe('CdSe-3.6', 1)?.status).toBe('review');
  });

  it('is neither reviewed nor approved nor released by whoever imported it, whatever their roles', async () => {
    const { store } = await room();
    await importBy(store, 'max', textOf());
    await moveBy(store, 'max', 'submit');
    expect(why(await moveBy(store, 'max', 'review'))).toContain('counts as its author and does not review it');
    await moveBy(store, 'bo', 'review');
    expect(why(await moveBy(store, 'max', 'approve'))).toContain('Neither an author nor the reviewer');
    await moveBy(store, 'quin', 'approve');
    expect(why(await moveBy(store, 'max', 'make effective'))).toContain('does not make it effective');
    expect(store.store.recipe('CdSe-3.6')).toBeNull();
  });

  it('is not approved by whoever reviewed it', async () => {
    const { store } = await room();
    await importBy(store, 'ada', textOf());
    await moveBy(store, 'ada', 'submit');
    await moveBy(store, 'max', 'review');
    expect(why(await moveBy(store, 'max', 'approve'))).toContain('nor the reviewer');
    expect((await moveBy(store, 'quin', 'approve')).done).toBe(true);
  });

  it('is not reviewed by whoever wrote what another imported with a changed comment', async () => {
    const { store } = await room();
    const first = textOf();
    await importBy(store, 'ada', first);
    await moveBy(store, 'ada', 'retire');
    await importBy(store, 'bo', textOf({ comment: 'mine now' }), digestOf(first));
    await moveBy(store, 'bo', 'submit', 2);
    expect(why(await moveBy(store, 'ada', 'review', 2))).toContain('counts as its author');
    expect((await moveBy(store, 'max', 'review', 2)).done).toBe(true);
  });

  it('is submitted by its importer alone', async () => {
    const { store } = await room();
    await importBy(store, 'ada', textOf());
    expect(why(await moveBy(store, 'bo', 'submit'))).toContain('Only Person ada, who imported it, submits it');
  });

  it('goes to no review while something stands against it', async () => {
    const { store } = await room();
    const answer = await importBy(store, 'ada', textOf({ isProven: false }));
    expect(answer.done && answer.version.findings.length).toBeGreaterThan(1);
    expect(why(await moveBy(store, 'ada', 'submit'))).toMatch(
      /findings stand against it, the first: .*no range of it is proven/u,
    );
  });

  it('goes back to its author with a reason, and everything is signed anew', async () => {
    const { store } = await room();
    await importBy(store, 'ada', textOf());
    await moveBy(store, 'ada', 'submit');
    await moveBy(store, 'bo', 'review');
    expect(why(await moveBy(store, 'quin', 'return', 1, { reason: '  ' }))).toContain('Say why');
    expect(why(await moveBy(store, 'bo', 'return'))).toContain('role QA releaser');
    expect((await moveBy(store, 'quin', 'return')).done).toBe(true);
    expect(why(await moveBy(store, 'quin', 'approve'))).toContain('It is a draft');
    await moveBy(store, 'ada', 'submit');
    expect(why(await moveBy(store, 'quin', 'approve'))).toContain('It is in review');
  });

  it('is signed as it was read, or not at all', async () => {
    const { store, ledger } = await room();
    await importBy(store, 'ada', textOf());
    expect(why(await moveBy(store, 'ada', 'submit', 1, { digest: 'a'.repeat(64) }))).toContain(
      'Read it again, then sign',
    );
    // Something else comes into its record behind the room's back.
    await ledger.append({
      scope: 'recipe/CdSe-3.6/v1',
      actor: { kind: 'service', part: 'x' },
      action: 'noted',
      object: 'x',
    });
    expect(why(await moveBy(store, 'ada', 'submit'))).toContain('The record has changed since it was read');
    expect((await moveBy(store, 'ada', 'submit')).done).toBe(true);
  });

  it('makes room for its successor in the same breath', async () => {
    const { store, ledger } = await room();
    await madeEffective(store);
    await madeEffective(store, textOf({ temperature: 161 }), 2, digestOf(textOf()));
    expect(store.store.recipe('CdSe-3.6')?.version).toBe(2);
    expect(store.store.recipe('CdSe-3.6', 1)?.status).toBe('retired');
    expect(ledger.chains.get('recipe/CdSe-3.6/v1')?.at(-1)?.event).toMatchObject({
      action: 'recipe-succeeded',
      reason: 'CdSe-3.6 v2 became effective.',
    });
    const said = (await store.desk.differences('CdSe-3.6', 1, 2))?.map(({ text }) => text);
    expect(said).toEqual(['The value of temperature goes from 160 °C to 161 °C.']);
  });

  it('is signed by nobody with a wrong password', async () => {
    const { store, ledger } = await room();
    await importBy(store, 'ada', textOf());
    expect(why(await moveBy(store, 'ada', 'submit', 1, { password: 'guess' }))).toContain('password is wrong');
    expect(ledger.chains.get('recipe/CdSe-3.6/v1')).toHaveLength(1);
    expect(refusals(ledger)).toHaveLength(1);
  });

  it('shows each person which moves are theirs, and why the others are not', async () => {
    const { store } = await room();
    await importBy(store, 'ada', textOf());
    await moveBy(store, 'ada', 'submit');
    const movesOf = async (who: 'ada' | 'bo' | 'quin' | 'olga') =>
      (await store.desk.recipes(actorOf(who)))[0]?.newest.moves
        .filter(({ refusedBy }) => refusedBy === null)
        .map(({ move }) => move);
    expect(await movesOf('ada')).toEqual(['return', 'retire']);
    expect(await movesOf('bo')).toEqual(['return', 'review', 'retire']);
    expect(await movesOf('quin')).toEqual([]);
    expect(await movesOf('olga')).toEqual([]);
  });

  it('moves no further than the buttons say, for anyone, from anywhere', async () => {
    const { store } = await room();
    await importBy(store, 'max', textOf());
    for (let turn = 0; turn < 12; turn++) {
      const who = (['max', 'bo', 'quin'] as const)[turn % 3]!;
      for (const move of ['submit', 'review', 'approve', 'make effective'] as const) {
        const [version] = await store.desk.versions('CdSe-3.6', actorOf(who));
        const shown = version?.moves.find((one) => one.move === move);
        expect([move, (await moveBy(store, who, move)).done]).toEqual([move, shown?.refusedBy === null]);
      }
    }
    expect(store.store.recipe('CdSe-3.6')?.status).toBe('effective');
  });
});

describe('a command', () => {
  it('that is asked twice is carried out once, also after a restart', async () => {
    const { store, ledger } = await room();
    const commandId = nextCommand();
    const first = await importBy(store, 'ada', textOf(), null, commandId);
    expect(await importBy(store, 'ada', textOf(), null, commandId)).toEqual(first);
    const move = nextCommand();
    const moved = await moveBy(store, 'ada', 'submit', 1, { commandId: move });
    const again = await storeOver(ledger);
    expect(await moveBy(again, 'ada', 'submit', 1, { commandId: move })).toEqual(moved);
    expect(ledger.all()).toHaveLength(3);
  });

  it('is not another one', async () => {
    const { store } = await room();
    const commandId = nextCommand();
    await importBy(store, 'ada', textOf(), null, commandId);
    expect(why(await importBy(store, 'ada', textOf({ name: 'Other' }), null, commandId))).toContain(
      'asked something else of CdSe-3.6 v1 before',
    );
    expect((await importBy(store, 'max', textOf({ name: 'Other' }), null, commandId)).done).toBe(true);
  });
});
