import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SpectrumStore } from '../../../historian/spectra/spectrum-store.ts';
import { until } from '../../support/waiting.ts';
import { temporaryFolder } from '../world.ts';
import { decay, nmr } from './some.ts';

const script = `${import.meta.dirname}/keep-on.ts`;
const soon = { everyMs: 5, withinMs: 15_000 };

function watched(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  onTestFinished(() => void child.kill('SIGKILL'));
  return lines;
}

const killed = (child: ChildProcess) =>
  new Promise((settle) => {
    child.once('close', settle);
    child.kill('SIGKILL');
  });

const keptIn = (lines: readonly string[]) =>
  lines.flatMap((line) => (line.startsWith('kept ') ? [Number(line.slice(5))] : []));

function reopened(folder: string): SpectrumStore {
  const store = new SpectrumStore(folder, 1e9);
  store.open();
  onTestFinished(() => store.close());
  return store;
}

describe('the archive of spectra', () => {
  it('has everything that it said was kept, wherever its process is killed', async () => {
    const folder = temporaryFolder();
    let said: readonly number[] = [];
    for (const many of [1, 20]) {
      const child = spawn(process.execPath, [script, folder]);
      const lines = watched(child);
      await until(() => keptIn(lines).length >= many, soon);
      await killed(child);
      said = [...said, ...keptIn(lines)];
    }
    const store = reopened(folder);
    for (const at of new Set(said)) expect(store.read(nmr, decay(at).digest)).toEqual(decay(at, 256).data);
  });

  it('refuses what a full disk does not take, and has all that it took', async () => {
    const folder = temporaryFolder();
    // No file of this process may have more than 2 MB: what is written beyond fails, as on a full disk.
    const command = `trap '' XFSZ; ulimit -f 2000; exec "$0" "$@"`;
    const child = spawn('bash', ['-c', command, process.execPath, script, folder, '16384']);
    const lines = watched(child);
    await until(() => lines.filter((line) => line.startsWith('refused ')).length >= 3, soon);
    await killed(child);
    expect(lines.find((line) => line.startsWith('refused '))).toMatch(/full|I\/O/u);
    const kept = keptIn(lines);
    expect(kept.length).toBeGreaterThan(3);
    const store = reopened(folder);
    for (const at of kept) expect(store.read(nmr, decay(at).digest)).toEqual(decay(at, 16_384).data);
    store.keep({ spectra: [decay(9999)], results: [], gaps: [] });
    expect(store.read(nmr, decay(9999).digest)).not.toBeNull();
  });
});
