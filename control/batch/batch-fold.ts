/**
 * A batch out of its record: its events, folded in order by the same rules by which it ran. This is how batches come back after
 * the service was started anew; nothing else is kept of them.
 */
import type { RecordEvent, RecordValue, StoredEvent } from '../../plant/record-event.ts';
import { messageOf } from '../../plant/errors.ts';
import type { SkidName } from '../../plant/sample.ts';
import { coreOf, newBatch, type BatchCore, type BatchFacts, type BatchLasting } from './batch-core.ts';
import { commandKey } from './idempotency.ts';
import { batchStates, type BatchState } from '../../plant/batch-view.ts';
import { evolve, newUnit, type UnitLasting } from './unit/unit-lasting.ts';
import { eventOf } from './unit/unit-record.ts';

/** A command that was taken: of whom and by which id, and what it asked. */
/** `asks`: all that it asked; null in records from before that was kept. */
export type EarlierCommand = Readonly<{ key: string; batch: string; command: string; asks: string | null }>;

export type Folded =
  | Readonly<{
      kind: 'batch';
      core: BatchCore;
      /** So that the same one asked again after a restart is not carried out twice. */
      commands: readonly EarlierCommand[];
    }>
  /** Of a release that knew one skid and a line of phases: its record stands and is read by people only. */
  | Readonly<{ kind: 'earlier form'; isOpen: boolean }>
  /** Its start was refused, or the service ended before it began. */
  | Readonly<{ kind: 'never started' }>
  /** The record contradicts itself, or is of another form: whatever it was, it is not commanded. */
  | Readonly<{ kind: 'unreadable'; seq: number; why: string; skids: readonly string[] }>;

/** @param factsOf reads the control recipe; throws where it cannot */
export function foldBatch(
  events: readonly StoredEvent[],
  factsOf: (prepared: RecordEvent) => BatchFacts,
  shared: BatchCore['shared'],
): Folded {
  let core: BatchCore | null = null;
  let lasting: BatchLasting | null = null;
  const commands: EarlierCommand[] = [];
  let isPrepared = false;
  const skids = new Set<string>();
  const first = events.find(({ event }) => event.action === 'batch-prepared')?.event.data;
  if (typeof first?.skid === 'string') return earlierForm(events);
  for (const { event, utc, seq } of events) {
    const { action, actor, object, data } = event;
    try {
      if (action === 'batch-prepared') {
        isPrepared = true;
        for (const skid of textsIn(data?.skids)) skids.add(skid);
        core = newBatch(factsOf(event), shared);
        continue;
      }
      if (core === null) continue;
      const at = event.happenedAt ?? utc;
      if (action === 'batch-started') lasting = { ...core.lasting, startedAt: at };
      if ((action === 'batch-started' || action === 'batch-commanded') && typeof data?.commandId === 'string') {
        const command = action === 'batch-started' ? 'start' : object;
        const asks = typeof data.asks === 'string' ? data.asks : null;
        commands.push({ key: commandKey(actor, data.commandId), batch: core.facts.id, command, asks });
      }
      if (lasting === null) continue;
      lasting = readOn(core, lasting, event, at);
    } catch (thrown) {
      return { kind: 'unreadable', seq, why: messageOf(thrown), skids: [...skids] };
    }
  }
  if (core === null || lasting === null)
    return isPrepared && core === null
      ? { kind: 'unreadable', seq: 0, why: 'its control recipe is missing', skids: [...skids] }
      : { kind: 'never started' };
  return { kind: 'batch', core: coreOf(core.facts, core.tree, lasting, shared), commands };
}

function earlierForm(events: readonly StoredEvent[]): Folded {
  if (!events.some(({ event }) => event.action === 'batch-started')) return { kind: 'never started' };
  return { kind: 'earlier form', isOpen: !events.some(({ event }) => event.action === 'batch-ended') };
}

/** One more event of its record. @throws RangeError where it contradicts what came before */
export function readOn(
  core: BatchCore,
  lasting: BatchLasting,
  event: RecordEvent,
  at: StoredEvent['utc'],
): BatchLasting {
  const { action, data } = event;
  if (action === 'unit-joined') {
    const joined = data?.joined;
    if (typeof joined !== 'string') throw new RangeError('"unit-joined" names no skid');
    return withUnit(lasting, newUnit(joined as SkidName, core.tree));
  }
  if (action === 'batch-ended') {
    const as = batchStates.find((state) => state === event.new);
    if (as === undefined) throw new RangeError(`"batch-ended" names no state: ${JSON.stringify(event.new ?? null)}`);
    return { ...lasting, ended: { as: as satisfies BatchState, at } };
  }
  if (typeof data?.skid !== 'string') return lasting;
  const told = eventOf(core.tree, event, at);
  if (told === null) return lasting;
  const unit = lasting.units.get(data.skid as SkidName);
  if (unit === undefined) throw new RangeError(`${data.skid} is none of the batch's skids`);
  return withUnit(lasting, evolve(core.tree, unit, told));
}

const withUnit = (lasting: BatchLasting, unit: UnitLasting): BatchLasting => ({
  ...lasting,
  units: new Map(lasting.units).set(unit.skid, unit),
});

const textsIn = (value: RecordValue | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly RecordValue[]).filter((one) => typeof one === 'string') : [];
