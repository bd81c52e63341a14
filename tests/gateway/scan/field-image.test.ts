import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldImage } from '../../../gateway/scan/field-image.ts';
import { monotonic, utcMs } from '../../../plant/clock.ts';
import {
  badConfigurationError,
  badNoCommunication,
  badNotConnected,
  badTimeout,
  badWaitingForInitialData,
  good,
  isGood,
} from '../../../plant/quality.ts';
import { localTag, type Sample } from '../../../plant/sample.ts';
import { cdse, skidOf } from '../support/plc.ts';

const temperature = localTag('R201/TT-201A');
const highest = localTag('R201/T.max');

function image(): FieldImage {
  return new FieldImage(skidOf(cdse, 1), utcMs(1000));
}

const take = (field: FieldImage, point: string, value: number | null, at: number, quality = good): void => {
  field.take('PLC-1', point, { value, quality }, utcMs(5000 + at), utcMs(6000 + at), monotonic(at));
};

/** Reads a point of a controller that runs: its counter has moved by then. */
const read = (field: FieldImage, point: string, value: number | null, at = 0, quality = good): void => {
  take(field, 'controllerHeartbeat', at, at);
  take(field, point, value, at, quality);
};

const at = (field: FieldImage, now: number, tag = temperature): Sample =>
  field.sample(monotonic(now), utcMs(9000)).get(tag)!;

describe('a tag', () => {
  it('has no value and waits until it was first read', () => {
    expect(at(image(), 0)).toEqual({
      tag: 'QD-1/R201/TT-201A',
      value: null,
      quality: badWaitingForInitialData,
      sourceTime: 1000,
      serverTime: 1000,
    });
  });

  it('keeps its times as they were read', () => {
    const field = image();
    read(field, 'reactorTemperatureA', 160, 7);
    expect(at(field, 8)).toMatchObject({ value: 160, quality: good, sourceTime: 5007, serverTime: 6007 });
  });

  it('goes Bad by age alone, just after its time, and keeps its value', () => {
    const field = image();
    read(field, 'reactorTemperatureA', 160, 100);
    expect(at(field, 2100).quality).toBe(good);
    expect(at(field, 2101)).toMatchObject({ value: 160, quality: badNoCommunication });
  });

  it('is never Good when older than it may be, whatever was read and lost in which order', () => {
    const steps = fc.array(
      fc.tuple(fc.constantFrom('read', 'lose', 'fail', 'wait'), fc.integer({ min: 1, max: 1500 })),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, (sequence) => {
        const field = image();
        let [now, last] = [0, -Infinity];
        for (const [what, span] of sequence) {
          now += span;
          if (what === 'read') {
            read(field, 'reactorTemperatureA', 20, now);
            last = now;
          } else if (what !== 'wait') {
            if (what === 'lose') field.lose('PLC-1', badNotConnected);
            else field.fail('PLC-1', ['reactorTemperatureA'], badTimeout);
            last = -Infinity;
          }
          expect(isGood(at(field, now).quality)).toBe(now - last <= 2000);
        }
      }),
    );
  });

  it('of a device that goes is Bad at once; one that was never read waits on', () => {
    const field = image();
    read(field, 'reactorTemperatureA', 160);
    field.lose('PLC-1', badNotConnected);
    expect(at(field, 1)).toMatchObject({ value: 160, quality: badNotConnected });
    expect(at(field, 1, localTag('R201/TT-201B'))).toMatchObject({ value: null, quality: badWaitingForInitialData });
  });

  it('that the device refuses says so, though it was never read', () => {
    const field = image();
    field.fail('PLC-1', ['reactorTemperatureA'], badConfigurationError);
    expect(at(field, 1)).toMatchObject({ value: null, quality: badConfigurationError });
  });
});

describe('a controller whose program has stopped while its registers are still answered for', () => {
  it('is no longer believed: what it says goes Bad by the age of its counter', () => {
    const field = image();
    read(field, 'reactorTemperatureA', 160, 0);
    for (let now = 100; now <= 2000; now += 100) {
      take(field, 'controllerHeartbeat', 0, now);
      take(field, 'reactorTemperatureA', 160, now);
    }
    expect(at(field, 2000).quality).toBe(good);
    expect(field.isStill('PLC-1', monotonic(2000))).toBe(false);
    expect(at(field, 2001)).toMatchObject({ value: 160, quality: badNoCommunication });
    expect(field.isStill('PLC-1', monotonic(2001))).toBe(true);
    read(field, 'reactorTemperatureA', 161, 2100);
    expect(at(field, 2100)).toMatchObject({ value: 161, quality: good });
    expect(field.isStill('PLC-1', monotonic(2100))).toBe(false);
  });

  it('is not believed either where its counter cannot be read', () => {
    const field = image();
    for (const now of [0, 1000, 2000, 3000]) {
      take(field, 'controllerHeartbeat', null, now, badConfigurationError);
      take(field, 'reactorTemperatureA', 160, now);
    }
    expect(at(field, 3000).quality).toBe(badNoCommunication);
  });
});

describe('a derived tag', () => {
  it('has the worst quality of its parts and the time of the newest', () => {
    const field = image();
    read(field, 'reactorTemperatureA', 160, 10);
    read(field, 'reactorTemperatureB', 161, 20);
    expect(at(field, 30, highest)).toMatchObject({ value: 161, quality: good, sourceTime: 5020 });
    field.fail('PLC-1', ['reactorTemperatureA'], badTimeout);
    expect(at(field, 30, highest)).toMatchObject({ value: 161, quality: badTimeout });
  });

  it('has no value while a part has none', () => {
    const field = image();
    read(field, 'reactorTemperatureA', 160);
    expect(at(field, 1, highest)).toMatchObject({ value: null, quality: badWaitingForInitialData });
  });
});
