import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecipeHeadView, RecipeMove, RecipeVersionView } from '../../plant/recipe-view.ts';
import { digestOf, nextCommand, textOf } from '../control/recipes/support.ts';
import { recipeHouse, type RecipeHouse } from './support/recipe-house.ts';

let house: RecipeHouse;
beforeAll(async () => {
  house = await recipeHouse();
});
afterAll(() => house.close());

type Refusal = Readonly<{ code: string; message: string; findings?: readonly object[] }>;
const bring = (who: string, text: string, basedOn: string | null = null, more: object = {}) =>
  house.as(who, 'POST', 'recipes/import', { commandId: nextCommand(), text, basedOn, reason: 'a test', ...more });
const move = (who: string, name: string, version: number, what: RecipeMove, more: object = {}, session = who) =>
  house.as(session, 'POST', `recipes/${encodeURIComponent(name)}/versions/${version}/moves`, {
    commandId: nextCommand(),
    digest: digestOf(house.store.recipe(name, version)?.recipe.text ?? ''),
    move: what,
    reason: 'a test',
    userName: who,
    password: house.passwords.get(who) ?? 'none',
    ...more,
  });
const said = (answer: Awaited<ReturnType<typeof move>>) => [answer.statusCode, answer.json<Refusal>().message] as const;
/** The newest row of what was refused: who asked for what, and why it was not done. */
const lastRefusal = async () => {
  const row = (await house.rows('recipes', 'recipe-refused')).at(-1)?.event;
  return {
    who: row?.actor.kind === 'person' ? row.actor.userName : null,
    asked: row?.data?.asked,
    object: row?.object,
    reason: row?.reason,
  };
};

