import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGenealogy } from '../../../../control/materials/index.ts';
import { labelRecord } from '../../../../control/materials/labels/events.ts';
import { utcMs } from '../../../../plant/clock.ts';
import type { Log } from '../../../../plant/log.ts';
import type { Genealogy, GenealogyDirection, GenealogyKind } from '../../../../plant/ports/genealogy.ts';
import type { RecordEvent, StoredEvent } from '../../../../plant/record-event.ts';
import { calibration, lotId, madeHouse } from '../../../support/made-house.ts';
import { selenium, started, tcep } from '../world.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const service = { kind: 'service', part: 'test' } as const;

/** A ledger in memory, which may refuse to be read. */
class Kept {
  readonly events: StoredEvent[] = [];
  readonly #scopes = new Map<string, StoredEvent[]>();
  reads = 0;
  fails: string | null = null;

  add(...events: readonly RecordEvent[]): this {
    for (const event of events) {
      const of = this.#scopes.get(event.scope) ?? [];
      this.#scopes.set(event.scope, of);
      const seq = of.length + 1;
      const stored = { scope: event.scope, seq, hash: `h${seq}`, utc: utcMs(this.events.length * 1000), event };
      of.push(stored);
      this.events.push(stored);
    }
    return this;
  }

  scopes(prefix: string) {
    const all = [...this.#scopes].filter(([scope]) => scope.startsWith(prefix));
    return Promise.resolve(all.map(([scope, of]) => ({ scope, count: of.length, head: '' })));
  }

  read(scope: string, from: number, limit: number) {
    this.reads += 1;
    if (this.fails !== null) return Promise.reject(new Error(this.fails));
    return Promise.resolve((this.#scopes.get(scope) ?? []).slice(from - 1, from - 1 + limit));
  }
}

async function opened(kept: Kept) {
  const room = createGenealogy({ log, records: kept });
  await room.start();
  const trace = (direction: GenealogyDirection, kind: GenealogyKind, id: string, from = 0) =>
    room.desk.trace({ kind, id, direction, from });
  return { room, trace };
}

const idsOf = (found: Genealogy | null, end: 'from' | 'to', kind: GenealogyKind): string[] => [
  ...new Set(found?.steps.filter((step) => step[end].kind === kind && !step.beside).map((step) => step[end].id)),
];

/** A day in the house: what the rooms of materials recorded of it, and a batch on two skids that took it. */
async function day() {
  const materials = await started();
  const se = await materials.released(selenium);
  const tc = await materials.released(tcep);
  const kit = await materials.dispensed(se, tc);
  await materials.room.gate.facts(materials.question('B-2026-0001'));
  const kept = new Kept().add(
    calibration('QD-1', 'R201/TT-201A', 'C-41'),
    ...materials.stored.map(({ event }) => event),
  );
  const own = (action: string, more: Partial<RecordEvent> = {}): RecordEvent => ({
    scope: 'batch/B-2026-0001',
    actor: service,
    action,
    object: 'B-2026-0001',
    ...more,
  });
  kept.add(
    own('batch-prepared'),
    own('batch-started', {
      data: { recipe: 'CdSe', version: '3', masterDigest: 'd1'.repeat(32), skids: ['QD-1'], purpose: 'production' },
    }),
    own('unit-joined', { data: { joined: 'QD-2', inPlaceOf: 'QD-1' } }),
    own('prompt-asked', { data: { skid: 'QD-1', prompt: 'q1', name: 'container', title: 'Code on the label of it' } }),
    own('prompt-answered', { object: 'q1', new: 'SAMPLE-7' }),
    own('prompt-answered', { object: 'q2', new: '10.4' }),
    own('batch-ended', { new: 'Complete' }),
  );
  const label = { what: 'CdSe', batch: 'B-2026-0001', lot: null, content: '20 mL', hazards: [] };
  kept.add(
    labelRecord(
      {
        kind: 'labels-printed',
        labels: [{ ...label, serial: '26000001', subject: 'B-2026-0001', container: 'P-1' }],
        by: 'Olga',
        at: utcMs(1),
      },
      { actor: service, reason: '' },
      {},
    ),
  );
  return { kept, materials, se, tc, kit };
}

describe('the genealogy, forward', () => {
  it('leads from a lot to its dispensing, batch, containers and labels, and names what was used beside it', async () => {
    const { kept, se, tc, kit } = await day();
    const { trace } = await opened(kept);
    const found = await trace('forward', 'lot', se);
    expect(found!.of.state).toBe('Se, Sigma MKCD1234, released');
    expect(idsOf(found, 'to', 'dispensing')).toEqual([kit]);
    expect(idsOf(found, 'to', 'batch')).toEqual(['B-2026-0001']);
    expect(idsOf(found, 'to', 'container')).toEqual(['P-1', 'SAMPLE-7']);
    expect(idsOf(found, 'to', 'label')).toEqual(['26000001']);
    const beside = found!.steps.filter((step) => step.beside).map(({ from }) => `${from.kind} ${from.id}`);
    expect(beside).toEqual([`lot ${tc}`, 'recipe CdSe v3', 'skid QD-1', 'skid QD-2']);
    const views = found!.steps.map(({ to }) => to).filter(({ kind }) => kind === 'batch');
    expect(views[0]!.state).toBe('CdSe v3, Complete');
  });

  it('leads from a container of a delivery or of a dispensing, as from its lot', async () => {
    const { kept, kit } = await day();
    const { trace } = await opened(kept);
    for (const code of ['SE-1', `${kit}-Se`])
      expect(idsOf(await trace('forward', 'container', code), 'to', 'batch')).toEqual(['B-2026-0001']);
  });
});

describe('the genealogy, backward', () => {
  it.each(['P-1', 'SAMPLE-7'])(
    'leads from container %s to everything that is in it, and what it was made on',
    async (code) => {
      const { kept, se, tc, kit } = await day();
      const { trace } = await opened(kept);
      const found = await trace('backward', 'container', code);
      expect(idsOf(found, 'from', 'batch')).toEqual(['B-2026-0001']);
      expect(idsOf(found, 'from', 'dispensing')).toEqual([kit]);
      expect(idsOf(found, 'from', 'lot')).toEqual([se, tc]);
      expect(idsOf(found, 'from', 'supplier lot')).toEqual(['Sigma MKCD1234', 'Sigma BC9']);
      expect(idsOf(found, 'from', 'recipe')).toEqual(['CdSe v3']);
      expect(idsOf(found, 'from', 'skid')).toEqual(['QD-1', 'QD-2']);
      const weighed = found!.steps.find(({ from, to }) => from.id === se && to.kind === 'dispensing')!;
      expect(weighed.what).toMatch(/0.95 g Se into .* on W-1, by Olga, checked by Carl/);
    },
  );

  it('names of each skid the calibration that held when the batch began, not a later one', async () => {
    const { kept } = await day();
    kept.add(calibration('QD-1', 'R201/TT-201A', 'C-99'), calibration('QD-3', 'R201/TT-201A', 'C-3'));
    const { trace } = await opened(kept);
    const found = await trace('backward', 'batch', 'B-2026-0001');
    const by = found!.steps.filter(({ from }) => from.kind === 'instrument');
    expect(by.map(({ from, what }) => [from.id, what.split('certificate ')[1]])).toEqual([
      ['QD-1/R201/TT-201A', 'C-41'],
    ]);
  });

  it('does not lead from one batch through a container that was filled again for another', async () => {
    const { kept, materials } = await day();
    const before = materials.stored.length;
    const other = await materials.released({ ...selenium, supplierLot: 'OTHER', containers: ['SE-2'] });
    const weighed = materials.stored.find(({ event }) => event.action === 'weighing-entered')!.event;
    kept.add(...materials.stored.slice(before).map(({ event }) => event));
    kept.add({ ...weighed, object: other, data: { ...weighed.data, kit: 'D-LATER' } });
    const { trace } = await opened(kept);
    expect(idsOf(await trace('backward', 'batch', 'B-2026-0001'), 'from', 'lot')).not.toContain(other);
    const forward = await trace('forward', 'lot', other);
    expect(idsOf(forward, 'to', 'dispensing')).toEqual(['D-LATER']);
    expect(idsOf(forward, 'to', 'batch')).toEqual([]);
  });
});

describe('every step', () => {
  it('names an event that is in the record, and that speaks of one of its ends', async () => {
    const { kept } = await day();
    const { trace } = await opened(kept);
    const found = await trace('backward', 'container', 'P-1');
    expect(found!.steps.length).toBeGreaterThan(8);
    for (const { event, from, to } of found!.steps) {
      const stored = kept.events.find(({ scope, seq }) => scope === event.scope && seq === event.seq);
      const said = `${stored?.scope ?? ''} ${JSON.stringify(stored?.event)}`;
      const words = [from.id, to.id].flatMap((id) => id.split(/ v|[/ ]/u)).filter((word) => word.length > 2);
      expect(
        words.some((word) => said.includes(word)),
        `${event.scope} #${event.seq}`,
      ).toBe(true);
    }
  });
});

describe('what is no longer so', () => {
  it('leads nowhere: a weighing that was struck out, a dispensing that was given back', async () => {
    const materials = await started();
    const lot = await materials.released(selenium);
    const kit = await materials.open();
    await materials.weigh(kit, lot);
    await materials.weigh(kit, lot, { amount: '0.5', container: 'SPILT' });
    await materials.weigh(kit, lot, { amount: '0.7', container: 'GOOD' });
    await materials.strike(kit, 1);
    await materials.strike(kit, 2, { gone: true });
    const kept = new Kept().add(...materials.stored.map(({ event }) => event));
    const { trace } = await opened(kept);
    const found = await trace('forward', 'lot', lot);
    expect(found!.steps.map(({ to, what }) => [to.id, what.split(',')[0]])).toEqual([
      [kit, '0.7 g Se into GOOD on W-1'],
      ['SPILT', '0.5 g Se into SPILT on W-1'],
    ]);
    expect(found!.steps[1]!.what).toMatch(/struck out \(#\d+\), and gone/);
    const scope = 'materials/lots';
    kept.add({ scope, actor: service, action: 'dispensing-taken', object: kit, data: { batch: 'B-9' } });
    expect(idsOf(await trace('forward', 'lot', lot), 'to', 'batch')).toEqual(['B-9']);
    kept.add({ scope, actor: service, action: 'dispensing-given-back', object: kit });
    expect(idsOf(await trace('forward', 'lot', lot), 'to', 'batch')).toEqual([]);
  });

  it('is said of a lot as it was corrected and decided last', async () => {
    const { kept, materials, se } = await day();
    const before = materials.stored.length;
    await materials.decide(se, 'rejected');
    kept.add(...materials.stored.slice(before).map(({ event }) => event));
    const { trace } = await opened(kept);
    expect((await trace('forward', 'lot', se))!.of.state).toContain('rejected');
  });
});

describe('any house', () => {
  it('is found as it was made: forward what backward says, and nothing else', async () => {
    const houses = fc.record({
      batches: fc.integer({ min: 1, max: 12 }),
      lots: fc.integer({ min: 1, max: 6 }),
      lotsEach: fc.integer({ min: 1, max: 3 }),
      containersEach: fc.integer({ min: 0, max: 3 }),
      linesEach: fc.integer({ min: 0, max: 3 }),
      seed: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(houses, async (house) => {
        const { events, truth } = madeHouse(house);
        const { room, trace } = await opened(new Kept().add(...events));
        for (const [batch, { lots, containers }] of truth) {
          expect(idsOf(await trace('backward', 'batch', batch), 'from', 'lot').sort()).toEqual([...lots].sort());
          for (const container of containers)
            expect(idsOf(await trace('backward', 'container', container), 'from', 'batch')).toEqual([batch]);
        }
        for (let n = 1; n <= house.lots; n += 1) {
          const of = [...truth].filter(([, { lots }]) => lots.includes(lotId(n)));
          const found = await trace('forward', 'lot', lotId(n));
          expect(idsOf(found, 'to', 'batch').sort()).toEqual(of.map(([batch]) => batch).sort());
          expect(idsOf(found, 'to', 'container').sort()).toEqual(of.flatMap(([, { containers }]) => containers).sort());
        }
        await room.stop();
      }),
      { numRuns: 60 },
    );
  });
});

describe('the room', () => {
  it('reads what has come since, and nothing twice', async () => {
    const { events } = madeHouse({ batches: 3, lots: 1, lotsEach: 1, containersEach: 1, linesEach: 2, seed: 1 });
    const kept = new Kept().add(...events.slice(0, 10));
    const { trace } = await opened(kept);
    await trace('forward', 'lot', lotId(1));
    kept.add(...events.slice(10));
    expect(idsOf(await trace('forward', 'lot', lotId(1)), 'to', 'batch')).toHaveLength(3);
    const { reads } = kept;
    await trace('backward', 'batch', 'B-2026-0002');
    expect(kept.reads).toBe(reads);
  });

  it('answers in parts where there is much', async () => {
    const { events } = madeHouse({ batches: 200, lots: 1, lotsEach: 1, containersEach: 2, linesEach: 0, seed: 1 });
    const { trace } = await opened(new Kept().add(...events));
    const seen: string[] = [];
    let from: number | null = 0;
    let total = 0;
    while (from !== null) {
      const part: Genealogy = (await trace('forward', 'lot', lotId(1), from))!;
      expect(part.steps.length).toBeLessThanOrEqual(500);
      seen.push(...part.steps.map((step) => JSON.stringify(step)));
      ({ next: from, total } = part);
    }
    expect(new Set(seen).size).toBe(total);
    expect(total).toBeGreaterThan(1000);
  });

  it('finds by name, by its beginning, and a label by the code of a copy', async () => {
    const { kept } = await day();
    const { room } = await opened(kept);
    const names = async (text: string) => (await room.desk.find(text)).map(({ kind, id }) => `${kind} ${id}`);
    expect(await names('p-1')).toEqual(['container P-1']);
    expect(await names('2600000101')).toEqual(['label 26000001']);
    expect(await names('B-2026')).toEqual(['batch B-2026-0001']);
    expect(await names('')).toEqual([]);
    expect(await names('nothing')).toEqual([]);
  });

  it('knows nothing of what is not on record', async () => {
    const { trace } = await opened(new Kept());
    expect(await trace('forward', 'lot', 'L-1')).toBeNull();
  });

  it('answers nothing by half where the record cannot be read, says so, and everything when it can again', async () => {
    const { kept, se } = await day();
    kept.fails = 'the worker has died';
    const { room, trace } = await opened(kept);
    await expect(trace('forward', 'lot', se)).rejects.toThrow('the worker has died');
    expect(room.health()).toMatchObject({ state: 'degraded' });
    kept.fails = null;
    expect(idsOf(await trace('forward', 'lot', se), 'to', 'batch')).toEqual(['B-2026-0001']);
    expect(room.health()).toMatchObject({ state: 'ready' });
  });

  it('answers nothing while it is stopped', async () => {
    const { room, trace } = await opened(new Kept());
    await room.stop();
    await expect(trace('forward', 'lot', 'L-1')).rejects.toMatchObject({ code: 'genealogy-not-ready' });
  });

  it('says of an entry that cannot be read where it stands', async () => {
    const scope = 'materials/lots';
    const kept = new Kept().add({ scope, actor: service, action: 'lot-received', object: 'L-1', data: {} });
    const { room, trace } = await opened(kept);
    expect(await trace('forward', 'lot', 'L-1')).toBeNull();
    expect(room.health()).toMatchObject({ state: 'degraded', detail: 'Entries cannot be read: materials/lots #1.' });
  });
});
