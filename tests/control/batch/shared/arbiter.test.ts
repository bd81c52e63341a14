import { describe, expect, it } from 'vitest';
import { arbitrate, askedForBy, heldByFailure, type ArbiterInput } from '../../../../control/batch/shared/arbiter.ts';
import {
  emptyPlaces,
  evolveAll,
  type ArbiterEvent,
  type ArbiterState,
} from '../../../../control/batch/shared/places.ts';
import { eventIn, recordOf, sharedScope } from '../../../../control/batch/shared/shared-record.ts';
import { at, audit, chance, openUnit, ring, site, skids, user } from './model.ts';

function world(start: ArbiterState = emptyPlaces(site)) {
  let state = start;
  const record: ArbiterEvent[] = [];
  const tell = (input: ArbiterInput) => {
    const next = arbitrate(state, input);
    state = next.state;
    record.push(...next.events);
    return next.answers;
  };
  const ask = (who: ReturnType<typeof user>, capability = 'nmr-31p') =>
    tell({ kind: 'ask', capability, user: who, at: at(1) });
  const back = (who: ReturnType<typeof user>, capability = 'nmr-31p') =>
    tell({ kind: 'give back', capability, user: who, reason: 'done', at: at(2) });
  return { tell, ask, back, record, place: (name = 'NMR-1') => state.get(name), state: () => state };
}

