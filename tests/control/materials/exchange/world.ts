/** An exchange on real folders, with hand-turned time, one batch under way and a ledger that outlives the room. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExchange, exchangeFolder } from '../../../../control/materials/exchange/index.ts';
import type { BatchView } from '../../../../plant/batch-view.ts';
import { monotonic, processTime, utcMs, type Clock } from '../../../../plant/clock.ts';
import type { Log } from '../../../../plant/log.ts';
import { personActor } from '../../../../plant/people.ts';
import type { StoredEvent } from '../../../../plant/record-event.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const begin = Date.UTC(2026, 9, 2, 8);

export const batchOf = (more: Partial<BatchView> = {}): BatchView =>
  ({
    id: 'B-2026-0001',
    scope: 'batch/B-2026-0001',
    recipe: 'CdSe-3.6',
    recipeVersion: 3,
    recipeDigest: 'abc',
    purpose: 'production',
    state: 'Running',
    units: [
      {
        skid: 'QD-1',
        state: 'Complete',
        startedAt: utcMs(begin),
        endedAt: utcMs(begin + 3.6e6),
        collectedMl: 250.1234,
      },
    ],
    startedAt: utcMs(begin),
    endedAt: null,
    collectedMl: 250.1234,
    ...more,
  }) as unknown as BatchView;
export const over = batchOf({ state: 'Complete', endedAt: utcMs(begin + 3.6e6) });

const roots: string[] = [];
export const clean = (): void => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
};

export async function started(before: { root?: string; stored?: StoredEvent[]; laboratory?: 'csv' } = {}) {
  const root = before.root ?? mkdtempSync(join(tmpdir(), 'exchange-'));
  roots.push(root);
  const stored = before.stored ?? [];
  const faults = { silentFor: null as string | null };
  let passed = 0;
  const state = { batch: batchOf(), recipes: ['CdSe-3.6', 'CdS-3.6'] };
  const clock: Clock = {
    timeScale: 1,
    utc: () => utcMs(begin + passed),
    monotonic: () => monotonic(passed),
    process: () => processTime(passed),
  };
  const room = createExchange({
    clock,
    log,
    authority: {
      decide: (actor) =>
        actor.kind === 'person' && actor.roles.includes('operator')
          ? { allowed: true }
          : { allowed: false, reason: 'It takes another role.' },
    },
    records: {
      append: (event) => {
        const kept = { scope: event.scope, seq: stored.length + 1, hash: '', utc: clock.utc(), event };
        stored.push(kept);
        return event.action === faults.silentFor
          ? Promise.reject(new Error('the worker has died'))
          : Promise.resolve(kept);
      },
      read: (scope, from, limit) =>
        Promise.resolve(stored.filter((each) => each.scope === scope).slice(from - 1, from - 1 + limit)),
      scopes: (prefix) => Promise.resolve([{ scope: prefix, count: 321, head: 'f00d' }]),
    },
    folder: exchangeFolder(root),
    laboratory: before.laboratory ?? 'xml',
    recipes: () => state.recipes,
    batches: () => Promise.resolve([state.batch]),
    batch: (id) => Promise.resolve(id === state.batch.id ? state.batch : null),
    used: () => Promise.resolve([{ material: 'Se', lot: 'L-2026-0001', amount: '0.95', unit: 'g' }]),
  });
  await room.start();
  await room.stop();
  // Its own timer would look too: the test turns each look by hand.
  await room.start();
  let commands = stored.length;
  const pass = (ms: number): void => void (passed += ms);
  const twice = async (): Promise<void> => {
    await room.look();
    pass(2000);
    await room.look();
  };
  return {
    room,
    desk: room.desk,
    root,
    stored,
    faults,
    state,
    pass,
    twice,
    put: (name: string, text: string | Buffer) => {
      mkdirSync(join(root, 'in'), { recursive: true });
      writeFileSync(join(root, 'in', name), text);
    },
    names: (folder: string) => readdirSync(join(root, folder)).sort(),
    text: (folder: string, name: string) => readFileSync(join(root, folder, name), 'utf8'),
    as: (role: 'operator' | 'observer' = 'operator') => ({
      commandId: `command-${++commands}`,
      actor: personActor(
        { id: 'P-olga', userName: 'olga', printedName: 'Olga', roles: [role], mustChangePassword: false },
        'page',
      ),
      reason: '',
    }),
  };
}

export const schedule = (
  more: { id?: string; recipe?: string; quantity?: string; unit?: string; head?: string } = {},
): string =>
  `<?xml version="1.0" encoding="UTF-8"?>${more.head ?? ''}
<OperationsSchedule xmlns="http://www.mesa.org/xml/B2MML">
  <ID>S-7</ID>
  <OperationsRequest>
    <ID>${more.id ?? 'R-1'}</ID>
    <StartTime>2026-10-05T06:00:00Z</StartTime>
    <Priority>2</Priority>
    <OperationsDefinitionID>${more.recipe ?? 'CdSe-3.6'}</OperationsDefinitionID>
    <SegmentRequirement>
      <ID>1</ID>
      <LatestEndTime>2026-10-06T06:00:00+00:00</LatestEndTime>
      <ProcessSegmentID>make</ProcessSegmentID>
      <MaterialRequirement>
        <MaterialDefinitionID>CdSe-3.6</MaterialDefinitionID>
        <MaterialUse>Produced</MaterialUse>
        <Quantity><QuantityString>${more.quantity ?? '250'}</QuantityString><DataType>decimal</DataType><UnitOfMeasure>${more.unit ?? 'mL'}</UnitOfMeasure></Quantity>
      </MaterialRequirement>
    </SegmentRequirement>
  </OperationsRequest>
</OperationsSchedule>`;
