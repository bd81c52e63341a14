import { expect, it } from 'vitest';
import { killHistory, planOf } from './historian-kill.ts';

/** The short form of `npm run campaign -- historian-kill`. */
it.each(['influx', 'embedded'] as const)(
  'history in %s that is killed has lost nothing that was acknowledged, and its gaps are those there are',
  async (store) => {
    const said: string[] = [];
    const { wrong, acknowledged, scans, gaps } = await killHistory(
      planOf(store, store === 'influx' ? 4 : 3, 1_500),
      (line) => said.push(line),
    );
    process.stdout.write(`${said.join('\n')}\n`);
    expect(wrong).toEqual([]);
    expect(acknowledged).toBeGreaterThan(50);
    expect(scans).toBeGreaterThan(20);
    expect(gaps).toBeGreaterThanOrEqual(1);
  },
  90_000,
);
