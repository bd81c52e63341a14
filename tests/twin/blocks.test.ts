import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateConstant } from '../../twin/blocks/arrhenius.ts';
import { reactFor } from '../../twin/blocks/batch.ts';
import { constantsAt, createNetwork, react } from '../../twin/blocks/reactions.ts';
import { addHeld, flowThrough } from '../../twin/blocks/tanks.ts';
import { snarCases, snarError, snarNetwork } from './snar.ts';

const at25 = (kRef: number) => ({ kRef, referenceC: 25, activationKJPerMol: 50 });
const constants = (network: ReturnType<typeof createNetwork>) =>
  constantsAt(network, 25, new Float64Array(network.rates.length));

describe('a rate constant', () => {
  it('is what it is at its reference, and doubles by 10 K at about 50 kJ/mol', () => {
    expect(rateConstant(at25(3), 25)).toBe(3);
    expect(rateConstant(at25(3), 35) / 3).toBeCloseTo(1.92, 2);
  });
});

describe('reactions', () => {
  it('of SNAR give what an independent integration gives, within 1e-4 of what was put in', () => {
    expect(snarCases).toHaveLength(72);
    expect(Math.max(...snarCases.map(snarError))).toBeLessThan(1e-4);
  });

  it('take no more than there is, make nothing of nothing, and are as fast in small as in large', () => {
    const amount = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(amount, amount, amount, amount, amount),
        fc.double({ min: -50, max: 400, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (start, celsius, dtS) => {
          const amounts = Float64Array.from(start);
          const reacted = new Float64Array(5);
          const k = constantsAt(snarNetwork, celsius, new Float64Array(4));
          react(snarNetwork, amounts, 0, 1, k, dtS, reacted);
          const [fluoride = 0, amine = 0, ortho = 0, para = 0, bis = 0] = amounts;
          expect(Math.min(...amounts)).toBeGreaterThanOrEqual(0);
          expect(fluoride + ortho + para + bis).toBeCloseTo(start[0] + start[2] + start[3] + start[4], 9);
          expect(amine + ortho + para + 2 * bis).toBeCloseTo(start[1] + start[2] + start[3] + 2 * start[4], 9);
          for (const [i, first] of start.entries()) expect((amounts[i] ?? 0) - first).toBeCloseTo(reacted[i] ?? 0, 9);

          const hundredfold = Float64Array.from(start, (one) => 100 * one);
          react(snarNetwork, hundredfold, 0, 100, k, dtS);
          for (const [i, one] of amounts.entries()) expect((hundredfold[i] ?? 0) / 100).toBeCloseTo(one, 9);
        },
      ),
    );
  });

  it('of first order end where the exponential does, in one step or many', () => {
    const network = createNetwork(['a', 'b'], [{ name: 'decay', takes: { a: 1 }, gives: { b: 2 }, rate: at25(0.1) }]);
    const amounts = new Float64Array([3, 0]);
    react(network, amounts, 0, 5, constants(network), 20);
    expect(amounts[0]).toBeCloseTo(3 * Math.exp(-2), 12);
    expect(amounts[1]).toBeCloseTo(6 * (1 - Math.exp(-2)), 12);
  });

  it('of second order end where the closed form does, with the reactants even or not', () => {
    const network = createNetwork(
      ['a', 'b', 'c'],
      [{ name: 'meet', takes: { a: 2, b: 1 }, gives: { c: 1 }, rate: at25(0.4) }],
    );
    const even = new Float64Array([2, 1, 0]);
    react(network, even, 0, 1, constants(network), 10);
    // With a = 2·b: db/dt = −2·k·b².
    expect(even[1]).toBeCloseTo(1 / (1 + 2 * 0.4 * 10), 12);
    const uneven = new Float64Array([4, 1, 0]);
    react(network, uneven, 0, 1, constants(network), 0.5);
    const q = Math.exp(-(4 - 2) * 0.4 * 0.5);
    const [b = 0, c = 0] = uneven.subarray(1);
    expect(c).toBeCloseTo((2 * (1 - q)) / (2 - q), 12);
    expect(b + c).toBeCloseTo(1, 12);
  });

  it('of any order follow their power law', () => {
    const network = createNetwork(
      ['a', 'b'],
      [{ name: 'third', takes: { a: 1 }, gives: { b: 1 }, orders: { a: 1.5 }, rate: at25(0.2) }],
    );
    const after = reactFor(network, new Float64Array([2, 0]), 1, constants(network), 30);
    const expected = (2 ** -0.5 + 0.5 * 0.2 * 30) ** -2;
    expect((after[0] ?? 0) / expected).toBeCloseTo(1, 4);
  });

  it('that cannot be followed within the tolerance are said to be so', () => {
    const impossible = { relative: 0, absoluteMol: 1e-300 };
    const [one] = snarCases;
    const start = Float64Array.from(one?.start ?? []);
    expect(() => reactFor(snarNetwork, start, 1, constants(snarNetwork), 1e7, impossible)).toThrow(/short enough/u);
  });
});

