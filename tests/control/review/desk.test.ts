import { beforeAll, describe, expect, it } from 'vitest';
import { Reviews, type DeskPorts } from '../../../control/review/desk.ts';
import type { ReviewCommand } from '../../../control/review/commands.ts';
import { rules } from '../../../control/review/rules/index.ts';
import { runRules } from '../../../control/review/run-rules.ts';
import type { Person, Role } from '../../../plant/people.ts';
import type { SignRequest } from '../../../plant/ports/record-desk.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { silentLog } from '../records/support.ts';
import { at, cleanBatch, type CleanBatch } from './clean-batch.ts';
import { House } from './house.ts';
import { batch, person } from './told.ts';

let clean: CleanBatch;
beforeAll(async () => {
  clean = await cleanBatch();
}, 60_000);

const someone = (id: string, ...roles: Role[]): Person => ({
  id,
  userName: id,
  printedName: id.toUpperCase(),
  roles,
  mustChangePassword: false,
});
const people = [someone('rosa', 'QA reviewer'), someone('ana', 'QA releaser'), someone('olga', 'operator')];

/** A desk over the clean batch, whose ledger signs for whoever may, as the real one does. */
function opened() {
  const house = new House(clean);
  const now = at(clean.evidence, 2);
  const state = { whole: true, refuses: null as string | null };
  const signed: SignRequest[] = [];
  const ports: DeskPorts = {
    ...house.sources,
    build: 'test',
    log: silentLog,
    clock: { timeScale: 1, utc: () => now, monotonic: () => 0 as never, process: () => 0 as never },
    records: {
      ...house.sources.records,
      append: (event: RecordEvent) => {
        house.say(event, now);
        return Promise.resolve({} as never);
      },
      appendAll: (events: readonly RecordEvent[]) => {
        for (const event of events) house.say(event, now);
        return Promise.resolve([]);
      },
    },
    sealed: { ...house.sources.sealed, file: () => Promise.resolve(new Uint8Array()) },
    exports: {
      verified: () =>
        Promise.resolve({ holds: state.whole, said: [state.whole ? 'It holds.' : 'Event 7 was changed.'] }),
    } as never,
    run: (evidence) => Promise.resolve(runRules(rules, evidence)),
    authority: {
      decide: (actor) =>
        actor.kind === 'person' && actor.id === 'olga' ? { allowed: false, reason: 'It takes QA.' } : { allowed: true },
    },
    people: () => Promise.resolve(people),
    desk: {
      sign: (request) => {
        if (state.refuses !== null) return Promise.reject(new Error(state.refuses));
        if (request.readHash !== house.scopesOf.get(request.scope)!.at(-1)!.hash)
          return Promise.reject(new Error('The record has changed since it was read.'));
        signed.push(request);
        const { userName: id, meaning, subject, acts = [] } = request;
        for (const act of acts) house.say({ ...act, scope: request.scope, actor: person(id) }, now);
        const last = house.scopesOf.get(request.scope)!.at(-1)!;
        const data = { signer: id, printedName: id.toUpperCase(), signedSeq: String(last.seq), signedHash: last.hash, meaning, subject }; // prettier-ignore
        house.say({ scope: request.scope, action: 'signed', object: subject, actor: person(id), data }, now);
        return Promise.resolve({} as never);
      },
    },
  };
  const reviews = new Reviews(ports);
  let commands = 0;
  const act = async (who: string, command: ReviewCommand, commandId = `command-${(commands += 1)}`) => {
    const readHash = (await reviews.reviewed(batch))!.outline.events.at(-1)!.hash;
    const signer = { userName: who, password: 'x', terminal: 't' };
    return reviews.act({ batch, commandId, readHash, actor: person(who), signer }, command);
  };
  return { house, state, signed, reviews, act };
}

const late: ReviewCommand = { kind: 'enter late', what: 'colour', value: 'orange', unit: null, happenedAt: 0 as never, reason: 'on paper' }; // prettier-ignore
const release: ReviewCommand = { kind: 'dispose', decision: 'released', reason: 'it is whole' };
const review: ReviewCommand = { kind: 'sign reviewed' };

