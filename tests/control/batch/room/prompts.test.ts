/** What people are asked, at the desk: what an answer has to be, who gives it, and what becomes of those before it. */
import { afterEach, expect, it } from 'vitest';
import type { PromptView } from '../../../../plant/batch-view.ts';
import { looking, sampling } from './recipes.ts';
import { refused, RoomBench } from './support.ts';

let bench: RoomBench;
afterEach(() => bench.close());

const skid = () => bench.skids[0]!.name;

async function asked(text: string): Promise<RoomBench> {
  bench = await RoomBench.open({ recipes: [text] });
  await bench.begin();
  await bench.scan();
  return bench;
}

async function prompt(title: string): Promise<PromptView> {
  const found = (await bench.unit()).prompts.findLast((one) => one.title.startsWith(title));
  if (found === undefined) throw new Error(`nobody asks ${title}`);
  return found;
}

const answer = async (title: string, value: string, more: { reason?: string; signers?: ReturnType<typeof by> } = {}) =>
  bench.answer(await prompt(title), skid(), { value, ...more });

const by = (...who: readonly ('operator' | 'checker' | 'engineer')[]) => bench.signers(...who);

const emission = 'emission of the sample';

it('a number taken without its limits or in a wrong unit would say something else than was measured', async () => {
  await asked(sampling);
  expect(await prompt(emission)).toMatchObject({ kind: 'number', unit: 'nm', low: 580, high: 600 });
  expect(await answer(emission, '')).toEqual(refused(/nothing was answered/));
  expect(await answer(emission, 'about right')).toMatchObject({ done: false });
  expect(await answer(emission, '590 °C')).toMatchObject({ done: false });
  expect((await prompt(emission)).answers).toEqual([]);
  expect(await answer(emission, '0.59 µm')).toMatchObject({ done: true });
  expect((await prompt(emission)).answers).toMatchObject([
    { value: '590 nm (0.59 µm)', outside: false, checkedBy: null },
  ]);
  const [line] = await bench.lines('prompt-answered');
  expect(line).toMatchObject({
    new: (await prompt(emission)).answers[0]!.value,
    data: { skid: skid(), outside: false },
  });
});

it.each([
  ['590', '590 nm'],
  ['590.10', '590.10 nm'],
  ['590.10 nm', '590.10 nm'],
])('a measurement of %s would be recorded with other digits', async (typed, kept) => {
  await asked(sampling);
  expect(await answer(emission, typed)).toMatchObject({ done: true });
  expect((await prompt(emission)).answers).toMatchObject([{ value: kept }]);
});

it.each(['579.9', '600.1 nm'])(
  'a number outside its limits (%s) that nobody explains and a second person signs would pass as one within',
  async (value) => {
    await asked(sampling);
    expect(await answer(emission, value)).toEqual(refused(/outside 580\.\.600 nm. Say why/));
    const reason = 'the lamp was cold';
    expect(await answer(emission, value, { reason })).toEqual(refused(/operator and checker: 2 signatures/));
    expect(await answer(emission, value, { reason, signers: by('operator', 'operator') })).toEqual(
      refused(/Different people/),
    );
    expect(await answer(emission, value, { reason, signers: by('operator', 'engineer') })).toEqual(refused(/checker/));
    expect((await prompt(emission)).answers).toEqual([]);
    expect(await answer(emission, value, { reason, signers: by('operator', 'checker') })).toMatchObject({ done: true });
    expect((await prompt(emission)).answers).toMatchObject([{ outside: true, reason }]);
    expect((await prompt(emission)).answers[0]!.checkedBy).not.toBeNull();
    expect((await bench.lines('prompt-answered')).at(-1)).toMatchObject({ reason, data: { outside: true } });
  },
);

it('a second answer that replaced the first, or came without a reason, would change a record', async () => {
  await asked(sampling);
  await answer(emission, '590');
  expect(await answer(emission, '595')).toEqual(refused(/was answered before; the first answer stays. Say why/));
  expect(await answer(emission, '595', { reason: 'read the wrong line' })).toMatchObject({ done: true });
  const { answers } = await prompt(emission);
  expect(answers.map(({ value, reason }) => [Number.parseFloat(value), reason])).toEqual([
    [590, null],
    [595, 'read the wrong line'],
  ]);
  await bench.restart();
  expect((await prompt(emission)).answers).toEqual(answers);
});

it('what a second person checks, answered by one alone or by one twice, would be checked by nobody', async () => {
  await asked(looking());
  await bench.answer(await bench.open(), skid());
  for (let i = 0; i < 3; i++) await bench.scan();
  const again = 'Look again';
  expect((await prompt(again)).checked).toBe('checker');
  expect(await answer(again, 'yes', { signers: [] })).toEqual(refused(/2 signatures, not 0/));
  expect(await answer(again, 'yes', { signers: by('operator') })).toEqual(refused(/2 signatures, not 1/));
  expect(await answer(again, 'yes', { signers: by('operator', 'operator') })).toEqual(refused(/Different people/));
  const [operator, checker] = by('operator', 'checker');
  const spelt = { ...operator!, userName: ' Operator ' };
  expect(await answer(again, 'yes', { signers: [operator!, spelt] })).toEqual(refused(/Different people/));
  expect(await answer(again, 'yes', { signers: [checker!, operator!] })).toMatchObject({ done: false });
  expect(await answer(again, 'yes', { signers: [operator!, { ...checker!, password: 'guessed' }] })).toEqual(
    refused(/signature of the checker was refused/),
  );
  expect((await prompt(again)).answers).toEqual([]);
  expect(await answer(again, 'yes')).toMatchObject({ done: true });
  const [given] = (await prompt(again)).answers;
  expect(given!.checkedBy).not.toBeNull();
  expect(given!.checkedBy).not.toBe(given!.by);
});

it('a prompt that stood on after its step has ended would be answered for nothing', async () => {
  await asked(sampling);
  const first = (await bench.unit()).prompts.length;
  await bench.answerAll(await bench.view());
  await bench.answer(await prompt(emission), skid(), { value: '590' });
  for (let i = 0; i < 3; i++) await bench.scan();
  const beside = (await bench.unit()).prompts.slice(first);
  expect(beside.map(({ path }) => path)).toEqual(Array(3).fill('look/wait/alongside/sample'));
  for (let i = 0; i < 25; i++) await bench.scan();
  const after = (await bench.unit()).prompts.slice(first, first + 3);
  for (const { withdrawn } of after) expect(withdrawn).toBe('The step that asked has ended.');
  expect(await bench.answer(beside[0]!, skid())).toEqual(refused(/not asked any more: The step that asked has ended/));
  expect(await bench.lines('prompt-withdrawn')).toHaveLength(3);
  expect((await bench.unit()).prompts.slice(0, first).map(({ withdrawn }) => withdrawn)).toEqual(
    Array(first).fill(null),
  );
});

it('what nobody asked, or of another skid, is answered by nobody', async () => {
  await asked(looking());
  const open = await bench.open();
  expect(await bench.answer({ ...open, id: 'QD-1/99' }, skid())).toEqual(refused(/Nobody has asked QD-1\/99/));
  expect(await bench.answer(open, 'QD-9' as never)).toMatchObject({ done: false });
  expect(await bench.lines('prompt-answered')).toEqual([]);
});

it('a prompt that a Stop leaves behind is withdrawn, and an answer on its way is refused', async () => {
  await asked(looking());
  const open = await bench.open();
  await bench.command('Stop');
  await bench.until(() => bench.states()[0] === 'Stopped', 10);
  expect(await bench.answer(open, skid())).toEqual(refused(/not asked any more: The batch is Stopped/));
});