describe('tanks in series', () => {
  const stride = 3;
  const cellsOf = (count: number, kg = 1) =>
    Float64Array.from({ length: count * stride }, (_, i) => (i % stride === stride - 1 ? kg : 0));
  const train = (cells: number) => ({ firstCell: 0, cells, litresPerCell: 1 });

  it('give what they took, or hold it, whatever comes and whatever room they have', () => {
    const number = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.record({ mol: number, other: number, kg: number, capacity: number }), { maxLength: 30 }),
        (steps) => {
          const cells = cellsOf(4);
          const left = [0, 0, 0];
          const came = [0, 0, 4];
          for (const { mol, other, kg, capacity } of steps) {
            const moving = Float64Array.of(mol, other, kg);
            for (const [i, amount] of moving.entries()) came[i] = (came[i] ?? 0) + amount;
            flowThrough(cells, stride, train(4), capacity, moving);
            for (const [i, amount] of moving.entries()) left[i] = (left[i] ?? 0) + amount;
          }
          const held = new Float64Array(stride);
          addHeld(cells, stride, train(4), held);
          for (const [i, amount] of held.entries()) expect(amount + (left[i] ?? 0)).toBeCloseTo(came[i] ?? 0, 9);
          expect(Math.min(...cells)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('have the mean and the spread of residence that their number gives', () => {
    for (const count of [1, 5, 20]) {
      const cells = cellsOf(count, 60 / count);
      let [mass, mean, square] = [0, 0, 0];
      for (let step = 0; step < 12_000; step += 1) {
        const moving = Float64Array.of(step === 0 ? 1 : 0, 0, 0.1);
        flowThrough(cells, stride, train(count), 60 / count, moving);
        const [out = 0] = moving;
        mass += out;
        mean += out * step * 0.1;
        square += out * (step * 0.1) ** 2;
      }
      expect(mass).toBeCloseTo(1, 6);
      expect(mean).toBeCloseTo(60, 0);
      expect((square - mean ** 2) / mean ** 2).toBeCloseTo(1 / count, 1.5);
    }
  });

  it('with a reaction of first order turn over what tanks in series do', () => {
    const network = createNetwork(['a', 'b'], [{ name: 'decay', takes: { a: 1 }, gives: { b: 1 }, rate: at25(0.05) }]);
    const cells = cellsOf(5, 12);
    let out = 0;
    for (let step = 0; step < 20_000; step += 1) {
      const moving = Float64Array.of(0.02, 0, 0.02);
      flowThrough(cells, stride, train(5), 12, moving);
      out = (moving[0] ?? 0) / (moving[2] ?? 1);
      for (let cell = 0; cell < 5; cell += 1) react(network, cells, cell * stride, 12, constants(network), 0.02);
    }
    expect(out).toBeCloseTo((1 + (0.05 * 60) / 5) ** -5, 3);
  });

  it('push out what no longer fits, and fill up again before they give', () => {
    const cells = cellsOf(3, 1);
    const hot = new Float64Array(stride);
    flowThrough(cells, stride, train(3), 0.9, hot);
    expect(hot[2]).toBeCloseTo(0.3, 12);
    const cold = Float64Array.of(0, 0, 0.2);
    flowThrough(cells, stride, train(3), 1, cold);
    expect(cold[2]).toBe(0);
    const more = Float64Array.of(0, 0, 0.2);
    flowThrough(cells, stride, train(3), 1, more);
    expect(more[2]).toBeCloseTo(0.1, 12);
  });
});
