import { describe, expect, it } from 'vitest';
import {
  evolveCleaning,
  mayMake,
  unknownCleaning,
  type Cleaning,
  type CleaningEvent,
} from '../../../control/equipment/cleaning.ts';
import { loadCleaningRules } from '../../../control/equipment/rules.ts';
import { chance } from '../batch/shared/model.ts';
import { at, by, carl, cleaningRecipe, dayMs, olga, one, paul, recipe, sulfur, world } from './world.ts';

const says = async (w: ReturnType<typeof world>, gate = 'cleaning', of = recipe()) => {
  const [check] = await w.verdicts(gate, { recipe: of });
  return check === undefined ? 'not asked' : `${check.verdict}: ${check.found}`;
};
const status = async ({ room }: ReturnType<typeof world>) => (await room.desk.cleaning())[0]?.status;

describe('a skid', () => {
  it('of which nothing was stated is to be cleaned, and makes no product', async () => {
    const w = world();
    await w.room.start();
    expect(await status(w)).toBe('to be cleaned');
    expect(await says(w)).toBe('blocked: It is to be cleaned: Nothing was ever stated.');
    expect(await says(w, 'cleaning', cleaningRecipe)).toBe('not asked');
  });

  it('that two people stated to be clean may be used for as long as that holds', async () => {
    const w = world();
    await w.room.start();
    expect(await w.clean()).toEqual({ done: true });
    expect(await status(w)).toBe('clean');
    w.pass(13.9);
    expect(await says(w)).toMatch(/^ok: Clean since/u);
    w.pass(0.2);
    expect(await status(w)).toBe('to be cleaned');
    expect(await says(w)).toMatch(/^blocked: It was clean until 2026-10-16/u);
  });

  it('is not clean by the word of one, nor of one twice; that it is not clean is believed of one', async () => {
    const w = world();
    await w.room.start();
    expect(await w.clean('clean', by(olga))).toMatchObject({ done: false });
    expect(await w.clean('clean', by(olga, olga))).toMatchObject({ done: false });
    expect(await w.clean('clean', by(carl, paul))).toMatchObject({ done: false });
    expect(await status(w)).toBe('to be cleaned');
    await w.clean('clean', by(olga, paul));
    expect(await w.clean('to be cleaned', by(olga))).toEqual({ done: true });
    expect(await says(w)).toBe('blocked: It is to be cleaned: as the procedure has it (Olga)');
  });

  it('makes one product batch after batch, and another only when it was cleaned between', async () => {
    const w = world();
    await w.room.start();
    await w.clean();
    w.run('B-1', recipe());
    expect(await status(w)).toBe('in use');
    expect(await says(w)).toMatch(/^ok: It was used for selenium \(CdSe\), as now, 1 times/u);
    expect(await says(w, 'cleaning', sulfur)).toBe(
      'blocked: It was used for selenium (CdSe) and is to be used for sulfur.',
    );
    w.run('C-1', cleaningRecipe);
    expect(await status(w)).toBe('clean');
    expect(await says(w, 'cleaning', sulfur)).toMatch(/^ok: Clean/u);
  });

  it('is cleaned after so many batches of one product, and after so long', async () => {
    const w = world();
    await w.room.start();
    await w.clean();
    for (let i = 1; i <= 9; i++) w.run(`B-${i}`, recipe());
    expect(await says(w)).toMatch(/^ok/u);
    w.run('B-10', recipe());
    expect(await says(w)).toMatch(/^blocked: .* for 10 batches/u);
    const long = world();
    await long.room.start();
    await long.clean();
    long.run('B-1', recipe());
    long.pass(30);
    expect(await says(long)).toMatch(/^blocked: .*without a cleaning since 2026-10-02/u);
  });

  it.each(['Stopped', 'Aborted'] as const)('is to be cleaned after a batch that was %s', async (outcome) => {
    const w = world();
    await w.room.start();
    await w.clean();
    w.run('B-1', recipe(), outcome);
    expect(await says(w)).toBe(`blocked: It is to be cleaned: B-1 was ${outcome}.`);
    w.run('C-1', cleaningRecipe, outcome);
    expect(await says(w)).toBe('blocked: It is to be cleaned: The cleaning C-1 did not come through.');
  });

  it('on which a batch runs is free for no other, and nobody states it clean', async () => {
    const w = world();
    await w.room.start();
    await w.clean();
    const on = { skid: one.name, batch: 'B-1', at: w.now() };
    w.room.listener.batchBegan({
      ...on,
      recipe: 'CdSe',
      kind: 'production',
      chemistry: 'selenium',
      purpose: 'production',
    });
    expect(await says(w)).toBe('blocked: B-1 is on it.');
    expect(await w.clean()).toMatchObject({ done: false, reason: expect.stringContaining('B-1') as string });
  });

  it('that fouled or holds acid makes nothing until that is gone; a cleaning may begin on it', async () => {
    const w = world();
    await w.room.start();
    await w.clean();
    const on = { skid: one.name, batch: 'B-1', at: w.now() };
    w.room.listener.foulingFound({ ...on, found: 'Flow resistance 260 % of clean.' });
    w.room.listener.acidIn(on);
    expect(await status(w)).toBe('acid in');
    expect(await says(w, 'fouling')).toBe('blocked: Flow resistance 260 % of clean.');
    expect(await says(w, 'acid')).toMatch(/^blocked: Dilute acid went in with B-1/u);
    expect(await says(w, 'acid', cleaningRecipe)).toBe('not asked');
    expect(await w.clean()).toMatchObject({ done: false });
    expect(await w.clean('acid out')).toEqual({ done: true });
    expect(await w.clean()).toMatchObject({ done: false });
    expect(await status(w)).toBe('fouled');
    expect(await w.clean('not fouled')).toEqual({ done: true });
    expect(await w.clean('not fouled')).toMatchObject({ done: false });
    expect(await says(w, 'fouling')).toMatch(/^ok/u);
    expect(await says(w, 'acid')).toMatch(/^ok/u);
  });

  it('is made better only by the batch that runs on it, not by one told late', async () => {
    const w = world();
    await w.room.start();
    await w.clean();
    w.run('C-1', cleaningRecipe);
    w.run('B-1', recipe(), 'Aborted');
    const late = { skid: one.name, batch: 'C-1', at: w.now() };
    w.room.listener.cleaned(late);
    w.room.listener.acidIn(late);
    w.room.listener.acidOut(late);
    w.room.listener.batchEnded({ ...late, outcome: 'Complete' });
    expect(await says(w)).toMatch(/^blocked/u);
    expect(await status(w)).toBe('acid in');
  });

  it('is as it was after a restart, and what is told twice is recorded once', async () => {
    const w = world();
    await w.room.start();
    await w.clean();
    w.run('B-1', recipe());
    w.run('B-1', recipe());
    await w.room.stop();
    const told = w.stored.filter(({ event }) => event.action === 'batch-began');
    expect(told).toHaveLength(1);
    const again = world(w.stored, w.now());
    await again.room.start();
    expect(await again.room.desk.cleaning()).toEqual(await w.room.desk.cleaning());
  });

  it('is not relied on as clean where an entry of its record cannot be read', async () => {
    const w = world();
    await w.room.start();
    await w.clean();
    w.run('B-1', recipe());
    await w.room.stop();
    const broken = w.stored.map((each) =>
      each.event.action === 'batch-began' ? { ...each, event: { ...each.event, data: { batch: 'B-1' } } } : each,
    );
    const again = world(broken, w.now());
    await again.room.start();
    expect(await status(again)).toBe('to be cleaned');
    expect(again.room.health()).toMatchObject({ state: 'degraded' });
  });
});

