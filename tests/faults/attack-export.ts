/**
 * `npm run campaign -- attack-export --rounds 1000 [--seed N]`: every kind of forgery of an export, as many random variants of each, asked of both
 * verifiers; and as many honest exports, of which neither may doubt one.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomInt } from 'node:crypto';
import { verifyFolder } from '../../control/records/verify/verify-folder.ts';
import { temporaryFolder } from '../control/records/support.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import {
  carriersAttacks,
  insidersAttacks,
  linkInstead,
  pipeSomewhere,
  soundForgeries,
} from './support/export-attacks.ts';
import { readDocument, type Files } from './support/export-forge.ts';
import { makeExport, type MadeExport } from './support/made-export.ts';
import type { Draw } from './support/made-ledger.ts';
import { PythonVerifier } from './support/python-verifier.ts';

type Say = (line: string) => void;

/** Mulberry32: the same seed draws the same, so that what was missed can be looked at. */
export function seeded(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const readFiles = (folder: string): Files =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path)]),
  );

const isEmpty = (folder: string): boolean => readdirSync(folder).length === 0;

/** Only what differs is written; a folder that nothing is left in goes too, or it would give the forgery away. */
function writeFiles(folder: string, before: Files, after: Files): void {
  for (const path of before.keys()) {
    if (after.has(path)) continue;
    rmSync(join(folder, path));
    for (let within = dirname(path); within !== '.' && isEmpty(join(folder, within)); within = dirname(within))
      rmdirSync(join(folder, within));
  }
  for (const [path, bytes] of after) {
    if (before.get(path) === bytes) continue;
    // A link is replaced, not followed.
    rmSync(join(folder, path), { force: true });
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

export type Verdict = Readonly<{ typescript: boolean; python: boolean; said: string }>;

async function judged(made: MadeExport, python: PythonVerifier): Promise<Verdict> {
  const witness = readFileSync(made.kept, 'utf8');
  const report = verifyFolder({ path: made.folder, trusted: made.trusted, witness });
  const { status, said } = await python.verify(made.folder, made.trusted, made.kept);
  const words = report.findings.map(({ where, problem }) => `${where}: ${problem}`).join('; ');
  if (status !== 0 && status !== 1) throw new Error(`The verifier in Python fell over: ${said}`);
  return { typescript: report.holds, python: status === 0, said: `${words} | ${said.trim()}` };
}

export type Kind = Readonly<{ kind: string; variants: number; missedByTypescript: number; missedByPython: number }>;

/** A forgery that falls by itself would prove nothing of the checkpoint that was kept apart. */
function mustBeSound({ folder, trusted }: MadeExport, kind: string): void {
  const { holds, findings } = verifyFolder({ path: folder, trusted, witness: `${readDocument(folder).checkpoint}\n` });
  if (!holds) throw new Error(`${kind}: ${findings.map(({ where, problem }) => `${where}: ${problem}`).join('; ')}`);
}

/** Each kind as often as `each`, over a pool of honest exports. */
export async function attackExports(each: number, pool: number, seed: number, say: Say): Promise<readonly Kind[]> {
  const draw = seeded(seed);
  const python = new PythonVerifier();
  const aside = temporaryFolder();
  const made: MadeExport[] = [];
  const grown: MadeExport[] = [];
  for (let index = 0; index < pool; index += 1)
    made.push(await makeExport(draw, python, { batch: `B-2026-${String(1 + index).padStart(4, '0')}` }));
  for (let index = 0; index < Math.max(1, pool / 4); index += 1)
    grown.push(await makeExport(draw, python, { grow: 1 + draw(3) }));
  const kinds: Kind[] = [];
  const count = async (
    kind: string,
    from: readonly MadeExport[],
    attack: (one: MadeExport, files: Files) => Files,
  ): Promise<void> => {
    let [missedByTypescript, missedByPython] = [0, 0];
    for (let done = 0; done < each; done += 1) {
      const one = from[done % from.length]!;
      const files = readFiles(one.folder);
      const changed = attack(one, files);
      const { typescript, python: byPython } = await judged(one, python);
      if (soundForgeries.has(kind)) mustBeSound(one, kind);
      writeFiles(one.folder, changed, files);
      missedByTypescript += Number(typescript);
      missedByPython += Number(byPython);
      if (typescript || byPython)
        say(
          `not seen by ${[typescript ? 'TypeScript' : '', byPython ? 'Python' : ''].join(' ')}: ${kind}, variant ${done} of seed ${seed}`,
        );
    }
    kinds.push({ kind, variants: each, missedByTypescript, missedByPython });
    say(`${kind}: ${each} variants, missed ${missedByTypescript} and ${missedByPython}`);
  };
  try {
    for (const [kind, attack] of Object.entries({ ...carriersAttacks, ...insidersAttacks }))
      await count(kind, made, (one, files) => {
        const changed = new Map(files);
        const other = readFiles(made[(made.indexOf(one) + 1) % made.length]!.folder);
        const document = readDocument(one.folder);
        attack({ folder: one.folder, files: changed, document, draw, other, secret: one.secret });
        writeFiles(one.folder, files, changed);
        return changed;
      });
    await count('a link where a file was', made, (one, files) => linkInstead(one.folder, aside.path, files, draw));
    await count('a pipe in the folder', made, (one, files) => pipeSomewhere(one.folder, files, draw));
    await count('an older export beside a newer checkpoint', grown, (_one, files) => files);
  } finally {
    python.end();
    aside.remove();
    for (const one of [...made, ...grown]) one.remove();
  }
  return kinds;
}

export async function accuseHonestExports(
  count: number,
  seed: number,
  say: Say,
): Promise<{ exports: number; accused: number }> {
  const draw = seeded(seed);
  const python = new PythonVerifier();
  let accused = 0;
  try {
    for (let done = 0; done < count; done += 1) {
      const made = await makeExport(draw, python);
      const { typescript, python: byPython, said } = await judged(made, python);
      made.remove();
      if (typescript && byPython) continue;
      accused += 1;
      say(`accused: honest export ${done} of seed ${seed}: ${said}`);
    }
  } finally {
    python.end();
  }
  return { exports: count, accused };
}

const sum = (kinds: readonly Kind[], pick: (kind: Kind) => number): number =>
  kinds.reduce((total, kind) => total + pick(kind), 0);

export const run: Run = async ({ rounds, say, args = [] }) => {
  const given = args.indexOf('--seed');
  const seed = given === -1 ? randomInt(2 ** 31) : Number(args[given + 1]);
  say(`seed ${seed}`);
  const kinds = await attackExports(rounds, Math.min(40, Math.max(4, rounds / 10)), seed, say);
  const honest = await accuseHonestExports(rounds, seed, say);
  const results: Measured[] = [
    atLeast('kinds of forgery', kinds.length, ''),
    atLeast('variants of each', rounds, ''),
    atMost(
      'forgeries not seen in TypeScript',
      sum(kinds, (kind) => kind.missedByTypescript),
      '',
      0,
    ),
    atMost(
      'forgeries not seen in Python',
      sum(kinds, (kind) => kind.missedByPython),
      '',
      0,
    ),
    atLeast('honest exports', honest.exports, ''),
    atMost('honest exports doubted', honest.accused, '', 0),
  ];
  return results;
};
