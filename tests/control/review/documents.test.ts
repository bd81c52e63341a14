import { beforeAll, describe, expect, it } from 'vitest';
import { Documents } from '../../../control/review/documents.ts';
import { Reviews } from '../../../control/review/desk.ts';
import { rules } from '../../../control/review/rules/index.ts';
import { runRules } from '../../../control/review/run-rules.ts';
import { utcMs } from '../../../plant/clock.ts';
import { cleanBatch, type CleanBatch } from './clean-batch.ts';
import { House } from './house.ts';
import { batch } from './told.ts';
import { silentLog } from '../records/support.ts';

let clean: CleanBatch;
beforeAll(async () => {
  clean = await cleanBatch();
}, 60_000);

/** What an export comes to, that many seconds after the batch's end, where `also` was said. */
async function exportedAt(seconds: number, also: readonly Parameters<House['say']>[0][]): Promise<string> {
  const house = new House(clean);
  const now = utcMs(clean.evidence.span.to + seconds * 1000);
  for (const line of also) house.say(line, now);
  const ports = {
    ...house.sources,
    build: 'test',
    site: 'Test',
    log: silentLog,
    clock: { timeScale: 1, utc: () => now, monotonic: () => 0 as never, process: () => 0 as never }, // prettier-ignore
    records: { ...house.sources.records, append: () => Promise.resolve({} as never), appendAll: () => Promise.resolve([]) }, // prettier-ignore
    sealed: { ...house.sources.sealed, file: () => Promise.resolve(new Uint8Array()) },
    exports: {
      verified: () => Promise.resolve({ holds: true, said: ['It holds.'] }),
      record: () => Promise.reject(new Error('it is written')),
    } as never,
    batches: { sections: () => Promise.resolve([]) } as never,
    authority: { decide: () => ({ allowed: true }) as const },
    people: () => Promise.resolve([]),
    desk: {} as never,
    run: () => Promise.resolve(runRules(rules, clean.evidence)),
  };
  const documents = new Documents({ ...ports, reviews: new Reviews(ports) });
  try {
    await documents.exported(batch);
    return 'made';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await documents.stop();
  }
}

const begun = { scope: `batch/${batch}`, action: 'segment-opened', object: 'QD-1/99', data: { skid: 'QD-1', number: '99' } }; // prettier-ignore

describe('an export', () => {
  it('waits for what was measured last to be sealed, and for a minute only', async () => {
    expect(await exportedAt(5, [begun])).toMatch(/being sealed \(QD-1\/99\).*Ask again in a minute/u);
    expect(await exportedAt(5, [begun, { ...begun, action: 'segment-sealed' }])).toBe('it is written');
    expect(await exportedAt(46, [begun])).toBe('it is written');
  }, 60_000);
});
