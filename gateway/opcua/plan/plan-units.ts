/** Engineering units as the address space shows them (Part 8, 5.6.4). */
import { opcUaUnitId, uneceCode } from '../../../plant/unece.ts';

export type UnitPlan = Readonly<{ unitId: number; displayName: string; description: string }>;

/** @param unit as files write it; null is a pure number */
export function unitOf(unit: string | null): UnitPlan {
  const { code, displayName, description } = uneceCode(unit);
  return { unitId: opcUaUnitId(code), displayName, description };
}
