/** One random byte of one random stored value becomes another, and the verifier is asked. */
import type Database from 'better-sqlite3';
import { canonicalText } from '../../../control/records/format/canonical.ts';
import { verifyExport } from '../../../control/records/verify/verify-export.ts';
import type { Report } from '../../../control/records/verify/report.ts';
import { verifyContent } from '../../../control/records/verify/verify-ledger.ts';
import { ledgerInMemory, type Draw, type MadeLedger } from './made-ledger.ts';

export type Change = Readonly<{ what: string; report: Report; named: boolean }>;
export type Attack = () => Change;

type Row = Record<string, string | number>;

/** Every column of every table; `of` narrows the rows to those that are trusted most. */
export const columns = [
  { kind: 'event body', table: 'event', column: 'body' },
  { kind: 'signature', table: 'event', column: 'body', of: `body LIKE '%"action":"signed"%'` },
  { kind: 'key record', table: 'event', column: 'body', of: `body LIKE '%"action":"key-recorded"%'` },
  { kind: 'event hash', table: 'event', column: 'hash' },
  { kind: 'event scope', table: 'event', column: 'scope' },
  { kind: 'event number', table: 'event', column: 'seq' },
  { kind: 'site chain scope', table: 'site', column: 'scope' },
  { kind: 'site chain event hash', table: 'site', column: 'event_hash' },
  { kind: 'site chain event number', table: 'site', column: 'event_seq' },
  { kind: 'site chain hash', table: 'site', column: 'hash' },
  { kind: 'site chain number', table: 'site', column: 'seq' },
  { kind: 'checkpoint line', table: 'checkpoint', column: 'line' },
  { kind: 'checkpoint number', table: 'checkpoint', column: 'number' },
  { kind: 'checkpoint count', table: 'checkpoint', column: 'site_count' },
] as const;

/** Names of all that `byteAttacks` makes. */
export const byteKinds: readonly string[] = [...columns.map(({ kind }) => kind), 'checkpoints file', 'export'];

export const keysOf = { event: ['scope', 'seq'], site: ['seq'], checkpoint: ['number'] } as const;

/** All kinds of change to a ledger and to its exports, each made anew at every call and taken back after it. */
export function byteAttacks(
  made: MadeLedger,
  draw: Draw,
): { attacks: Readonly<Record<string, Attack>>; end: () => void } {
  const database = ledgerInMemory(made.folder);
  const question = { before: made.checkpoints, after: made.checkpoints, trusted: made.trusted, witness: null };
  const attacks: Record<string, Attack> = {};
  for (const of of columns)
    attacks[of.kind] = () => changeCell(database, of, draw, () => verifyContent(database, question));
  attacks['checkpoints file'] = () => {
    const { bytes, what } = otherByte(made.checkpoints, draw);
    const report = verifyContent(database, { ...question, before: bytes, after: bytes });
    return { what, report, named: true };
  };
  const events = eventsIn(made.exports[0]);
  attacks['export'] = () => {
    const { bytes, at, what } = otherByte(made.exports[0], draw);
    const report = verifyExport({ bytes, trusted: made.trusted, witness: made.checkpoints.toString('utf8') });
    const seq = events.find(({ from, to }) => at >= from && at < to)?.seq;
    return { what, report, named: seq === undefined || report.findings.some(({ event }) => event?.seq === seq) };
  };
  return { attacks, end: () => database.close() };
}

function changeCell(
  database: Database.Database,
  { table, column, ...more }: (typeof columns)[number],
  draw: Draw,
  verify: () => Report,
): Change {
  const where = 'of' in more ? ` WHERE ${more.of}` : '';
  const rows = database.prepare<[], Row>(`SELECT * FROM ${table}${where}`).all();
  const row = rows[draw(rows.length)] ?? {};
  const keys = keysOf[table];
  const cell = row[column] ?? '';
  const isText = typeof cell === 'string';
  const changed = isText ? otherByte(Buffer.from(cell), draw) : otherNumber(cell, draw);
  database.exec('BEGIN');
  try {
    database
      .prepare(
        `UPDATE ${table} SET ${column} = ${isText ? 'CAST(? AS TEXT)' : '?'} WHERE ${keys.map((key) => `${key} = ?`).join(' AND ')}`,
      )
      .run('bytes' in changed ? changed.bytes : changed.number, ...keys.map((key) => row[key]));
    const report = verify();
    const seq = row['event_seq'] ?? row['seq'];
    const named =
      table === 'checkpoint' ||
      report.findings.some(({ event }) => event?.scope === row['scope'] && event?.seq === seq);
    return { what: `${table} ${Object.values(row).slice(0, 2).join(' ')} ${column}, ${changed.what}`, report, named };
  } catch (thrown) {
    // The table itself does not take it: a number that is there already.
    if (thrown instanceof Error && /UNIQUE|PRIMARY/.test(thrown.message)) return refusedByTable;
    throw thrown;
  } finally {
    database.exec('ROLLBACK');
  }
}

const refusedByTable: Change = {
  what: 'refused by the table',
  report: { holds: false, held: [], findings: [] },
  named: true,
};

/** One byte of the eight that a number is stored in. */
function otherNumber(value: number, draw: Draw): { number: bigint; what: string } {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  const at = draw(8);
  bytes[at] = ((bytes[at] ?? 0) + 1 + draw(255)) % 256;
  const number = bytes.readBigInt64BE();
  return { number, what: `${value} became ${number}` };
}

function otherByte(bytes: Buffer, draw: Draw): { bytes: Buffer; at: number; what: string } {
  const at = draw(bytes.length);
  const changed = Buffer.from(bytes);
  changed[at] = ((bytes[at] ?? 0) + 1 + draw(255)) % 256;
  return { bytes: changed, at, what: `byte ${at} from ${bytes[at]} to ${changed[at]}` };
}

/** Where the content and the hash of each event stand in an export. What frames them belongs to none. */
function eventsIn(bytes: Buffer): readonly Readonly<{ seq: number; from: number; to: number }>[] {
  const { events } = JSON.parse(bytes.toString('utf8')) as { events: { event: unknown; hash: string }[] };
  const [before, between, after] = ['{"event":', ',"hash":"', '"},'];
  let at = bytes.indexOf(',"events":[') + ',"events":['.length;
  return events.flatMap(({ event, hash }, index) => {
    const body = at + before.length;
    const digits = body + Buffer.byteLength(canonicalText(event)) + between.length;
    at = digits + hash.length + after.length;
    const seq = index + 1;
    return [
      { seq, from: body, to: digits - between.length },
      { seq, from: digits, to: digits + hash.length },
    ];
  });
}
