import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Recipes } from '../../../control/recipes/index.ts';
import { recipeMoves, type RecipeVersionView } from '../../../plant/recipe-view.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';
import {
  actorOf,
  digestOf,
  importBy,
  madeEffective,
  MemoryLedger,
  moveBy,
  nextCommand,
  people,
  storeOver,
  textOf,
  type Who,
} from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesoline-recipes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open = (ledger: MemoryLedger) => storeOver(ledger, { shippedFolder: folder });

const names = ['CdSe-3.6', 'Cd+Te'];
/** All that the store says to anybody. */
async function said(store: Recipes) {
  const views = await Promise.all(names.map((name) => store.desk.versions(name, actorOf('max'))));
  return {
    views,
    heads: await store.desk.recipes(actorOf('ada')),
    effective: names.map((name) => store.store.recipe(name)?.version),
    health: store.health().state,
  };
}

const ids = (view: RecipeVersionView, meaning: string): readonly string[] =>
  view.signatures.filter((one) => one.meaning === meaning).map(({ personId }) => personId);

/** What may be done next, by whom, to what; most of it is illegal at any moment. */
const step = fc.record({
  who: fc.constantFrom<Who>('ada', 'bo', 'quin', 'rae', 'max', 'olga'),
  name: fc.constantFrom(...names),
  what: fc.oneof(
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('import' as const),
        temperature: fc.integer({ min: 158, max: 161 }),
        from: fc.integer({ min: 0, max: 3 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('move' as const),
        move: fc.constantFrom(...recipeMoves),
        version: fc.integer({ min: 1, max: 3 }),
      }),
    },
    /** Whatever helps the newest version on, so that runs get somewhere. */
    { weight: 9, arbitrary: fc.record({ kind: fc.constant('on' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  ),
  breaks: fc.option(fc.constantFrom('before' as const, 'after' as const), { freq: 8, nil: null }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Whoever may, beginning with `first`, takes the newest version one step further. */
async function moveOn(store: Recipes, first: Who, name: string): Promise<void> {
  for (const who of [first, 'max', 'ada', 'bo', 'quin', 'rae'] as const) {
    const [newest] = await store.desk.versions(name, actorOf(who));
    const forward = newest?.moves.filter(({ move }) => move !== 'return' && move !== 'retire');
    const next = forward?.find(({ refusedBy }) => refusedBy === null);
    if (newest === undefined || next === undefined) continue;
    await moveBy(store, who, next.move, newest.version, { name });
    return;
  }
}

async function take(store: Recipes, ledger: MemoryLedger, { who, name, what, breaks }: Step): Promise<void> {
  ledger.breaks = breaks;
  const [newest] = await store.desk.versions(name, actorOf(who));
  if (what.kind === 'import' || newest === undefined) {
    const { temperature, from } = what.kind === 'import' ? what : { temperature: 160, from: 0 };
    await importBy(
      store,
      who,
      textOf({ name, temperature }),
      from === 0 ? (newest?.digest ?? null) : digestOf(textOf({ name, temperature: 157 + from })),
    );
  } else if (what.kind === 'move') await moveBy(store, who, what.move, what.version, { name });
  else await moveOn(store, who, name);
  ledger.breaks = null;
}

describe('the store', () => {
  it(
    'is after a restart what it was before, never runs two versions of a name, and none without three people',
    { timeout: 60_000 },
    async () => {
      let effective = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 45, size: 'max' }), async (steps) => {
          const ledger = new MemoryLedger();
          const store = await open(ledger);
          for (const each of steps) {
            await take(store, ledger, each);
            for (const name of names) {
              const versions = await store.desk.versions(name, actorOf('max'));
              const running = versions.filter(({ status }) => status === 'effective');
              expect(running.length).toBeLessThanOrEqual(1);
              for (const view of running) {
                effective++;
                const last = [
                  ids(view, 'submitted for review').at(-1),
                  ids(view, 'reviewed').at(-1),
                  ids(view, 'approved').at(-1),
                ];
                expect(new Set(last).size).toBe(3);
                expect(Object.values(people).find(({ printedName }) => printedName === view.importedBy)?.id).toBe(
                  last[0],
                );
              }
            }
          }
          const anew = await open(ledger);
          expect(await said(anew)).toEqual(await said(store));
          expect(anew.health().state).toBe('ready');
        }),
        { numRuns: 80 },
      );
      // The runs got somewhere, or nothing was shown.
      expect(effective).toBeGreaterThan(50);
    },
  );

  it('takes a signature whose move was not written for no move, and the signer signs again', async () => {
    const ledger = new MemoryLedger();
    const store = await open(ledger);
    await importBy(store, 'ada', textOf());
    ledger.breaks = 'before';
    expect((await moveBy(store, 'ada', 'submit')).done).toBe(false);
    const anew = await open(ledger);
    expect(anew.store.recipe('CdSe-3.6', 1)?.status).toBe('draft');
    expect(await moveBy(anew, 'ada', 'submit')).toMatchObject({ version: { status: 'review', signatures: [{}, {}] } });
  });

  it('answers nothing before it was started and after it was stopped', async () => {
    const store = await open(new MemoryLedger());
    await store.stop();
    expect(() => store.desk.recipes(actorOf('ada'))).toThrow('The store of recipes is stopped.');
    await expect(importBy(store, 'ada', textOf())).rejects.toThrow('stopped');
    await store.start();
    expect(await store.desk.recipes(actorOf('ada'))).toEqual([]);
  });
});

/** The record of an effective v2 over a retired v1, with one thing in it turned. */
async function tampered(change: (chains: Map<string, StoredEvent[]>) => void): Promise<Recipes> {
  const ledger = new MemoryLedger();
  const store = await open(ledger);
  await madeEffective(store);
  await madeEffective(store, textOf({ temperature: 161 }), 2, digestOf(textOf()));
  await importBy(store, 'ada', textOf({ name: 'Cd+Te' }));
  change(ledger.chains);
  return open(ledger);
}
const edit = (
  chain: StoredEvent[] | undefined,
  action: string,
  by: (event: RecordEvent) => RecordEvent,
  nth = 0,
): void => {
  const index = chain!.map(({ event }, at) => (event.action === action ? at : -1)).filter((at) => at >= 0)[nth]!;
  chain![index] = { ...chain![index]!, event: by(chain![index]!.event) };
};
const [v1, v2] = ['recipe/CdSe-3.6/v1', 'recipe/CdSe-3.6/v2'];
const person = (event: RecordEvent, who: Who): RecordEvent => ({ ...event, actor: actorOf(who) });
const withData = (event: RecordEvent, more: Record<string, string>): RecordEvent => ({
  ...event,
  data: { ...event.data, ...more },
});

describe('a record that contradicts itself', () => {
  it.each<[string, (chains: Map<string, StoredEvent[]>) => void, string]>([
    ['that lost the retirement of v1', (all) => all.get(v1)!.pop(), 'v1 and CdSe-3.6 v2 are effective at once'],
    ['that lost v1', (all) => all.delete(v1), 'CdSe-3.6 v1 is missing'],
    [
      'that lost the move that retired v1',
      (all) => all.get(v2)!.pop(),
      'retired for a version that was not made effective',
    ],
    [
      'with another text',
      (all) => edit(all.get(v2), 'recipe-imported', (event) => withData(event, { text: 'recipe: x' })),
      'does not begin with an import',
    ],
    [
      'with a move that skips',
      (all) => edit(all.get(v2), 'recipe-moved', (event) => ({ ...event, old: 'approved', new: 'effective' })),
      'moves it from approved',
    ],
    [
      'with a move by another',
      (all) => edit(all.get(v2), 'recipe-moved', (event) => person(event, 'max'), 1),
      'signature that is of something else',
    ],
    [
      'with a signature by the author',
      (all) => edit(all.get(v2), 'signed', (event) => withData(event, { signer: 'P-ada' }), 1),
      'signature that is of something else',
    ],
    [
      'with review and its signature by the author',
      (all) => {
        edit(all.get(v2), 'signed', (event) => withData(event, { signer: 'P-ada' }), 1);
        edit(all.get(v2), 'recipe-moved', (event) => person(event, 'ada'), 1);
      },
      'cannot be made by',
    ],
    [
      'with one signature for two moves',
      (all) => {
        const hash = all.get(v2)![1]!.hash;
        edit(all.get(v2), 'recipe-moved', (event) => withData(event, { signature: hash }), 1);
      },
      'has no signature of its own',
    ],
    [
      'with a signature over something else',
      (all) => edit(all.get(v2), 'signed', (event) => withData(event, { signedHash: 'x' })),
      'is of another record',
    ],
    ['with a gap', (all) => all.get(v2)!.splice(3, 1), 'stands behind its entry 3'],
    [
      'with a word that is not known',
      (all) => edit(all.get(v2), 'recipe-moved', (event) => ({ ...event, action: 'recipe-pushed' })),
      'cannot be read',
    ],
    [
      'with a second import',
      (all) => edit(all.get(v2), 'recipe-moved', () => all.get(v2)![0]!.event),
      'imports it a second time',
    ],
    [
      'with an importer who is no author',
      (all) => edit(all.get(v2), 'recipe-imported', (event) => person(event, 'bo')),
      'not among its authors',
    ],
  ])('%s runs nothing of that recipe, says so, and leaves others alone', async (_, change, expected) => {
    const store = await tampered(change);
    expect(store.health()).toMatchObject({ state: 'degraded', detail: expect.stringContaining(expected) });
    expect(store.health().detail).toContain('The record of the recipe CdSe-3.6 contradicts itself');
    expect([
      store.store.recipe('CdSe-3.6'),
      store.store.recipe('CdSe-3.6', 1),
      store.store.recipe('CdSe-3.6', 2),
    ]).toEqual([null, null, null]);
    expect(
      await importBy(store, 'ada', textOf({ temperature: 162 }), digestOf(textOf({ temperature: 161 }))),
    ).toMatchObject({ done: false });
    for (const move of recipeMoves) expect((await moveBy(store, 'quin', move, 2)).done).toBe(false);
    const heads = await store.desk.recipes(actorOf('max'));
    const head = heads.find(({ name }) => name === 'CdSe-3.6');
    expect([head?.effective, head?.newest.moves.every(({ refusedBy }) => refusedBy !== null)]).toEqual([null, true]);
    expect(head?.newest.findings[0]).toMatchObject({
      severity: 'error',
      problem: expect.stringContaining('contradicts itself'),
    });
    expect((await moveBy(store, 'ada', 'submit', 1, { name: 'Cd+Te' })).done).toBe(true);
  });

  it('may hold what means nothing here', async () => {
    const ledger = new MemoryLedger();
    const store = await open(ledger);
    await madeEffective(store);
    await ledger.append({ scope: v1, actor: { kind: 'service', part: 'records' }, action: 'record-gap', object: v1 });
    const anew = await open(ledger);
    expect([anew.health().state, anew.store.recipe('CdSe-3.6')?.version]).toEqual(['ready', 1]);
    expect((await moveBy(anew, 'quin', 'retire', 1, { commandId: nextCommand() })).done).toBe(true);
    expect(anew.store.recipe('CdSe-3.6')).toBeNull();
  });
});
