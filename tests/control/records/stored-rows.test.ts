import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { schemaStatements } from '../../../control/records/format/schema.ts';
import { storedRows } from '../../../control/records/verify/stored-rows.ts';

/** A ledger of one event without rules, its texts any bytes. */
function holding(scope: Uint8Array, body: Uint8Array, hash: Uint8Array): Database.Database {
  const database = new Database(':memory:');
  for (const sql of schemaStatements) if (!sql.startsWith('CREATE TRIGGER')) database.exec(sql);
  database
    .prepare('INSERT INTO event (scope, seq, body, hash) VALUES (CAST(? AS TEXT), 1, CAST(? AS TEXT), CAST(? AS TEXT))')
    .run(scope, body, hash);
  database
    .prepare(
      'INSERT INTO site (seq, scope, event_seq, event_hash, hash) VALUES (1, CAST(? AS TEXT), 1, CAST(? AS TEXT), CAST(? AS TEXT))',
    )
    .run(scope, hash, hash);
  return database;
}

const strictly = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
};

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  // What a lenient decoder makes of a damaged byte, where it stands there rightly.
  fc.constantFrom(
    Buffer.from('a\ufffdb'),
    Buffer.from([0x61, 0xff, 0x62]),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from('\ufeffa'),
  ),
);

it('gives every text as it is stored, or null where it is none, and never one for another', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, (scope, body, hash) => {
      const database = holding(scope, body, hash);
      const rows = storedRows(database);
      expect([...rows.bound()]).toEqual([
        {
          entry: { seq: 1, scope: strictly(scope), eventSeq: 1, eventHash: strictly(hash), hash: strictly(hash) },
          event: { body: strictly(body), hash: strictly(hash) },
        },
      ]);
      const named = strictly(scope);
      if (named !== null) expect(rows.event(named, 1)).toEqual({ body: strictly(body), hash: strictly(hash) });
      database.close();
    }),
  );
});

it('has no event where the site chain names one that is not there', () => {
  const database = holding(Buffer.from('alarms'), Buffer.from('{}'), Buffer.from(''));
  database.exec('DELETE FROM event');
  expect([...storedRows(database).bound()].map(({ event }) => event)).toEqual([null]);
  expect(storedRows(database).event('alarms', 1)).toBeNull();
  database.close();
});
