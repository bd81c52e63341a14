/** Which reads fetch all points of a device: few, none too long, and never over a register that must not be touched. */
import {
  lengthOf as lengthInRegisters,
  type RegisterModel,
  type RegisterPoint,
  type RegisterArea,
} from '../../plant/device-model.ts';
import { mesolineError } from '../../plant/errors.ts';

/** One read: `length` registers (bits in `coil` and `discrete`) from `address`, and the points that lie in them. */
export type ReadRequest = Readonly<{
  area: RegisterArea;
  address: number;
  length: number;
  points: readonly RegisterPoint[];
}>;

type Span = { from: number; to: number; points: RegisterPoint[] };

const areas: readonly RegisterArea[] = ['coil', 'discrete', 'holding', 'input'];

/** The standard's most bits of one read. */
const mostBits = 2000;

export type ReadLimits = Pick<RegisterModel, 'model' | 'longestRead' | 'largestHole' | 'forbidden'>;

/**
 * Every point of `points` is in exactly one request. Points of one register (bits of it) share it.
 * @throws MesolineError `read-plan-impossible` where a point alone is too long or lies in a forbidden register.
 */
export const planReads = (limits: ReadLimits, points: readonly RegisterPoint[]): readonly ReadRequest[] =>
  areas.flatMap((area) => planArea(limits, area, points));

function planArea(limits: ReadLimits, area: RegisterArea, points: readonly RegisterPoint[]): ReadRequest[] {
  const longest = isBits(area) ? Math.min(mostBits, limits.longestRead * 16) : limits.longestRead;
  const forbidden = limits.forbidden.filter((part) => part.area === area);
  const touches = (from: number, to: number): boolean => forbidden.some((part) => from <= part.to && to > part.from);

  const spans: Span[] = [];
  for (const point of points.filter((each) => each.area === area).sort((one, other) => one.address - other.address)) {
    const end = point.address + lengthOf(point);
    if (end - point.address > longest || touches(point.address, end)) {
      throw mesolineError(
        'read-plan-impossible',
        `${limits.model}: ${point.name}`,
        `${area} ${point.address} to ${end - 1} cannot be read: it is longer than ${longest} or forbidden.`,
        'Correct the register map.',
      );
    }
    const last = spans.at(-1);
    const to = Math.max(last?.to ?? 0, end);
    if (
      last !== undefined &&
      point.address - last.to <= limits.largestHole &&
      to - last.from <= longest &&
      !touches(last.from, to)
    ) {
      last.to = to;
      last.points.push(point);
    } else {
      spans.push({ from: point.address, to: end, points: [point] });
    }
  }
  return spans.map(({ from, to, points: within }) => ({ area, address: from, length: to - from, points: within }));
}

export const isBits = (area: RegisterArea): area is Extract<RegisterArea, 'coil' | 'discrete'> =>
  area === 'coil' || area === 'discrete';

export const lengthOf = (point: RegisterPoint): number => (isBits(point.area) ? 1 : lengthInRegisters(point));
