import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSpectrum } from '../../../pat/read/forms.ts';
import { SpectraWriter } from '../../../twin/instruments/spectra-writer.ts';

let folder = '';
let writer: SpectraWriter;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mesoline-writer-'));
  writer = new SpectraWriter({ folder, random: () => 0.5 });
  await writer.start();
});
afterEach(async () => {
  await writer.stop();
  rmSync(folder, { recursive: true });
});

describe('a writer of spectra', () => {
  it.each(['spc', 'jdx', 'csv'])('writes %s that the house reads', async (form) => {
    writer.take({ manners: { form, pieceMs: 1 } });
    const name = await writer.write();
    expect(readSpectrum(name, readFileSync(join(folder, name))).kind).toBe('spectrum');
  });

  it('leaves its file cut off where it is told to, which is incomplete', async () => {
    writer.take({ manners: { pieceMs: 1, cut: true } });
    const name = await writer.write();
    expect(readSpectrum(name, readFileSync(join(folder, name))).kind).toBe('incomplete');
  });

  it('renames it when it is whole where it is told to', async () => {
    writer.take({ manners: { pieceMs: 1, renames: true } });
    await writer.write();
    expect(readdirSync(folder)).toEqual(['raman_00001.spc']);
  });

  it('keeps its folder small where it cannot finish what it writes, as on a full disk', async () => {
    const kept = new SpectraWriter({ folder, random: () => 0.5, keep: 2, manners: { pieceMs: 0, renames: true } });
    await kept.start();
    for (let number = 1; number <= 6; number += 1) {
      mkdirSync(join(folder, `raman_0000${number}.spc`, 'in the way'), { recursive: true });
      await expect(kept.write()).rejects.toThrow();
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toHaveLength(2);
  });

  it.each([[{ manners: { form: 'pdf' } }], [{ manners: { pieces: 0 } }], [{ manners: { speed: 1 } }], ['write'], [{}]])(
    'does not take %j',
    (message) => {
      expect(() => writer.take(message)).toThrow();
    },
  );
});
