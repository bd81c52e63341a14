/** A thousand batches in a ledger on disk, and the genealogy over it, asked as the API asks it, part by part to the end. */
import { createGenealogy } from '../../../control/materials/index.ts';
import type { GenealogyDirection, GenealogyItem } from '../../../plant/ports/genealogy.ts';
import { monotonic, utcMs } from '../../../plant/clock.ts';
import { openQuickly, silentLog } from '../../control/records/support.ts';
import { lotId, madeHouse } from '../../support/made-house.ts';
import { createRecords } from '../../../control/records/index.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { temporaryFolder } from '../../support/service.ts';

export type GenealogyFigures = Readonly<{
  batches: number;
  events: number;
  /** From the start to the first answer, everything read. */
  readMs: number;
  longest: number;
  forwardMs: readonly number[];
  backwardMs: readonly number[];
}>;

const appendAtOnce = 2000;

export async function measureGenealogy(
  house: Readonly<{ batches: number; lots: number; linesEach: number }>,
  say: (line: string) => void,
): Promise<GenealogyFigures> {
  const folder = temporaryFolder('bench-genealogy');
  try {
    const { events, truth } = madeHouse({ ...house, lotsEach: 5, containersEach: 6, seed: 1 });
    const ledger = await openQuickly(folder.path);
    for (let at = 0; at < events.length; at += appendAtOnce)
      await ledger.appendAll(events.slice(at, at + appendAtOnce), { utc: utcMs(Date.now()), monotonic: monotonic(at) });
    await ledger.close({ utc: utcMs(Date.now()), monotonic: monotonic(events.length) });
    say(`${events.length} events of ${truth.size} batches are on disk`);
    return await asked(folder.path, truth.size, events.length, house.lots);
  } finally {
    folder.remove();
  }
}

async function asked(folder: string, batches: number, events: number, lots: number): Promise<GenealogyFigures> {
  const records = createRecords({ dataFolder: folder, clock: systemClock(1), log: silentLog, build: 'bench' });
  await records.start();
  const room = createGenealogy({ log: silentLog, records: records.keeper });
  let longest = 0;
  const trace = async (item: GenealogyItem, direction: GenealogyDirection): Promise<number> => {
    const began = performance.now();
    for (let from: number | null = 0; from !== null;) {
      const found = await room.desk.trace({ ...item, direction, from });
      if (found === null) throw new RangeError(`${item.id} is not on record`);
      longest = Math.max(longest, found.total);
      from = found.next;
    }
    return performance.now() - began;
  };
  const began = performance.now();
  await room.start();
  await trace({ kind: 'lot', id: lotId(1) }, 'forward');
  const readMs = performance.now() - began;
  const forwardMs: number[] = [];
  for (let n = 1; n <= lots; n += 1) forwardMs.push(await trace({ kind: 'lot', id: lotId(n) }, 'forward'));
  // One recipe, made a thousand times: the longest trace there is.
  forwardMs.push(await trace({ kind: 'recipe', id: 'CdSe v3' }, 'forward'));
  forwardMs.push(await trace({ kind: 'skid', id: 'QD-1' }, 'forward'));
  const backwardMs: number[] = [];
  for (let n = 1; n <= batches; n += 1)
    backwardMs.push(await trace({ kind: 'container', id: `B-2026-${String(n).padStart(4, '0')}-P1` }, 'backward'));
  await room.stop();
  await records.stop();
  return { batches, events, readMs, longest, forwardMs, backwardMs };
}
