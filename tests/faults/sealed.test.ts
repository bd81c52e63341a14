import { expect, it } from 'vitest';
import { killSealing } from './sealed.ts';

/** The short form of `npm run campaign -- sealed`. */
it('a process killed while it measures and seals has lost no line that was on disk, and no number', async () => {
  const said: string[] = [];
  const { wrong, kills, recovered, scans } = await killSealing(4, 1_200, (line) => said.push(line));
  process.stdout.write(`${said.join('\n')}\n`);
  expect(wrong).toEqual([]);
  expect(kills).toBe(4);
  expect(recovered).toBeGreaterThanOrEqual(1);
  expect(scans).toBeGreaterThan(50);
}, 60_000);
