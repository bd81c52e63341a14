/**
 * `npm run campaign -- attack --rounds 1000 [--store sqlite|postgres] [--seed N]`: every kind of forgery of a whole ledger, as many random variants
 * of each, asked of the verifier with a checkpoint kept elsewhere and of the start of the service (on PostgreSQL of some of them: each needs a
 * database of its own); and as many honest ledgers. A single changed byte is asked of the verifier alone: a start looks at the newest part only.
 */
import { randomInt } from 'node:crypto';
import { temporaryFolder } from '../control/records/support.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import { seeded } from './attack-export.ts';
import { accuseHonest, changeBytes } from './records.ts';
import { byteKinds } from './support/changed-bytes.ts';
import { afterAttack, insidersLedgerAttacks, ledgerAttacks } from './support/ledger-attacks.ts';
import { makeLedger } from './support/made-ledger.ts';
import { sqlitePastRules, tryPastRules } from './support/past-rules.ts';
import { PostgresAttacks, postgresKinds, shownAtStart } from './support/postgres-attacks.ts';

type Say = (line: string) => void;

/** Of each kind, on PostgreSQL, in a long run. */
const askedAtLength = 20;

export type Kind = Readonly<{
  kind: string;
  variants: number;
  missed: number;
  /** Of the variants, those that the tables' own rules did not take. */
  refused: number;
  /** Of how many the service was asked to start, and on how many it did. */
  asked: number;
  started: number;
}>;

const told = ({ kind, variants, missed, refused, asked, started }: Kind): string =>
  `${kind}: ${variants} variants, missed ${missed}, refused by the tables ${refused}, started on ${started} of ${asked}`;

export async function attackSqlite(each: number, seed: number, say: Say): Promise<readonly Kind[]> {
  const draw = seeded(seed);
  const folder = temporaryFolder();
  const made = await makeLedger(folder.path);
  const kinds: Kind[] = [];
  const add = (kind: Kind): void => {
    kinds.push(kind);
    say(told(kind));
  };
  for (const kind of [...Object.keys(ledgerAttacks), ...Object.keys(insidersLedgerAttacks)]) {
    let [missed, started] = [0, 0];
    for (let done = 0; done < each; done += 1) {
      const { report, startRefusedBy } = await afterAttack(made, kind, draw, true);
      missed += Number(report.holds);
      started += Number(startRefusedBy === null);
      if (report.holds) say(`not seen: ${kind}, variant ${done} of seed ${seed}`);
    }
    add({ kind, variants: each, missed, refused: 0, asked: each, started });
  }
  for (const kind of Object.keys(sqlitePastRules)) {
    const tried = tryPastRules(made, kind, each, draw);
    add({ kind, variants: each, ...tried, asked: 0, started: 0 });
  }
  for (const kind of byteKinds) {
    const { missed } = changeBytes(made, each, say, draw, [kind]);
    add({ kind: `a byte of the ${kind}`, variants: each, missed: missed.length, refused: 0, asked: 0, started: 0 });
  }
  folder.remove();
  return kinds;
}

/** @param asking of how many variants of each kind the service is asked to start */
export async function attackPostgres(each: number, asking: number, seed: number, say: Say): Promise<readonly Kind[]> {
  const draw = seeded(seed);
  const attacks = await PostgresAttacks.launch();
  const kinds: Kind[] = [];
  try {
    for (const kind of postgresKinds) {
      let [missed, refused, started] = [0, 0, 0];
      for (let done = 0; done < each; done += 1) {
        const report = await attacks.attack(kind, draw);
        if (report === null) refused += 1;
        else if (report.holds) {
          missed += 1;
          say(`not seen: ${kind}, variant ${done} of seed ${seed}`);
        }
      }
      const asked = shownAtStart.has(kind) ? Math.min(each, asking) : 0;
      for (let done = 0; done < asked; done += 1) started += Number((await attacks.startAfter(kind, draw)) === null);
      const counted = { kind, variants: each, missed, refused, asked, started };
      kinds.push(counted);
      say(told(counted));
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
  say(`${onPostgres ? 'PostgreSQL' : 'SQLite'}, seed ${seed}`);
  const kinds = onPostgres
    ? await attackPostgres(rounds, askedAtLength, seed, say)
    : await attackSqlite(rounds, seed, say);
  const results: Measured[] = [
    atLeast('kinds of forgery', kinds.length, ''),
    ...(
      [
        ['forgeries tried', 'variants'],
        ['of them not taken by the rules of the tables', 'refused'],
        ['forgeries of which the service was asked to start', 'asked'],
      ] as const
    ).map(([metric, field]) =>
      atLeast(
        metric,
        sum(kinds, (kind) => kind[field]),
        '',
      ),
    ),
    ...(
      [
        ['forgeries not seen by the verifier', 'missed'],
        ['forgeries on which the service would have started', 'started'],
      ] as const
    ).map(([metric, field]) =>
      atMost(
        metric,
        sum(kinds, (kind) => kind[field]),
        '',
        0,
      ),
    ),
  ];
  if (onPostgres) return results;
  const honest = await accuseHonest(rounds, say, seeded(seed + 1));
  return [
    ...results,
    atLeast('honest ledgers', honest.ledgers, ''),
    atLeast('honest exports', honest.exports, ''),
    atMost('honest ledgers or exports accused', honest.accused, '', 0),
  ];
};
