import { afterEach, describe, expect, it } from 'vitest';
import { AnalysisThread } from '../../../pat/analysis-thread.ts';
import { createAnalyst, type Analyst, type AnalystOptions } from '../../../pat/index.ts';
import type { AnalysisResult } from '../../../plant/analysis.ts';
import { utcMs } from '../../../plant/clock.ts';
import { badDecodingError, badNoCommunication } from '../../../plant/quality.ts';
import { localTag, skidName, tagName } from '../../../plant/sample.ts';
import { begin, analysis, log, method, scan, skidOf, spectrum, TestClock } from './world.ts';

/** A thread whose mathematics is the first value of y: the diameter, or what befalls the thread. */
const thread = `
  import { parentPort, workerData } from 'node:worker_threads';
  parentPort.on('message', ({ id, method, data, inputs }) => {
    const [y] = data.y.values;
    if (y === -1) for (;;);
    if (y === -2) process.exit(3);
    if (y === -3) return parentPort.postMessage({ id, ms: 1, failure: 'there is no peak of it' });
    const outputs = { diameter: { value: y, uncertainty: 0.1 }, share: { value: inputs.pH ?? -1, uncertainty: 1 } };
    const figures = { signalToNoise: 50, known: workerData.has(method) ? 1 : 0, lampDrift: data.x.values[0] - 400 };
    const outcome = { outputs, verdict: 'in domain', reasons: [], figures, x: { title: 'x', unit: 'nm' }, curves: [] };
    parentPort.postMessage({ id, ms: 7, outcome });
  });`;
const entry = new URL(`data:text/javascript,${encodeURIComponent(thread)}`);

const rooms: Analyst[] = [];
afterEach(async () => {
  for (const room of rooms.splice(0)) await room.stop();
});

/** An analyst of one skid, with what it told. */
async function bench(options: Partial<AnalystOptions> = {}) {
  const clock = new TestClock();
  const told: AnalysisResult[] = [];
  const waiting: (() => void)[] = [];
  const consumer = {
    acceptAnalysis: (result: AnalysisResult) => {
      told.push(result);
      for (const wake of waiting.splice(0)) wake();
    },
  };
  const room = createAnalyst({ skids: [skidOf()], clock, log, consumers: [consumer], entry, ...options });
  rooms.push(room);
  await room.start();
  const after = async (count: number): Promise<readonly AnalysisResult[]> => {
    while (told.length < count) await new Promise<void>((wake) => waiting.push(wake));
    return told;
  };
  let digests = 0;
  /** A spectrum of bytes of its own. */
  const measure = (y: number, more: Parameters<typeof spectrum>[1] = {}): void => {
    digests += 1;
    const made = spectrum(clock, { digest: String(digests), ...more });
    room.acceptSpectrum({ ...made, data: { ...made.data, y: { ...made.data.y, values: Float64Array.of(y, 0) } } });
  };
  const run = (seconds: number): void => {
    const until = clock.now + seconds * 1000;
    for (; clock.now <= until; clock.now += 100) room.accept(scan(clock, { 'F100/FT-101': 10, 'F100/AT-105': 7.4 }));
    clock.now = until;
  };
  return { clock, room, told, after, measure, run };
}

const only = (results: readonly AnalysisResult[]): AnalysisResult => {
  expect(results).toHaveLength(1);
  return results[0]!;
};

describe('an analysis whose spectrum is lost', () => {
  it('is undecided with that reason, fits no start, and is in domain again with the next spectrum', async () => {
    const { room, clock, after, measure, run } = await bench();
    run(60);
    measure(3.5);
    await after(1);
    run(1);
    const lost = {
      skid: skidName('QD-1'),
      name: tagName(skidName('QD-1'), localTag('A401/AT-401')),
      serverTime: clock.utc(),
    };
    room.loseSpectrum({ ...lost, quality: badDecodingError });
    const [, told] = await after(2);
    expect(told?.outcome).toMatchObject({ verdict: 'undecided', outputs: { diameter: null } });
    expect(told?.outcome.reasons.join()).toContain('BadDecodingError');
    expect(await room.desk.latest(skidName('QD-1'))).toMatchObject([{ outcome: { verdict: 'undecided' } }]);
    expect((await room.desk.suitability(skidName('QD-1')))[0]?.fit).toBe(false);
    run(10);
    measure(3.6);
    const [, , again] = await after(3);
    expect(again?.outcome).toMatchObject({ verdict: 'in domain', outputs: { diameter: { value: 3.6 } } });
    expect(await room.desk.latest(skidName('QD-1'))).toMatchObject([{ outcome: { verdict: 'in domain' } }]);
  });

  it('says nothing where nothing was said before', async () => {
    const { room, clock, told } = await bench();
    const name = tagName(skidName('QD-1'), localTag('A401/AT-401'));
    room.loseSpectrum({ skid: skidName('QD-1'), name, quality: badDecodingError, serverTime: clock.utc() });
    expect(told).toEqual([]);
  });
});

