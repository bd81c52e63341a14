import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { utcMs } from '../../../plant/clock.ts';
import { skidName } from '../../../plant/sample.ts';
import type { SealedSegment } from '../../../plant/ports/sealed-telemetry.ts';
import { lineText, measuredValue, readLine, sealedValue } from '../../../control/telemetry/format.ts';
import { eachLine } from '../../../control/telemetry/read-course.ts';
import { sealFile } from '../../../control/telemetry/seal.ts';

/** The fields of a gzip header that say nothing of the content: time, extra flags, operating system (RFC 1952, 2.3). */
const saysNothing = (at: number): boolean => at >= 4 && at <= 9;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealed-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function seal(number: number): Promise<Readonly<{ path: string; segment: SealedSegment }>> {
  const open = join(folder, `${number}.open.jsonl`);
  const path = join(folder, `${number}.jsonl.gz`);
  await writeFile(open, lineText({ scan: number, utc: 1000, samples: [[0, '1.5', 0, 1000]] }));
  const { digest } = await sealFile(open, path, null);
  const [from, to] = [utcMs(1000), utcMs(1000)];
  const file = `telemetry/B-1/QD-1/00000${number}.jsonl.gz`;
  const skid = skidName('QD-1');
  return {
    path,
    segment: {
      batch: 'B-1',
      skid,
      number,
      from,
      to,
      scans: 1,
      samples: 1,
      gaps: [],
      dropped: 0,
      digest,
      file,
      recovered: false,
      aside: null,
      seq: 1,
    },
  };
}

describe('a sealed file', () => {
  // The sign of zero is not kept: no quantity of a plant has one.
  it('gives back every number as it was measured', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const line = readLine(lineText({ scan: 1, utc: 1, samples: [[0, sealedValue(value), 0, 1]] }).trimEnd());
        const written = line?.kind === 'scan' ? line.line.samples[0]?.[1] : undefined;
        expect(measuredValue(written ?? null, 'number')).toBe(value === 0 ? 0 : value);
      }),
      { examples: [[Number.NaN], [Infinity], [-Infinity], [5e-324], [Number.MAX_VALUE], [-0]] },
    );
  });

  it('is found damaged whichever byte that carries content was flipped', async () => {
    const { path, segment } = await seal(1);
    const sound = await readFile(path);
    await eachLine(path, segment, () => undefined);
    for (let at = 0; at < sound.length; at += 1) {
      if (saysNothing(at)) continue;
      const flipped = Buffer.from(sound);
      flipped[at] = (flipped[at] ?? 0) ^ 0xff;
      await writeFile(path, flipped);
      await expect(
        eachLine(path, segment, () => undefined),
        `byte ${at}`,
      ).rejects.toMatchObject({ code: 'segment-damaged', faults: [{ where: 'segment 1 of QD-1 in B-1' }] });
    }
  });

  it('is found damaged where another sealed file stands in its place', async () => {
    const [one, other] = [await seal(1), await seal(2)];
    await writeFile(one.path, await readFile(other.path));
    await expect(eachLine(one.path, one.segment, () => undefined)).rejects.toMatchObject({ code: 'segment-damaged' });
  });
});
