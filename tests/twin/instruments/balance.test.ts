/** The emulated balance, and that its model reads what it says. */
import { describe, expect, it } from 'vitest';
import { parseTemplate, readLine } from '../../../plant/line-template.ts';
import { loadDeviceModel } from '../../../plant/skid/device-model-loader.ts';
import { shippedDeviceModelFolder } from '../../../plant/skid/folders.ts';
import { MtSicsBalance } from '../../../twin/instruments/balance-mt-sics.ts';

describe('the emulated balance', () => {
  it('gives a weight at rest, net of its tare, ten characters wide', () => {
    const balance = new MtSicsBalance();
    balance.control({ grams: 12.1 });
    expect(balance.answer('T')).toBe('T S    12.1000 g');
    balance.control({ grams: 13.05 });
    expect(balance.answer('S')).toBe('S S     0.9500 g');
    expect(balance.answer('Z')).toBe('Z A');
    expect(balance.answer('SI')).toBe('S S     0.0000 g');
  });

  it.each([
    [{ grams: 10, resting: false }, 'S', 'S I'],
    [{ grams: 10, resting: false }, 'SI', 'S D    10.0000 g'],
    [{ grams: 10, resting: false }, 'T', 'T I'],
    [{ grams: 10, resting: false }, 'Z', 'Z I'],
    [{ grams: 300 }, 'S', 'S +'],
    [{ grams: -1 }, 'SI', 'S -'],
    [{ grams: 10 }, 's', 'ES'],
  ])('with %j answers %s with %s', (message, line, answer) => {
    const balance = new MtSicsBalance();
    balance.control(message);
    expect(balance.answer(line)).toBe(answer);
  });

  it('is told nothing that happens to no balance', () => {
    expect(() => new MtSicsBalance().control({ kilograms: 1 })).toThrow(/happens to no balance/);
  });
});

describe('the model of a balance', () => {
  it('takes the weight of the manual’s example, and no weight of one that moves', () => {
    const model = loadDeviceModel(`${shippedDeviceModelFolder}/mettler-mt-sics.yaml`);
    expect(model.points.map(({ name, access }) => `${name} ${access}`)).toEqual(['weight read']);
    const template = parseTemplate('S S {value:padded} g');
    expect(readLine(template, 'S S     100.00 g')).toEqual({ raw: 100 });
    expect(readLine(template, 'S S      -0.05 g')).toEqual({ raw: -0.05 });
    expect(readLine(template, 'S D     100.00 g')).toBeNull();
    expect(readLine(template, 'S S     100.00 kg')).toBeNull();
  });
});
