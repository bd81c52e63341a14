import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CheckThread } from '../../../control/recipes/check-thread.ts';
import { checkRecipeFiles } from '../../../plant/recipe/check-files.ts';
import { checkText, mostSteps } from '../../../plant/recipe/check-text.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { actorOf, check, MemoryLedger, storeOver, textOf } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesoline-check-'));
const types = ['cds', 'cdse'].map((name) => loadSkidType(`plant/skids/${name}.yaml`));
const thread = new CheckThread(types);
afterAll(async () => {
  await thread.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The steps of the text, and as many more before anything is heated. */
const steps = (count: number): string => {
  const own = 11;
  const lines = Array.from(
    { length: count - own },
    (_, index) => `          - instruct: { text: "Look at pump ${index}." }\n`,
  );
  return textOf().replace('      - start-up:\n', `${lines.join('')}      - start-up:\n`);
};

describe('the thread that checks', () => {
  it('says of a text what is said anywhere, and hands over the recipe as it is', async () => {
    expect(await thread.check(textOf(), 'recipe')).toEqual(checkText(textOf(), 'recipe', types));
    const faulty = textOf({ temperature: 190 });
    const said = await thread.check(faulty, 'recipe');
    expect(said).toEqual(checkText(faulty, 'recipe', types));
    expect(said.findings.some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('reads a recipe of as many steps as one may have, in twice the time it has at most', async () => {
    const began = performance.now();
    const { recipe, findings } = await thread.check(steps(mostSteps), 'recipe', 2000);
    expect([recipe?.procedure.steps.length, findings]).toEqual([mostSteps, []]);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('reads none of one step more', async () => {
    const { recipe, findings } = await thread.check(steps(mostSteps + 1), 'recipe');
    expect([recipe, findings[0]?.problem]).toEqual([
      null,
      `The procedure has ${mostSteps + 1} steps, more than ${mostSteps}.`,
    ]);
  });

  it('breaks off what takes too long, and goes on with the next', async () => {
    const late = await thread.check(steps(mostSteps), 'recipe', 1);
    expect(late).toMatchObject({
      recipe: null,
      findings: [{ severity: 'error', problem: expect.stringContaining('takes longer than') }],
    });
    expect((await thread.check(textOf(), 'recipe')).recipe?.name).toBe('CdSe-3.6');
  });

  it('is not begun for what is no text of a recipe, and takes nothing once it was stopped', async () => {
    const other = new CheckThread(types);
    expect((await other.check('\u0000', 'recipe')).recipe).toBeNull();
    await other.stop();
    await expect(other.check(textOf(), 'recipe')).rejects.toThrow('The service is stopping.');
  });
});

describe('recipes that come with the program', () => {
  it('are all read, fit the skids they are for, and wait for somebody to prove their ranges', async () => {
    const shipped = readdirSync('control/recipes/shipped');
    expect(shipped.length).toBeGreaterThanOrEqual(5);
    const store = await storeOver(new MemoryLedger(), { shippedFolder: 'control/recipes/shipped' });
    expect([store.health().state, store.store.names().length]).toEqual(['ready', shipped.length]);
    for (const { name, versions, newest } of await store.desk.recipes(actorOf('ada'))) {
      expect([
        name,
        versions,
        newest.moves.every(({ refusedBy }) => refusedBy?.startsWith('It is not imported.')),
      ]).toEqual([name, 0, true]);
      expect(newest.findings.map(({ severity }) => severity)).toContain('review');
      expect(store.store.recipe(name)).toBeNull();
      expect(store.store.recipe(name, 0)).toMatchObject({ version: 0, status: 'draft', recipe: { name } });
    }
    expect(await store.desk.versions('Nothing', actorOf('ada'))).toEqual([]);
  });

  it('keep nothing else from starting where they cannot be read, and are named', async () => {
    writeFileSync(join(folder, 'a.yaml'), textOf());
    writeFileSync(join(folder, 'b.yaml'), textOf({ comment: 'again' }));
    writeFileSync(join(folder, 'c.yaml'), Buffer.from([0x72, 0xff, 0xfe]));
    writeFileSync(join(folder, 'd.yaml'), 'recipe: [');
    const store = await storeOver(new MemoryLedger(), { shippedFolder: folder, check });
    const { state, detail } = store.health();
    expect(state).toBe('degraded');
    expect(detail).toContain('b.yaml is a second CdSe-3.6.');
    expect(detail).toContain('c.yaml cannot be read');
    expect(detail).toContain('d.yaml cannot be read: d.yaml:1');
    expect(store.store.names()).toEqual(['CdSe-3.6']);
  });
});

describe('the check of files', () => {
  const said: string[] = [];
  const checkFiles = (...files: string[]): number => {
    said.length = 0;
    return checkRecipeFiles(files, folder, types, (line) => said.push(line));
  };
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };

  it('finds a proven recipe sound, by its digest', () => {
    expect(checkFiles(put('sound.yaml', textOf()))).toBe(0);
    expect(said).toEqual([expect.stringMatching(/^sound\.yaml: CdSe-3\.6, 11 steps, digest [0-9a-f]{64}: sound\.$/u)]);
  });

  it('lets through what only a review asks, and says so', () => {
    expect(checkFiles(put('draft.yaml', textOf({ isProven: false })))).toBe(0);
    expect(said[0]).toMatch(/^for the review: draft\.yaml:\d+: stage1Temperature is critical/u);
    expect(said.at(-1)).toContain('may be imported');
  });

  it.each([
    ['what does not fit', () => put('hot.yaml', textOf({ temperature: 190 })), 'hot.yaml:'],
    ['what is no recipe', () => put('none.yaml', 'a: 1'), 'none.yaml:1'],
    ['what is not there', () => 'missing.yaml', 'missing.yaml: The file cannot be read'],
    ['what no eye would see', () => put('turned.yaml', `${textOf()}# \u202e`), 'The character U+202E'],
  ])('refuses %s', (_, file, expected) => {
    expect(checkFiles(put('sound.yaml', readFileSync(join(folder, 'sound.yaml'), 'utf8')), file())).toBe(1);
    expect(said.join('\n')).toContain(expected);
  });
});
