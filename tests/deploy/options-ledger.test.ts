import { describe, expect, it } from 'vitest';
import { readOptions } from '../../deploy/options.ts';

const read = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) => readOptions(args, environment, '/');

describe('where the ledger is kept', () => {
  it('is the data folder, a database by flag, or one by the environment', () => {
    const url = 'postgres://writer@records.example/ledger';
    expect(read([]).ledger).toBeNull();
    expect(read(['--ledger', url]).ledger).toBe(url);
    expect(read([], { MESOLINE_LEDGER: url }).ledger).toBe(url);
  });

  it.each([
    ['no address', 'ledger.db'],
    ['another database', 'mysql://writer@h/ledger'],
    ['no role', 'postgres://h/ledger'],
    ['no database', 'postgres://writer@h/'],
    ['a password that all could read', 'postgres://writer:hunter2@h/ledger'],
  ])('is refused where it is %s, and never repeated', (_, url) => {
    expect(() => read(['--ledger', url])).toThrow(expect.objectContaining({ code: 'options-invalid' }));
    expect(() => read(['--ledger', url])).not.toThrow(/hunter2/);
  });
});
