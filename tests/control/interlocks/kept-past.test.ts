import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { kpisAt, noKpis, noteKpi, type KpiWindow } from '../../../control/interlocks/kpis.ts';
import { Past } from '../../../control/interlocks/past.ts';
import { overdueAlarm, proofDates, proofTestData, type ProofTest } from '../../../control/interlocks/proof-schedule.ts';
import { keptResponses, responseData } from '../../../control/interlocks/responses-kept.ts';
import { isoUtc, milliseconds, utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { InterlockResponse } from '../../../plant/ports/interlock-work.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';
import { skidName } from '../../../plant/sample.ts';
import { quiet } from '../../alarms/support/ledger.ts';
import { cdse } from './support/plant.ts';

const start = utcMs(1_790_000_000_000);
const day = 86_400_000;
const hour = 3_600_000;
const after = (ms: number): UtcMs => utcMs(start + ms);
const skid = skidName('QD-1');

const event = (action: string, at: UtcMs, data: RecordEvent['data'] = {}): RecordEvent => ({
  scope: 'skid/QD-1',
  actor: { kind: 'service', part: 'interlocks' },
  action,
  object: 'interlock 9',
  data,
  happenedAt: at,
});
const bypassed = (at: UtcMs, ms: number, row = '9'): RecordEvent =>
  event('interlock-bypassed', at, { row, until: isoUtc(utcMs(at + ms)) });
const told = (...events: RecordEvent[]): KpiWindow =>
  events.reduce((window, one) => noteKpi(window, one, one.happenedAt ?? start), noKpis);

const response = (row: number): InterlockResponse => ({
  row,
  title: 'Pressure high-high',
  demand: 'S',
  sourceAt: after(0),
  votedAt: after(80),
  trippedAt: after(580),
  commandedAt: after(600),
  confirmedAt: null,
  responseMs: 120.5,
  budgetMs: 500,
  within: true,
  test: false,
});
const test = (row: number, channel: number, at: UtcMs, passed = true): ProofTest => ({
  row,
  channel,
  tester: 'Max',
  witness: 'Eva',
  stimulus: 'stepped from 160 to 196 °C',
  asFound: 'clean',
  asLeft: 'clean',
  tripValue: 195.5,
  unit: '°C',
  responseMs: 180,
  passed,
  at,
});

class Ledger {
  readonly stored: StoredEvent[] = [];
  fails = 0;
  add(...events: RecordEvent[]): void {
    for (const one of events) {
      this.stored.push({ scope: one.scope, seq: this.stored.length + 1, hash: '', utc: after(0), event: one });
    }
  }
  append = (): never => {
    throw new Error('not asked for here');
  };
  read = (_: string, from: number, limit: number): Promise<readonly StoredEvent[]> =>
    this.fails-- > 0
      ? Promise.reject(new Error('the disk is gone'))
      : Promise.resolve(this.stored.filter(({ seq }) => seq >= from).slice(0, limit));
  scopes = () => Promise.resolve([{ scope: 'skid/QD-1', count: this.stored.length, head: '' }]);
}

afterEach(() => vi.useRealTimers());

describe('the figures of 30 days', () => {
  it('count bypasses begun, with the hours they lasted', () => {
    const window = told(bypassed(after(0), 4 * hour), bypassed(after(5 * hour), 2 * hour, '12'));
    expect(kpisAt(window, after(10 * hour))).toEqual({ bypasses30d: 2, bypassHours30d: 6, trips30d: 0 });
  });

  it('count the hours of a bypass up to now, up to its end, or up to the restart that ended it', () => {
    const one = bypassed(after(0), 4 * hour);
    expect(kpisAt(told(one), after(hour)).bypassHours30d).toBe(1);
    expect(
      kpisAt(told(one, event('interlock-bypass-ended', after(hour), { row: '9' })), after(day)).bypassHours30d,
    ).toBe(1);
    expect(
      kpisAt(told(one, event('interlock-bypass-ended', after(hour), { row: '12' })), after(day)).bypassHours30d,
    ).toBe(4);
    expect(kpisAt(told(one, event('interlock-booted', after(2 * hour))), after(day)).bypassHours30d).toBe(2);
  });

  it('let go of what is older, and of the hours before the window', () => {
    const window = told(bypassed(after(0), 4 * hour), event('interlock-tripped', after(0), { row: '9' }));
    expect(kpisAt(window, after(30 * day + hour))).toEqual({ bypasses30d: 0, bypassHours30d: 3, trips30d: 0 });
    expect(
      noteKpi(window, event('interlock-tripped', after(31 * day), { row: '9' }), after(31 * day)).trips,
    ).toHaveLength(1);
  });

  it('count the trips of rows, and neither boot nor the trip of a row that is being proven', () => {
    const trip = (row: string | null) => event('interlock-tripped', after(0), { row });
    const begun = event('interlock-proof-test-begun', after(0), { row: '9' });
    const window = told(
      trip('9'),
      trip(null),
      begun,
      trip('9'),
      trip('12'),
      event('interlock-proof-tested', after(0)),
      trip('9'),
    );
    expect(kpisAt(window, after(0)).trips30d).toBe(3);
  });

  it('never have more hours than bypasses of full length, nor fewer than none', () => {
    const some = fc.record({ from: fc.integer({ min: 0, max: 40 * day }), ms: fc.integer({ min: 1, max: 8 * hour }) });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 12 }), fc.integer({ min: 0, max: 60 * day }), (list, now) => {
        const inOrder = list.toSorted((one, other) => one.from - other.from);
        const { bypassHours30d } = kpisAt(
          told(...inOrder.map(({ from, ms }) => bypassed(after(from), ms))),
          after(now),
        );
        expect(bypassHours30d).toBeGreaterThanOrEqual(0);
        expect(bypassHours30d).toBeLessThanOrEqual(list.reduce((sum, { ms }) => sum + ms, 0) / hour + 0.01);
      }),
    );
  });
});

