/** How many Modbus requests one reading of a device takes, for the checker's summary. */
import { lengthOf, type RegisterModel, type RegisterArea } from '../device-model.ts';

/** Points side by side, or with a hole of at most `largestHole` that is not forbidden, share a request. */
export function countReadRequests(model: RegisterModel): number {
  const areas: readonly RegisterArea[] = ['coil', 'discrete', 'holding', 'input'];
  return areas.reduce((sum, area) => sum + requestsIn(model, area), 0);
}

function requestsIn(model: RegisterModel, area: RegisterArea): number {
  const spans = model.points
    .filter((point) => point.area === area)
    .map((point) => ({ from: point.address, to: point.address + lengthOf(point) }))
    .sort((one, other) => one.from - other.from);
  let requests = 0;
  let open: { from: number; to: number } | null = null;
  for (const { from, to } of spans) {
    const joins: boolean =
      open !== null &&
      from - open.to <= model.largestHole &&
      Math.max(to, open.to) - open.from <= model.longestRead &&
      !isForbidden(model, area, open.to, from);
    if (open !== null && joins) open.to = Math.max(open.to, to);
    else {
      requests += 1;
      open = { from, to };
    }
  }
  return requests;
}

const isForbidden = (model: RegisterModel, area: RegisterArea, from: number, to: number): boolean =>
  model.forbidden.some((forbidden) => forbidden.area === area && forbidden.from < to && forbidden.to >= from);
