import { describe, expect, it } from 'vitest';
import { longestTextBytes } from '../../../plant/recipe/check-text.ts';
import { CheckThread } from '../../../control/recipes/check-thread.ts';
import {
  actorOf,
  check,
  digestOf,
  importBy,
  MemoryLedger,
  moveBy,
  nextCommand,
  storeOver,
  textOf,
  type Who,
} from './support.ts';

const why = (answer: Readonly<{ done: boolean; reason?: string }>): string => answer.reason ?? 'done';
const room = async () => {
  const ledger = new MemoryLedger();
  return { ledger, store: await storeOver(ledger) };
};

describe('an import', () => {
  it('is a process engineer’s, and what others try stands in the record', async () => {
    const { store, ledger } = await room();
    for (const who of ['olga', 'quin'] as const)
      expect(why(await importBy(store, who, textOf()))).toBe('It may not import recipe.');
    expect(
      why(
        await store.desk.import({
          commandId: nextCommand(),
          text: textOf(),
          basedOn: null,
          reason: 'x',
          actor: { kind: 'service', part: 'x' },
        }),
      ),
    ).toContain('may not');
    expect(ledger.chains.get('recipes')?.map(({ event }) => [event.action, event.data?.asked])).toEqual(
      Array.from({ length: 3 }, () => ['recipe-refused', 'import']),
    );
    expect(store.store.names()).toEqual([]);
  });

  it('that is faulty is refused with every place, and changes nothing', async () => {
    const { store, ledger } = await room();
    const text = textOf().replace('- prime: { for: 1 min }', '- dance').replace('to: $temperature', 'to: $temprature');
    const answer = await importBy(store, 'ada', text);
    const findings = answer.done ? [] : (answer.findings ?? []);
    expect(findings.length).toBeGreaterThanOrEqual(2);
    for (const { severity, where } of findings)
      expect([severity, where]).toEqual(['error', expect.stringMatching(/^recipe:\d+$/u)]);
    expect(why(answer)).toMatch(/^The text has \d faults, the first: recipe:\d+: /u);
    expect(await store.desk.check(text)).toEqual(findings);
    expect([...ledger.chains.keys()]).toEqual(['recipes']);
  });

  it('of a text that is wrong all over is told the most of it, and fills no record', async () => {
    const { store, ledger } = await room();
    const unused = Array.from({ length: 700 }, (_, index) => `  p${index}${'x'.repeat(250)}: { value: 1 }\n`).join('');
    const title = `title: ${'no end '.repeat(5000)}: : :\n`;
    const answer = await importBy(store, 'ada', textOf().replace('formula:\n', `formula:\n${unused}`));
    expect(answer.done ? 0 : answer.findings?.length).toBe(500);
    await importBy(
      store,
      'ada',
      textOf()
        .replace(/title: .*\n/u, title)
        .replace('- stage-2', `- "${'z'.repeat(5000)}"`),
    );
    const reasons = ledger.all().map(({ event }) => event.reason?.length ?? 0);
    expect([reasons.length, Math.max(...reasons) <= 2000]).toEqual([2, true]);
  });

  it('says why, or is none', async () => {
    const { store } = await room();
    const answer = await store.desk.import({
      commandId: nextCommand(),
      text: textOf(),
      basedOn: null,
      reason: ' \n',
      actor: actorOf('ada'),
    });
    expect(why(answer)).toContain('Say why');
  });

  it('of what another has changed meanwhile is told who did, and when', async () => {
    const { store } = await room();
    const [first, adas, bos] = [textOf(), textOf({ temperature: 161 }), textOf({ temperature: 162 })];
    await importBy(store, 'ada', first);
    expect((await importBy(store, 'ada', adas, digestOf(first))).done).toBe(true);
    expect(why(await importBy(store, 'bo', bos, digestOf(first)))).toMatch(
      /^Yours is based on CdSe-3\.6 v1, but CdSe-3\.6 v2 was imported by Person ada at 2026-10-02T09:30:\d\d\.000\+00:00 since\./u,
    );
    expect(why(await importBy(store, 'bo', bos))).toContain(
      'CdSe-3.6 is not new: CdSe-3.6 v2 was imported by Person ada',
    );
    expect(why(await importBy(store, 'bo', bos, 'b'.repeat(64)))).toContain(
      'No version of CdSe-3.6 is the text that yours is based on',
    );
    expect((await importBy(store, 'bo', bos, digestOf(adas))).done).toBe(true);
    expect((await store.desk.versions('CdSe-3.6', actorOf('bo'))).map(({ version, basedOn }) => [version, basedOn])).toEqual([
      [3, 2], [2, 1], [1, null],
    ]); // prettier-ignore
  });

  it('that two send at the same moment is one of theirs', async () => {
    const { store } = await room();
    const answers = await Promise.all([
      importBy(store, 'ada', textOf()),
      importBy(store, 'bo', textOf({ temperature: 161 })),
    ]);
    expect(answers.map(({ done }) => done)).toEqual([true, false]);
    expect(why(answers[1])).toContain('Person ada');
  });

  it.each([
    [
      'of the newest text again',
      async (store: Awaited<ReturnType<typeof storeOver>>) => importBy(store, 'bo', textOf(), digestOf(textOf())),
      'letter by letter',
    ],
    [
      'based on what is not there',
      async (store: Awaited<ReturnType<typeof storeOver>>) =>
        importBy(store, 'bo', textOf({ name: 'New' }), digestOf('x')),
      'There is no recipe New',
    ],
    [
      'of a name that only looks like another',
      async (store: Awaited<ReturnType<typeof storeOver>>) => importBy(store, 'bo', textOf({ name: 'cdse-3.6' })),
      'small and capital letters',
    ],
  ])('%s is refused', async (_, act, expected) => {
    const { store } = await room();
    await importBy(store, 'ada', textOf());
    expect(why(await act(store))).toContain(expected);
  });

  it('of a retired text brings it back as a draft', async () => {
    const { store } = await room();
    await importBy(store, 'ada', textOf());
    await moveBy(store, 'ada', 'retire');
    expect(await importBy(store, 'bo', textOf(), digestOf(textOf()))).toMatchObject({
      version: { version: 2, status: 'draft' },
    });
  });

  it('keeps a name with a plus apart from one without', async () => {
    const { store, ledger } = await room();
    await importBy(store, 'ada', textOf({ name: 'Cd+Se' }));
    await importBy(store, 'ada', textOf({ name: 'CdSe' }));
    expect(store.store.names()).toEqual(['Cd+Se', 'CdSe']);
    expect([...ledger.chains.keys()]).toEqual(['recipe/Cd_Se/v1', 'recipe/CdSe/v1']);
    expect((await storeOver(ledger)).store.recipe('Cd+Se', 1)?.recipe.name).toBe('Cd+Se');
  });

  it('keeps planted markup as the text it is', async () => {
    const { store, ledger } = await room();
    const title = '<img src=x onerror=alert(1)>';
    const text = textOf().replace('title: CdSe quantum dots, 3.6 nm', `title: "${title}"`);
    await importBy(store, 'ada', text);
    const again = await storeOver(ledger);
    expect((await again.desk.recipes(actorOf('olga')))[0]?.title).toBe(title);
    expect(await again.desk.text('CdSe-3.6', 1)).toBe(text);
  });
});