describe('the analyst', () => {
  it('makes a result of a spectrum, for the sample that was measured, by the method of the skid', async () => {
    const { room, after, measure, run } = await bench();
    run(60);
    measure(3.5);
    const result = only(await after(1));
    expect(result).toMatchObject({
      skid: 'QD-1',
      analysis: 'A401/AY-401',
      spectrum: 'QD-1/A401/AT-401',
      method: { method: 'dots', version: 3, digest: method.digest, approvedBy: 'Ada Checker' },
      input: '1',
      measuredAt: begin + 60_000,
      analysedAt: begin + 60_000,
      outcome: {
        verdict: 'in domain',
        outputs: { diameter: { value: 3.5 }, share: { value: 7.4 } },
        figures: { known: 1 },
      },
    });
    expect(result.sampleTime - begin).toBeCloseTo(42_000, 3);
    expect(await room.desk.latest(skidName('QD-1'))).toEqual([result]);
    expect(await room.desk.suitability(skidName('QD-1'))).toMatchObject([{ analysis: 'A401/AY-401', fit: true }]);
    expect(await room.desk.latest(skidName('QD-2'))).toEqual([]);
    expect(room.health()).toMatchObject({
      state: 'ready',
      figures: { results: 1, undecided: 0, dropped: 0, longestMs: 7, ended: 0 },
    });
  });

  it('is undecided before the dead time is known, and says so', async () => {
    const { after, measure, run, room } = await bench();
    run(10);
    measure(3.5);
    const { outcome } = only(await after(1));
    expect(outcome).toMatchObject({ verdict: 'undecided', outputs: { diameter: { value: 3.5 } } });
    expect(outcome.reasons).toEqual([expect.stringMatching(/dead time/u)]);
    expect(room.health().figures).toMatchObject({ undecided: 1 });
  });

  it('is undecided of a spectrum that is not Good', async () => {
    const { after, measure, run } = await bench();
    run(60);
    measure(3.5, { quality: badNoCommunication });
    expect(only(await after(1)).outcome).toMatchObject({ verdict: 'undecided' });
  });

  it('analyses the bytes of one spectrum once, however often the instrument sends them', async () => {
    const { after, measure, run, room } = await bench();
    run(60);
    measure(3.5, { digest: 'same' });
    measure(3.5, { digest: 'same' });
    await after(1);
    measure(3.5, { digest: 'same' });
    measure(3.6, { digest: 'another' });
    expect((await after(2)).map(({ input }) => input)).toEqual(['same', 'another']);
    expect(room.health().figures).toMatchObject({ results: 2, repeated: 2 });
  });

  it('is undecided, and not fit, where an instrument gives the same values anew under another time', async () => {
    const { after, measure, run, room } = await bench();
    run(60);
    measure(3.5);
    await after(1);
    run(10);
    measure(3.5);
    const [, again] = await after(2);
    expect(again?.outcome.verdict).toBe('undecided');
    expect(again?.outcome.reasons).toEqual([expect.stringMatching(/repeats itself/u)]);
    expect(await room.desk.suitability(skidName('QD-1'))).toMatchObject([{ fit: false }]);
    measure(3.6);
    expect((await after(3))[2]?.outcome.verdict).toBe('in domain');
    expect(await room.desk.suitability(skidName('QD-1'))).toMatchObject([{ fit: true }]);
  });

  it('is not fit by a spectrum of long ago that is brought again', async () => {
    const { after, measure, run, room } = await bench();
    run(60);
    measure(3.5, { takenAt: begin - 36_000_000 });
    await after(1);
    const [judged] = await room.desk.suitability(skidName('QD-1'));
    expect(judged?.fit).toBe(false);
    expect(judged?.checks.filter(({ passed }) => !passed).map(({ what }) => what)).toEqual(['Newest spectrum']);
  });

  it('keeps no result of a time to come when the clock is set back', async () => {
    const { clock, after, measure, run, room } = await bench();
    run(60);
    measure(3.5);
    await after(1);
    clock.now -= 30_000;
    measure(4.5);
    await after(2);
    const [latest] = await room.desk.latest(skidName('QD-1'));
    expect(latest?.outcome.outputs['diameter']?.value).toBe(4.5);
  });

  it('keeps the later of two that wait, whichever came last', async () => {
    const { after, measure, run } = await bench();
    run(60);
    measure(1);
    measure(2);
    measure(3, { sourceTime: utcMs(begin + 1000), takenAt: begin + 1000 });
    expect((await after(2)).map(({ outcome }) => outcome.outputs['diameter']?.value)).toEqual([1, 2]);
  });

  it('says so where no thread is to be had, and does not stop', async () => {
    const thread = new AnalysisThread({ methods: new Map(), deadlineMs: 1000, entry: new URL('https://example.org/') });
    const { data } = spectrum(new TestClock());
    for (let time = 0; time < 2; time += 1)
      expect(await thread.analyse({ method: '', data, inputs: {} })).toEqual({
        failure: expect.stringMatching(/./u) as string,
      });
  });

  it('keeps the newest of spectra that come faster than they are analysed, and counts the others', async () => {
    const { after, measure, run, room } = await bench();
    run(60);
    for (const y of [1, 2, 3, 4]) measure(y);
    const values = (await after(2)).map(({ outcome }) => outcome.outputs['diameter']?.value);
    expect(values).toEqual([1, 4]);
    expect(room.health().figures).toMatchObject({ results: 2, dropped: 2, waiting: 0 });
  });

  it('leaves alone what is no spectrum of an analysis', async () => {
    const { after, measure, run } = await bench();
    run(60);
    measure(1, { name: 'QD-1/A401/AT-402' as never });
    measure(2, { skid: skidName('QD-2') });
    measure(3);
    expect(only(await after(1)).outcome.outputs['diameter']?.value).toBe(3);
  });

  it('analyses each analysis of one spectrum by its own method', async () => {
    const other = {
      ...analysis,
      name: localTag('A401/AY-402'),
      method: { ...method, method: 'other', digest: 'c'.repeat(64) },
    };
    const { after, measure, run } = await bench({ skids: [skidOf([analysis, other])] });
    run(60);
    measure(3.5);
    const results = await after(2);
    expect(results.map((result) => [result.analysis, result.method.method, result.outcome.figures['known']])).toEqual([
      ['A401/AY-401', 'dots', 1],
      ['A401/AY-402', 'other', 1],
    ]);
  });

  it('keeps the result of the later spectrum where an earlier one comes after it', async () => {
    const { after, measure, run, room } = await bench();
    run(60);
    measure(3.5);
    await after(1);
    measure(9, { takenAt: begin + 50_000 });
    await after(2);
    const [latest] = await room.desk.latest(skidName('QD-1'));
    expect(latest?.outcome.outputs['diameter']?.value).toBe(3.5);
  });

  it('asks for maintenance in its health', async () => {
    const { after, run, room, clock } = await bench();
    run(60);
    const drifted = spectrum(clock);
    const x = { ...drifted.data.x, values: Float64Array.of(400.06, 500) };
    room.acceptSpectrum({ ...drifted, data: { ...drifted.data, x } });
    await after(1);
    expect(room.health()).toMatchObject({
      state: 'degraded',
      detail: expect.stringMatching(/QD-1\/A401\/AY-401 asks for maintenance: Drift of the lamp/u) as string,
    });
  });

  it('goes on when one that is told of results fails', async () => {
    const told: AnalysisResult[] = [];
    const failing = {
      acceptAnalysis: () => {
        throw new Error('no');
      },
    };
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const other = {
      acceptAnalysis: (result: AnalysisResult) => {
        told.push(result);
        resolve(undefined);
      },
    };
    const { measure, run } = await bench({ consumers: [failing, other] });
    run(60);
    measure(3.5);
    await promise;
    expect(told).toHaveLength(1);
  });
});