describe('the dates of proof tests', () => {
  const row12 = { ...cdse.interlocks.find(({ row }) => row === 12)!, proofTest: { every: milliseconds(365 * day) } };
  const channels = row12.channels.map((_, i) => i);
  const all = (at: UtcMs): ProofTest[] => channels.map((channel) => test(12, channel, at));

  it('are none for a row of which the file asks no proof', () => {
    expect(proofDates({ ...row12, proofTest: null }, all(start), start)).toBeNull();
  });

  it('are overdue while one of its channels was never proven', () => {
    expect(proofDates(row12, [], start)).toEqual({ lastAt: null, dueAt: null, overdue: true });
    expect(proofDates(row12, all(start).slice(1), start)).toMatchObject({ dueAt: null, overdue: true });
  });

  it('go by the oldest of the newest proofs of its channels', () => {
    const tests = [...all(start), test(12, 0, after(day)), test(9, 1, after(2 * day))];
    expect(proofDates(row12, tests, after(day))).toEqual({
      lastAt: after(day),
      dueAt: after(365 * day),
      overdue: false,
    });
    expect(proofDates(row12, tests, after(365 * day - 1))?.overdue).toBe(false);
    expect(proofDates(row12, tests, after(365 * day))?.overdue).toBe(true);
  });

  it('make a row due at once whose last proof failed, until it passes', () => {
    const failed = [...all(start), test(12, 0, after(day), false)];
    expect(proofDates(row12, failed, after(2 * day))).toMatchObject({ dueAt: after(day), overdue: true });
    expect(proofDates(row12, [...failed, test(12, 0, after(3 * day))], after(3 * day))?.overdue).toBe(false);
  });

  it('make one alarm of a skid, which names the rows and since when', () => {
    const dates = (dueAt: UtcMs | null, overdue = true) => ({ lastAt: dueAt, dueAt, overdue });
    expect(overdueAlarm(skid, [{ definition: row12, dates: dates(start, false) }])).toBeNull();
    const alarm = overdueAlarm(skid, [
      { definition: row12, dates: dates(start) },
      { definition: { ...row12, row: 9, title: 'Pressure' }, dates: dates(null) },
    ]);
    expect(alarm).toMatchObject({ id: 'proof-tests', skid, title: 'Proof tests overdue: rows 12, 9' });
    expect(alarm?.cause).toContain('(since 2026-09-21); 9 Pressure (never proven).');
  });
});

