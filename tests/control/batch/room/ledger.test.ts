/** A ledger that answers late, not at all, or with no: nothing is decided on what nobody knows, and nothing is written twice or lost. */
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { RecordEvent } from '../../../../plant/record-event.ts';
import { looking, making } from './recipes.ts';
import { RoomBench, type Fate } from './support.ts';

let bench: RoomBench;
afterEach(() => bench.close());

const skid = () => bench.skids[0]!.name;
const lasting = () => bench.room.runners.get(bench.newest)!.core.lasting;

async function asking(): Promise<RoomBench> {
  bench = await RoomBench.open({ recipes: [looking()] });
  await bench.begin();
  await bench.scan();
  return bench;
}

/** What a start of the service would find is what the room believes, and no line stands there twice. */
async function isOnRecordOnce(): Promise<void> {
  const folded = await bench.folded();
  expect(folded).toMatchObject({ kind: 'batch' });
  if (folded.kind === 'batch') expect(folded.core.lasting).toEqual(lasting());
  const lines = (await bench.record())
    .map(({ event }) => event)
    .filter(({ action }) => !['record-gap', 'signed', 'set-points-asked'].includes(action))
    .map((event) => canonicalize(event));
  expect(lines.filter((line, i) => lines.indexOf(line) !== i)).toEqual([]);
}

/** States of the units as a start of the service would find them. */
async function foldedStates(): Promise<readonly string[]> {
  const folded = await bench.folded();
  return folded.kind === 'batch' ? [...folded.core.lasting.units.values()].map(({ state }) => state) : [folded.kind];
}

const isAnswer = (events: readonly RecordEvent[]): boolean => events.some(({ action }) => action === 'prompt-answered');

/** The next group that this is true of has this fate, and no other has. */
function once(fate: Fate, of: (events: readonly RecordEvent[]) => boolean): void {
  let isDone = false;
  bench.keeper.fate = (events) => {
    if (isDone || !of(events)) return 'written';
    isDone = true;
    return fate;
  };
}

describe('a ledger that answers after more than 5 s', () => {
  it('and a batch that decided meanwhile would know what is on no record; the field is asked for HOT-HOLD, not sooner', async () => {
    await asking();
    const before = lasting();
    const commands = bench.commands.length;
    bench.keeper.hold();
    const answer = bench.answer(await bench.open(), skid());
    for (let i = 0; i < 5; i++) await bench.scan();
    expect(bench.plant.field).toBe('none');
    expect(bench.commands).toHaveLength(commands);
    for (let i = 0; i < 4; i++) await bench.scan();
    expect(bench.plant.field).toBe('H');
    expect(bench.commands.slice(commands).map(({ action, reason }) => [action.kind, reason])).toContainEqual([
      'safe-state',
      'The ledger has not answered B-2026-0001 for 5 s.',
    ]);
    expect(lasting()).toBe(before);
    expect(bench.commands.slice(commands).every(({ action }) => action.kind === 'safe-state')).toBe(true);
    bench.keeper.letGo();
    expect(await answer).toMatchObject({ done: true });
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.states()).toEqual(['Held']);
    expect(await bench.lines('prompt-answered')).toHaveLength(1);
    await isOnRecordOnce();
    expect(await bench.command('Restart')).toMatchObject({ done: true });
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.states()).toEqual(['Running']);
  });

  it('asks every skid of the batch, and none of another batch that the ledger has answered', async () => {
    bench = await RoomBench.open({ skids: 3, recipes: [looking()] });
    const [one, two, three] = bench.skids.map(({ name }) => name);
    await bench.begin({ skids: [one!, two!] });
    const prompted = (await bench.batches.desk.batch('B-2026-0001'))!;
    await bench.begin({ skids: [three!] });
    await bench.scan();
    bench.keeper.hold();
    const first = (await bench.batches.desk.batch(prompted.id))!.units[0]!.prompts[0]!;
    const answer = bench.answer(first, one!, {}, prompted.id);
    for (let i = 0; i < 8; i++) await bench.scan();
    expect([one, two, three].map((name) => bench.plants.get(name!)!.field)).toEqual(['H', 'H', 'none']);
    bench.keeper.letGo();
    expect(await answer).toMatchObject({ done: true });
  });

  it('keeps a Hold from nobody, which is on record afterwards with what was before it', async () => {
    await asking();
    bench.keeper.hold();
    const answer = bench.answer(await bench.open(), skid());
    await bench.scan();
    const hold = bench.batches.desk.command({
      ...bench.asked('Hold'), batch: bench.newest, skid: null, command: 'Hold', reason: 'smoke',
    }); // prettier-ignore
    await bench.scan();
    expect(bench.plant.field).toBe('H');
    bench.keeper.letGo();
    expect([await answer, await hold]).toMatchObject([{ done: true }, { done: true }]);
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.states()).toEqual(['Held']);
    const actions = (await bench.record()).map(({ event }) => event.action);
    expect(actions.indexOf('prompt-answered')).toBeLessThan(actions.indexOf('state-changed', 5));
    await isOnRecordOnce();
  });
});

