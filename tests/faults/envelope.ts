/**
 * Changes that make the CdSe line looser than its envelope: how many of them the load checks and the checker see. What they do not
 * see is listed, each with its rule.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { looserThan } from '../../control/interlocks/proof/envelope-check.ts';
import { envelopeFor, type Envelope } from '../../control/interlocks/proof/envelope-file.ts';
import { seeded } from '../../control/interlocks/proof/seeded.ts';
import { MesolineError } from '../../plant/errors.ts';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { looserRules } from './support/looser-mutants.ts';
import type { File } from './support/mutant-file.ts';

export const definitionFile = 'plant/skids/cdse.yaml';

export type Judged = Readonly<{
  rule: string;
  change: string;
  /** Who saw it; null: nobody. */
  by: 'load' | 'words' | 'counterexample' | null;
  /** What a person is told. */
  message: string;
}>;

export function judgeMutants(
  count: number,
  seed: number,
  say: (line: string) => void = () => undefined,
): readonly Judged[] {
  const envelope = envelopeFor('cdse-two-stage');
  if (envelope === null) throw new Error('no envelope holds for the CdSe line');
  const text = readFileSync(definitionFile, 'utf8');
  const rules = Object.entries(looserRules(envelope.type.tags.map(({ name }) => name)));
  const random = seeded(seed);
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-envelope-'));
  const seen = new Set<string>();
  const judged: Judged[] = [];
  try {
    for (let i = 0; judged.length < count && i < count * 20; i++) {
      const [rule, change] = rules[i % rules.length] ?? ['', () => null];
      const file = parse(text) as File;
      const said = change(file, random);
      const mutant = stringify(file);
      if (said === null || seen.has(mutant)) continue;
      seen.add(mutant);
      const path = join(folder, 'mutant.yaml');
      writeFileSync(path, mutant);
      const one = { rule, change: said, ...judge(path, envelope) };
      if (one.by === null) say(`survives (${rule}): ${said}`);
      judged.push(one);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return judged;
}

function judge(path: string, envelope: Envelope): Pick<Judged, 'by' | 'message'> {
  try {
    const found = looserThan(envelope.type, loadSkidType(path));
    const shown = found.find(({ trace }) => trace !== undefined);
    if (shown !== undefined)
      return { by: 'counterexample', message: [shown.problem, ...(shown.trace ?? [])].join('\n') };
    return found[0] === undefined ? { by: null, message: '' } : { by: 'words', message: found[0].problem };
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    return { by: 'load', message: thrown.message };
  }
}

export const run: Run = ({ rounds, quick = false, say }) => {
  const count = quick ? 60 : Math.max(500, rounds);
  const judged = judgeMutants(count, 20_261_123, say);
  const by = (who: Judged['by']): number => judged.filter((one) => one.by === who).length;
  const share = (100 * (judged.length - by(null))) / judged.length;
  return Promise.resolve([
    atLeast('changes looser than the envelope', judged.length, 'changes', count),
    atLeast('seen', share, '%', 95),
    atLeast('seen at load', by('load'), 'changes'),
    atLeast('seen by their words', by('words'), 'changes'),
    atLeast('seen with a counterexample', by('counterexample'), 'changes'),
    atMost('not seen', by(null), 'changes'),
  ]);
};
