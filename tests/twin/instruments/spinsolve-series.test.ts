import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SpinsolveDevice } from '../../../gateway/spinsolve/spinsolve-device.ts';
import { systemTimers } from '../../../gateway/timers.ts';
import { createSpectrumReader } from '../../../pat/index.ts';
import { readSpectrum } from '../../../pat/read/forms.ts';
import { milliseconds, utcMs } from '../../../plant/clock.ts';
import type { SpinsolveModel } from '../../../plant/device-model.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { SpinsolveInstrument } from '../../../twin/instruments/spinsolve.ts';
import { writeResult } from '../../../twin/instruments/spinsolve-result.ts';
import { sourceOf } from '../../../twin/spectra/draws.ts';
import { benchtop80, fidOf } from '../../../twin/spectra/fid.ts';
import { phosphorusLines } from '../../../twin/spectra/phosphorus-lines.ts';
import { Bench, shippedModel } from '../../gateway/spectra/support/bench.ts';
import { silentLog } from '../../gateway/support/house.ts';
import { until } from '../../support/waiting.ts';
import { drawsFrom, truth } from '../spectra/support.ts';

const clock = systemClock();
const reader = createSpectrumReader({ clock, log: silentLog });
const soon = { everyMs: 5, withinMs: 8000 };
let folder = '';
let instrument: SpinsolveInstrument;

beforeAll(() => reader.start());
afterAll(() => reader.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mesoline-series-'));
  instrument = new SpinsolveInstrument({
    ...{ host: '127.0.0.1', port: 0, folder, clock, keep: 12 },
    random: sourceOf(1, 1, 0),
    files: ['acqu.par', 'data.1d'],
  });
  instrument.take({ world: { series: true, durationMs: 120, pieceMs: 0 } });
});
afterEach(async () => {
  await instrument.stop();
  rmSync(folder, { recursive: true, force: true });
});

function connect(port: number) {
  const shipped = shippedModel('magritek-spinsolve', 'spinsolve');
  const [spectrum] = shipped.spectra;
  const model: SpinsolveModel = {
    ...shipped,
    period: milliseconds(40),
    timeout: milliseconds(400),
    spectra: [{ ...spectrum!, item: 'data.1d', x: { title: 'Time', unit: 's' } }],
    measurement: {
      protocolName: '1D PHOSPHORUS',
      options: {},
      folders: [{ theirs: 'C:\\Data', ours: folder }],
      settle: milliseconds(2000),
    },
  };
  const bench = new Bench({
    ...{ model, clock, timers: systemTimers, reader },
    link: { protocol: 'tcp', host: '127.0.0.1', port },
  });
  return {
    bench,
    device: new SpinsolveDevice(model, bench.context),
    run: model.points.find(({ name }) => name === 'run')!,
  };
}

describe('a Spinsolve that measures in a series', () => {
  it('gives decays that nobody started, keeps its folder small, halts when aborted and goes on when started', async () => {
    const { bench, device, run } = connect(await instrument.start());
    device.start();
    try {
      await until(() => bench.spectra.length >= 3, soon);
      const [spectrum] = bench.spectra;
      expect(spectrum?.data.nmr).toMatchObject({ nucleus: '31P', frequencyMHz: 32.4, pulseDegrees: 90 });
      expect(spectrum?.data.imaginary).toHaveLength(spectrum?.data.y.values.length ?? 0);
      expect(Math.abs((spectrum?.data.takenAt ?? 0) - clock.utc())).toBeLessThan(10_000);
      expect(instrument.started).toEqual([]);
      expect(readdirSync(folder).length).toBeLessThanOrEqual(13);
      expect(existsSync(join(folder, '0001-1D PHOSPHORUS', 'spectrum.csv'))).toBe(false);

      await device.write([{ point: run, value: 0 }], () => null);
      await until(() => bench.value('state') === 0, soon);
      const halted = readdirSync(folder);
      await device.write([{ point: run, value: 1 }], () => null);
      expect(instrument.started).toHaveLength(1);
      await until(() => readdirSync(folder).some((name) => !halted.includes(name)), soon);
    } finally {
      await device.stop();
    }
  });

  it('goes on counting where it stopped', async () => {
    await instrument.start();
    await until(() => readdirSync(folder).some((name) => name.startsWith('0003')), soon);
    await instrument.stop();
    const names = readdirSync(folder);
    const again = new SpinsolveInstrument({ host: '127.0.0.1', port: 0, folder, keep: 3, random: sourceOf(2, 1, 0) });
    again.take({ world: { series: true, durationMs: 20, pieceMs: 0 } });
    await again.start();
    await until(() => readdirSync(folder).some((name) => !names.includes(name)), soon);
    await again.stop();
    const added = readdirSync(folder).filter((name) => !names.includes(name));
    expect(added.every((name) => name > names.at(-1)!)).toBe(true);
  });

  it('goes on where it cannot finish a result, as on a full disk, and keeps its folder small', async () => {
    const faults: string[] = [];
    const random = sourceOf(3, 1, 0);
    const onFault = (reason: string): void => void faults.push(reason);
    const full = new SpinsolveInstrument({ host: '127.0.0.1', port: 0, folder, keep: 2, random, onFault });
    full.take({ world: { series: true, durationMs: 20, pieceMs: 0 } });
    await full.start();
    for (const number of [1, 2, 3, 4])
      mkdirSync(join(folder, `000${number}-1D PHOSPHORUS`, 'data.1d'), { recursive: true });
    await until(() => faults.length >= 4, soon);
    await until(() => !existsSync(join(folder, '0001-1D PHOSPHORUS')), soon);
    await full.stop();
  });
});

describe('its result', () => {
  it('is read by the house as the decay that it is', async () => {
    const state = { fieldPpm: 0.01, phaseDegrees: 5 };
    const fid = fidOf(phosphorusLines(truth, 'Se', benchtop80), benchtop80, state, drawsFrom(4));
    const measurement = { instrument: benchtop80, state, fid, protocol: '1D PHOSPHORUS', takenAt: utcMs(1.78e12) };
    await writeResult(folder, measurement, { files: ['acqu.par', 'data.1d'], pieceMs: 0, cut: false });
    const companions = new Map([['acqu.par', readFileSync(join(folder, 'acqu.par'))]]);
    const reading = readSpectrum('data.1d', readFileSync(join(folder, 'data.1d')), { companions });
    if (reading.kind !== 'spectrum') throw new Error(reading.reason);
    const { y, imaginary, nmr, takenAt } = reading.data;
    expect(nmr).toMatchObject({
      carrierPpm: benchtop80.carrierPpm,
      spectralWidthHz: 8100,
      repetitionS: benchtop80.repetitionS,
    });
    expect(takenAt).toBe(1.78e12);
    const scale = Math.max(...fid.real);
    expect(Math.max(...fid.real.map((value, i) => Math.abs(value - y.values[i]!)))).toBeLessThan(1e-6 * scale);
    expect(Math.max(...fid.imaginary.map((value, i) => Math.abs(value - imaginary![i]!)))).toBeLessThan(1e-6 * scale);
  });
});
