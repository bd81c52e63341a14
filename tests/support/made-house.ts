/**
 * Lots, dispensings, batches and labels as their rooms record them, any number of batches, by a plain generator: what hangs together is known
 * beforehand, so that a genealogy can be held against it.
 */
import { emptyBook } from '../../control/materials/book.ts';
import { materialRecord } from '../../control/materials/events.ts';
import { labelRecord } from '../../control/materials/labels/events.ts';
import { utcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { RecordEvent } from '../../plant/record-event.ts';

export type House = Readonly<{
  batches: number;
  lots: number;
  /** Lots that each dispensing is weighed from. */
  lotsEach: number;
  containersEach: number;
  /** Lines of a batch that say nothing of what it was made of, such as steps and volumes. */
  linesEach: number;
  seed: number;
}>;

/** What was made of what: of each batch the lots, and its containers. */
export type Truth = Readonly<{ lots: readonly string[]; containers: readonly string[] }>;

const actor: Actor = { kind: 'service', part: 'house' };
const begin = Date.UTC(2026, 0, 2);

export const lotId = (n: number): string => `L-2026-${String(n).padStart(4, '0')}`;
export const batchId = (n: number): string => `B-2026-${String(n).padStart(4, '0')}`;

/** Every event of it, and of each batch what is to be found again. */
export function madeHouse(
  house: House,
): Readonly<{ events: readonly RecordEvent[]; truth: ReadonlyMap<string, Truth> }> {
  const random = mulberry(house.seed);
  const events: RecordEvent[] = [];
  const truth = new Map<string, Truth>();
  const at = (): ReturnType<typeof utcMs> => utcMs(begin + events.length * 1000);
  const say = (event: Parameters<typeof materialRecord>[0]): void => void events.push(materialRecord(event, emptyBook, actor, '', {})); // prettier-ignore
  for (let n = 1; n <= house.lots; n += 1) {
    const containers = [`S-${n}`];
    const lot = { id: lotId(n), material: 'Se', supplier: 'Sigma', supplierLot: `MK${n}`, receivedBy: 'P-1' };
    say({ kind: 'lot-received', lot: { ...lot, received: '1000000', unit: 'g', expires: at(), containers } });
    say({ kind: 'lot-status-changed', lot: lot.id, status: 'released' });
  }
  for (const skid of ['QD-1', 'QD-2']) events.push(calibration(skid, 'R201/TT-201A', 'C-1'));
  for (let n = 1; n <= house.batches; n += 1) {
    const [batch, kit] = [batchId(n), `D-2026-${String(n).padStart(4, '0')}`];
    const lots = new Set<string>();
    while (lots.size < Math.min(house.lotsEach, house.lots)) lots.add(lotId(1 + Math.floor(random() * house.lots)));
    say({
      kind: 'dispensing-opened',
      kit: { id: kit, recipe: 'CdSe', version: 3, materials: [], openedBy: 'P-1', openedAt: at() },
    });
    for (const lot of lots) {
      const weighing = { lot, kit, material: 'Se', amount: '0.95', tare: '12', scale: 'W-1', container: `${kit}-Se` };
      say({ kind: 'weighing-entered', weighing: { ...weighing, by: 'Olga', checkedBy: 'Carl', at: at() } });
    }
    say({ kind: 'dispensing-taken', kit, batch });
    const containers = Array.from({ length: house.containersEach }, (_, c) => `${batch}-P${c + 1}`);
    events.push(...batchEvents(batch, house.linesEach));
    const labels = containers.map((container, c) => ({
      serial: `26${String(n * 100 + c).padStart(6, '0')}`,
      subject: batch,
      container,
      what: 'CdSe',
      batch,
      lot: null,
      content: '20 mL',
      hazards: [],
    }));
    if (labels.length > 0)
      events.push(labelRecord({ kind: 'labels-printed', labels, by: 'Olga', at: at() }, { actor, reason: '' }, {}));
    truth.set(batch, { lots: [...lots], containers });
  }
  return { events, truth };
}

export const calibration = (skid: string, object: string, certificate: string): RecordEvent => ({
  scope: `equipment/${skid}`,
  actor,
  action: 'calibration-recorded',
  object,
  data: { at: String(begin), due: String(begin + 1e10), certificate, asLeftWithin: true },
});

function batchEvents(id: string, lines: number): readonly RecordEvent[] {
  const own = (action: string, more: Partial<RecordEvent> = {}): RecordEvent => ({
    scope: `batch/${id}`,
    actor: { kind: 'batch', batch: id },
    action,
    object: id,
    ...more,
  });
  const data = { recipe: 'CdSe', version: '3', masterDigest: 'a'.repeat(64), skids: ['QD-1', 'QD-2'], purpose: 'production' }; // prettier-ignore
  const between = Array.from({ length: lines }, (_, n) =>
    own('volume-collected', { object: 'collected volume', unit: 'mL', data: { skid: 'QD-1', closedMl: `${n}.5` } }),
  );
  return [own('batch-started', { data }), ...between, own('batch-ended', { new: 'Complete' })];
}

function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
