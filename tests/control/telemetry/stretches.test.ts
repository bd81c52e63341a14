import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStretches } from '../../../control/telemetry/proof/index.ts';
import { sealedPath } from '../../../control/telemetry/places.ts';
import { splitTag } from '../../../plant/sample.ts';
import { batch, moving, TelemetryBench } from './support.ts';

let bench!: TelemetryBench;
beforeEach(async () => {
  bench = await TelemetryBench.open();
});
afterEach(() => bench.close());

const local = splitTag(moving).local;

async function stretches() {
  const segments = await bench.sealed.segments(batch);
  const files = segments.map((segment) => ({ segment, path: sealedPath(bench.folder, segment) }));
  return (await readStretches(files, [local])).get(local)!;
}

describe('sealed files of a skid', () => {
  it('are one stretch over as many windows as there are, and a picture that says nothing new is no change', async () => {
    const recorder = bench.recorder();
    recorder.take(bench.scan(1));
    for (let window = 0; window < 2; window += 1) {
      // Scans go on, each soon after the one before: the window passes on the clock of the wall alone.
      for (let scan = 0; scan < 80; scan += 1) {
        bench.clock.pass(3_800);
        recorder.take(bench.scan(2 + window));
      }
    }
    await recorder.end('unit ended');
    const [first, ...more] = await stretches();
    expect(more).toEqual([]);
    expect((await bench.sealed.segments(batch)).length).toBeGreaterThan(1);
    expect(first!.changes.map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(first!.changes.map(({ seen, source }) => seen - source)).toEqual([10, 10, 10]);
    expect(first!.killed).toBe(false);
  });

  it('part where a recorder ended and another began', async () => {
    const recorder = bench.recorder();
    recorder.take(bench.scan(1));
    await recorder.end('service stopped');
    const next = bench.recorder(2);
    next.take(bench.scan(1));
    next.take(bench.scan(2));
    await next.end('unit ended');
    expect((await stretches()).map(({ changes }) => changes.map(({ value }) => value))).toEqual([[1], [1, 2]]);
  });

  it('are not read where one holds something else', async () => {
    const recorder = bench.recorder();
    recorder.take(bench.scan(1));
    await recorder.end('unit ended');
    const [segment] = await bench.sealed.segments(batch);
    const other = { ...segment!, digest: '0'.repeat(64) };
    await expect(
      readStretches([{ segment: other, path: sealedPath(bench.folder, other) }], [local]),
    ).rejects.toMatchObject({ code: 'segment-damaged' });
  });
});
