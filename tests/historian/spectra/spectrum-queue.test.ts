import { describe, expect, it } from 'vitest';
import { mostBytes, mostResults, SpectrumQueue } from '../../../historian/spectra/spectrum-queue.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { Keepable } from '../../../historian/spectra/spectrum-store.ts';
import { quietLog, type Said } from '../world.ts';
import { decay, nmr, result } from './some.ts';

const t0 = 1_700_000_000_000;
const large = decay(t0, 500_000);
const pointsOfLarge = 500_000;

function queue() {
  const kept: Keepable[] = [];
  const said: Said[] = [];
  const disk = { refuses: false };
  const made = new SpectrumQueue((what) => {
    if (disk.refuses) return Promise.reject(new Error('database or disk is full'));
    kept.push(what);
    return Promise.resolve();
  }, quietLog(said));
  return { queue: made, kept, said, disk };
}

describe('spectra on their way to the archive', () => {
  it('stay until they are on disk', async () => {
    const { queue: waiting, kept, disk, said } = queue();
    disk.refuses = true;
    waiting.push(decay(t0));
    waiting.pushResult(result(t0));
    await waiting.flush();
    expect([waiting.waiting, waiting.refusal]).toEqual([2, 'database or disk is full']);
    disk.refuses = false;
    await waiting.flush();
    expect([waiting.waiting, waiting.refusal, kept.length]).toEqual([0, null, 1]);
    expect(said.map(({ message }) => message)).toEqual([
      'the archive refuses spectra; they wait in memory',
      'the archive takes spectra again',
    ]);
  });

  it('are given up when the memory for them is full, and the gap is written when the disk takes anything again', async () => {
    const { queue: waiting, kept, disk } = queue();
    disk.refuses = true;
    const fit = Math.floor(mostBytes / (pointsOfLarge * 24));
    for (let i = 0; i < fit + 3; i += 1) {
      waiting.push({ ...large, sourceTime: utcMs(t0 + i) });
      if (i === 0) await waiting.flush();
    }
    expect([waiting.waiting, waiting.givenUp]).toEqual([fit, 3]);
    disk.refuses = false;
    await waiting.flush();
    expect(kept.flatMap(({ gaps }) => gaps)).toEqual([
      { name: nmr, from: t0 + fit, to: t0 + fit + 2, count: 3, reason: 'database or disk is full' },
    ]);
    expect(kept.flatMap(({ spectra }) => spectra)).toHaveLength(fit);
  });

  it('are handed over in pieces, so that no message is without bound', async () => {
    const { queue: waiting, kept } = queue();
    for (let i = 0; i < 4; i += 1) waiting.push({ ...large, sourceTime: utcMs(t0 + i) });
    await waiting.flush();
    expect(kept.map(({ spectra }) => spectra.length)).toEqual([1, 1, 1, 1]);
  });

  it('leave their curves, and results what is no number', async () => {
    const { queue: waiting, kept } = queue();
    waiting.pushResult(result(t0, Number.POSITIVE_INFINITY));
    await waiting.flush();
    expect(kept[0]?.results[0]?.outcome).toEqual({
      outputs: { conversion: null, oxide: null },
      verdict: 'in domain',
      reasons: [],
      figures: { signalToNoise: 88 },
    });
  });

  it('are given up as results when too many of these wait', () => {
    const { queue: waiting } = queue();
    for (let i = 0; i < mostResults + 5; i += 1) waiting.pushResult(result(t0 + i));
    expect([waiting.waiting, waiting.givenUp]).toEqual([mostResults, 5]);
  });
});