describe('what the record tells of a skid', () => {
  const past = async (ledger: Ledger): Promise<Past> => {
    const one = new Past(skid, ledger, quiet);
    await one.start();
    await vi.waitFor(() => expect(one.whole).toBe(true));
    return one;
  };

  it('gives back responses and proof tests as they were put in', async () => {
    const ledger = new Ledger();
    ledger.add(event('interlock-response', start, responseData(response(9))));
    ledger.add(event('interlock-proof-tested', after(5), proofTestData(test(12, 1, after(5)))));
    const { known } = await past(ledger);
    expect(known.responses).toEqual([response(9)]);
    expect(known.proofTests).toEqual([test(12, 1, after(5))]);
  });

  it('keeps the last 500 responses over many pages of the record', async () => {
    const ledger = new Ledger();
    for (let i = 1; i <= 1200; i++) ledger.add(event('interlock-response', start, responseData(response(i))));
    const { known } = await past(ledger);
    expect(known.responses).toHaveLength(keptResponses);
    expect([known.responses[0]?.row, known.responses.at(-1)?.row]).toEqual([701, 1200]);
  });

  it('leaves out an event that does not say what it should', async () => {
    const ledger = new Ledger();
    ledger.add(event('interlock-response', start, { ...responseData(response(9)), source: 'yesterday' }));
    ledger.add(event('interlock-response', start, { ...responseData(response(9)), row: 'nine' }));
    ledger.add(event('interlock-proof-tested', start, { row: '9' }));
    const { known } = await past(ledger);
    expect([known.responses, known.proofTests]).toEqual([[], []]);
  });

  it('goes on with what comes while it is read, each once', async () => {
    const ledger = new Ledger();
    ledger.add(event('interlock-response', start, responseData(response(1))));
    const one = new Past(skid, ledger, quiet);
    let whole = 0;
    one.onWhole(() => {
      whole++;
    });
    await one.start();
    const live = event('interlock-response', after(9), responseData(response(2)));
    one.tell(live, after(9));
    ledger.add(live);
    await vi.waitFor(() => expect(one.whole).toBe(true));
    expect(one.known.responses.map(({ row }) => row)).toEqual([1, 2]);
    expect(whole).toBe(1);
  });

  it('is read again where it could not be, and nothing that was told meanwhile counts twice', async () => {
    vi.useFakeTimers();
    const ledger = new Ledger();
    ledger.add(event('interlock-response', start, responseData(response(1))));
    ledger.fails = 1;
    const one = new Past(skid, ledger, quiet);
    await one.start();
    await vi.advanceTimersByTimeAsync(0);
    const live = event('interlock-response', after(9), responseData(response(2)));
    one.tell(live, after(9));
    ledger.add(live);
    expect(one.whole).toBe(false);
    await vi.advanceTimersByTimeAsync(5000);
    expect(one.whole).toBe(true);
    expect(one.known.responses.map(({ row }) => row)).toEqual([1, 2]);
  });

  it('remembers which overdue proofs were told, until the row is proven', async () => {
    const ledger = new Ledger();
    ledger.add(
      event('interlock-proof-overdue', start, { row: '9' }),
      event('interlock-proof-overdue', start, { row: '12' }),
    );
    ledger.add(event('interlock-proof-tested', after(5), proofTestData(test(12, 1, after(5)))));
    expect([...(await past(ledger)).known.overdueTold]).toEqual([9]);
  });

  it('stops in the middle of its reading', async () => {
    const ledger = new Ledger();
    for (let i = 1; i <= 2000; i++) ledger.add(event('interlock-response', start, responseData(response(i))));
    const one = new Past(skid, ledger, quiet);
    await one.start();
    await one.stop();
    expect(one.whole).toBe(false);
  });
});
