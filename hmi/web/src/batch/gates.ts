/** The order in which gates are read. Pure. */
import type { GateCheck } from '../../../../plant/ports/start-gate.ts';

const first: Readonly<Record<GateCheck['verdict'], number>> = { blocked: 0, 'not watched': 1, ok: 2 };

/** What blocks stands first; else as the rooms said them. */
export const sortedGates = (gates: readonly GateCheck[]): readonly GateCheck[] =>
  [...gates].sort((one, other) => first[one.verdict] - first[other.verdict]);

export const isBlocked = (gates: readonly GateCheck[]): boolean => gates.some(({ verdict }) => verdict === 'blocked');