describe('a write whose acknowledgement is lost', () => {
  it('and that was written, done again would stand there twice: it is looked up and believed', async () => {
    await asking();
    once('answer lost', isAnswer);
    expect(await bench.answer(await bench.open(), skid())).toMatchObject({ done: true });
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(bench.states()).toEqual(['Running']);
    expect(await bench.lines('prompt-answered')).toHaveLength(1);
    expect(await bench.lines('record-gap')).toEqual([]);
    await isOnRecordOnce();
  });

  it('and that was not written, believed would be an answer that nobody finds: whoever gave it is told', async () => {
    await asking();
    once('lost', isAnswer);
    const open = await bench.open();
    expect(await bench.answer(open, skid())).toMatchObject({
      done: false,
      reason: expect.stringContaining('could not be recorded') as string,
    });
    expect((await bench.open()).id).toBe(open.id);
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(await bench.lines('prompt-answered')).toEqual([]);
    expect(await bench.answer(open, skid())).toMatchObject({ done: true });
    for (let i = 0; i < 3; i++) await bench.scan();
    expect(await bench.lines('prompt-answered')).toHaveLength(1);
    await isOnRecordOnce();
  });

  it.each(['answer lost', 'lost'] as const)(
    'of a scan (%s) holds or goes on as the record has it, never otherwise',
    async (fate) => {
      bench = await RoomBench.open({ recipes: [making()] });
      await bench.begin();
      await bench.reach('prime');
      const isEnd = (events: readonly RecordEvent[]): boolean =>
        events.some(({ action, object }) => action === 'step-ended' && object === 'prepare/prime');
      once(fate, isEnd);
      await bench.until((_, unit) => unit.state === 'Held' || unit.steps[3]?.state === 'active', 60, 1);
      const isHeld = fate === 'lost';
      for (let i = 0; i < 3; i++) await bench.scan();
      expect(bench.states()).toEqual([isHeld ? 'Held' : 'Running']);
      const ended = (await bench.lines('step-ended')).filter(({ object }) => object === 'prepare/prime');
      expect(ended).toHaveLength(isHeld ? 0 : 1);
      if (isHeld) expect((await bench.unit()).message).toContain('The record could not be written');
      await isOnRecordOnce();
    },
  );

  it.each(['answer lost', 'lost'] as const)(
    'while nobody can look it up (%s), decided either way would be a guess: it waits, the field comes to rest, and then the record says',
    async (fate) => {
      await asking();
      once(fate, isAnswer);
      bench.keeper.unreadable = true;
      const before = lasting();
      let said: boolean | null = null;
      const answer = bench.answer(await bench.open(), skid());
      void answer.then(({ done }) => (said = done));
      for (let i = 0; i < 8; i++) await bench.scan();
      expect([said, lasting() === before, bench.plant.field]).toEqual([null, true, 'H']);
      bench.keeper.unreadable = false;
      // Looked up again with the next try, a second later; what is not there is written then.
      for (let i = 0; i < 3; i++) await bench.scan();
      expect(await answer).toMatchObject({ done: true });
      for (let i = 0; i < 3; i++) await bench.scan();
      expect(await bench.lines('prompt-answered')).toHaveLength(1);
      expect(bench.states()).toEqual(['Held']);
      await isOnRecordOnce();
    },
  );
});

