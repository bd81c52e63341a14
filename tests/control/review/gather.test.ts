import { beforeAll, describe, expect, it } from 'vitest';
import { outlineOf, withMeasured } from '../../../control/review/gather.ts';
import { readBetween } from '../../../control/review/read-events.ts';
import { isSealed, reviewedBatch, standingOf, viewOf } from '../../../control/review/reviewing.ts';
import { rules } from '../../../control/review/rules/index.ts';
import { runRules } from '../../../control/review/run-rules.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { at, cleanBatch, said, type CleanBatch } from './clean-batch.ts';
import { House } from './house.ts';
import { batch, person } from './told.ts';

let clean: CleanBatch;
beforeAll(async () => {
  clean = await cleanBatch();
}, 60_000);

const houseOf = (): House => new House(clean);

describe('the outline of a batch', () => {
  it('is none where there is no such batch', async () => {
    expect(await outlineOf(houseOf().sources, 'B-9', '')).toBeNull();
  });

  it('spans the first step to the end, of the batch and of each skid', async () => {
    const { span, unitSpans, skids } = await houseOf().outline();
    const first = clean.evidence.events.find(({ event }) => event.action === 'step-started')!;
    const last = clean.evidence.events.findLast(({ event }) => event.action === 'batch-ended')!;
    expect(span).toEqual({ from: first.event.happenedAt ?? first.utc, to: last.event.happenedAt ?? last.utc });
    expect([...unitSpans.keys()]).toEqual(skids);
    expect(unitSpans.get(skids[0]!)!.to).toBeLessThanOrEqual(span.to);
  });

  it('has a skid that joined later', async () => {
    const house = houseOf();
    const own = clean.evidence.events.at(-1)!.utc;
    house.say({ scope: `batch/${batch}`, action: 'unit-joined', object: 'QD-2', data: { joined: 'QD-2' } }, own);
    expect((await house.outline()).skids).toEqual(['QD-1', 'QD-2']);
  });

  it('takes of other scopes what happened meanwhile on its skids, and nothing of others', async () => {
    const house = houseOf()
      .say({ scope: 'skid/QD-1', action: 'interlock-tripped', object: 'row 1' })
      .say({ scope: 'skid/QD-9', action: 'interlock-tripped', object: 'row 1' })
      .say({ scope: 'alarms', action: 'alarm-raised', object: 'a', data: { skid: 'QD-1' } })
      .say({ scope: 'alarms', action: 'alarm-raised', object: 'b', data: { skid: 'QD-9' } })
      .say({ scope: 'service', action: 'service-started', object: 'site' })
      .say({ scope: 'maintenance/QD-1', action: 'locked-out', object: 'PLC-1' })
      .say({ scope: 'access', action: 'logged-in', object: 'olga' })
      .say({ scope: 'access', action: 'person-locked', object: 'olga' })
      .say({ scope: 'access', action: 'records-lost', object: 'access' })
      .say({ scope: 'access', action: 'signature-refused', object: `batch/${batch}` });
    expect(await house.around()).toEqual([
      'skid/QD-1 interlock-tripped',
      'maintenance/QD-1 locked-out',
      'alarms alarm-raised',
      'service clock-synchronised',
      'service service-started',
      'access person-locked',
      'access records-lost',
      'access signature-refused',
    ]);
  });

  it('is not changed by whoever reads it: the rules need not run again, and the record stays as it was read', async () => {
    const before = await houseOf().fingerprint();
    const read = houseOf();
    for (const as of ['review', 'page', 'pdf', 'export'])
      read.say(
        { scope: 'access', action: 'record-read', object: `batch/${batch}`, data: { as } },
        at(clean.evidence, 2),
      );
    expect(await read.fingerprint()).toBe(before);
  });

  it('takes what began before and may still stand, and what was found of its instruments afterwards', async () => {
    const house = houseOf()
      .say({ scope: 'skid/QD-1', action: 'interlock-bypassed', object: 'row 2' }, at(clean.evidence, -1))
      .say({ scope: 'skid/QD-1', action: 'interlock-tripped', object: 'row 2' }, at(clean.evidence, -1))
      .say({ scope: 'skid/QD-1', action: 'interlock-tripped', object: 'row 2' }, at(clean.evidence, 1.05))
      .say({ scope: 'equipment/QD-1', action: 'cleaned', object: 'QD-1' }, at(clean.evidence, 3))
      .say({ scope: 'equipment/QD-1', action: 'calibration-recorded', object: 'X' }, at(clean.evidence, 50));
    expect(await house.around()).toEqual([
      'skid/QD-1 interlock-bypassed',
      'equipment/QD-1 calibration-recorded',
      'service clock-synchronised',
    ]);
  });

  it('takes what was said last of the clock before it began, however long ago and however much came since', async () => {
    const house = houseOf();
    house.scopesOf.delete('service');
    const early = at(clean.evidence, -2000);
    house.say({ scope: 'service', action: 'clock-synchronised', object: 'clock' }, early);
    house.say({ scope: 'service', action: 'clock-unsynchronised', object: 'clock' }, early);
    for (let n = 0; n < 2500; n += 1)
      house.say({ scope: 'service', action: 'service-started', object: 'site' }, at(clean.evidence, -1000));
    expect(await house.around()).toEqual(['service clock-unsynchronised']);
  });
});

