import { beforeEach, describe, expect, it } from 'vitest';
import { begin } from '../../../gateway/opcua/history/history-pages.ts';
import { ContinuationPoints, keptForMs, mostPoints } from '../../../gateway/opcua/history/history-points.ts';
import { monotonic, utcMs, type Clock } from '../../../plant/clock.ts';

const cursor = begin({ start: utcMs(0), end: utcMs(10), most: 1, bounds: false })!;
const place = { node: 'a', cursor };
let now = 0;
let points: ContinuationPoints<object>;
const [one, other] = [{}, {}];

beforeEach(() => {
  now = 0;
  let id = 0;
  points = new ContinuationPoints({ monotonic: () => monotonic(now) } as Clock, () => `point ${++id}`);
});

describe('continuation points', () => {
  it('serve once, and only their own session and node', () => {
    const id = points.keep(one, place)!;
    expect([points.take(other, id, 'a'), points.take(one, id, 'b'), points.take(one, id, 'a')]).toEqual([
      null,
      null,
      cursor,
    ]);
    expect(points.take(one, id, 'a')).toBeNull();
  });

  it('are bounded for each session', () => {
    for (let i = 0; i < mostPoints; i++) expect(points.keep(one, place)).not.toBeNull();
    expect([points.keep(one, place), points.keep(other, place)]).toEqual([null, expect.any(String)]);
  });

  it('go after a while, and with their session', () => {
    const id = points.keep(one, place)!;
    const later = points.keep(other, place)!;
    points.closed(other);
    expect(points.take(other, later, 'a')).toBeNull();
    now = keptForMs - 1;
    expect(points.hasRoom(one)).toBe(true);
    now = keptForMs;
    expect(points.take(one, id, 'a')).toBeNull();
  });
});
