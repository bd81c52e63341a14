import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHistorian, type Historian, type HistorianParts } from '../../../historian/index.ts';
import { utcMs } from '../../../plant/clock.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { sample, site, qd1, quietLog, row, temporaryFolder, until } from '../world.ts';
import { analysis, decay, nmr, result } from './some.ts';

const t0 = 1_700_000_000_000;
const [always, ever] = [utcMs(0), utcMs(t0 * 2)];

function historianIn(dataFolder: string, more: Partial<HistorianParts> = {}): Historian {
  const parts = {
    skids: site,
    dataFolder,
    clock: systemClock(),
    log: quietLog(),
    influx: 'embedded' as const,
    ...more,
  };
  const historian = createHistorian(parts);
  onTestFinished(() => historian.stop());
  return historian;
}
const figure = (historian: Historian, name: string) => historian.health().figures?.[name];

describe('the historian', () => {
  it('keeps what came until it stops, and has it after a restart', async () => {
    const folder = temporaryFolder();
    const historian = historianIn(folder);
    await historian.start();
    for (let i = 0; i < 20; i += 1) {
      historian.acceptSpectrum(decay(t0 + i, 4096));
      historian.acceptAnalysis(result(t0 + i));
    }
    await historian.stop();
    const again = historianIn(folder);
    await again.start();
    expect((await again.archive.list(nmr, always, ever, 100)).map(({ sourceTime }) => sourceTime - t0)).toEqual(
      Array.from({ length: 20 }, (_, i) => 19 - i),
    );
    expect(await again.archive.read(nmr, decay(t0 + 7).digest)).toEqual(decay(t0 + 7, 4096).data);
    const [newest] = await again.archive.results(qd1, analysis, always, ever, 1);
    expect([newest?.measuredAt, newest?.outcome.outputs['conversion']]).toEqual([
      t0 + 19,
      { value: 97.5, uncertainty: 1.2 },
    ]);
  });

  it('goes on with everything else while spectra cannot be kept, says so, and keeps them when they can', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'spectra'), 'a file where a folder should be');
    const historian = historianIn(folder);
    await historian.start();
    historian.acceptSpectrum(decay(t0));
    await until(() => historian.health().state === 'degraded' && figure(historian, 'queuedSpectra') === 1);
    expect(historian.health().detail).toMatch(/Spectra are not kept: EEXIST/u);
    await historian.store.append([sample(row, 2.5, t0)]);
    await until(async () => (await historian.queries.raw(row, utcMs(t0), utcMs(t0 + 9), 9)).length === 1);
    await expect(historian.archive.list(nmr, always, ever, 1)).rejects.toMatchObject({ code: 'archive-unavailable' });
    rmSync(join(folder, 'spectra'));
    mkdirSync(join(folder, 'spectra'));
    await until(() => figure(historian, 'queuedSpectra') === 0 && historian.health().state === 'ready');
    expect(await historian.archive.list(nmr, always, ever, 9)).toHaveLength(1);
  });

  it('refuses questions before its start, and such as cannot be meant', async () => {
    const historian = historianIn(temporaryFolder());
    await expect(historian.archive.read(nmr, '')).rejects.toMatchObject({ code: 'spool-refused' });
    await historian.start();
    await expect(historian.archive.list(nmr, ever, always, 1)).rejects.toMatchObject({ code: 'history-query-invalid' });
    await expect(historian.archive.list(nmr, always, ever, 0)).rejects.toMatchObject({ code: 'history-query-invalid' });
  });

  it('removes the oldest above what spectra may take, and says how many', async () => {
    const historian = historianIn(temporaryFolder(), { spectraBytes: 300_000 });
    await historian.start();
    for (let i = 0; i < 40; i += 1) historian.acceptSpectrum(decay(t0 + i, 2048));
    await until(() => (figure(historian, 'spectraRemoved') ?? 0) > 0);
    expect(figure(historian, 'spectraBytes')).toBeLessThanOrEqual(300_000);
  });
});
