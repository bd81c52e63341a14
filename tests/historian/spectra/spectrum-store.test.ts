import Database from 'better-sqlite3';
import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataOf, keptOf } from '../../../historian/spectra/kept.ts';
import { pack, unpack } from '../../../historian/spectra/packing.ts';
import { SpectrumStore } from '../../../historian/spectra/spectrum-store.ts';
import { utcMs } from '../../../plant/clock.ts';
import { temporaryFolder } from '../world.ts';
import { analysis, decay, nmr, result } from './some.ts';
import { qd1 } from '../world.ts';

const t0 = 1_700_000_000_000;
const [always, ever] = [utcMs(0), utcMs(t0 * 2)];

function storeIn(folder: string, largestBytes = 1e9): SpectrumStore {
  const store = new SpectrumStore(folder, largestBytes);
  store.open();
  onTestFinished(() => store.close());
  return store;
}
const spectra = (...kept: ReturnType<typeof decay>[]) => ({ spectra: kept, results: [], gaps: [] });

describe('curves', () => {
  it('come back to the bit, whatever they hold', () => {
    const curve = fc.oneof(
      fc.float64Array({ maxLength: 30 }),
      fc.float32Array({ maxLength: 30 }).map((values) => Float64Array.from(values)),
      fc
        .tuple(fc.double({ min: -1e6, max: 1e6 }), fc.double({ min: 1e-9, max: 1e3 }), fc.integer({ min: 2, max: 30 }))
        .map(([from, step, length]) => Float64Array.from({ length }, (_, i) => from + i * step)),
    );
    fc.assert(
      fc.property(fc.array(curve, { minLength: 1, maxLength: 3 }), (curves) => {
        expect(unpack(pack(curves)).map((values) => new BigUint64Array(values.buffer))).toEqual(
          curves.map((values) => new BigUint64Array(Float64Array.from(values).buffer)),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('of a benchtop decay take a third of what they would plainly', () => {
    const { data } = decay(t0, 16_384);
    const { bytes } = pack([data.x.values, data.y.values, data.imaginary!]);
    expect(bytes.length).toBeLessThan((3 * 8 * 16_384) / 3);
  });
});

describe('the archive of spectra', () => {
  it('gives back what it was given: curves, acquisition, facts', () => {
    const store = storeIn(temporaryFolder());
    const kept = decay(t0);
    store.keep(spectra(kept));
    expect(store.read(nmr, kept.digest)).toEqual(kept.data);
    expect(store.list(nmr, always, ever, 10)).toEqual([
      {
        spectrum: nmr,
        sourceTime: t0,
        origin: kept.origin,
        digest: kept.digest,
        kept: keptOf(kept).kept,
        points: 512,
      },
    ]);
    expect(store.read(nmr, 'f'.repeat(64))).toBeNull();
  });

  it('keeps a spectrum once, however often it comes', () => {
    const store = storeIn(temporaryFolder());
    store.keep(spectra(decay(t0), decay(t0)));
    store.keep({ spectra: [decay(t0)], results: [result(t0), result(t0)], gaps: [] });
    expect(store.figures()).toMatchObject({ spectra: 1, results: 1 });
  });

  it('goes on keeping where an instrument says a time that no calendar has', () => {
    const store = storeIn(temporaryFolder());
    const times = [1e303, -1e303, Infinity, NaN].map((time) => utcMs(time));
    const mad = times.map((sourceTime, i) => ({ ...decay(t0 + i), sourceTime }));
    const results = times.map((measuredAt, i) => ({ ...result(t0 + i), measuredAt }));
    store.keep({ spectra: [...mad, decay(t0 + 100)], results, gaps: [] });
    expect(store.figures().spectra + store.gaps().reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect(store.read(nmr, decay(t0 + 100).digest)).toEqual(decay(t0 + 100).data);
  });

  it('gives a result that is no longer what was kept as no evidence, and the others as they were', () => {
    const folder = temporaryFolder();
    const store = storeIn(folder);
    store.keep({ spectra: [], results: [result(t0, 91), result(t0 + 1, 92)], gaps: [] });
    const database = new Database(join(folder, 'spectra.db'));
    database.prepare(`UPDATE result SET content = replace(content, '"value":91', '"value":99')`).run();
    database.close();
    const [sound, damaged] = store.results(qd1, analysis, always, ever, 10);
    expect(sound?.outcome).toMatchObject({ verdict: 'in domain', outputs: { conversion: { value: 92 } } });
    expect(damaged).toMatchObject({ measuredAt: t0, input: result(t0).input });
    expect(damaged?.outcome).toEqual({
      verdict: 'undecided',
      outputs: {},
      figures: {},
      reasons: ['What is kept of it is no longer what was kept.'],
    });
  });

  it('opens an archive that was begun before results had a digest', () => {
    const folder = temporaryFolder();
    const old = new Database(join(folder, 'spectra.db'));
    old.exec(
      `CREATE TABLE result (id INTEGER PRIMARY KEY, skid TEXT NOT NULL, analysis TEXT NOT NULL, time INTEGER NOT NULL,
       input TEXT NOT NULL, method TEXT NOT NULL, content TEXT NOT NULL, UNIQUE (skid, analysis, time, input, method)) STRICT`,
    );
    old
      .prepare('INSERT INTO result (skid, analysis, time, input, method, content) VALUES (?, ?, ?, ?, ?, ?)')
      .run(qd1, analysis, t0, 'i', 'm', JSON.stringify(result(t0, 91)));
    old.close();
    const store = storeIn(folder);
    store.keep({ spectra: [], results: [result(t0 + 1, 92)], gaps: [] });
    const values = store.results(qd1, analysis, always, ever, 10).map(({ outcome }) => outcome.outputs['conversion']);
    expect(values).toMatchObject([{ value: 92 }, { value: 91 }]);
  });

  it('lists the newest first, from a time to before another', () => {
    const store = storeIn(temporaryFolder());
    store.keep(spectra(...[0, 1, 2, 3].map((i) => decay(t0 + i))));
    const times = (from: number, to: number, limit: number) =>
      store.list(nmr, utcMs(from), utcMs(to), limit).map(({ sourceTime }) => sourceTime - t0);
    expect([times(t0, t0 + 3, 10), times(t0, t0 + 9, 2)]).toEqual([
      [2, 1, 0],
      [3, 2],
    ]);
  });

  it('keeps results without their curves, and without numbers that are none', () => {
    const store = storeIn(temporaryFolder());
    const { outcome, ...rest } = result(t0);
    const { outputs, verdict, reasons } = outcome;
    const kept = { ...rest, outcome: { outputs, verdict, reasons, figures: { signalToNoise: 88 } } };
    store.keep({ spectra: [], results: [kept], gaps: [] });
    expect(store.results(qd1, analysis, always, ever, 10)).toEqual([kept]);
  });

  it.each(['curves', 'head', 'packings', 'kept'])('says so when its %s are no longer what was kept', (column) => {
    const folder = temporaryFolder();
    const kept = decay(t0);
    storeIn(folder).keep(spectra(kept));
    const database = new Database(join(folder, 'spectra.db'));
    const { value } = database
      .prepare<[], { value: string | Buffer }>(`SELECT ${column} AS value FROM spectrum`)
      .get()!;
    const changed = Buffer.from(value);
    const at = changed.length >> 1;
    changed[at] = changed[at]! ^ 1;
    database
      .prepare(`UPDATE spectrum SET ${column} = ?`)
      .run(Buffer.isBuffer(value) ? changed : changed.toString('latin1'));
    database.close();
    expect(() => storeIn(folder).read(nmr, kept.digest)).toThrow(
      expect.objectContaining({ code: 'spectrum-damaged', message: expect.stringContaining(kept.digest) as string }),
    );
  });

  it('never takes a changed form for the one that was kept', () => {
    const kept = keptOf(decay(t0, 64));
    fc.assert(
      fc.property(fc.nat(kept.curves.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const curves = Uint8Array.from(kept.curves);
        curves[at] = curves[at]! ^ bits;
        const data = dataOf({ ...kept, curves });
        // A bit that deflate does not look at changes nothing.
        if (data !== null) expect(data).toEqual(decay(t0, 64).data);
      }),
    );
  });

  it('above its limit removes the oldest, and says which', () => {
    const folder = temporaryFolder();
    const store = storeIn(folder, 400_000);
    for (const half of [0, 40])
      store.keep(spectra(...Array.from({ length: 40 }, (_, i) => decay(t0 + half + i, 2048))));
    const { spectra: left, removed, bytes } = store.figures();
    expect(bytes).toBeLessThanOrEqual(400_000);
    expect([left + removed, left > 0]).toEqual([80, true]);
    expect(store.list(nmr, always, ever, 1000).at(-1)?.sourceTime).toBe(t0 + removed);
    const gaps = store.gaps();
    expect(gaps.map(({ count }) => count)).toEqual([removed]);
    expect([gaps[0]?.from, gaps.at(-1)?.to]).toEqual([t0, t0 + removed - 1]);
    expect(gaps[0]?.reason).toMatch(/400000 bytes/u);
    store.close();
    expect(storeIn(folder, 400_000).figures().removed).toBe(removed);
  });

  it('removes results when there is no spectrum left to remove', () => {
    const store = storeIn(temporaryFolder(), 100_000);
    const results = Array.from({ length: 400 }, (_, i) => result(t0 + i));
    store.keep({ spectra: [], results, gaps: [] });
    const { results: left, removed } = store.figures();
    expect([left + removed, left < 400]).toEqual([400, true]);
    expect(store.gaps()[0]?.name).toBe('QD-1/A401/AY-401');
  });

  it('makes a gap of a spectrum that cannot be written down, and keeps the others', () => {
    const store = storeIn(temporaryFolder());
    const sick = decay(t0, 8);
    const nan = { ...sick, data: { ...sick.data, nmr: { ...sick.data.nmr!, scans: Number.NaN } } };
    store.keep(spectra(nan, decay(t0 + 1)));
    expect(store.figures().spectra).toBe(1);
    expect(store.gaps()).toMatchObject([
      { from: t0, count: 1, reason: expect.stringMatching(/written down/u) as string },
    ]);
  });

  it('keeps what has a time with parts of a millisecond, as files have', () => {
    const store = storeIn(temporaryFolder());
    store.keep(spectra({ ...decay(t0), sourceTime: utcMs(t0 + 0.25) }));
    expect(store.list(nmr, utcMs(t0), utcMs(t0 + 1), 1)).toHaveLength(1);
  });
});
