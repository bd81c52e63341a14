import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { resultOf, type Result } from '../../../gateway/spinsolve/result-file.ts';
import { systemTimers } from '../../../gateway/timers.ts';
import { createSpectrumReader } from '../../../pat/index.ts';
import type { SpectrumSource } from '../../../plant/device-model.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { acquisition, decayAt, spinsolveOf } from '../../pat/read/files.ts';
import { silentLog } from '../support/house.ts';

const clock = systemClock();
const reader = createSpectrumReader({ clock, log: silentLog });
const decay = spinsolveOf(decayAt(625, 64, 5000));
const source: SpectrumSource = {
  name: 'fid',
  item: 'data.1d',
  x: { title: 'Time', unit: 's' },
  y: { title: 'Signal', unit: null },
  instrument: { nucleus: '31P' },
};

beforeAll(() => reader.start());
afterAll(() => reader.stop());

function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-result-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
const read = (folder: string, settleMs = 600, of = source): Promise<Result | null> =>
  resultOf(folder, of, settleMs, { clock, timers: systemTimers, reader }, new AbortController().signal);

it('a decay is read with the parameters beside it', async () => {
  const result = await read(folderWith({ 'data.1d': decay, 'acqu.par': acquisition() }));
  if (result === null || 'fault' in result) throw new Error(result?.fault ?? 'none');
  expect(result.data.nmr).toMatchObject({ nucleus: '31P', spectralWidthHz: 5000 });
  expect([result.data.imaginary?.length, result.data.x.title]).toEqual([64, 'Time']);
});

it('a decay waits for its parameters, and is none where they do not come', async () => {
  expect(await read(folderWith({ 'data.1d': decay }))).toMatchObject({
    fault: expect.stringMatching(/no acqu\.par/u) as string,
  });
});

it('a decay of another nucleus is none', async () => {
  const proton = acquisition({ rxChannel: '"1H"' });
  expect(await read(folderWith({ 'data.1d': decay, 'acqu.par': proton }))).toEqual({
    fault: 'Its nucleus is 1H, not 31P.',
  });
});

it('a file of a gigabyte is refused by its size, unread', async () => {
  const folder = folderWith({ 'data.1d': '', 'acqu.par': acquisition() });
  truncateSync(join(folder, 'data.1d'), 2 ** 30);
  const before = process.memoryUsage().arrayBuffers;
  expect(await read(folder)).toEqual({ fault: 'data.1d has 1073741824 bytes.' });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
});
