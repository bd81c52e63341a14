/** The embedded store's tables in `history.db`. */
import Database from 'better-sqlite3';
import { renameFormer } from './former-rows.ts';

/**
 * `series`: who they are, and where InfluxDB would keep them (decision 11). `hot`: what was written last, a row a write, before it is sealed; a series has sealed every row up to `sealed`. `chunk`: sealed points of one
 * series, which overlap with no other chunk of it; the columns say what is in it without unpacking. `coarse`: rows of tiers that were
 * written last; `block`: sealed ones.
 */
const tables = `
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, skid TEXT NOT NULL, tag TEXT NOT NULL, sealed INTEGER NOT NULL DEFAULT 0,
    measurement TEXT NOT NULL, device TEXT, field TEXT, type TEXT NOT NULL, UNIQUE (skid, tag)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS hot (seq INTEGER PRIMARY KEY, crc INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS chunk (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL,
    least REAL, most REAL, final REAL, worst INTEGER NOT NULL, finalQuality INTEGER NOT NULL,
    crc INTEGER NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS chunkByTime ON chunk (series, first);
  CREATE TABLE IF NOT EXISTS coarse (
    tier TEXT NOT NULL, series INTEGER NOT NULL, time INTEGER NOT NULL, count INTEGER NOT NULL,
    least REAL, most REAL, mean REAL, final REAL, worst INTEGER NOT NULL, PRIMARY KEY (tier, series, time)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS block (
    id INTEGER PRIMARY KEY, tier TEXT NOT NULL, series INTEGER NOT NULL, begin INTEGER NOT NULL,
    crc INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (tier, series, begin)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS missing (
    skid TEXT NOT NULL, kind TEXT NOT NULL, time INTEGER NOT NULL, until INTEGER NOT NULL, points INTEGER NOT NULL,
    reason TEXT NOT NULL, filled INTEGER, PRIMARY KEY (skid, kind, time)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS event (
    kind TEXT NOT NULL, skid TEXT NOT NULL, object TEXT NOT NULL, time INTEGER NOT NULL, until INTEGER, id TEXT NOT NULL,
    title TEXT NOT NULL, words TEXT NOT NULL, batch TEXT, severity INTEGER NOT NULL, PRIMARY KEY (kind, skid, object, time)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS eventByTime ON event (time);
`;

export function openTables(path: string): Database.Database {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  renameFormer(database);
  database.exec(tables);
  return database;
}
