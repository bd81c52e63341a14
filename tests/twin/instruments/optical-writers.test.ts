import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSpectrum } from '../../../pat/read/forms.ts';
import { utcMs } from '../../../plant/clock.ts';
import { opticalKinds, type OpticalName } from '../../../twin/instruments/optical-kinds.ts';
import { SpectraWriter } from '../../../twin/instruments/spectra-writer.ts';
import { spectrumForms } from '../../../twin/instruments/spectrum-files.ts';
import { sourceOf } from '../../../twin/spectra/draws.ts';

const clock = { utc: () => utcMs(Date.UTC(2026, 10, 22, 19, 45, 26, 125)) };
let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'mesoline-optical-')), 'own');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const writer = (name: OpticalName, keep = 0, seed = 1) =>
  new SpectraWriter({ folder, random: sourceOf(seed, 1, 0), kind: opticalKinds[name], clock, keep });
const dataOf = (name: string) => {
  const reading = readSpectrum(name, readFileSync(join(folder, name)));
  if (reading.kind !== 'spectrum') throw new Error(reading.reason);
  return reading.data;
};

describe('files of the optical instruments', () => {
  const all = (['raman', 'absorbance', 'emission'] as const).flatMap((name) =>
    spectrumForms.map((form) => [name, form] as const),
  );
  it.each(all)('of %s as %s carry their axis and the instrument they are of', async (name, form) => {
    const one = writer(name);
    await one.start();
    one.take({ manners: { form, pieces: 1, pieceMs: 0 } });
    const data = dataOf(await one.write());
    expect(data.x.unit).toBe(name === 'raman' ? '1/cm' : 'nm');
    // The log after an SPC's values is not read; everything else says when, and by which instrument.
    if (form !== 'spc') {
      expect(data.takenAt).toBe(clock.utc());
      expect(Object.values(data.facts).join(' ')).toMatch(/RA-2077|UV-3310|PL-1204/u);
    }
    await one.stop();
  });

  it('are the same to the last byte for the same chance', async () => {
    const bytes: Buffer[] = [];
    for (const seed of [1, 1, 2]) {
      const one = writer('absorbance', 0, seed);
      await one.start();
      one.take({ manners: { pieces: 1, pieceMs: 0 } });
      bytes.push(readFileSync(join(folder, await one.write())));
      await one.stop();
      rmSync(folder, { recursive: true });
    }
    expect(bytes[0]!.equals(bytes[1]!)).toBe(true);
    expect(bytes[0]!.equals(bytes[2]!)).toBe(false);
  });

  it('are as many as are kept, the newest, and none has the name of one before', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'raman_00041.spc'), 'old');
    writeFileSync(join(folder, 'notes.txt'), 'nobody’s');
    const one = writer('raman', 3);
    await one.start();
    one.take({ manners: { pieces: 1, pieceMs: 0 } });
    for (let i = 0; i < 5; i += 1) await one.write();
    expect(readdirSync(folder).sort()).toEqual(['notes.txt', 'raman_00044.spc', 'raman_00045.spc', 'raman_00046.spc']);
    await one.stop();
  });

  it('that cannot be written are told, and the next is tried', async () => {
    const faults: string[] = [];
    const one = new SpectraWriter({
      ...{ folder, random: sourceOf(1, 1, 0), clock, onFault: (reason: string) => void faults.push(reason) },
      manners: { everyMs: 5, pieces: 1, pieceMs: 0 },
    });
    await one.start();
    rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 1 });
    while (faults.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(faults[0]).toMatch(/ENOENT/u);
    mkdirSync(folder);
    while (readdirSync(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await one.stop();
  });
});
