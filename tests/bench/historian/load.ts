/** Points as a site of 2,000 tags makes them: ten devices of 200 tags each, read once a second, with the resolution that sensors have. */
import { batchOf, type Point, type PointBatch, type Series } from '../../../historian/point.ts';
import { utcMs } from '../../../plant/clock.ts';
import { good } from '../../../plant/quality.ts';
import { skidName } from '../../../plant/sample.ts';

const devices = 10;
const tagsOfDevice = 200;
export const pointsOfSecond = devices * tagsOfDevice;

export const series: readonly Series[] = Array.from({ length: pointsOfSecond }, (_, i) => ({
  measurement: 'generic-skid-plc',
  skid: skidName(`QD-${1 + Math.floor(i / tagsOfDevice)}`),
  device: 'PLC-1',
  tag: `R201/TT-${100 + (i % tagsOfDevice)}`,
  valueType: 'number',
}));

/** A value with one decimal that wanders. */
const valueAt = (tag: number, second: number): number =>
  Math.round(1_500 + 100 * Math.sin((second + 37 * tag) / 60) + ((tag * 7919 + second * 104_729) % 7)) / 10;

/** Every tag once a second, from `second` on, for `seconds`. */
export function pointsFrom(t0: number, second: number, seconds: number): readonly Point[] {
  const points: Point[] = [];
  for (let s = second; s < second + seconds; s += 1) {
    const time = utcMs(t0 + 1_000 * s);
    for (const [tag, one] of series.entries()) {
      points.push({ series: one, value: valueAt(tag, s), quality: good, time, serverTime: time });
    }
  }
  return points;
}

export const batchFrom = (t0: number, second: number, seconds: number): PointBatch =>
  batchOf(pointsFrom(t0, second, seconds));
