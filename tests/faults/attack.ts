/**
 * `npm run campaign -- attack --rounds 1000 [--store sqlite|postgres] [--seed N]`: every kind of forgery of a whole ledger, as many random variants
 * of each, asked of the verifier with a checkpoint kept elsewhere and, on SQLite, of the start of the service; and as many honest ledgers.
 */
import { randomInt } from 'node:crypto';
import { temporaryFolder } from '../control/records/support.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import { seeded } from './attack-export.ts';
import { accuseHonest, changeBytes } from './records.ts';
import { afterAttack, insidersLedgerAttacks, ledgerAttacks, replaceEvent } from './support/ledger-attacks.ts';
import { makeLedger } from './support/made-ledger.ts';
import { PostgresAttacks, postgresKinds } from './support/postgres-attacks.ts';

type Say = (line: string) => void;

export type Kind = Readonly<{ kind: string; variants: number; missed: number; started: number }>;

export async function attackSqlite(each: number, seed: number, say: Say): Promise<readonly Kind[]> {
  const draw = seeded(seed);
  const folder = temporaryFolder();
  const made = await makeLedger(folder.path);
  const kinds: Kind[] = [];
  for (const kind of [...Object.keys(ledgerAttacks), ...Object.keys(insidersLedgerAttacks)]) {
    let [missed, started] = [0, 0];
    for (let done = 0; done < each; done += 1) {
      const { report, startRefusedBy } = await afterAttack(made, kind, draw, true);
      missed += Number(report.holds);
      started += Number(startRefusedBy === null);
      if (report.holds) say(`not seen: ${kind}, variant ${done} of seed ${seed}`);
    }
    kinds.push({ kind, variants: each, missed, started });
    say(`${kind}: ${each} variants, missed ${missed}, started on ${started}`);
  }
  const bytes = changeBytes(made, each, say);
  kinds.push({
    kind: `a byte in each of ${bytes.kinds} places`,
    variants: bytes.changes,
    missed: bytes.missed.length,
    started: 0,
  });
  const replaced = replaceEvent(made) === 'replaced';
  kinds.push({ kind: 'an event replaced by INSERT OR REPLACE', variants: 1, missed: Number(replaced), started: 0 });
  folder.remove();
  return kinds;
}

export async function attackPostgres(each: number, seed: number, say: Say): Promise<readonly Kind[]> {
  const draw = seeded(seed);
  const attacks = await PostgresAttacks.launch();
  const kinds: Kind[] = [];
  try {
    for (const kind of postgresKinds) {
      let [missed, refused] = [0, 0];
      for (let done = 0; done < each; done += 1) {
        const report = await attacks.attack(kind, draw);
        if (report === null) refused += 1;
        else if (report.holds) {
          missed += 1;
          say(`not seen: ${kind}, variant ${done} of seed ${seed}`);
        }
      }
      kinds.push({ kind, variants: each, missed, started: 0 });
      say(`${kind}: ${each} variants, missed ${missed}, refused by the tables ${refused}`);
      const honest = await attacks.honest();
      if (!honest.holds) throw new Error(`After ${kind} was taken back: ${honest.findings[0]?.problem ?? ''}`);
    }
  } finally {
    await attacks.end();
  }
  return kinds;
}

const sum = (kinds: readonly Kind[], pick: (kind: Kind) => number): number =>
  kinds.reduce((total, kind) => total + pick(kind), 0);

export const run: Run = async ({ rounds, say, args = [] }) => {
  const after = (flag: string): string | undefined => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
  const seed = Number(after('--seed') ?? randomInt(2 ** 31));
  const onPostgres = after('--store') === 'postgres';
  say(`seed ${seed}`);
  const kinds = onPostgres ? await attackPostgres(rounds, seed, say) : await attackSqlite(rounds, seed, say);
  const results: Measured[] = [
    atLeast('kinds of forgery', kinds.length, ''),
    atLeast(
      'forgeries tried',
      sum(kinds, ({ variants }) => variants),
      '',
    ),
    atMost(
      'forgeries not seen by the verifier',
      sum(kinds, ({ missed }) => missed),
      '',
      0,
    ),
  ];
  if (onPostgres) return results;
  const honest = await accuseHonest(rounds, say);
  return [
    ...results,
    atMost(
      'forgeries on which the service would have started',
      sum(kinds, ({ started }) => started),
      '',
    ),
    atLeast('honest ledgers', honest.ledgers, ''),
    atLeast('honest exports', honest.exports, ''),
    atMost('honest ledgers or exports accused', honest.accused, '', 0),
  ];
};
