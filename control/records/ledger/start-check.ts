/**
 * What the service asks of its ledger before it writes to it: that the newest part holds event by event, that nothing was cut
 * off since the last checkpoint, and that every scope ends where the site chain says. The whole is the verifier's work.
 */
import type { Database } from 'better-sqlite3';
import { genesis } from '../format/chain.ts';
import {
  checkpointDigest,
  checkpointHolds,
  readCheckpoint,
  type ChainHead,
  type Checkpoint,
} from '../format/checkpoint.ts';
import { walkChains } from '../verify/chain-walk.ts';
import { actionOf } from '../verify/event-check.ts';
import { eventTitle, Findings } from '../verify/report.ts';
import { storedRows } from '../verify/stored-rows.ts';
import { ledgerDamaged } from './ledger-database.ts';
import type { ServiceKey } from './service-key.ts';

/** How many of the newest events are recomputed at every start: about half a second's work. */
const recomputed = 20_000;

export type LedgerState = {
  site: ChainHead;
  heads: Map<string, ChainHead>;
  /** Scopes with events newer than the last checkpoint. */
  moved: Set<string>;
  checkpoint: { number: number; digest: string; siteCount: number };
};

/** @throws MesolineError `ledger-damaged` naming the event or the checkpoint. */
export function checkAtStart(database: Database, lines: readonly string[], key: ServiceKey): LedgerState {
  const rows = storedRows(database);
  const last = lastCheckpoint(database, lines, key);
  const total = database.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM site').pluck().get() ?? 0;
  const before = lines.length > 1 ? (readCheckpoint(lines.at(-2) ?? '')?.site.count ?? 0) : 0;
  const position = Math.max(0, Math.min(before, total - recomputed));
  const siteHead =
    position === 0
      ? genesis
      : database.prepare<[number], string>('SELECT hash FROM site WHERE seq = ?').pluck().get(position);
  if (siteHead === undefined) throw ledgerDamaged(`site chain entry ${position}`, 'It is not there.');

  const findings = new Findings();
  const keys = { trusted: key.record.fingerprint, known: new Map([[key.record.fingerprint, key.secret]]) };
  const { site } = walkChains(rows, { position, siteHead }, last === null ? [] : [last], keys, findings);
  const first = findings.kept[0];
  if (first !== undefined) throw ledgerDamaged(first.where, first.problem);

  const heads = scopeHeads(database);
  const moved = database
    .prepare<[number], string>('SELECT DISTINCT scope FROM site WHERE seq > ?')
    .pluck()
    .all(last?.site.count ?? 0);
  return {
    site,
    heads,
    moved: new Set(moved),
    checkpoint: {
      number: lines.length,
      digest: last === null ? genesis : checkpointDigest(lines.at(-1) ?? ''),
      siteCount: last?.site.count ?? 0,
    },
  };
}

function lastCheckpoint(database: Database, lines: readonly string[], key: ServiceKey): Checkpoint | null {
  const stored = database
    .prepare<[], { number: number; line: string }>('SELECT number, line FROM checkpoint ORDER BY number DESC LIMIT 1')
    .get() ?? { number: 0, line: '' };
  if (lines.length < stored.number || lines.length > stored.number + 1) {
    const problem = `The file outside the database has ${lines.length}, the ledger has ${stored.number}: one of them was cut or put back.`;
    throw ledgerDamaged('checkpoints', problem);
  }
  if (stored.number > 0 && lines[stored.number - 1] !== stored.line) {
    throw ledgerDamaged(
      `checkpoint ${stored.number}`,
      'The file outside the database and the ledger say different things.',
    );
  }
  const line = lines.at(-1);
  if (line === undefined) return null;
  const checkpoint = readCheckpoint(line);
  if (checkpoint === null || !checkpointHolds(checkpoint, publicSide(key))) {
    throw ledgerDamaged(`checkpoint ${lines.length}`, 'It does not hold under the key of this service.');
  }
  return checkpoint;
}

const publicSide = (key: ServiceKey) => key.secret;

/** Every scope's head, the site chain's word compared with the event that is there. */
function scopeHeads(database: Database): Map<string, ChainHead> {
  const bound = database.prepare<[], { scope: string; count: number; head: string }>(
    'SELECT scope, max(event_seq) AS count, event_hash AS head FROM site GROUP BY scope',
  );
  const lastStored = database.prepare<[string], { seq: number; hash: string; body: string }>(
    'SELECT seq, hash, body FROM event WHERE scope = ? ORDER BY seq DESC LIMIT 1',
  );
  const heads = new Map<string, ChainHead>();
  for (const { scope, count, head } of bound.all()) {
    const stored = lastStored.get(scope);
    if (stored?.seq !== count || stored.hash !== head) {
      const action = stored?.seq === count ? actionOf(Buffer.from(stored.body)) : null;
      throw ledgerDamaged(
        eventTitle({ scope, seq: count, action }),
        `The site chain names it as the last of its scope, but the scope ends at #${stored?.seq ?? 0} or otherwise.`,
      );
    }
    heads.set(scope, { count, head });
  }
  return heads;
}
