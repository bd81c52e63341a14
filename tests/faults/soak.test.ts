/** The campaign of `npm run campaign -- soak` in short; it takes half an hour. What memory does is only seen there. */
import { expect, it } from 'vitest';
import { soak } from './soak.ts';

it('is Good and right again within ten seconds after devices that drop, delay, truncate and repeat become honest', async () => {
  const outcome = await soak({ minutes: 0.2, seed: 3, sampleEveryMs: 4000, troubleEveryMs: 600 }, () => undefined);
  expect(outcome.wrong).toEqual([]);
  expect(outcome.rightAfterMs).not.toBeNull();
  expect(outcome.tags).toBeGreaterThan(50);
  expect([outcome.survived, outcome.connectionsLost, outcome.sawBad]).toEqual([true, 0, true]);
  expect(outcome.lastAgeMs).toBeLessThan(2500);
  const { timeouts, malformed, late, reconnects } = outcome.met;
  expect(timeouts + malformed + late + reconnects).toBeGreaterThan(5);
  expect(outcome.left.descriptors).toBeLessThanOrEqual(1);
  expect(outcome.left.handles).toBeLessThanOrEqual(1);
  expect(outcome.left.threads).toBeLessThanOrEqual(0);
});
