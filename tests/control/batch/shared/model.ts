/** Chance with a seed, and what must be true of shared equipment by its record alone, counted apart from the arbiter. */
import type { OpenUnit } from '../../../../control/batch/shared/arbiter.ts';
import type { ArbiterEvent, ArbiterState } from '../../../../control/batch/shared/places.ts';
import { skidName } from '../../../../plant/sample.ts';
import { utcMs } from '../../../../plant/clock.ts';
import type { EquipmentUser, SharedEquipment } from '../../../../plant/shared-equipment.ts';

export const skids = ['QD-1', 'QD-2', 'QD-3'].map(skidName);
const piece = (name: string, is: string, order: number, serves = skids): SharedEquipment => ({
  name,
  title: name,
  is,
  serves,
  use: 'one',
  order,
  failure: 'hold',
});
export const site: readonly SharedEquipment[] = [
  piece('NMR-1', 'nmr-31p', 1),
  piece('WASTE-1', 'waste-line', 2),
  piece('PRODUCT-1', 'product-line', 3, skids.slice(0, 2)),
];
export const at = (ms: number): ReturnType<typeof utcMs> => utcMs(ms);
/** A unit that goes on, with what of its procedure is live. */
export const openUnit = (one: EquipmentUser): OpenUnit => ({ ...one, live: [one] });

export const user = (batch: string, skid: number, path = 'produce/collect', turn = 1): EquipmentUser => ({
  batch,
  skid: skids[skid] ?? skidName('?'),
  path,
  turn,
});

/** mulberry32: the same seed gives the same sequence. */
export function chance(seed: number): (below: number) => number {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const key = ({ batch, skid, path, turn }: EquipmentUser): string => `${batch} ${skid} ${path} ${turn}`;

/** What the record alone says, and everything that it says wrongly. */
export function audit(record: readonly ArbiterEvent[]): Readonly<{ owners: Map<string, string>; wrong: string[] }> {
  const owners = new Map<string, string>();
  const lines = new Map<string, string[]>();
  const wrong: string[] = [];
  for (const event of record) {
    const line = lines.get(event.equipment) ?? [];
    lines.set(event.equipment, line);
    switch (event.kind) {
      case 'asked':
        line.push(key(event.user));
        break;
      case 'granted':
        if (owners.has(event.equipment)) wrong.push(`two owners of ${event.equipment}`);
        if (line.shift() !== key(event.user)) wrong.push(`${key(event.user)} came before its turn`);
        owners.set(event.equipment, key(event.user));
        break;
      case 'withdrawn':
        line.splice(line.indexOf(key(event.user)), 1);
        break;
      case 'released':
        if (owners.get(event.equipment) !== key(event.user)) wrong.push(`${key(event.user)} gave back another's`);
        owners.delete(event.equipment);
        break;
      case 'settled':
        owners.delete(event.equipment);
        break;
      case 'unreadable':
        wrong.push(event.reason);
    }
  }
  return { owners, wrong };
}

/** Units that wait for each other, or null. */
export function ring(state: ArbiterState): string | null {
  const waitsFor = new Map<string, string[]>();
  const unit = ({ batch, skid }: EquipmentUser): string => `${batch} ${skid}`;
  for (const { owner, queue } of state.values())
    for (const claim of queue)
      if (owner !== null) waitsFor.set(unit(claim), [...(waitsFor.get(unit(claim)) ?? []), unit(owner)]);
  for (const start of waitsFor.keys()) {
    const seen = new Set<string>();
    const next = [...(waitsFor.get(start) ?? [])];
    for (let one = next.pop(); one !== undefined; one = next.pop()) {
      if (one === start) return start;
      if (seen.has(one)) continue;
      seen.add(one);
      next.push(...(waitsFor.get(one) ?? []));
    }
  }
  return null;
}