describe('a text', () => {
  const checker = new CheckThread([]);
  const first = async (text: string): Promise<string> => {
    const { recipe, findings } = await checker.check(text, 'recipe');
    expect(recipe).toBeNull();
    return `${findings[0]?.where} ${findings[0]?.problem}`;
  };
  it.each([
    [
      'is longer than it may be',
      'é'.repeat(longestTextBytes / 2 + 1),
      `recipe The text has ${longestTextBytes + 2} bytes`,
    ],
    ['was no UTF-8', 'a: 1\nb: \ufffd', 'recipe:2 The character U+FFFD'],
    ['has half a character', 'a: \ud800', 'recipe The text is not UTF-8'],
    ['turns the direction of reading', 'a: 1\n# \u202e', 'recipe:2 The character U+202E'],
    ['holds a zero', 'a: \u0000', 'recipe:1 The character U+0000'],
    ['begins with a byte order mark', '\ufeffrecipe: x', 'recipe:1 The character U+FEFF'],
  ])('that %s is read by nobody', async (_, text, expected) => {
    expect(await first(text)).toContain(expected);
  });
});

describe('the record', () => {
  it.each(['import', 'move'] as const)(
    'that takes no %s leaves things as they were, and it may be asked again',
    async (what) => {
      const { store, ledger } = await room();
      if (what === 'move') await importBy(store, 'ada', textOf());
      const commandId = nextCommand();
      const ask = () =>
        what === 'import'
          ? importBy(store, 'ada', textOf(), null, commandId)
          : moveBy(store, 'ada', 'submit', 1, { commandId });
      ledger.breaks = 'before';
      expect(why(await ask())).toContain('cannot be recorded: The disk is full.');
      expect(store.store.recipe('CdSe-3.6', 1)?.status).toBe(what === 'import' ? undefined : 'draft');
      expect((await ask()).done).toBe(true);
    },
  );

  it.each(['import', 'move'] as const)(
    'that took the %s without saying so is looked at, and nothing is written twice',
    async (what) => {
      const { store, ledger } = await room();
      if (what === 'move') await importBy(store, 'ada', textOf());
      ledger.breaks = 'after';
      const answer = what === 'import' ? await importBy(store, 'ada', textOf()) : await moveBy(store, 'ada', 'submit');
      expect(answer.done).toBe(true);
      const count = (action: string): number => ledger.all().filter(({ event }) => event.action === action).length;
      expect([count('recipe-imported'), count('recipe-moved')]).toEqual(what === 'import' ? [1, 0] : [1, 1]);
    },
  );

  it('that says nothing keeps everything undecided until it does', async () => {
    const { store, ledger } = await room();
    ledger.breaks = 'after';
    ledger.isUnreadable = true;
    expect(why(await importBy(store, 'ada', textOf()))).toContain('Nobody can say now whether it was recorded');
    expect(why(await importBy(store, 'bo', textOf({ temperature: 161 })))).toContain('nothing is decided');
    ledger.isUnreadable = false;
    expect(why(await importBy(store, 'bo', textOf({ temperature: 161 })))).toContain('was imported by Person ada');
  });
});

describe('a person', () => {
  it.each(['ada', 'quin', 'olga'] as Who[])('sees the same versions as any other: %s', async (who) => {
    const { store } = await room();
    await importBy(store, 'ada', textOf());
    const [head] = await store.desk.recipes(actorOf(who));
    expect(head).toMatchObject({
      name: 'CdSe-3.6',
      effective: null,
      versions: 1,
      newest: { importedBy: 'Person ada', reason: 'a test' },
    });
    expect(await store.desk.text('CdSe-3.6', 1)).toBe(textOf());
    expect(await store.desk.text('CdSe-3.6', 2)).toBeNull();
    expect(await store.desk.differences('CdSe-3.6', 1, 2)).toBeNull();
    expect((await check(textOf(), 'x')).findings).toEqual([]);
  });
});