describe('the arbiter of shared equipment', () => {
  it('gives a free piece at once, and to the others in the order in which they came', () => {
    const { ask, back, place } = world();
    expect(ask(user('B-1', 0))).toMatchObject([{ kind: 'granted', equipment: 'NMR-1' }]);
    expect(ask(user('B-2', 1))).toMatchObject([{ kind: 'waiting', place: 1 }]);
    expect(ask(user('B-3', 2))).toMatchObject([{ kind: 'waiting', place: 2 }]);
    expect(back(user('B-1', 0))).toMatchObject([{ kind: 'given back' }, { kind: 'granted', user: { batch: 'B-2' } }]);
    expect(place()?.owner).toMatchObject({ batch: 'B-2' });
    expect(place()?.queue).toMatchObject([{ batch: 'B-3' }]);
  });

  it('hears the same question twice as one', () => {
    const { ask, record } = world();
    ask(user('B-1', 0));
    ask(user('B-2', 1));
    const told = record.length;
    expect(ask(user('B-1', 0))).toMatchObject([{ kind: 'granted' }]);
    expect(ask(user('B-2', 1))).toMatchObject([{ kind: 'waiting', place: 1 }]);
    expect(record).toHaveLength(told);
  });

  it('lets whoever waits go, and changes nothing for who has and asks nothing', () => {
    const { ask, back, place, record } = world();
    ask(user('B-1', 0));
    ask(user('B-2', 1));
    expect(back(user('B-2', 1))).toMatchObject([{ kind: 'given back' }]);
    expect(place()?.queue).toEqual([]);
    expect(place()?.owner).toMatchObject({ batch: 'B-1' });
    const told = record.length;
    expect(back(user('B-3', 2))).toEqual([]);
    expect(record).toHaveLength(told);
  });

  it('refuses what comes before a piece that the unit has, and names both', () => {
    const { ask } = world();
    ask(user('B-1', 0, 'end'), 'product-line');
    const [answer] = ask(user('B-1', 0), 'nmr-31p');
    expect(answer).toMatchObject({ kind: 'refused' });
    expect(answer).toHaveProperty('reason', expect.stringMatching(/PRODUCT-1 \(3.*NMR-1 \(1\)/u));
    expect(ask(user('B-1', 2), 'nmr-31p')).toMatchObject([{ kind: 'granted' }]);
  });

  it('lets a unit stand in one queue at a time, so that it comes to the earlier piece first', () => {
    const { ask, back, place } = world();
    ask(user('B-1', 0));
    ask(user('B-2', 1));
    expect(ask(user('B-2', 1, 'end'), 'product-line')).toMatchObject([
      { kind: 'later', reason: 'QD-2 waits for NMR-1 first.' },
    ]);
    expect(place('PRODUCT-1')).toMatchObject({ owner: null, queue: [] });
    back(user('B-1', 0));
    expect(ask(user('B-2', 1, 'end'), 'product-line')).toMatchObject([{ kind: 'granted' }]);
  });

  it('refuses a unit what it has already at another step, and what its skid does not share', () => {
    const { ask } = world();
    ask(user('B-1', 0));
    expect(ask(user('B-1', 0, 'other'))).toMatchObject([{ kind: 'refused' }]);
    expect(ask(user('B-1', 2), 'product-line')).toMatchObject([{ kind: 'refused' }]);
  });

  it('asks nobody to wait for what all use at once', () => {
    const all = site.map((one) => ({ ...one, use: 'all' as const }));
    const { ask, record } = world(emptyPlaces(all));
    expect(ask(user('B-1', 0))).toMatchObject([{ kind: 'granted' }]);
    expect(ask(user('B-2', 1))).toMatchObject([{ kind: 'granted' }]);
    expect(record).toEqual([]);
    expect([...askedForBy(all, skids[0] ?? user('', 0).skid)]).toEqual([]);
    expect([...askedForBy(site, skids[2] ?? user('', 0).skid)]).toEqual(['nmr-31p', 'waste-line']);
  });

  it('frees everything of a unit that is through, and of batches that are not open after a start', () => {
    const { ask, tell, place } = world();
    ask(user('B-1', 0));
    ask(user('B-1', 0, 'end'), 'waste-line');
    ask(user('B-2', 1));
    ask(user('B-3', 2));
    tell({ kind: 'still open', units: [openUnit(user('B-1', 0)), openUnit(user('B-3', 2))], at: at(3) });
    expect(place()?.queue).toMatchObject([{ batch: 'B-3' }]);
    tell({ kind: 'unit gone', unit: user('B-1', 0), reason: 'Complete', at: at(4) });
    expect(place()?.owner).toMatchObject({ batch: 'B-3' });
    expect(place('WASTE-1')?.owner).toBeNull();
  });

  it('frees after a start what an open unit had for a step that has ended meanwhile', () => {
    const { ask, tell, place } = world();
    ask(user('B-1', 0, 'first'));
    ask(user('B-2', 1));
    const units = [openUnit(user('B-1', 0, 'second')), openUnit(user('B-2', 1))];
    tell({ kind: 'still open', units, at: at(3) });
    expect(place()).toMatchObject({ owner: { batch: 'B-2' }, queue: [] });
  });

  it('that fails holds whoever has it and waits for it, or all that it serves at once, or nobody', () => {
    const { ask, state } = world();
    ask(user('B-1', 0));
    ask(user('B-2', 2));
    expect(heldByFailure(state(), 'NMR-1')).toEqual(['QD-1', 'QD-3']);
    expect(heldByFailure(state(), 'WASTE-1')).toEqual([]);
    const [first] = site;
    if (first === undefined) throw new Error('the site is empty');
    const all = emptyPlaces([{ ...first, use: 'all' }, ...site.slice(1)]);
    expect(heldByFailure(all, 'NMR-1')).toEqual(['QD-1', 'QD-2', 'QD-3']);
    const waits = evolveAll(emptyPlaces([{ ...first, failure: 'wait' }]), [
      asked(user('B-1', 0)),
      grant(user('B-1', 0)),
    ]);
    expect(heldByFailure(waits, 'NMR-1')).toEqual([]);
  });

  it.each([
    ['given to two', [grant(user('B-1', 0)), grant(user('B-2', 1))], /while QD-1 of B-1/u],
    [
      'given before its turn',
      [asked(user('B-2', 1)), release(user('B-1', 0)), grant(user('B-3', 2))],
      /whose turn it is not/u,
    ],
    ['given back by another', [release(user('B-3', 2))], /gives back what it has not/u],
    ['asked for twice', [asked(user('B-2', 1)), asked(user('B-2', 1))], /asks twice/u],
  ])('goes by no record in which a piece was %s, until a person has looked', (_, events, says) => {
    const told = evolveAll(emptyPlaces(site), [asked(user('B-1', 0)), grant(user('B-1', 0)), ...events]);
    const { ask, tell, place } = world(told);
    expect(place()?.inDoubt).toMatch(says);
    tell({ kind: 'unit gone', unit: user('B-1', 0), reason: 'Complete', at: at(5) });
    ask(user('B-9', 0));
    expect(place()?.owner).toBeNull();
    expect(place()?.queue).not.toEqual([]);
    const first = place()?.queue[0];
    const [answer] = tell({ kind: 'take away', equipment: 'NMR-1', reason: 'looked', at: at(6) });
    expect(answer).toMatchObject({ kind: 'granted', user: { batch: first?.batch } });
    expect(place()?.inDoubt).toBeNull();
  });

  it('says why nothing can be taken away', () => {
    const { tell } = world();
    const why = (equipment: string) => tell({ kind: 'take away', equipment, reason: 'x', at: at(1) });
    expect(why('NMR-1')).toMatchObject([{ kind: 'not taken', reason: 'Nobody has NMR-1.' }]);
    expect(why('NMR-9')).toMatchObject([{ kind: 'not taken' }]);
  });

  it('reads from its record what it wrote, and doubts an entry that cannot be read', () => {
    const { ask, back, tell, record } = world();
    ask(user('B-1', 0));
    ask(user('B-2', 1, 'x', 3));
    ask(user('B-3', 2));
    back(user('B-3', 2));
    back(user('B-1', 0));
    tell({ kind: 'take away', equipment: 'NMR-1', reason: 'looked', at: at(6) });
    const stored = record.map((event, i) => ({
      scope: sharedScope,
      seq: i + 1,
      hash: '',
      utc: at(9),
      event: recordOf(event, null),
    }));
    expect(stored.map(eventIn)).toEqual(record);
    const [first] = stored;
    if (first === undefined) throw new Error('nothing was told');
    const broken = eventIn({ ...first, event: { ...first.event, data: { batch: 'B-1' } } });
    expect(broken).toMatchObject({ kind: 'unreadable', equipment: 'NMR-1' });
    if (broken === null) throw new Error('nothing was read');
    expect(evolveAll(emptyPlaces(site), [broken]).get('NMR-1')?.inDoubt).toMatch(/entry 1/u);
    expect(eventIn({ ...first, event: { ...first.event, action: 'signed' } })).toBeNull();
  });
});

/** Batches ask, give back, end and crash by chance; only what was appended outlives a crash. */
function run(seed: number): Readonly<{ grants: number; refusals: number; crashes: number }> {
  const any = chance(seed);
  const record: ArbiterEvent[] = [];
  let state = emptyPlaces(site);
  let [refusals, crashes] = [0, 0];
  const capabilities = site.map(({ is }) => is);
  const anyone = () => user(`B-${any(4)}`, any(3), any(2) === 0 ? 'a' : 'b', 1 + any(2));
  const fold = () => evolveAll(emptyPlaces(site), record);
  for (let step = 0; step < 24; step++) {
    const when = at(step);
    const roll = any(20);
    const capability = capabilities[any(3)] ?? '';
    const input: ArbiterInput =
      roll < 10
        ? { kind: 'ask', capability, user: anyone(), at: when }
        : roll < 16
          ? { kind: 'give back', capability, user: anyone(), reason: 'done', at: when }
          : roll < 18
            ? { kind: 'unit gone', unit: anyone(), reason: 'Complete', at: when }
            : roll < 19
              ? { kind: 'take away', equipment: site[any(3)]?.name ?? '', reason: 'wanted', at: when }
              : { kind: 'still open', units: [0, 1, 2].map(() => openUnit(anyone())), at: when };
    const next = arbitrate(state, input);
    refusals += next.answers.filter(({ kind }) => kind === 'refused').length;
    const crash = any(8);
    // Before the append nothing has happened; between append and telling everything has, and nobody knows.
    if (crash === 0) {
      state = fold();
      crashes++;
      continue;
    }
    record.push(...next.events);
    state = crash === 1 ? fold() : next.state;
    if (crash === 1) {
      crashes++;
      // Whoever was not told asks again, and asks for the same.
      if (input.kind === 'ask') {
        const again = arbitrate(state, input);
        if (again.events.some(({ kind }) => kind === 'asked')) throw new Error(`seed ${seed}: asked twice`);
        record.push(...again.events);
        state = again.state;
      }
    }
    const { owners, wrong } = audit(record);
    if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.join(', ')}`);
    const waitRing = ring(state);
    if (waitRing !== null) throw new Error(`seed ${seed}: ${waitRing} waits for itself`);
    for (const [name, { owner, queue, inDoubt }] of state) {
      if (inDoubt !== null) throw new Error(`seed ${seed}: ${inDoubt}`);
      if (owner === null && queue.length > 0) throw new Error(`seed ${seed}: ${name} is free and waited for`);
      if ((owner !== null) !== owners.has(name))
        throw new Error(`seed ${seed}: the record has another owner of ${name}`);
    }
  }
  const folded = fold();
  for (const [name, place] of state)
    if (JSON.stringify(folded.get(name)) !== JSON.stringify(place))
      throw new Error(`seed ${seed}: ${name} folds otherwise`);
  drain(seed, state, record);
  return { grants: record.filter(({ kind }) => kind === 'granted').length, refusals, crashes };
}

/** Everybody who waits comes to what he waits for when owners give back, in the order in which they asked. */
function drain(seed: number, state: ArbiterState, record: ArbiterEvent[]): void {
  const expected = [...state.values()].map(({ queue }) =>
    queue.map(({ batch, skid, path, turn }) => ({ batch, skid, path, turn })),
  );
  const got = [...state.keys()].map((name): object[] => {
    const served: object[] = [];
    for (;;) {
      const place = state.get(name);
      if (place === undefined || place.owner === null) return served;
      const next = arbitrate(state, {
        kind: 'give back',
        capability: place.equipment.is,
        user: place.owner,
        reason: 'done',
        at: at(99),
      });
      state = next.state;
      record.push(...next.events);
      for (const event of next.events) if (event.kind === 'granted') served.push(event.user);
    }
  });
  if (JSON.stringify(got) !== JSON.stringify(expected)) throw new Error(`seed ${seed}: somebody was forgotten`);
}

describe('the arbiter under 20,000 sequences of questions, ends and crashes', () => {
  it('never has two owners, forgets nobody, keeps the order, and lets nobody wait in a ring', () => {
    const sums = { grants: 0, refusals: 0, crashes: 0 };
    for (let seed = 1; seed <= 20_000; seed++) {
      const { grants, refusals, crashes } = run(seed);
      sums.grants += grants;
      sums.refusals += refusals;
      sums.crashes += crashes;
    }
    // It did meet what it is to be proven against.
    expect(sums.grants).toBeGreaterThan(50_000);
    expect(sums.refusals).toBeGreaterThan(10_000);
    expect(sums.crashes).toBeGreaterThan(50_000);
  });
});

function asked(who: ReturnType<typeof user>): ArbiterEvent {
  return { kind: 'asked', equipment: 'NMR-1', user: who, at: at(0) };
}
function grant(who: ReturnType<typeof user>): ArbiterEvent {
  return { kind: 'granted', equipment: 'NMR-1', user: who, at: at(0) };
}
function release(who: ReturnType<typeof user>): ArbiterEvent {
  return { kind: 'released', equipment: 'NMR-1', user: who, at: at(0), reason: '' };
}
