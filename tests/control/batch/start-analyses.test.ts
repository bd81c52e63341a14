import { describe, expect, it } from 'vitest';
import type { Suitability } from '../../../plant/ports/analysis-desk.ts';
import { localTag, skidName } from '../../../plant/sample.ts';
import { Bench } from './fake-skid.ts';

const tooOld = { what: 'Newest result', found: 'none yet', asked: 'within 600 s', passed: false };
const approved = { what: 'Approval of the method', found: 'by Ada', asked: 'approved', passed: true };

const suitability = (more: Partial<Suitability> = {}): Suitability => ({
  skid: skidName('QD-1'),
  analysis: localTag('A401/AY-401'),
  title: 'Conversion',
  method: { method: 'p31-tcep-se', version: 2, digest: 'abc', approvedBy: 'Ada' },
  fit: true,
  required: true,
  checks: [approved],
  ...more,
});
const unfit = suitability({ fit: false, checks: [approved, tooOld] });

/** A bench whose skid has analyses; what is known of them may change. */
async function bench(first: readonly Suitability[]) {
  const made = new Bench();
  const known = { now: first };
  made.analyses = {
    latest: () => Promise.resolve([]),
    suitability: () => Promise.resolve(known.now),
  };
  made.make();
  await made.batches.start();
  await made.scan();
  const startedData = () => made.ledger.events.find(({ event }) => event.action === 'batch-started')?.event.data;
  return { made, known, startedData };
}

describe('the start of a batch on a skid with analyses', () => {
  it('records each with its method and whether it is fit', async () => {
    const { made, startedData } = await bench([suitability(), suitability({ ...unfit, required: false })]);
    expect(await made.start()).toMatchObject({ done: true });
    const head = { analysis: 'A401/AY-401', method: 'p31-tcep-se', version: '2', digest: 'abc', approvedBy: 'Ada' };
    expect((startedData()?.['analyses'] as Record<string, unknown>)['QD-1']).toEqual([
      { ...head, fit: true, required: true, failed: [] },
      {
        ...head,
        fit: false,
        required: false,
        failed: [{ what: 'Newest result', found: 'none yet', asked: 'within 600 s' }],
      },
    ]);
  });

  it('is refused before anybody signs where one that it needs is not fit, naming what failed', async () => {
    const { made, known } = await bench([unfit]);
    expect(await made.start()).toMatchObject({
      done: false,
      reason: expect.stringMatching(
        /^QD-1: Conversion \(QD-1\/A401\/AY-401\) is not fit to be gone by: Newest result is none yet, asked is within 600 s/u,
      ) as string,
    });
    expect(made.desk.signed).toEqual([]);
    known.now = [suitability()];
    expect(await made.start()).toMatchObject({ done: true });
  });

  it('is refused where it became unfit while people signed, and the record says why', async () => {
    const { made, known } = await bench([suitability()]);
    made.desk.onSign = () => (known.now = [unfit]);
    expect(await made.start()).toMatchObject({ done: false });
    const refusal = made.ledger.events.find(({ event }) => event.action === 'batch-not-started')?.event;
    expect(refusal?.reason).toMatch(/Conversion .* is not fit/u);
    expect(made.commands).toEqual([]);
  });

  it('is as before on a skid without any', async () => {
    const { made, startedData } = await bench([]);
    expect(await made.start()).toMatchObject({ done: true });
    expect(startedData()).toMatchObject({ analyses: {} });
  });
});