describe('the thread of the analyses', () => {
  it('that takes too long is ended; the spectrum is undecided, and the next finds a new one', async () => {
    const { after, measure, run, room } = await bench({ deadlineMs: 1000 });
    run(60);
    measure(-1);
    const [hung] = await after(1);
    expect(hung?.outcome).toMatchObject({
      verdict: 'undecided',
      outputs: { diameter: null, share: null },
      reasons: ['The analysis was given up: it took longer than 1 s.'],
      curves: [{ name: 'raw' }],
    });
    expect(room.health()).toMatchObject({ state: 'degraded', figures: { ended: 1 } });
    measure(3.5);
    expect((await after(2))[1]?.outcome.verdict).toBe('in domain');
    expect(room.health().state).toBe('ready');
  });

  it('that dies is made anew', async () => {
    const { after, measure, run } = await bench();
    run(60);
    measure(-2);
    expect((await after(1))[0]?.outcome.reasons).toEqual([expect.stringMatching(/given up/u)]);
    measure(3.5);
    expect((await after(2))[1]?.outcome.verdict).toBe('in domain');
  });

  it('that fails at one spectrum lives on', async () => {
    const { after, measure, run, room } = await bench();
    run(60);
    measure(-3);
    expect((await after(1))[0]?.outcome.reasons).toEqual(['The analysis was given up: there is no peak of it.']);
    expect(room.health().figures).toMatchObject({ ended: 0 });
  });

  it('is not made where no skid has analyses', async () => {
    const { room } = await bench({ skids: [skidOf([])], entry: new URL('file:///nowhere') });
    expect(room.health()).toMatchObject({ state: 'ready', detail: 'No skid has analyses.' });
  });

  it('before the start and after the stop takes nothing, and tells of nothing more', async () => {
    const { room, told, measure, run, after } = await bench();
    run(60);
    measure(-1);
    await room.stop();
    await room.stop();
    measure(3.5);
    expect(told).toEqual([]);
    expect(room.health().state).toBe('stopped');
    await room.start();
    measure(3.6);
    expect(only(await after(1)).outcome.outputs['diameter']?.value).toBe(3.6);
    expect(room.health().state).toBe('ready');
  });
});
