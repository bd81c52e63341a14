/**
 * Records under attack: random single-byte changes of every stored value and of exports, whole-ledger forgeries, honest
 * ledgers that must not be accused, and kills of the service while it records.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyExport } from '../../control/records/verify/verify-export.ts';
import { verifyLedger } from '../../control/records/verify/verify-ledger.ts';
import { ledgerFile, ownCheckpoint, tamper, temporaryFolder } from '../control/records/support.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import { byteAttacks, byteKinds } from './support/changed-bytes.ts';
import { afterAttack, forgery, ledgerAttacks } from './support/ledger-attacks.ts';
import { makeHonestLedger, makeLedger, type Draw, type MadeLedger } from './support/made-ledger.ts';
import { sqlitePastRules, tryPastRules } from './support/past-rules.ts';
import { killWhileRecording } from './support/recording-service.ts';

type Say = (line: string) => void;

const draw: Draw = (below) => randomInt(below);

export type BytesOutcome = Readonly<{
  kinds: number;
  changes: number;
  missed: readonly string[];
  unnamed: readonly string[];
}>;

/** `each` random changes of every kind, or of those asked for. */
export function changeBytes(
  made: MadeLedger,
  each: number,
  say: Say,
  by: Draw = draw,
  asked: readonly string[] = byteKinds,
): BytesOutcome {
  const { attacks: all, end } = byteAttacks(made, by);
  const attacks = Object.fromEntries(Object.entries(all).filter(([kind]) => asked.includes(kind)));
  const missed: string[] = [];
  const unnamed: string[] = [];
  for (const [kind, attack] of Object.entries(attacks)) {
    for (let done = 0; done < each; done += 1) {
      const { what, report, named } = attack();
      if (report.holds) missed.push(`${kind}: ${what}`);
      else if (!named) unnamed.push(`${kind}: ${what}: ${report.findings.map(({ where }) => where).join('; ')}`);
    }
  }
  end();
  for (const one of missed) say(`not seen: ${one}`);
  for (const one of unnamed.slice(0, 10)) say(`event not named: ${one}`);
  const kinds = Object.keys(attacks).length;
  return { kinds, changes: kinds * each, missed, unnamed };
}

export type ForgeryOutcome = Readonly<{ tried: number; missed: readonly string[]; started: readonly string[] }>;

/** Attacks on the whole ledger, `each` times every one; `started` are those on which the service would have gone on. */
export async function forge(made: MadeLedger, each: number, say: Say): Promise<ForgeryOutcome> {
  const missed: string[] = [];
  const started: string[] = [];
  for (const attack of Object.keys(ledgerAttacks)) {
    for (let done = 0; done < each; done += 1) {
      const { report, startRefusedBy } = await afterAttack(made, attack, draw);
      if (report.holds) missed.push(attack);
      if (startRefusedBy === null) started.push(attack);
    }
  }
  for (const one of missed) say(`not seen: ${one}`);
  if (!forgery(made).holds) say('the forgery under another key is not even sound in itself; it proves nothing');
  const pastRules = Object.keys(sqlitePastRules);
  for (const kind of pastRules) if (tryPastRules(made, kind, each, draw).missed > 0) missed.push(kind);
  return { tried: (Object.keys(ledgerAttacks).length + pastRules.length) * each, missed, started };
}

/** How many honest ledgers and exports were made, and what was wrongly said of them. */
export async function accuseHonest(
  count: number,
  say: Say,
  by: Draw = draw,
): Promise<{ ledgers: number; exports: number; accused: number }> {
  let [exports, accused] = [0, 0];
  for (let done = 0; done < count; done += 1) {
    const folder = temporaryFolder();
    const honest = await makeHonestLedger(folder.path, by);
    const { trusted } = honest;
    const reports = [
      verifyLedger({ path: ledgerFile(folder.path), trusted, witness: null }),
      ...honest.exports.map((bytes) => verifyExport({ bytes, trusted, witness: ownCheckpoint(bytes) })),
    ];
    exports += honest.exports.length;
    for (const { holds, findings } of reports) {
      if (holds) continue;
      accused += 1;
      say(`accused: ${findings.map(({ where, problem }) => `${where}: ${problem}`).join('; ')}`);
    }
    folder.remove();
  }
  return { ledgers: count, exports, accused };
}

