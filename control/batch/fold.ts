/**
 * A batch out of its record: its events, folded in order. This is how batches come back after the service was started anew;
 * nothing else is kept of them.
 */
import { batchStates, type BatchState } from '../../plant/batch-view.ts';
import type { RecordValue, StoredEvent } from '../../plant/record-event.ts';
import { skidName } from '../../plant/sample.ts';
import { newBatch, withProgress, type BatchCore } from './engine-state.ts';
import { digestOf } from './events.ts';
import { commandKey } from './idempotency.ts';
import { controlRecipeFrom } from './stored-recipe.ts';

/** A command that was taken: of whom and by which id, and what it asked. */
export type EarlierCommand = Readonly<{ key: string; batch: string; command: string }>;

export type Folded = Readonly<{
  core: BatchCore;
  /** So that the same one asked again after a restart is not carried out twice. */
  commands: readonly EarlierCommand[];
}>;

/** The batch, or null where it was never started: its start was refused, or the service ended before. */
export function foldBatch(id: string, events: readonly StoredEvent[]): Folded | null {
  let core: BatchCore | null = null;
  let started = false;
  const commands: EarlierCommand[] = [];
  for (const stored of events) {
    const { action, actor, object, data } = stored.event;
    if (action === 'batch-prepared') core = prepared(id, data);
    if (core === null) continue;
    if (action === 'batch-started') started = true;
    if ((action === 'batch-started' || action === 'batch-commanded') && typeof data?.commandId === 'string') {
      const command = action === 'batch-started' ? 'start' : object;
      commands.push({ key: commandKey(actor, data.commandId), batch: id, command });
    }
    core = after(core, stored);
  }
  return core !== null && started ? { core, commands } : null;
}

function prepared(id: string, data: Readonly<Record<string, RecordValue>> | undefined): BatchCore | null {
  const control = controlRecipeFrom(data?.control);
  if (data === undefined || control === null || typeof data.skid !== 'string') return null;
  return newBatch({
    id,
    skid: skidName(data.skid),
    control,
    controlDigest: digestOf(data.control ?? null),
    rehearsal: data.rehearsal === true,
    timeScale: numberIn(data.timeScale) ?? 1,
  });
}

function after(core: BatchCore, { event, utc }: StoredEvent): BatchCore {
  const at = event.happenedAt ?? utc;
  const { action, data } = event;
  switch (action) {
    case 'state-changed':
    case 'service-restarted':
      return stateRead(core, event, at);
    case 'phase-started': {
      const index = numberIn(data?.step);
      if (index === null) return core;
      const begun = withProgress(core, index, {
        state: 'active',
        startedAt: at,
        endedAt: null,
        runs: (core.progress[index]?.runs ?? 0) + 1,
      });
      return data?.purpose === 'procedure'
        ? { ...begun, step: index }
        : withProgress(begun, core.step, { state: 'waiting' });
    }
    case 'phase-ended': {
      const index = numberIn(data?.step);
      return index === null ? core : withProgress(core, index, { state: 'done', endedAt: at });
    }
    case 'collecting-started':
    case 'collecting-progress':
    case 'collecting-ended':
    case 'totaliser-restarted': {
      const [closedMl, fromMl] = [numberIn(data?.closedMl), numberIn(data?.fromMl)];
      if (closedMl === null) return core;
      if (fromMl === null) return { ...core, volume: { closedMl, open: null } };
      const lastMl = numberIn(data?.lastMl) ?? fromMl;
      return { ...core, volume: { closedMl, open: { fromMl, lastMl, fromRecord: true } } };
    }
    case 'batch-ended': {
      const volume = numberIn(data?.collected);
      const ended = { ...core, endedAt: at };
      return volume === null ? ended : { ...ended, volume: { closedMl: volume, open: null } };
    }
    default:
      return core;
  }
}

function stateRead(
  core: BatchCore,
  { old, new: to, reason }: StoredEvent['event'],
  at: BatchCore['endedAt'],
): BatchCore {
  if (!isState(to)) return core;
  if (to === 'Idle') return { ...core, state: to, outcome: isState(old) ? old : core.state };
  const changed: BatchCore = {
    ...core,
    state: to,
    message:
      to === 'Running' || to === 'Restarting' || to === 'Complete'
        ? null
        : to === 'Held' || to === 'Stopped' || to === 'Aborted'
          ? core.message
          : (reason ?? null),
    startedAt: core.startedAt ?? at,
  };
  return to === 'Stopped' || to === 'Aborted'
    ? withProgress(changed, core.step, { state: 'skipped', endedAt: at })
    : changed;
}

const isState = (value: RecordValue | undefined): value is BatchState =>
  typeof value === 'string' && (batchStates as readonly string[]).includes(value);

/** A decimal of a record, with or without its unit. */
function numberIn(value: RecordValue | undefined): number | null {
  if (typeof value !== 'string' || value === '') return null;
  const number = Number(value.replace(/ mL$/u, ''));
  return Number.isFinite(number) ? number : null;
}