describe('whether anything has come since the rules ran', () => {
  it('is seen by another fingerprint: a line of the batch, one beside it, a definition, the rules themselves', async () => {
    const before = await houseOf().fingerprint();
    expect(await houseOf().fingerprint()).toBe(before);
    const line = said(clean.evidence, { action: 'late-entry', object: 'x', new: '1' }).events.at(-1)!;
    const late = houseOf();
    late.scopesOf.get(`batch/${batch}`)!.push(line);
    const beside = houseOf().say({ scope: 'skid/QD-1', action: 'interlock-reset', object: 'row 1' });
    const other = houseOf();
    other.skids = clean.skids.map((one) => ({ ...one, type: { ...one.type, digest: 'f'.repeat(64) } }));
    for (const house of [late, beside, other]) expect(await house.fingerprint()).not.toBe(before);
    expect((await outlineOf(houseOf().sources, batch, 'rules 2'))!.fingerprint).not.toBe(before);
  });

  it('is not seen in what QA says of what the rules found', async () => {
    const before = await houseOf().fingerprint();
    const house = houseOf();
    const when = clean.evidence.events.at(-1)!.utc;
    for (const action of [
      'exception-found',
      'rules-executed',
      'exception-judged',
      'deviation-raised',
      'signed',
      'batch-disposed',
    ])
      house.say({ scope: `batch/${batch}`, action, object: 'E-1', actor: person('rosa') }, when);
    expect(await house.fingerprint()).toBe(before);
  });
});

describe('a review', () => {
  const ports = (house: House, now = at(clean.evidence, 2)) => ({
    ...house.sources,
    build: 'test',
    clock: { ...fixed, utc: () => now },
    records: {
      ...house.sources.records,
      append: () => Promise.reject(new Error('not asked')),
      appendAll: (events: readonly RecordEvent[]) => {
        for (const event of events) house.say(event, now);
        return Promise.resolve([]);
      },
    },
    run: (evidence: Parameters<typeof runRules>[1]) => Promise.resolve(runRules(rules, evidence)),
  });
  const fixed = { timeScale: 1, monotonic: () => 0 as never, process: () => 0 as never };

  it('runs the rules once, and again only where something has come', async () => {
    const house = houseOf();
    const first = (await reviewedBatch(ports(house), batch))!;
    expect(first.standing.rulesAreCurrent).toBe(true);
    expect(viewOf(first)).toMatchObject({ exceptions: [], opposesReview: [], ranAt: at(clean.evidence, 2) });
    const { courses } = house;
    const lines = house.scopesOf.get(`batch/${batch}`)!.length;
    await reviewedBatch(ports(house), batch);
    expect([house.courses, house.scopesOf.get(`batch/${batch}`)!.length]).toEqual([courses, lines]);
    house.say({ scope: 'skid/QD-1', action: 'interlock-tripped', object: 'row 1', reason: 'too warm' });
    const again = (await reviewedBatch(ports(house), batch))!;
    expect(viewOf(again).exceptions.map(({ rule, title }) => [rule, title])).toEqual([
      ['interlock-trips', 'row 1 tripped'],
    ]);
    expect(again.standing.rulesAreCurrent).toBe(true);
  });

  it('waits for what was measured to be sealed, and for a while only', async () => {
    const outline = await houseOf().outline();
    const { to } = outline.span;
    expect(isSealed(outline, to)).toBe(true);
    const open = { ...outline, segments: outline.segments.slice(0, -1) };
    expect(isSealed(open, utcMs(to + 1000))).toBe(false);
    expect(isSealed(open, utcMs(to + 46_000))).toBe(true);
  });

  it('runs no rules while the batch runs', async () => {
    const house = houseOf();
    const own = house.scopesOf.get(`batch/${batch}`)!;
    house.scopesOf.set(`batch/${batch}`, own.filter(({ event }) => event.action !== 'batch-ended')); // prettier-ignore
    const found = (await reviewedBatch(ports(house), batch))!;
    expect(house.courses).toBe(0);
    expect(viewOf(found)).toMatchObject({ ranAt: null, opposesReview: ['The batch runs.'] });
  });

  it('says of telemetry that cannot be read why, and the rules find it', async () => {
    const house = houseOf();
    const sources = { ...house.sources, sealed: { ...house.sources.sealed, course: () => Promise.reject(new Error('segment 2 is damaged')) } }; // prettier-ignore
    const evidence = await withMeasured(sources, await house.outline());
    expect(evidence.units[0]).toMatchObject({ unreadable: 'segment 2 is damaged' });
    expect(standingOf(await house.outline()).book.run).toBeNull();
  });
});

describe('lines between two times', () => {
  it('are found without reading what lies before, with some on both sides', async () => {
    const house = houseOf();
    const minute = 60_000;
    for (let n = 0; n < 3000; n += 1) house.say({ scope: 'alarms', action: 'alarm-raised', object: String(n) }, utcMs(n * minute)); // prettier-ignore
    const read: number[] = [];
    const { records } = house.sources;
    const counted: typeof records = {
      ...records,
      read: async (scope, from, limit) => {
        const some = await records.read(scope, from, limit);
        read.push(some.length);
        return some;
      },
    };
    const found = await readBetween(counted, 'alarms', utcMs(1000 * minute), utcMs(1100 * minute));
    expect(found.map(({ seq }) => seq - 1)).toEqual(Array.from({ length: 121 }, (_, n) => 990 + n));
    expect(read.reduce((sum, each) => sum + each, 0)).toBeLessThan(1100);
  });
});
