/**
 * What the service asks of its ledger before it writes to it: that the newest part holds event by event, that nothing was cut
 * off since the last checkpoint, and that every scope ends where the site chain says. The whole is the verifier's work.
 */
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
import { ledgerDamaged } from './ledger-database.ts';
import type { ServiceKey } from './service-key.ts';
import type { CheckpointLine, LedgerStore } from './store.ts';

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
export async function checkAtStart(
  store: LedgerStore,
  lines: readonly string[],
  key: ServiceKey,
): Promise<LedgerState & { pending: CheckpointLine | null }> {
  const stored = await store.lastCheckpoint();
  const last = lastCheckpoint(stored, lines, key);
  const total = await store.siteCount();
  const before = lines.length > 1 ? (readCheckpoint(lines.at(-2) ?? '')?.site.count ?? 0) : 0;
  const position = Math.max(0, Math.min(before, total - recomputed));
  const siteHead = position === 0 ? genesis : await store.siteHash(position);
  if (siteHead === null) throw ledgerDamaged(`site chain entry ${position}`, 'It is not there.');

  const findings = new Findings();
  const keys = { trusted: key.record.fingerprint, known: new Map([[key.record.fingerprint, key.secret]]) };
  const rows = await store.rowsAfter(position);
  const { site } = walkChains(rows, { position, siteHead }, last === null ? [] : [last], keys, findings);
  const first = findings.kept[0];
  if (first !== undefined) throw ledgerDamaged(first.where, first.problem);

  const siteCount = last?.site.count ?? 0;
  const line = lines.at(-1) ?? '';
  return {
    site,
    heads: await scopeHeads(store),
    moved: new Set(await store.scopesMovedAfter(siteCount)),
    checkpoint: { number: lines.length, digest: last === null ? genesis : checkpointDigest(line), siteCount },
    pending: lines.length === (stored?.number ?? 0) ? null : { number: lines.length, siteCount, line },
  };
}

function lastCheckpoint(kept: CheckpointLine | null, lines: readonly string[], key: ServiceKey): Checkpoint | null {
  const stored = kept ?? { number: 0, line: '' };
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
async function scopeHeads(store: LedgerStore): Promise<Map<string, ChainHead>> {
  const heads = new Map<string, ChainHead>();
  for (const { scope, count, head, stored } of await store.boundScopes()) {
    if (stored?.seq !== count || stored.hash !== head) {
      const action = stored?.seq === count ? actionOf(stored.body) : null;
      throw ledgerDamaged(
        eventTitle({ scope, seq: count, action }),
        `The site chain names it as the last of its scope, but the scope ends at #${stored?.seq ?? 0} or otherwise.`,
      );
    }
    heads.set(scope, { count, head });
  }
  return heads;
}
