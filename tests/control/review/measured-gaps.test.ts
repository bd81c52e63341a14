import { describe, expect, it } from 'vitest';
import type { Evidence, UnitEvidence } from '../../../control/review/evidence.ts';
import { telemetryGaps } from '../../../control/review/rules/gaps.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { SealedSegment } from '../../../plant/ports/sealed-telemetry.ts';
import type { StoredEvent } from '../../../plant/record-event.ts';
import { skidName } from '../../../plant/sample.ts';

const skid = skidName('QD-1');
const [from, to] = [utcMs(0), utcMs(600_000)];

const segment = (number: number, more: Partial<SealedSegment> = {}): SealedSegment => ({
  batch: 'B-1',
  skid,
  number,
  from: utcMs((number - 1) * 300_000),
  to: utcMs(number * 300_000 - 100),
  scans: 3000,
  samples: 9000,
  gaps: [],
  dropped: 0,
  digest: '0'.repeat(64),
  file: `telemetry/B-1/QD-1/00000${number}.jsonl.gz`,
  recovered: false,
  aside: null,
  seq: number,
  ...more,
});

const opened = (number: number): StoredEvent => ({
  scope: 'batch/B-1',
  seq: 10 + number,
  hash: '',
  utc: from,
  event: {
    scope: 'batch/B-1',
    actor: { kind: 'service', part: 'telemetry' },
    action: 'segment-opened',
    object: `${skid}/${number}`,
    data: { skid, number: String(number), from: '2026-10-02T09:30:00.000+00:00' },
  },
});

const titlesFor = (segments: readonly SealedSegment[], begun: readonly number[]): readonly string[] => {
  const unit = { skid, span: { from, to }, segments } as unknown as UnitEvidence;
  const evidence = { events: begun.map(opened), units: [unit] } as unknown as Evidence;
  return telemetryGaps.run(evidence).found.map(({ title, detail }) => `${title}: ${detail}`);
};

describe('what was measured', () => {
  it('without a gap needs nobody', () => {
    expect(titlesFor([segment(1), segment(2)], [1, 2])).toEqual([]);
  });

  it('and was not kept in a file is found with time, reason and how many scans', () => {
    const gap = { from: utcMs(1000), to: utcMs(3000), scans: 20, why: 'ENOSPC: no space left on device' };
    expect(titlesFor([segment(1, { gaps: [gap] }), segment(2)], [1, 2])).toEqual([
      'Nothing was kept of what was measured: 20 scans are missing in segment 1: ENOSPC: no space left on device',
    ]);
  });

  it('in a file that was begun and never sealed is found', () => {
    expect(titlesFor([segment(1), segment(2)], [1, 2, 3])).toEqual([
      'What was measured was never sealed: segment QD-1/3 was begun, and no line seals it',
    ]);
  });

  it('and could not be sealed is found with the file that holds it', () => {
    const aside = 'telemetry/B-1/QD-1/000001.aside-1.jsonl';
    expect(titlesFor([segment(1, { dropped: 2, aside }), segment(2)], [1, 2])).toEqual([
      `What could not be sealed was put aside: of segment 1 2 lines, kept as ${aside}`,
    ]);
  });
});