describe('the routes of recipes', () => {
  it('show what came with the program as imported by nobody, with its text to import', async () => {
    const heads = (await house.as('olga', 'GET', 'recipes')).json<RecipeHeadView[]>();
    const head = heads.find(({ name }) => name === 'CdSe-3.6');
    expect(head).toMatchObject({
      versions: 0,
      effective: null,
      newest: { version: 0, signatures: [], status: 'draft' },
    });
    expect(heads.length).toBeGreaterThanOrEqual(5);
    const { text } = (await house.as('ada', 'GET', 'recipes/CdSe-3.6/versions/0/text')).json<{ text: string }>();
    const answer = await bring('ada', text);
    expect([answer.statusCode, answer.json<{ version: RecipeVersionView }>().version]).toMatchObject([
      201,
      { version: 1, status: 'draft', importedBy: 'Person ada', digest: head?.newest.digest },
    ]);
    expect(await house.rows('recipe/CdSe-3.6/v1', 'recipe-imported')).toHaveLength(1);
  });

  it('take a version from import to effective by its three people, and say what differs', async () => {
    expect((await bring('ada', textOf({ name: 'A' }))).statusCode).toBe(201);
    const steps = [['ada', 'submit'], ['bo', 'review'], ['quin', 'approve'], ['quin', 'make effective']] as const; // prettier-ignore
    for (const [who, what] of steps) expect((await move(who, 'A', 1, what)).statusCode).toBe(200);
    expect(house.store.recipe('A')).toMatchObject({ version: 1, status: 'effective' });
    await bring('bo', textOf({ name: 'A', temperature: 161 }), digestOf(textOf({ name: 'A' })));
    const { differences } = (await house.as('olga', 'GET', 'recipes/A/differences?from=1&to=2')).json<{
      differences: object[];
    }>();
    expect(differences).toMatchObject([{ place: 'temperature', kind: 'changed', critical: true }]);
    const versions = (await house.as('olga', 'GET', 'recipes/A/versions')).json<RecipeVersionView[]>();
    expect(versions.map(({ version, status }) => [version, status])).toEqual([[2, 'draft'], [1, 'effective']]); // prettier-ignore
  });

  it('let nobody approve a recipe of their own', async () => {
    await bring('max', textOf({ name: 'Own' }));
    await move('max', 'Own', 1, 'submit');
    expect(said(await move('max', 'Own', 1, 'review'))).toEqual([409, expect.stringContaining('counts as its author')]);
    expect(await lastRefusal()).toMatchObject({
      who: 'max',
      asked: 'review',
      object: 'Own v1',
      reason: expect.stringContaining('author'),
    });
    await move('bo', 'Own', 1, 'review');
    expect(said(await move('max', 'Own', 1, 'approve'))).toEqual([
      409,
      expect.stringContaining('Neither an author nor'),
    ]);
    expect((await house.rows('access', 'signature-refused')).at(-1)?.event).toMatchObject({
      actor: { userName: 'max' },
      object: 'recipe/Own/v1',
    });
    expect(house.store.recipe('Own', 1)?.status).toBe('review');
  });

  it('let nobody sign as another', async () => {
    await bring('ada', textOf({ name: 'Sign' }));
    await move('ada', 'Sign', 1, 'submit');
    const before = await house.records.read('recipe/Sign/v1', 1, 100);
    const guessed = await move('bo', 'Sign', 1, 'review', { password: house.passwords.get('ada') }, 'ada');
    expect(said(guessed)).toEqual([409, expect.stringContaining('User name or password is wrong.')]);
    expect(await lastRefusal()).toMatchObject({ who: 'ada', asked: 'review', object: 'Sign v1' });
    expect((await house.rows('access', 'signature-refused')).at(-1)?.event).toMatchObject({ object: 'bo' });
    expect((await move('ada', 'Sign', 1, 'review', { actor: { kind: 'person', id: 'P-2' } })).statusCode).toBe(400);
    expect(said(await move('olga', 'Sign', 1, 'review'))).toEqual([
      409,
      expect.stringContaining('does not hold the role process engineer'),
    ]);
    expect(await house.records.read('recipe/Sign/v1', 1, 100)).toEqual(before);
  });

  it('skip no status', async () => {
    await bring('ada', textOf({ name: 'Skip' }));
    for (const [who, what] of [
      ['bo', 'review'],
      ['quin', 'approve'],
      ['quin', 'make effective'],
    ] as const) {
      expect(said(await move(who, 'Skip', 1, what))).toEqual([409, expect.stringContaining('It is a draft.')]);
      expect(await lastRefusal()).toMatchObject({ who, asked: what, object: 'Skip v1' });
    }
    expect(await house.rows('recipe/Skip/v1', 'recipe-moved')).toEqual([]);
    for (const what of ['effective', 'Approve', ''])
      expect((await move('quin', 'Skip', 1, what as RecipeMove)).statusCode).toBe(400);
  });

  it('bring no text over another’s', async () => {
    const first = textOf({ name: 'Over' });
    await bring('ada', first);
    await bring('ada', textOf({ name: 'Over', temperature: 161 }), digestOf(first));
    const answer = await bring('bo', textOf({ name: 'Over', temperature: 162 }), digestOf(first));
    expect(said(answer)).toEqual([
      409,
      expect.stringMatching(/^Yours is based on Over v1, but Over v2 was imported by Person ada at 2026/u),
    ]);
    expect(await lastRefusal()).toMatchObject({
      who: 'bo',
      asked: 'import',
      reason: expect.stringContaining('Person ada'),
    });
    expect(house.store.recipe('Over', 3)).toBeNull();
  });

  it('import for process engineers only, and say what is wrong by its place', async () => {
    expect(said(await bring('olga', textOf({ name: 'No' })))[1]).toContain('takes the role process engineer');
    expect(await lastRefusal()).toMatchObject({ who: 'olga', asked: 'import' });
    const faulty = textOf({ name: 'No' }).replace('stage-2', 'stage-9');
    const answer = await bring('ada', faulty);
    expect(answer.json<Refusal>().findings?.slice(0, 1)).toEqual([
      expect.objectContaining({ severity: 'error', where: expect.stringMatching(/^recipe:\d+$/u) }),
    ]);
    const { findings } = (await house.as('ada', 'POST', 'recipes/check', { text: faulty })).json<Refusal>();
    expect(findings).toEqual(answer.json<Refusal>().findings);
    expect((await house.as('olga', 'POST', 'recipes/check', { text: faulty })).statusCode).toBe(403);
    expect(house.store.recipe('No', 1)).toBeNull();
  });

  it('carry a command out once', async () => {
    const commandId = nextCommand();
    const first = await bring('ada', textOf({ name: 'Once' }), null, { commandId });
    const again = await bring('ada', textOf({ name: 'Once' }), null, { commandId });
    expect([again.statusCode, again.json()]).toEqual([201, first.json()]);
    expect(said(await bring('ada', textOf({ name: 'Twice' }), null, { commandId }))[1]).toContain(
      'asked something else',
    );
  });

  it.each([
    ['no session', () => house.app.inject({ method: 'GET', url: '/api/recipes' }), 401],
    [
      'another site',
      () =>
        house.app.inject({
          method: 'POST',
          url: '/api/recipes/import',
          headers: { origin: 'http://evil.example' },
          payload: {},
        }),
      403,
    ],
    ['no reason', () => bring('ada', textOf(), null, { reason: ' ' }), 400],
    ['a base that is no digest', () => bring('ada', textOf(), 'v1'), 400],
    ['a field too many', () => bring('ada', textOf(), null, { status: 'effective' }), 400],
    ['a body too long', () => bring('ada', 'x'.repeat(700_000)), 400],
    ['a recipe that is not there', () => house.as('ada', 'GET', 'recipes/Nothing/versions'), 404],
    ['a version that is not there', () => house.as('ada', 'GET', 'recipes/A/versions/9/text'), 404],
    ['a version that is no number', () => house.as('ada', 'GET', 'recipes/A/versions/x/text'), 400],
    ['a difference from nothing', () => house.as('ada', 'GET', 'recipes/A/differences?from=1&to=9'), 404],
    ['a move of what is not there', () => move('ada', 'Nothing', 1, 'submit', { digest: 'a'.repeat(64) }), 409],
  ])('answer %s with its status', async (_, ask, status) => {
    expect((await ask()).statusCode).toBe(status);
  });

  it('hand a text out as it is, in an answer that no page takes for markup', async () => {
    const title = '</script><img src=x onerror=alert(1)>';
    const text = textOf({ name: 'Xss' }).replace('title: CdSe quantum dots, 3.6 nm', `title: "${title}"`);
    await bring('ada', text);
    const answer = await house.as('olga', 'GET', 'recipes/Xss/versions/1/text');
    expect([answer.headers['content-type'], answer.json<{ text: string }>().text]).toEqual([
      'application/json; charset=utf-8',
      text,
    ]);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });
});
