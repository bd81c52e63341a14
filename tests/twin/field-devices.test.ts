import { describe, expect, it } from 'vitest';
import { planReads } from '../../gateway/modbus/read-plan.ts';
import { lengthOf, type RegisterModel } from '../../plant/device-model.ts';
import { decodePoint } from '../../twin/codec.ts';
import { createFieldDevice, fieldDeviceModels } from '../../twin/field-devices/field-device.ts';
import type { RegisterBank } from '../../twin/modbus/bank.ts';
import { loadRegisterModel } from '../support/register-model.ts';
import { parameters, repository, SkidInHand } from './skid-in-hand.ts';

const modelOf = (name: string): RegisterModel => loadRegisterModel(repository(`gateway/devices/${name}.yaml`));

/** What a client reads at a point: its raw words, and the value in them. */
function read(model: RegisterModel, bank: RegisterBank, name: string): { raw: number; value: number } {
  const point = model.points.find((one) => one.name === name)!;
  const words = bank.readWords(point.area as 'holding' | 'input', point.address, lengthOf(point));
  if (typeof words === 'number') throw new Error(`${name} is refused with exception ${words}`);
  const raw = words[0]!;
  return { raw, value: point.bit === undefined ? decodePoint(point, words) : (raw >> point.bit) & 1 };
}

const device = (name: string, place = 0) => {
  const skid = new SkidInHand();
  const model = modelOf(name);
  const bank = createFieldDevice(model, place, parameters, () => skid.line.readings);
  return { skid, model, bank, says: (point: string) => read(model, bank, point).value };
};

describe('field devices with a link of their own', () => {
  it.each([...fieldDeviceModels])('serve every point of their model: %s', (name) => {
    const { model, bank, skid } = device(name);
    skid.wait(1);
    for (const point of model.points) {
      const { value } = read(model, bank, point.name);
      expect(value, point.name).not.toBeNaN();
      if (point.range !== undefined) {
        expect(value, point.name).toBeGreaterThanOrEqual(point.range.low);
        expect(value, point.name).toBeLessThanOrEqual(point.range.high);
      }
    }
  });

  it('are refused where a skid file names more of them than a skid has, or one that is not known', () => {
    const { readings } = new SkidInHand().line;
    const make = (name: string, place: number) => () =>
      createFieldDevice(modelOf(name), place, parameters, () => readings);
    expect(make('ph-transmitter', 4)).toThrow(/A skid has 4 of them/u);
    expect(make('bronkhorst', 0)).toThrow(/does not know this device/u);
  });

  it('take no write', () => {
    const { bank } = device('ph-transmitter');
    expect(bank.writeWords(2091, Uint16Array.of(0, 0))).not.toBeNull();
  });
});

describe('the gas detection panel', () => {
  it('shows a gas after its cells have followed, and alarms at its own thresholds', () => {
    const { skid, says } = device('gas-detection-panel');
    skid.fault({ fault: 'gas', gas: 'h2s', ppm: 10 });
    skid.wait(3);
    expect(says('h2s.1')).toBeLessThan(5);
    skid.wait(27);
    // T90 of 30 s.
    for (const channel of ['h2s.1', 'h2s.2', 'h2s.3']) {
      expect(says(channel)).toBeGreaterThan(8.5);
      expect(says(channel)).toBeLessThan(9.5);
      expect(says(`${channel}.alarm2`)).toBe(1);
    }
    expect(says('h2se.1.alarm1')).toBe(0);
    expect(says('h2.1')).toBeLessThan(1);
  });

  it('says hydrogen in percent of its lower explosive limit', () => {
    const { skid, says } = device('gas-detection-panel');
    skid.fault({ fault: 'gas', gas: 'h2', ppm: 10_000 });
    skid.wait(120);
    expect(says('h2.1')).toBeGreaterThan(24);
    expect(says('h2.1')).toBeLessThan(26);
  });

  it('never shows a cell that failed as one without gas', () => {
    const { skid, model, bank, says } = device('gas-detection-panel');
    skid.fault({ fault: 'sensor-nan', point: 'h2s.2' });
    skid.wait(0.1);
    expect(read(model, bank, 'h2s.2').raw).toBe(65_535);
    expect([says('h2s.1.fault'), says('h2s.2.fault')]).toEqual([0, 1]);
  });

  it('stays at the end of its range beyond it, and says so', () => {
    const { skid, says } = device('gas-detection-panel');
    skid.fault({ fault: 'gas', gas: 'h2se', ppm: 5 });
    skid.wait(60);
    expect(says('h2se.1')).toBeCloseTo(1, 6);
    expect(says('h2se.1.overRange')).toBe(1);
  });
});

describe('pH transmitters', () => {
  it('are feed A and B, then waste A and B', () => {
    const skid = new SkidInHand();
    skid.fault({ fault: 'ph', place: 'feed', value: 10.5 });
    skid.fault({ fault: 'ph', place: 'waste', value: 8 });
    skid.wait(60);
    const model = modelOf('ph-transmitter');
    const said = [0, 1, 2, 3].map(
      (place) =>
        read(
          model,
          createFieldDevice(model, place, parameters, () => skid.line.readings),
          'ph',
        ).value,
    );
    for (const [index, wanted] of [10.5, 10.5, 8, 8].entries())
      expect(Math.abs(said[index]! - wanted)).toBeLessThan(0.1);
  });

  it('say NaN and their error where the electrode is broken', () => {
    const { skid, says } = device('ph-transmitter', 2);
    skid.fault({ fault: 'sensor-nan', point: 'wastePH.1' });
    skid.wait(0.1);
    expect(says('ph')).toBeNaN();
    expect(says('ph.error')).toBe(1);
  });

  it('give their block of ten registers in one read', () => {
    const { bank } = device('ph-transmitter');
    expect(bank.readWords('holding', 2089, 10)).toHaveLength(10);
    const { longestRead, largestHole, points, forbidden } = modelOf('ph-transmitter');
    const reads = planReads({ model: 'ph-transmitter', longestRead, largestHole, forbidden }, points);
    expect(reads.map(({ address, length }) => [address, length])).toEqual([
      [2089, 10],
      [2409, 10],
    ]);
  });
});

describe('aerosol photometers', () => {
  it('show the background of the room, and the spray of a hot leak above it', () => {
    const skid = new SkidInHand().flowing();
    const model = modelOf('aerosol-photometer');
    const bank = createFieldDevice(model, 1, parameters, () => skid.line.readings);
    const background = read(model, bank, 'concentration.A').value;
    expect(background).toBeLessThan(0.05);
    skid.fault({ fault: 'leak', place: 'reactor', mlPerMin: 2 });
    skid.wait(60);
    expect(read(model, bank, 'concentration.A').value).toBeGreaterThan(10 * background);
    skid.fault({ fault: 'clear' });
    skid.wait(120);
    expect(read(model, bank, 'concentration.A').value).toBeLessThan(0.05);
  });
});
