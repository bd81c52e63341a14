import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedStore } from '../../historian/embedded/embedded-store.ts';
import { batchOf } from '../../historian/point.ts';
import { StoreUnavailable } from '../../historian/store.ts';
import { utcMs } from '../../plant/clock.ts';
import { storeSuite } from './store-suite.ts';
import { noNotes, point, reactor, temporaryFolder } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesoline-embedded-'));
const store = new EmbeddedStore(folder);
beforeAll(() => store.start());
afterAll(async () => {
  await store.stop();
  rmSync(folder, { recursive: true });
});

storeSuite('the embedded store', () => store);

describe('the embedded store, opened again', () => {
  it('has what was written before', async () => {
    const place = temporaryFolder();
    const first = new EmbeddedStore(place);
    await first.write(batchOf([point(1.5, 7)]), noNotes);
    await first.stop();
    const second = new EmbeddedStore(place);
    await second.start();
    expect(await second.raw(reactor, utcMs(0), utcMs(10), 10, 'oldest first')).toMatchObject([{ time: 7, value: 1.5 }]);
    await second.stop();
  });

  it('says so where its file is none of its own, and leaves it', async () => {
    const place = temporaryFolder();
    writeFileSync(
      join(place, 'history.db'),
      'this is no database, whatever its name says, and it is long enough to be seen',
    );
    const broken = new EmbeddedStore(place);
    await expect(broken.start()).rejects.toThrow(StoreUnavailable);
    await expect(broken.write(batchOf([point(1, 1)]), noNotes)).rejects.toThrow(/not a database/);
    await broken.stop();
  });
});
