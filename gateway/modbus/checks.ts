/**
 * The reads by which a unit is looked at: legal by its model, on the borders of its points, and no two with answers that
 * could be taken for each other's. Pure.
 */
import { lengthOf, type ReadRequest } from './read-plan.ts';
import { keyOf, type Request } from './request.ts';

/** More tries than these without an answer are answered by silence. */
const most = 12;

/** The last is 43/14: every unit answers it, if only by saying that it has it not. */
export function checksOf(plan: readonly ReadRequest[]): readonly Request[] {
  const byKey = new Map<number, Request>();
  for (const { area, points } of plan) {
    for (const { address } of points) {
      for (const last of points) {
        const length = last.address + lengthOf(last) - address;
        const check: Request = { kind: 'read', area, address, length };
        if (length > 0 && !byKey.has(keyOf(check))) byKey.set(keyOf(check), check);
      }
    }
  }
  const shortest = [...byKey.values()].sort((one, other) => lengthIn(one) - lengthIn(other)).slice(0, most);
  return [...shortest, { kind: 'identify', object: 0 }];
}

const lengthIn = (request: Request): number => (request.kind === 'read' ? request.length : 0);