describe('cleaning under 3,000 histories', () => {
  it('never lets a product be made on what another chemistry, acid, fouling or a broken batch has left', () => {
    const rules = loadCleaningRules();
    let allowed = 0;
    for (let seed = 1; seed <= 3000; seed++) {
      const any = chance(seed);
      let state: Cleaning = unknownCleaning;
      let now = 1;
      // What is in the skid, told apart from the fold: since the last cleaning.
      let inside = new Set<string>(['unknown']);
      let running: Readonly<{ id: string; kind: string; chemistry: string | null }> | null = null;
      let last = '';
      for (let step = 0; step < 30; step++) {
        now += any(2 * dayMs);
        const chemistry = any(2) === 0 ? ('selenium' as const) : ('sulfur' as const);
        const may = mayMake(state, chemistry, rules, at(now)).ok && state.acid === null && state.fouled === null;
        if (may) {
          allowed++;
          const others = [...inside].filter((each) => each !== chemistry);
          if (others.length > 0 || running !== null) throw new Error(`seed ${seed}: made on ${others.join(', ')}`);
        }
        const roll = any(10);
        let event: CleaningEvent;
        if (roll < 3 && running === null) {
          const kind = any(3) === 0 ? ('cleaning' as const) : ('production' as const);
          if (kind === 'production' && !may) continue;
          last = `B-${step}`;
          running = { id: last, kind, chemistry: kind === 'production' ? chemistry : null };
          event = {
            kind: 'batch began',
            at: at(now),
            batch: last,
            recipe: 'R',
            recipeKind: kind,
            chemistry: running.chemistry as never,
          };
          if (running.chemistry !== null) inside.add(running.chemistry);
        } else if (roll < 6 && running !== null) {
          const outcome = (['Complete', 'Stopped', 'Aborted'] as const)[any(3)] ?? 'Aborted';
          if (running.kind === 'cleaning' && outcome === 'Complete') {
            state = evolveCleaning(state, { kind: 'cleaned', at: at(now), found: '' });
            inside = new Set([...inside].filter((each) => each === 'acid' || each === 'fouling'));
          } else if (outcome !== 'Complete' || running.kind === 'cleaning') inside.add('a broken batch');
          event = { kind: 'batch ended', at: at(now), batch: running.id, outcome };
          running = null;
        } else if (roll === 6) {
          event = { kind: 'fouling found', at: at(now), found: '' };
          inside.add('fouling');
        } else if (roll === 7) {
          event = { kind: 'acid in', at: at(now), found: '' };
          inside.add('acid');
        } else if (roll === 8) {
          event = { kind: any(2) === 0 ? 'fouling flushed' : 'acid out', at: at(now), found: '' };
          inside.delete(event.kind === 'acid out' ? 'acid' : 'fouling');
        } else if (running === null) {
          event = { kind: 'cleaned', at: at(now), found: '' };
          inside = new Set([...inside].filter((each) => each === 'acid' || each === 'fouling'));
        } else continue;
        const next = evolveCleaning(state, event);
        if (JSON.stringify(evolveCleaning(next, event)) !== JSON.stringify(next) && event.kind !== 'cleaned')
          throw new Error(`seed ${seed}: ${event.kind} told twice is not once`);
        state = next;
      }
    }
    expect(allowed).toBeGreaterThan(3000);
  });
});
