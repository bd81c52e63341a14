import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { recordSections } from '../../../control/batch/record-sections.ts';
import { createReview, type Review } from '../../../control/review/index.ts';
import type { BatchView } from '../../../plant/batch-view.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { silentLog } from '../records/support.ts';
import { at, cleanBatch, type CleanBatch } from './clean-batch.ts';
import { House } from './house.ts';
import { batch } from './told.ts';

let clean: CleanBatch;
beforeAll(async () => {
  clean = await cleanBatch();
}, 60_000);

let room: Review | null = null;
afterEach(() => room?.stop());

/** The room over the clean batch, its threads and all, with a clock that is later than its end. */
async function opened(house = new House(clean), fails: string | null = null) {
  const state = { fails };
  const now = at(clean.evidence, 2);
  const { records } = house.sources;
  room = createReview({
    ...house.sources,
    site: 'House',
    build: 'test',
    log: silentLog,
    clock: { timeScale: 1, utc: () => now, monotonic: () => 0 as never, process: () => 0 as never },
    records: {
      ...records,
      read: (...asked) => (state.fails === null ? records.read(...asked) : Promise.reject(new Error(state.fails))),
      append: () => Promise.reject(new Error('not asked')),
      appendAll: (events: readonly RecordEvent[]) => {
        for (const event of events) house.say(event, now);
        return Promise.resolve([]);
      },
    },
    exports: { verified: () => Promise.resolve({ holds: true, at: now, said: ['It holds.'] }) } as never,
    batches: { sections: () => Promise.resolve(recordSections(house.scopesOf.get(`batch/${batch}`)!)) },
    desk: { sign: () => Promise.reject(new Error('not asked')) },
    authority: { decide: () => ({ allowed: true }) },
    people: () => Promise.resolve([]),
  });
  await room.start();
  return { room, house, state };
}
const ended = { id: batch, endedAt: 1 } as unknown as BatchView;
const linesOf = (house: House, action: string) =>
  house.scopesOf.get(`batch/${batch}`)!.filter(({ event }) => event.action === action);

describe('the room of reviews', () => {
  it('runs the rules by itself when a batch has ended, once, and has nobody to ask for it', async () => {
    const { room: own, house } = await opened();
    own.changed(ended);
    own.changed(ended);
    expect(own.health().figures).toEqual({ waiting: 1 });
    await vi.waitFor(() => expect(own.health().figures).toEqual({ waiting: 0 }), { timeout: 15_000, interval: 50 });
    expect(linesOf(house, 'rules-executed')).toHaveLength(1);
    expect((await own.desk.review(batch))!.rules.every(({ found }) => found === 0)).toBe(true);
    expect(linesOf(house, 'rules-executed')).toHaveLength(1);
  }, 30_000);

  it('looks again at a batch that it is told of, without anybody opening it', async () => {
    const { room: own, house } = await opened();
    await own.desk.review(batch);
    house.say({ scope: 'equipment/QD-1', action: 'calibration-recorded', object: 'R201/TT-201A', data: { asFoundWithin: false, batches: [batch] } }, at(clean.evidence, 2)); // prettier-ignore
    own.lookAgain([batch, 'B-9']);
    await vi.waitFor(() => expect(own.health().figures).toEqual({ waiting: 0 }), { timeout: 15_000, interval: 50 });
    expect(linesOf(house, 'exception-found').map(({ event }) => event.data?.['rule'])).toEqual(['calibration']);
  }, 30_000);

  it('says that a batch could not be reviewed, and does it when it can', async () => {
    const { room: own, house, state } = await opened(new House(clean), 'the ledger does not answer');
    own.changed(ended);
    const degraded = () => expect(own.health()).toMatchObject({ state: 'degraded', detail: expect.stringContaining('does not answer') as string }); // prettier-ignore
    await vi.waitFor(degraded, { timeout: 15_000, interval: 50 });
    state.fails = null;
    await vi.waitFor(() => expect(own.health()).toMatchObject({ state: 'ready', figures: { waiting: 0 } }), { timeout: 15_000, interval: 50 }); // prettier-ignore
    expect(linesOf(house, 'rules-executed')).toHaveLength(1);
  }, 40_000);

  it('makes the document and its PDF of a batch, and of none that is not there', async () => {
    const { room: own } = await opened();
    const document = (await own.desk.document(batch))!;
    expect(document.sections).toHaveLength(18);
    const { bytes, fileName } = await own.desk.pdf(batch);
    expect([fileName, Buffer.from(bytes.subarray(0, 5)).toString()]).toEqual([`${batch}.record.pdf`, '%PDF-']);
    expect(await own.desk.document('B-9')).toBeNull();
    await expect(own.desk.pdf('B-9')).rejects.toMatchObject({ code: 'record-not-made' });
  }, 30_000);

  it('finds in its own thread what a rule finds beside it', async () => {
    const house = new House(clean).say({
      scope: 'skid/QD-1',
      action: 'interlock-tripped',
      object: 'row 1',
      reason: 'warm',
    });
    const { room: own } = await opened(house);
    const { exceptions } = (await own.desk.review(batch))!;
    expect(exceptions.map(({ id, rule, title }) => [id, rule, title])).toEqual([
      ['E-1', 'interlock-trips', 'row 1 tripped'],
    ]);
    expect((await own.desk.trace(batch, 'E-1'))!.pens.length).toBeGreaterThan(0);
  }, 30_000);
});
