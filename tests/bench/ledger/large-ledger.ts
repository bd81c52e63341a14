/** A ledger of as many events as are asked for, written by the product's own ledger: batches one after another, alarms and skids between them. */
import { Ledger } from '../../../control/records/ledger/ledger.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { stamp, trustOf } from '../../control/records/support.ts';

const eventsOfABatch = 5000;
const atOnce = 1000;

/** The size and shape of what a batch records: some 400 bytes. */
export function eventOf(index: number): RecordEvent {
  const batch = `B-2026-${String(1 + Math.floor(index / eventsOfABatch)).padStart(4, '0')}`;
  const scope = index % 10 === 0 ? 'alarms' : index % 5 === 1 ? 'skid/QD-1' : `batch/${batch}`;
  return {
    scope,
    actor: { kind: 'batch', batch },
    action: 'set-point-written',
    object: `R201/TIC-20${index % 7}.SP`,
    old: String(index % 180),
    new: `${(index % 180) + 1}.5`,
    unit: '°C',
    reason: 'heat-up of stage 2, step 4 of the control recipe',
    data: { skid: 'QD-1', step: String(index % 40), phase: 'heat-up' },
  };
}

/** @returns the fingerprint to trust */
export async function makeLargeLedger(folder: string, events: number): Promise<string> {
  const ledger = new Ledger(folder, '0.1.0-bench');
  await ledger.open(stamp);
  for (let done = 0; done < events; done += atOnce) {
    const now = { ...stamp, utc: utcMs(stamp.utc + done) };
    const drafts = Array.from({ length: Math.min(atOnce, events - done) }, (_, index) => {
      const event = eventOf(done + index);
      return { scope: event.scope, stamp: now, make: () => event };
    });
    await ledger.append(drafts);
    if (done % 50_000 === 0) await ledger.checkpoint(now);
  }
  await ledger.checkpoint({ ...stamp, utc: utcMs(stamp.utc + events) });
  await ledger.close();
  return trustOf(folder);
}
