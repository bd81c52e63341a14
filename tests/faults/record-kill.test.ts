import { expect, it } from 'vitest';
import { killWriters } from './record-kill.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

it.each([
  ['SQLite', false],
  ['PostgreSQL', true],
])(
  'loses nothing on %s when the writer is killed, and leaves no act without its signature',
  { timeout: 90_000 },
  async (_store, onPostgres) => {
    const outcome = await killWriters([600, 900], onPostgres, say);
    expect(outcome).toMatchObject({ kills: 2, lost: [], halfSigned: [], faults: [] });
    expect(outcome.acknowledged).toBeGreaterThan(0);
  },
);
