/** What stands against a command on one skid at this moment, beside the table of states. */
import type { BatchCommand, CommandView } from '../../plant/batch-view.ts';
import { standingBlock } from '../../plant/block.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import { formatValue } from '../../plant/quantity.ts';
import type { Equipment } from '../../plant/recipe/equipment.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { BatchCore } from './batch-core.ts';
import { cell } from './phase-table.ts';
import { readSkid, type SkidReading } from './skid-reading.ts';
import { coldBelowC } from './unit/hold.ts';
import type { UnitLasting } from './unit/unit-lasting.ts';
import type { UnitPassing } from './unit/unit-turn.ts';

/** From here on water would boil without pressure, and standing liquid is dangerous. */
const hotFromC = 90;
/** A scan older than this says nothing about now, in ms. */
export const freshFor = 5000;

/** What is known of a skid from outside the batch. */
export type SkidOutside = Readonly<{
  news: ScanNews | null;
  equipment: Equipment | null;
  /** The newest scan is from now, as far as anybody can act on it. */
  isFresh: boolean;
  /** The batch that has the skid now; null where it is free. */
  user: string | null;
  /** The record of the batch that asks is signed. */
  isSigned: boolean;
}>;
export type Outside = (skid: SkidName, batch: string) => SkidOutside;

/** Whether the table takes the command on one skid, and why it is refused now where it is. */
export function permission(
  core: BatchCore,
  unit: UnitLasting,
  command: BatchCommand,
  outside: SkidOutside,
): Omit<CommandView, 'command'> {
  const { id } = core.facts;
  if (unit.outcome !== null) {
    const refusedBy = `${id} has ended (${unit.outcome}) and is archived; nothing commands it any more.`;
    return { legal: false, refusedBy };
  }
  const of = cell(unit.state, command);
  return { legal: of.legal, refusedBy: of.legal ? refusedNow(core, unit, command, outside) : of.reason };
}

/** Why a command that the table takes is refused now, or null. */
export function refusedNow(
  core: BatchCore,
  unit: UnitLasting,
  command: BatchCommand,
  outside: SkidOutside,
): string | null {
  const { news, isFresh } = outside;
  switch (command) {
    case 'Start':
      return `${core.facts.id} has run. Start a new batch instead.`;
    case 'Abort':
      return unit.state === 'Stopped' ? overRefusal(core, unit, outside) : null;
    case 'Hold':
    case 'Stop':
    case 'Reset':
      return null;
    case 'Pause':
    case 'Restart':
    case 'Resume':
  }
  if (news === null) return 'The skid has not been seen yet.';
  if (!isFresh) return 'The skid has not been seen for a while. Check its link first.';
  if (command === 'Pause') return pauseRefusal(unit, core.passing.get(unit.skid), outside);
  if (command === 'Restart' && unit.reconcile)
    return 'The service was started anew. Look at the skid, and sign what you found, first.';
  const block = standingBlock(news.blocks);
  if (block !== null) return block.message;
  if (command === 'Resume') return news.blocks[0]?.message ?? null;
  const { demand, causes } = news.verdict;
  if (demand !== 'none') {
    const cause = causes[0]?.message ?? `the interlocks demand ${demand}`;
    return `An interlock holds the skid: ${cause} Remove the cause and reset on the unit page first.`;
  }
  if (news.fieldDemand === null) return 'The field controller does not answer.';
  return news.blocks[0]?.message ?? null;
}

/** What is over keeps no skid, and nothing comes after a signature. */
function overRefusal({ facts: { id } }: BatchCore, { skid }: UnitLasting, outside: SkidOutside): string | null {
  if (outside.isSigned)
    return `${id} has ended and its record is signed. Ask a safe state of ${skid} on its unit page.`;
  return outside.user === null || outside.user === id
    ? null
    : `${id} is over on ${skid}, which ${outside.user} has now.`;
}

/** A line with cadmium in it, or hot, cannot stand still. */
function pauseRefusal(unit: UnitLasting, passing: UnitPassing | undefined, outside: SkidOutside): string | null {
  const skid = readingOf(outside);
  if (skid === null) return 'The skid has not been seen yet.';
  if (skid.hottestC === null) return 'The temperature of a wetted part is not known. Hold instead.';
  if (skid.hottestC >= hotFromC)
    return `A wetted part is at ${formatValue(skid.hottestC, '°C', 1)}; a hot line cannot stand still. Hold instead.`;
  const standing = { ...skid.setPoints, ...unit.standing, ...passing?.set };
  if ((standing.temperature ?? hotFromC) > 0 || (standing.stage1 ?? 0) > 0 || (standing.shellTemperature ?? 0) > 0)
    return 'The line is being heated. Hold instead.';
  if ((standing.cadmium ?? 1) > 0) return 'Cadmium is being fed. Hold instead.';
  return null;
}

export function readingOf({ news, equipment }: SkidOutside): SkidReading | null {
  return news === null || equipment === null ? null : readSkid(equipment, news.batch.samples);
}

/** Where it may not be seen, it is hot. */
export function isHot(outside: SkidOutside): boolean {
  const { hottestC } = readingOf(outside) ?? { hottestC: null };
  return hottestC === null || hottestC >= coldBelowC;
}
