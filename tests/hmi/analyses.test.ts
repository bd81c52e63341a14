import { describe, expect, it } from 'vitest';
import { thinned } from '../../hmi/server/thinned-curve.ts';
import { compactText } from '../../hmi/web/src/spectra/compact-text.ts';
import { estimateText } from '../../hmi/web/src/spectra/estimate-text.ts';
import { mesolineError } from '../../plant/errors.ts';
import { analysisName, resultOf, seeingSkid } from './support/analysis.ts';
import { start } from './support/fakes.ts';
import { testServer } from './support/server.ts';
import { smallSkid } from './support/skid.ts';

const server = () => testServer([seeingSkid(), smallSkid('QD-2')]);
const body = (answer: { body: string }): unknown => JSON.parse(answer.body) as unknown;

describe('what the analysers say', () => {
  it('is there with its uncertainty, its verdict, its method and what it was made of', async () => {
    const { ask, rooms } = await server();
    rooms.state.analyses.push(resultOf());
    expect(body(await ask('GET', '/api/skids/QD-1/analyses'))).toMatchObject([
      {
        name: analysisName,
        method: { method: 'emission-cdse', version: 2, approvedBy: null },
        latest: {
          input: 'e'.repeat(64),
          verdict: 'in domain',
          outputs: { emissionMaximum: { value: 587.3, uncertainty: 0.4 } },
        },
      },
    ]);
    expect(body(await ask('GET', '/api/skids/QD-2/analyses'))).toEqual([]);
  });

  it('says by which flow and which other values it comes, and what it was calibrated and is judged by', async () => {
    const { ask } = await server();
    expect(body(await ask('GET', '/api/skids/QD-1/analyses'))).toMatchObject([
      {
        delay: { volumeMl: 5, flow: 'F100/FQ-100' },
        inputs: [{ name: 'absorbanceAtExcitation', tag: 'A404/AI-403', range: [-0.1, 2], at: 'probe' }],
        method: {
          calibrationSet: 'c'.repeat(64),
          judged: ['noiseCounts'],
          figureTitles: { backgroundCounts: 'Dark signal' },
        },
      },
    ]);
  });

  it('is listed before anything was measured, and its curves are asked for in vain then', async () => {
    const { ask } = await server();
    expect(body(await ask('GET', '/api/skids/QD-1/analyses'))).toMatchObject([{ latest: null, suitability: null }]);
    const curves = await ask('GET', `/api/skids/QD-1/analyses/${analysisName}/curves`);
    expect([curves.statusCode, body(curves)]).toMatchObject([409, { code: 'no-values-yet' }]);
  });

  it('has curves that a page can draw, however many points were measured', async () => {
    const { ask, rooms } = await server();
    rooms.state.analyses.push(resultOf({}, 32_768));
    const { curves } = body(await ask('GET', `/api/skids/QD-1/analyses/${analysisName}/curves`)) as {
      curves: { x: number[]; y: number[] }[];
    };
    expect(curves[0]?.x.length).toBeLessThanOrEqual(2400);
    expect(Math.max(...(curves[0]?.y ?? []))).toBeGreaterThan(0.999);
  });

  it('is not to be had of an analysis that is not there, nor without a login', async () => {
    const { ask, app } = await server();
    const answer = await ask('GET', '/api/skids/QD-1/analyses/A404/AY-999/curves');
    expect([answer.statusCode, body(answer)]).toMatchObject([404, { code: 'not-found' }]);
    expect((await app.inject({ method: 'GET', url: '/api/skids/QD-1/analyses' })).statusCode).toBe(401);
  });
});

