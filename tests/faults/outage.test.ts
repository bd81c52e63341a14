import { expect, it } from 'vitest';
import { outage } from './outage.ts';

/** The short form of `npm run campaign -- outage`. */
it('half an hour without a store is brought to it in order while live values go on', async () => {
  const found = await outage(0.5, (line) => process.stdout.write(`${line}\n`));
  expect(found).toMatchObject({ missing: 0, outOfOrder: 0, givenUp: 0 });
  expect(found.liveP99Ms).toBeLessThan(1_000);
  expect(found.grownMegabytes).toBeLessThan(512);
}, 90_000);