describe('a start whose first line nobody acknowledges', () => {
  const isStart = (events: readonly RecordEvent[]): boolean => events.some(({ action }) => action === 'batch-started');

  it.each(['answer lost', 'lost'] as const)(
    '(%s) and that left its skid to another, or moved anything, would be two batches on one line',
    async (fate) => {
      bench = await RoomBench.open({ recipes: [looking()] });
      once(fate, (events) => (bench.keeper.unreadable ||= isStart(events)));
      let said: boolean | null = null;
      const first = bench.start().then(({ done }) => (said = done));
      while (!bench.keeper.unreadable) await bench.scan(0.001);
      for (let i = 0; i < 7; i++) await bench.scan();
      expect([said, bench.states()]).toEqual([null, ['Idle']]);
      expect(await bench.start()).toMatchObject({ done: false, reason: 'QD-1 is taken by B-2026-0001.' });
      expect(bench.commands).toEqual([]);
      bench.keeper.unreadable = false;
      for (let i = 0; i < 3; i++) await bench.scan();
      expect(await first).toBe(true);
      expect(bench.states()).toEqual(['Running']);
      expect(await bench.lines('batch-started')).toHaveLength(1);
      expect(await foldedStates()).toEqual(['Running']);
    },
  );

  it('while it is written late takes a Hold, and begins into it', async () => {
    bench = await RoomBench.open({ recipes: [looking()] });
    bench.keeper.fate = (events) => {
      if (isStart(events)) bench.keeper.hold();
      return 'written';
    };
    const first = bench.start();
    while (!bench.keeper.isHolding) await bench.scan(0.001);
    const hold = bench.batches.desk.command({
      ...bench.asked('Hold'), batch: bench.newest, skid: null, command: 'Hold', reason: 'smoke',
    }); // prettier-ignore
    await bench.scan();
    bench.keeper.letGo();
    expect([await first, await hold]).toMatchObject([{ done: true }, { done: true }]);
    for (let i = 0; i < 3; i++) await bench.scan();
    expect([bench.plant.field, ...bench.states()]).toEqual(['H', 'Held']);
    expect(await foldedStates()).toEqual(['Held']);
  });
});

describe('a ledger that refuses', () => {
  it('and a unit that went on would make product without a record: it is held, and the gap is in the record', async () => {
    bench = await RoomBench.open({ recipes: [making()] });
    await bench.begin();
    await bench.reach('prime');
    bench.keeper.fate = () => 'refused';
    for (let i = 0; i < 40 && bench.states()[0] !== 'Held'; i++) await bench.scan();
    expect(bench.states()).toEqual(['Held']);
    expect(bench.plant.field).toBe('H');
    expect(await bench.lines('record-gap')).toEqual([]);
    bench.keeper.fate = () => 'written';
    for (let i = 0; i < 4; i++) await bench.scan();
    const actions = (await bench.record()).map(({ event }) => event.action);
    expect(actions.filter((action) => action === 'record-gap').length).toBeGreaterThan(0);
    expect(actions.lastIndexOf('state-changed')).toBeGreaterThan(actions.indexOf('record-gap'));
    await isOnRecordOnce();
  });

  it('the first line of a batch, and a batch that is there all the same, would have a skid without a record', async () => {
    bench = await RoomBench.open({ recipes: [looking()] });
    once('refused', (events) => events.some(({ action }) => action === 'batch-started'));
    expect(await bench.start()).toMatchObject({ done: false });
    expect(bench.room.isOn(skid())).toBe(false);
    expect(await bench.batches.desk.batches()).toEqual([]);
    expect(bench.commands).toEqual([]);
    await bench.restart();
    expect(await bench.batches.desk.batches()).toEqual([]);
    expect(await bench.start()).toMatchObject({ done: true, batch: { id: 'B-2026-0002' } });
  });
});

it('whatever becomes of the writes of a batch, its record is what it believes: nothing twice, nothing lost', async () => {
  const fates: readonly Fate[] = ['written', 'written', 'written', 'answer lost', 'lost', 'refused'];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...fates), { minLength: 20, maxLength: 60 }),
      fc.array(fc.constantFrom('scan', 'scan', 'answer', 'Hold', 'Restart', 'dark', 'Stop') as fc.Arbitrary<string>, {
        minLength: 10,
        maxLength: 40,
      }),
      async (drawn, story) => {
        await asking();
        const left = [...drawn];
        const asked: Promise<unknown>[] = [];
        let answered = Promise.resolve();
        bench.keeper.fate = () => left.shift() ?? 'written';
        for (const what of story) {
          bench.keeper.unreadable = what === 'dark';
          if (what === 'answer') {
            // One after the other: who answers while another answer waits for its record gives a second one.
            const before = answered;
            answered = before.then(async () => bench.answerAll(await bench.view()));
            asked.push(answered);
          }
          if (what === 'Hold' || what === 'Restart' || (what === 'Stop' && left.length < 5))
            asked.push(bench.command(what));
          await bench.scan();
          if (what === 'dark') for (let i = 0; i < 2; i++) await bench.scan();
          bench.keeper.unreadable = false;
          await bench.scan();
        }
        bench.keeper.fate = () => 'written';
        for (let i = 0; i < 8; i++) await bench.scan();
        await Promise.all(asked);
        await isOnRecordOnce();
        await bench.close();
      },
    ),
    { numRuns: 6, endOnFailure: true },
  );
  bench = await RoomBench.open();
});
