import { beforeAll, describe, expect, it } from 'vitest';
import { outlineOf, withMeasured, type Outline, type Sources } from '../../../control/review/gather.ts';
import { readBetween } from '../../../control/review/read-events.ts';
import { isSealed, reviewedBatch, standingOf, viewOf } from '../../../control/review/reviewing.ts';
import { rules } from '../../../control/review/rules/index.ts';
import { runRules } from '../../../control/review/run-rules.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { at, cleanBatch, said, type CleanBatch } from './clean-batch.ts';
import { batch, person } from './told.ts';

let clean: CleanBatch;
beforeAll(async () => {
  clean = await cleanBatch();
}, 60_000);

/** The clean batch's record with lines of other scopes, in a ledger of memory that takes what a review writes. */
class House {
  readonly scopesOf = new Map<string, StoredEvent[]>();
  skids: readonly Skid[] = clean.skids;
  lots: readonly object[] = [];
  courses = 0;

  constructor() {
    this.scopesOf.set(`batch/${batch}`, [...clean.evidence.events]);
  }

  say(event: Omit<RecordEvent, 'actor'> & Partial<Pick<RecordEvent, 'actor'>>, when = at(clean.evidence, 0.5)): this {
    const of = this.scopesOf.get(event.scope) ?? [];
    const seq = of.length + 1;
    const actor = { kind: 'service', part: 'test' } as const;
    const hash = `${event.scope} ${seq}`;
    this.scopesOf.set(event.scope, [
      ...of,
      { scope: event.scope, seq, hash, utc: utcMs(when), event: { actor, ...event } },
    ]);
    return this;
  }

  get sources(): Sources {
    return {
      skids: this.skids,
      records: {
        read: (scope, from, limit) =>
          Promise.resolve((this.scopesOf.get(scope) ?? []).slice(from - 1, from - 1 + limit)),
        scopes: (prefix) =>
          Promise.resolve(
            [...this.scopesOf]
              .filter(([scope]) => scope.startsWith(prefix))
              .map(([scope, of]) => ({ scope, count: of.length, head: of.at(-1)?.hash ?? '' })),
          ),
      },
      sealed: {
        segments: () => Promise.resolve(clean.outline.segments),
        file: () => Promise.reject(new Error('not asked')),
        course: (_, skid, tags) => {
          this.courses += 1;
          const unit = clean.evidence.units.find((one) => one.skid === skid);
          return Promise.resolve(tags.flatMap((tag) => unit?.courses.get(tag) ?? []));
        },
      },
      materials: { kits: () => Promise.resolve([]), lots: () => Promise.resolve(this.lots as never) },
      labels: { labels: () => Promise.resolve([]), counts: () => Promise.resolve([]) },
      exchange: null,
    };
  }

  outline = async (): Promise<Outline> => (await outlineOf(this.sources, batch, 'rules 1'))!;
  fingerprint = async (): Promise<string> => (await this.outline()).fingerprint;
  around = async (): Promise<string[]> =>
    (await this.outline()).around.map(({ scope, event }) => `${scope} ${event.action}`);
}