describe('the desk of reviews', () => {
  it('has a clean batch reviewed by one of QA and released by another, over a chain that was verified', async () => {
    const { act, signed } = opened();
    expect(await act('rosa', review)).toMatchObject({ done: true, review: { reviewed: { by: 'ROSA' } } });
    expect(await act('ana', release)).toMatchObject({ done: true, review: { disposition: { decision: 'released' } } });
    expect(signed.map(({ role, meaning, subject }) => [role, meaning, subject])).toEqual([
      ['QA reviewer', 'reviewed', `record of batch ${batch}`],
      ['QA releaser', 'released', `disposition of batch ${batch}`],
    ]);
    expect(signed[1]!.acts![0]!.data!['verified']).toEqual(expect.arrayContaining(['It holds.']));
    expect(signed[1]!.notPersons).toContain('rosa');
  });

  it('lets nobody who started, answered or drove the batch review it', async () => {
    const { act, signed } = opened();
    await act('rosa', review);
    const operator = clean.evidence.events.find(({ event }) => event.action === 'batch-prepared')!.event.actor;
    expect(operator.kind === 'person' && signed[0]!.notPersons.includes(operator.id)).toBe(true);
  });

  it('counts who bypassed an interlock or wrote a set point meanwhile, and not who held the batch', async () => {
    const { act, house, signed } = opened();
    house.say({ scope: 'skid/QD-1', action: 'interlock-bypassed', object: 'row 1', actor: person('ben') });
    house.say({
      scope: 'skid/QD-1',
      action: 'command-intended',
      object: 'SP',
      actor: person('wim'),
      data: { kind: 'write' },
    });
    house.say({ scope: 'skid/QD-1', action: 'interlock-bypassed', object: 'row 1', actor: person('old') }, at(clean.evidence, -1)); // prettier-ignore
    house.say({ scope: `batch/${batch}`, action: 'batch-commanded', object: 'Hold', actor: person('hugo') }, clean.evidence.span.to); // prettier-ignore
    await act('rosa', { ...late, happenedAt: clean.evidence.span.from });
    // Whoever was there may say what happened.
    expect(signed[0]!.notPersons).toEqual([]);
    const raise = { kind: 'raise deviation', title: 't', classification: 'minor', description: 'd' } as const;
    await act('rosa', { ...raise, exceptions: ['E-1'] });
    expect(signed[1]!.notPersons).toEqual(expect.arrayContaining(['ben', 'wim']));
    expect(signed[1]!.notPersons).not.toContain('old');
    expect(signed[1]!.notPersons).not.toContain('hugo');
  });

  it('decides nothing about product by a record that is not whole', async () => {
    const { act, state, signed } = opened();
    await act('rosa', review);
    state.whole = false;
    expect(await act('ana', release)).toMatchObject({
      done: false,
      reason: expect.stringContaining('The record is not whole. Event 7 was changed.') as string,
    });
    expect(signed).toHaveLength(1);
  });

  it('does a command once under its id, and another under the same id not at all', async () => {
    const { act, signed } = opened();
    const entry = { ...late, happenedAt: clean.evidence.span.from };
    expect(await act('rosa', entry, 'command-x')).toMatchObject({ done: true });
    expect(await act('rosa', entry, 'command-x')).toMatchObject({ done: true });
    expect(signed).toHaveLength(1);
    expect(await act('rosa', { ...entry, value: 'red' }, 'command-x')).toMatchObject({
      done: false,
      reason: 'This command was used for something else.',
    });
  });

  it('marks a batch that was decided about and of which a failed calibration speaks since, until it is decided anew', async () => {
    const { house, reviews, act } = opened();
    await act('rosa', { kind: 'sign reviewed' });
    await act('ana', { kind: 'dispose', decision: 'released', reason: 'it is whole' });
    await reviews.reviewed(batch);
    expect(await reviews.reReviews()).toEqual([]);
    const failed = { asFoundWithin: false, batches: [batch] };
    house.say({ scope: 'equipment/QD-1', action: 'calibration-recorded', object: 'R201/TT-201A', data: failed }, at(clean.evidence, 2)); // prettier-ignore
    const { book } = (await reviews.reviewed(batch))!;
    expect([...book.exceptions.values()].map(({ rule, judged }) => [rule, judged])).toEqual([['calibration', null]]);
    expect(book.disposition).toMatchObject({ decision: 'released', superseded: expect.stringContaining('exception-found') as string }); // prettier-ignore
    const mark = { batch, decision: 'released', reason: 'R201/TT-201A was found out of tolerance' };
    expect(await reviews.reReviews()).toMatchObject([mark]);
    await reviews.reviewed(batch);
    await reviews.settleReReviews();
    expect(await reviews.reReviews()).toMatchObject([mark]);
    await act('rosa', { kind: 'raise deviation', exceptions: ['E-1'], title: 'TT-201A', classification: 'major', description: 'it read high' }); // prettier-ignore
    await act('rosa', { kind: 'investigate', deviation: 'D-1', cause: 'drift', impact: 'none' });
    await act('ana', { kind: 'decide', deviation: 'D-1', decision: 'product not affected', reason: 'the other held', action: 'changed' }); // prettier-ignore
    await act('rosa', { kind: 'sign reviewed' });
    expect(await act('ana', { kind: 'dispose', decision: 'released', reason: 'not affected' })).toMatchObject({ done: true }); // prettier-ignore
    expect(await reviews.reReviews()).toEqual([]);
  });

  it('opens an exception in a batch that was not decided about, and marks nothing', async () => {
    const { house, reviews } = opened();
    const failed = { asFoundWithin: false, batches: [batch] };
    house.say({ scope: 'equipment/QD-1', action: 'calibration-recorded', object: 'R201/TT-201A', data: failed }, at(clean.evidence, 2)); // prettier-ignore
    const { book } = (await reviews.reviewed(batch))!;
    expect([...book.exceptions.values()].map(({ rule }) => rule)).toEqual(['calibration']);
    expect(await reviews.reReviews()).toEqual([]);
  });

  it('takes a mark away after a start, where the decision was signed and the service ended before it could', async () => {
    const { house, reviews, act } = opened();
    await act('rosa', { kind: 'sign reviewed' });
    await act('ana', { kind: 'dispose', decision: 'released', reason: 'it is whole' });
    house.say({ scope: 'reviews', action: 're-review-needed', object: batch, old: 'quarantined', reason: 'drift' });
    expect(await reviews.reReviews()).toHaveLength(1);
    await reviews.settleReReviews();
    expect(await reviews.reReviews()).toEqual([]);
  });

  it('refuses whoever may not, a batch that is not there, and says why a signature was refused', async () => {
    const { act, state, signed, reviews } = opened();
    expect(await act('olga', review)).toMatchObject({ done: false, reason: 'It takes QA.' });
    const signer = { userName: 'rosa', password: 'x', terminal: 't' };
    const elsewhere = { batch: 'B-9', commandId: 'command-9', readHash: '', actor: person('rosa'), signer };
    expect(await reviews.act(elsewhere, review)).toMatchObject({ done: false, reason: 'There is no batch B-9.' });
    state.refuses = 'The record has changed.';
    expect(await act('rosa', review)).toMatchObject({ done: false, reason: 'The record has changed.' });
    expect(signed).toEqual([]);
  });

  it('lets one of two at once through, and tells the other what stands in its way now', async () => {
    const { act } = opened();
    await act('rosa', review);
    const both = await Promise.all([act('ana', release), act('ana', { ...release, decision: 'rejected' })]);
    expect(both.map(({ done }) => done).sort()).toEqual([false, true]);
    expect(JSON.stringify(both)).toContain('changed since it was read');
  });

  it('draws beside an exception what it is about, and heat, pressure and outlet where it is about no tag', async () => {
    const { house, reviews } = opened();
    house.say({ scope: 'skid/QD-1', action: 'interlock-tripped', object: 'row 1' });
    const trace = (await reviews.trace(batch, 'E-1'))!;
    expect(trace.from).toBeLessThan(at(clean.evidence, 0.5));
    expect(trace.to).toBeGreaterThan(at(clean.evidence, 0.5));
    expect(trace.pens.length).toBeGreaterThan(2);
    expect(await reviews.trace(batch, 'E-9')).toBeNull();
  });
});
