import { describe, expect, it } from 'vitest';
import { FieldImage } from '../../../gateway/scan/field-image.ts';
import type { AnalysisOutcome, AnalysisResult } from '../../../plant/analysis.ts';
import { milliseconds, monotonic, utcMs } from '../../../plant/clock.ts';
import { badNoCommunication, badOutOfRange, badWaitingForInitialData, good } from '../../../plant/quality.ts';
import { localTag, skidName, tagName, type Sample } from '../../../plant/sample.ts';
import type { AnalysisPart, TagDefinition } from '../../../plant/skid/definition.ts';
import { cdse, skidOf } from '../support/plc.ts';

const analysis = localTag('A401/AY-401');

const tagOf = (name: string, output: string, part: AnalysisPart): TagDefinition => ({
  name: localTag(name),
  title: name,
  unitName: 'X300',
  source: { kind: 'analysis', analysis, output, part },
  valueType: 'number',
  unit: null,
  range: null,
  normal: null,
  states: null,
  decimals: 1,
  critical: false,
  staleAfter: milliseconds(10_000),
  historyEvery: milliseconds(0),
  deadband: 0,
  write: null,
});

const tags = [
  tagOf('X300/conversion', 'conversion', 'value'),
  tagOf('X300/doubt', 'conversion', 'uncertainty'),
  tagOf('X300/oxide', 'oxide', 'value'),
  tagOf('X300/verdict', 'verdict', 'verdict'),
];

const outcome: AnalysisOutcome = {
  outputs: { conversion: { value: 95, uncertainty: 1.5 }, oxide: null },
  verdict: 'in domain',
  reasons: [],
  figures: {},
  x: { title: 'Shift', unit: 'ppm' },
  curves: [],
};

/** Measured a second before it was there, of a sample 18 s older. */
const resultAt = (at: number, more: Partial<AnalysisOutcome> = {}): AnalysisResult => ({
  skid: skidName('QD-1'),
  analysis,
  spectrum: tagName(skidName('QD-1'), localTag('A401/AT-401')),
  method: { method: 'p31', version: 1, digest: 'a', approvedBy: null },
  input: 'b',
  sampleTime: utcMs(at - 19_000),
  measuredAt: utcMs(at - 1000),
  analysedAt: utcMs(at),
  outcome: { ...outcome, ...more },
});

function bench() {
  const image = new FieldImage({ ...skidOf(cdse, 1), type: { ...cdse, tags } }, utcMs(0));
  const take = (result: AnalysisResult, at: number = result.analysedAt): void =>
    image.takeAnalysis(result, utcMs(at), monotonic(at));
  const at = (now: number): Readonly<Record<string, Sample>> =>
    Object.fromEntries([...image.sample(monotonic(now), utcMs(now))].map(([name, sample]) => [name.slice(5), sample]));
  return { take, at };
}

describe('a tag of an analysis', () => {
  it('waits for the first result', () => {
    expect(bench().at(0)['conversion']).toMatchObject({ value: null, quality: badWaitingForInitialData });
  });

  it('is true of the time of the sample, and was taken in when it came', () => {
    const { take, at } = bench();
    take(resultAt(100_000));
    const times = { sourceTime: 81_000, serverTime: 100_000 };
    expect(at(100_001)).toMatchObject({
      conversion: { value: 95, quality: good, ...times },
      doubt: { value: 1.5, quality: good, ...times },
      verdict: { value: 1, quality: good, ...times },
    });
  });

  it('is Bad where the method had no such value, though the rest is in domain', () => {
    const { take, at } = bench();
    take(resultAt(100_000));
    expect(at(100_001)['oxide']).toMatchObject({ value: null, quality: badOutOfRange });
  });

  it('is Bad while undecided, with what the method has of it and never an older value; the verdict says so and is Good', () => {
    const { take, at } = bench();
    take(resultAt(100_000));
    take(
      resultAt(101_000, { verdict: 'undecided', reasons: ['Too little.'], outputs: { conversion: null, oxide: null } }),
    );
    expect(at(101_001)).toMatchObject({
      conversion: { value: null, quality: badOutOfRange },
      verdict: { value: 0, quality: good },
    });
    const doubtful = { conversion: { value: 40, uncertainty: 30 }, oxide: null };
    take(resultAt(102_000, { verdict: 'undecided', reasons: ['Too wide.'], outputs: doubtful }));
    expect(at(102_001)['conversion']).toMatchObject({ value: 40, quality: badOutOfRange });
    take(resultAt(103_000));
    expect(at(103_001)['conversion']).toMatchObject({ value: 95, quality: good });
  });

  it('is stale when no result has come for as long as it may be silent, counted from its coming', () => {
    const { take, at } = bench();
    take(resultAt(100_000));
    expect(at(110_000)['conversion']?.quality).toBe(good);
    expect(at(110_001)).toMatchObject({
      conversion: { value: 95, quality: badNoCommunication },
      verdict: { quality: badNoCommunication },
    });
  });

  it('is left alone by a result of a spectrum that was taken before the last', () => {
    const { take, at } = bench();
    take(resultAt(100_000));
    take(resultAt(90_000, { outputs: { conversion: { value: 10, uncertainty: 1 }, oxide: null } }), 100_500);
    expect(at(100_501)['conversion']).toMatchObject({ value: 95, serverTime: 100_000 });
  });

  it('goes on when the clock is set back: the last result is of a time to come', () => {
    const { take, at } = bench();
    take(resultAt(100_000));
    take(resultAt(60_000, { outputs: { conversion: { value: 10, uncertainty: 1 }, oxide: null } }));
    expect(at(60_001)['conversion']).toMatchObject({ value: 10, quality: good });
  });

  it('is left alone by another analysis', () => {
    const { take, at } = bench();
    take({ ...resultAt(100_000), analysis: localTag('A401/AY-402') });
    expect(at(100_001)['conversion']?.quality).toBe(badWaitingForInitialData);
  });
});