describe('the archive of spectra', () => {
  it('gives earlier results, each with its values, when its liquid left, and no curves', async () => {
    const { ask, rooms } = await server();
    rooms.state.results.push(resultOf());
    const url = `/api/skids/QD-1/analyses/${analysisName}/results?from=0&to=${start}&limit=10`;
    const [result] = body(await ask('GET', url)) as { outcome: object }[];
    expect(result).toMatchObject({
      sampleTime: start - 30_000,
      outcome: { verdict: 'in domain', outputs: { emissionMaximum: { value: 587.3, uncertainty: 0.4 } } },
    });
    expect(result?.outcome).not.toHaveProperty('curves');
  });

  it('is asked for the span and the number wanted', async () => {
    const { ask, rooms } = await server();
    await ask('GET', `/api/skids/QD-1/spectra/A404/AT-404?from=${start}&to=${start + 1000}&limit=7`);
    await ask('GET', `/api/skids/QD-1/analyses/${analysisName}/results?from=${start}&to=${start + 1000}`);
    expect(rooms.asked.filter(({ what }) => what === 'spectra' || what === 'results')).toMatchObject([
      { with: { spectrum: 'QD-1/A404/AT-404', limit: 7 } },
      { with: { analysis: analysisName, limit: 100 } },
    ]);
    expect((await ask('GET', '/api/skids/QD-1/spectra/A404/AT-404?from=1')).statusCode).toBe(400);
  });

  it('gives a spectrum whole, says where there is none, and where what is kept was damaged', async () => {
    const { ask, rooms } = await server();
    const url = `/api/skids/QD-1/spectra/A404/AT-404/${'e'.repeat(64)}`;
    expect((await ask('GET', url)).statusCode).toBe(404);
    rooms.state.spectrum = {
      x: { title: 'Wavelength', unit: 'nm', values: Float64Array.of(1, 2) },
      y: { title: 'Counts', unit: null, values: Float64Array.of(3, 4) },
      takenAt: null,
      facts: { serial: 'S-1' },
    };
    expect(body(await ask('GET', url))).toMatchObject({ x: { values: [1, 2] }, imaginary: null });
    rooms.state.spectrum = mesolineError('spectrum-damaged', 'e', 'Its digest is another.', 'Restore it.');
    expect(body(await ask('GET', url))).toMatchObject({ code: 'spectrum-damaged' });
  });
});

describe('a curve thinned', () => {
  it('keeps its highest and its lowest point, and its order', () => {
    const y = new Float64Array(10_000);
    [y[1234], y[7777]] = [5, -3];
    const { x, y: values } = thinned({ name: 'raw', x: Float64Array.from(y.keys()), y }, 200);
    expect([Math.max(...(values as number[])), Math.min(...(values as number[]))]).toEqual([5, -3]);
    expect(x).toEqual([...x].sort((one, other) => one - other));
    expect(x.length).toBeLessThanOrEqual(200);
  });

  it('shows what is no number as a gap', () => {
    expect(thinned({ name: 'fit', x: Float64Array.of(1, 2), y: Float64Array.of(NaN, 2) }, 10).y).toEqual([null, 2]);
  });
});

describe('a value in words', () => {
  it.each([
    [{ value: 98.234, uncertainty: 1.12 }, '%', '98.2 ± 1.1 %'],
    [{ value: 587.3456, uncertainty: 0.0412 }, 'nm', '587.346 ± 0.041 nm'],
    [{ value: 12_345, uncertainty: 150 }, null, '12345 ± 150'],
    [null, 'nm', '–'],
  ])('%o in %s is %s', (estimate, unit, text) => {
    expect(estimateText(estimate, unit)).toBe(text);
  });
});

describe('a number at an axis', () => {
  it.each([
    [0, '0'],
    [1_000_000, '1 M'],
    [250_000, '250 k'],
    [-12_500, '-12.5 k'],
    [2_000_000_000, '2 G'],
    [3e15, '3e15'],
    [999, '999'],
    [0.1 + 0.2, '0.3'],
    [0.0025, '0.0025'],
    [2.5e-7, '2.5e-7'],
  ])('%d is %s', (value, text) => {
    expect(compactText(value)).toBe(text);
  });
});
