import { expect, it } from 'vitest';
import { attackPostgres, attackSqlite } from './attack.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

it(
  'shows every forgery of a ledger in SQLite to whoever kept a checkpoint, and the service starts on none',
  { timeout: 90_000 },
  async () => {
    const kinds = await attackSqlite(2, 20_261_123, say);
    expect(kinds.length).toBeGreaterThan(36);
    expect(kinds.filter(({ missed, started }) => missed + started > 0)).toEqual([]);
  },
);

it(
  'shows every forgery of a ledger in PostgreSQL to whoever kept a checkpoint, and the service starts on none',
  { timeout: 90_000 },
  async () => {
    const kinds = await attackPostgres(2, 1, 20_261_123, say);
    expect(kinds.length).toBeGreaterThan(36);
    expect(kinds.filter(({ missed, started }) => missed + started > 0)).toEqual([]);
    expect(kinds.filter(({ asked }) => asked > 0).length).toBeGreaterThan(18);
  },
);