/** The same as a person does it, at the command line: honest files end with 0, each changed one otherwise, naming the event. */
export function atCommandLine(made: MadeLedger, say: Say): { asked: number; wrong: number } {
  const folder = temporaryFolder();
  const file = join(folder.path, 'record.json');
  const kept = join(folder.path, 'kept.jsonl');
  writeFileSync(kept, made.checkpoints);
  const verify = (path: string): { status: number | null; text: string } => {
    const args = ['control/records/verify/cli.ts', path, '--trust', made.trusted, '--checkpoint', kept];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return { status, text: stdout + stderr };
  };
  const answers: boolean[] = [];
  const expect = (what: string, right: boolean): void => {
    answers.push(right);
    if (!right) say(`at the command line: ${what}`);
  };
  writeFileSync(file, made.exports[0]);
  expect('an honest export', verify(file).status === 0);
  expect('an honest ledger', verify(made.folder).status === 0);
  const at = made.exports[0].indexOf('R201/TIC-201.SP');
  writeFileSync(
    file,
    Buffer.concat([made.exports[0].subarray(0, at), Buffer.from('S'), made.exports[0].subarray(at + 1)]),
  );
  const changed = verify(file);
  expect(
    'a changed export',
    changed.status === 1 && /batch\/B-2026-0001 #\d+ \(set-point-written\)/.test(changed.text),
  );
  const path = ledgerFile(made.folder);
  const swap = (from: string, to: string): void =>
    tamper(path, (database) =>
      database
        .prepare(`UPDATE event SET body = replace(body, ?, ?) WHERE scope = 'batch/B-2026-0002' AND seq = 1`)
        .run(from, to),
    );
  swap('"mL"', '"mL "');
  const ledger = verify(made.folder);
  expect('a changed ledger', ledger.status === 1 && ledger.text.includes('batch/B-2026-0002 #1 (batch-prepared)'));
  swap('"mL "', '"mL"');
  expect('the ledger put back', verify(made.folder).status === 0);
  folder.remove();
  return { asked: answers.length, wrong: answers.filter((right) => !right).length };
}

export const run: Run = async ({ rounds, say }) => {
  const results: Measured[] = [];
  const bytes: BytesOutcome[] = [];
  const forgeries: ForgeryOutcome[] = [];
  const lines: { asked: number; wrong: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const folder = temporaryFolder();
    const made = await makeLedger(folder.path);
    bytes.push(changeBytes(made, 1000, say));
    forgeries.push(await forge(made, 10, say));
    lines.push(atCommandLine(made, say));
    folder.remove();
    say(`round ${round}: bytes and forgeries done`);
  }
  const honest = await accuseHonest(100, say);
  const killed = await killWhileRecording(
    Array.from({ length: rounds }, () => 200 + draw(4000)),
    say,
  );
  const sum = <T>(of: readonly T[], pick: (one: T) => number): number =>
    of.reduce((total, one) => total + pick(one), 0);
  results.push(
    atLeast('kinds of single-byte change', bytes[0]?.kinds ?? 0, ''),
    atLeast(
      'single-byte changes tried',
      sum(bytes, ({ changes }) => changes),
      '',
    ),
    atMost(
      'single-byte changes not seen',
      sum(bytes, ({ missed }) => missed.length),
      '',
      0,
    ),
    atMost(
      'single-byte changes of an event that did not name it',
      sum(bytes, ({ unnamed }) => unnamed.length),
      '',
      0,
    ),
    atLeast(
      'forgeries of the whole ledger tried',
      sum(forgeries, ({ tried }) => tried),
      '',
    ),
    atMost(
      'forgeries not seen',
      sum(forgeries, ({ missed }) => missed.length),
      '',
      0,
    ),
    atMost(
      'forgeries on which the service would have started',
      sum(forgeries, ({ started }) => started.length),
      '',
    ),
    atLeast(
      'verifications at the command line',
      sum(lines, ({ asked }) => asked),
      '',
    ),
    atMost(
      'verifications at the command line that were wrong',
      sum(lines, ({ wrong }) => wrong),
      '',
      0,
    ),
    atLeast('honest ledgers', honest.ledgers, ''),
    atLeast('honest exports', honest.exports, ''),
    atMost('honest ledgers or exports accused', honest.accused, '', 0),
    atLeast('kills while recording', killed.kills, ''),
    atLeast('events acknowledged before a kill', killed.acknowledged, ''),
    atMost('events acknowledged and lost', killed.lost.length, '', 0),
    atMost('starts refused after a kill', killed.refusedStarts, '', 0),
    atMost('faults that the verifier found after a kill', killed.notVerified.length, '', 0),
    atLeast('unsynced writes thrown away', killed.thrownAway, ''),
  );
  return results;
};
