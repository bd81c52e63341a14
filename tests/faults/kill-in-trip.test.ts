import { expect, it } from 'vitest';
import { killInTrips } from './kill-in-trip.ts';

/** The short form of `npm run campaign -- kill-in-trip`: two kills, four lines. The bound on silence is the campaign's to hold. */
it('a service killed while four lines trip leaves their fields safe, and comes up tripped with what came first', async () => {
  const said: string[] = [];
  const { wrong, byWatchdog, inTrip, inHotHold, worstSilenceMs } = await killInTrips(2, 4, (line) => said.push(line));
  process.stdout.write(`${said.join('\n')}\n`);
  expect([byWatchdog + inTrip, inHotHold]).toEqual([4, 4]);
  expect(wrong).toEqual([]);
  if (byWatchdog === 0) return;
  expect(worstSilenceMs).toBeGreaterThan(2000);
  expect(worstSilenceMs).toBeLessThan(2 * 3100);
}, 180_000);