describe('the outline of a batch', () => {
  it('is none where there is no such batch', async () => {
    expect(await outlineOf(new House().sources, 'B-9', '')).toBeNull();
  });

  it('spans the first step to the end, of the batch and of each skid', async () => {
    const { span, unitSpans, skids } = await new House().outline();
    const first = clean.evidence.events.find(({ event }) => event.action === 'step-started')!;
    const last = clean.evidence.events.findLast(({ event }) => event.action === 'batch-ended')!;
    expect(span).toEqual({ from: first.event.happenedAt ?? first.utc, to: last.event.happenedAt ?? last.utc });
    expect([...unitSpans.keys()]).toEqual(skids);
    expect(unitSpans.get(skids[0]!)!.to).toBeLessThanOrEqual(span.to);
  });

  it('has a skid that joined later', async () => {
    const house = new House();
    const own = clean.evidence.events.at(-1)!.utc;
    house.say({ scope: `batch/${batch}`, action: 'unit-joined', object: 'QD-2', data: { joined: 'QD-2' } }, own);
    expect((await house.outline()).skids).toEqual(['QD-1', 'QD-2']);
  });

  it('takes of other scopes what happened meanwhile on its skids, and nothing of others', async () => {
    const house = new House()
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
      'service service-started',
      'access person-locked',
      'access records-lost',
      'access signature-refused',
    ]);
  });

  it('takes what began before and may still stand, and what was found of its instruments afterwards', async () => {
    const house = new House()
      .say({ scope: 'skid/QD-1', action: 'interlock-bypassed', object: 'row 2' }, at(clean.evidence, -1))
      .say({ scope: 'skid/QD-1', action: 'interlock-tripped', object: 'row 2' }, at(clean.evidence, -1))
      .say({ scope: 'skid/QD-1', action: 'interlock-tripped', object: 'row 2' }, at(clean.evidence, 1.05))
      .say({ scope: 'equipment/QD-1', action: 'cleaned', object: 'QD-1' }, at(clean.evidence, 3))
      .say({ scope: 'equipment/QD-1', action: 'calibration-recorded', object: 'X' }, at(clean.evidence, 50));
    expect(await house.around()).toEqual(['skid/QD-1 interlock-bypassed', 'equipment/QD-1 calibration-recorded']);
  });
});

describe('whether anything has come since the rules ran', () => {
  it('is seen by another fingerprint: a line of the batch, one beside it, a definition, the rules themselves', async () => {
    const before = await new House().fingerprint();
    expect(await new House().fingerprint()).toBe(before);
    const line = said(clean.evidence, { action: 'late-entry', object: 'x', new: '1' }).events.at(-1)!;
    const late = new House();
    late.scopesOf.get(`batch/${batch}`)!.push(line);
    const beside = new House().say({ scope: 'skid/QD-1', action: 'interlock-reset', object: 'row 1' });
    const other = new House();
    other.skids = clean.skids.map((one) => ({ ...one, type: { ...one.type, digest: 'f'.repeat(64) } }));
    for (const house of [late, beside, other]) expect(await house.fingerprint()).not.toBe(before);
    expect((await outlineOf(new House().sources, batch, 'rules 2'))!.fingerprint).not.toBe(before);
  });

  it('is not seen in what QA says of what the rules found', async () => {
    const before = await new House().fingerprint();
    const house = new House();
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
    const house = new House();
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
    const outline = await new House().outline();
    const { to } = outline.span;
    expect(isSealed(outline, to)).toBe(true);
    const open = { ...outline, segments: outline.segments.slice(0, -1) };
    expect(isSealed(open, utcMs(to + 1000))).toBe(false);
    expect(isSealed(open, utcMs(to + 46_000))).toBe(true);
  });

  it('runs no rules while the batch runs', async () => {
    const house = new House();
    const own = house.scopesOf.get(`batch/${batch}`)!;
    house.scopesOf.set(`batch/${batch}`, own.filter(({ event }) => event.action !== 'batch-ended')); // prettier-ignore
    const found = (await reviewedBatch(ports(house), batch))!;
    expect(house.courses).toBe(0);
    expect(viewOf(found)).toMatchObject({ ranAt: null, opposesReview: ['The batch runs.'] });
  });

  it('says of telemetry that cannot be read why, and the rules find it', async () => {
    const house = new House();
    const sources = { ...house.sources, sealed: { ...house.sources.sealed, course: () => Promise.reject(new Error('segment 2 is damaged')) } }; // prettier-ignore
    const evidence = await withMeasured(sources, await house.outline());
    expect(evidence.units[0]).toMatchObject({ unreadable: 'segment 2 is damaged' });
    expect(standingOf(await house.outline()).book.run).toBeNull();
  });
});

describe('lines between two times', () => {
  it('are found without reading what lies before, with some on both sides', async () => {
    const house = new House();
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
