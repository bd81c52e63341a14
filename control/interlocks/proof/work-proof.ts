/**
 * That no bypasses and forces which may be had together take a row that must not be bypassed, what a row is judged by, or two
 * channels of a vote. Each admission is tried on the functions that admit them, alone and on top of every other that touches the
 * same row: since each leaves a row at most one channel short, more of them leave it no shorter.
 */
import { monotonic } from '../../../plant/clock.ts';
import type { GuardScan } from '../../../plant/ports/scan-guard.ts';
import type { LocalTag } from '../../../plant/sample.ts';
import type { InterlockDefinition } from '../../../plant/skid/definition.ts';
import { admitBypass } from '../bypass.ts';
import { admitForce } from '../force.ts';
import type { PreparedSkid } from '../prepare.ts';
import { initialGuardState, type GuardState } from '../state.ts';
import { somebody, somebodyElse } from './drive.ts';
import type { Finding } from './looser.ts';
import { judgedBy, measuredBehind } from './row-words.ts';
import { usualReadings, wholeScan } from './whole.ts';
import type { Readings } from './world.ts';

const people = { by: somebody, second: somebodyElse };
const twice = { by: somebody, second: somebody };
const now = monotonic(1000);

/** What admits; the interlocks' own. */
export type Admissions = Readonly<{ bypass: typeof admitBypass; force: typeof admitForce }>;

export function workFindings(
  skid: PreparedSkid,
  admissions: Admissions = { bypass: admitBypass, force: admitForce },
): readonly Finding[] {
  const work = new Work(skid, admissions);
  return [...skid.rows.flatMap(({ definition }) => work.bypasses(definition)), ...work.forces()];
}

class Work {
  readonly #skid: PreparedSkid;
  readonly #admit: Admissions;
  readonly #usual: Readings;
  readonly #scan: GuardScan;
  readonly #fresh: GuardState;

  constructor(skid: PreparedSkid, admissions: Admissions) {
    this.#skid = skid;
    this.#admit = admissions;
    this.#usual = usualReadings(skid);
    this.#scan = wholeScan(skid, this.#usual, 1000, 'none');
    this.#fresh = { ...initialGuardState(skid), seen: true };
  }

  bypasses(row: InterlockDefinition): readonly Finding[] {
    return row.channels.flatMap(({ text }, channel): readonly Finding[] => {
      const minutes = row.bypass === 'never' ? 1 : row.bypass.for / 60_000;
      const ask = (
        state: GuardState,
        options: Partial<{ minutes: number; scan: GuardScan; by: typeof people }> = {},
      ): GuardState | null => this.#bypass(state, row.row, channel, { minutes, ...options });
      const found = (problem: string): Finding => finding(row, problem);
      const alone = ask(this.#fresh);
      if (row.bypass === 'never') {
        return alone === null ? [] : [found(`${text} can be bypassed, and the row must never be.`)];
      }
      const faults: Finding[] = [];
      if (ask(this.#fresh, { by: twice }) !== null) faults.push(found(`One person alone can bypass ${text}.`));
      if (ask(this.#fresh, { minutes: minutes * 1.01 }) !== null)
        faults.push(found(`${text} can be bypassed for longer than its rule says.`));
      row.channels.forEach((other, i) => {
        if (i === channel) return;
        const tags = measuredBehind(this.#skid.tags, other.tags);
        const doubted = wholeScan(
          this.#skid,
          new Map([...this.#usual, ...[...tags].map((tag) => [tag, 'Bad'] as const)]),
          1000,
          'none',
        );
        if (ask(this.#fresh, { scan: doubted }) !== null)
          faults.push(found(`${text} can be bypassed while ${other.text} is Bad.`));
        if (alone === null) return;
        if (this.#bypass(alone, row.row, i, { minutes }) !== null)
          faults.push(found(`${text} and ${other.text} can be bypassed together.`));
        for (const tag of tags) {
          if (this.#force(alone, tag) !== null)
            faults.push(found(`${text} can be bypassed and ${tag} held, which takes both channels.`));
        }
      });
      return faults;
    });
  }

  forces(): readonly Finding[] {
    const { tags, rows } = this.#skid;
    return [...tags.keys()].flatMap((tag) => {
      const held = this.#force(this.#fresh, tag);
      return held === null ? [] : rows.flatMap(({ definition }) => this.#held(definition, tag, held));
    });
  }

  /** What holding the tag does to the row. */
  #held(row: InterlockDefinition, tag: LocalTag, held: GuardState): readonly Finding[] {
    const { tags } = this.#skid;
    const touched = row.channels.flatMap((channel, i) => (measuredBehind(tags, channel.tags).has(tag) ? [i] : []));
    const others = [...(row.stale ?? []), ...judgedBy(row).flatMap((expression) => expression.tags)];
    const judged = measuredBehind(tags, others).has(tag);
    if (touched.length === 0 && !judged) return [];
    if (row.bypass === 'never')
      return [finding(row, `${tag} can be held, and the row that stands on it must never be bypassed.`)];
    if (judged) return [finding(row, `${tag} can be held, and the row is judged by it.`)];
    if (touched.length > 1) return [finding(row, `${tag} can be held, and ${touched.length} channels stand on it.`)];
    return row.channels.flatMap((channel, i): readonly Finding[] => {
      if (touched.includes(i)) return [];
      const both = (what: string): Finding =>
        finding(row, `${tag} can be held and ${what}, which takes two channels of the row.`);
      const faults = this.#bypass(held, row.row, i, { minutes: 1 }) === null ? [] : [both(`${channel.text} bypassed`)];
      for (const other of measuredBehind(tags, channel.tags)) {
        if (this.#force(held, other) !== null) faults.push(both(`${other} too`));
      }
      return faults;
    });
  }

  #bypass(
    state: GuardState,
    row: number,
    channel: number,
    { minutes, scan = this.#scan, by = people }: Readonly<{ minutes: number; scan?: GuardScan; by?: typeof people }>,
  ): GuardState | null {
    const request = { row, channel, minutes, reason: 'proof', meanwhile: 'proof' };
    const { state: after, refusedBy } = this.#admit.bypass(this.#skid, state, scan, request, by, now);
    return refusedBy.length === 0 ? after : null;
  }

  #force(state: GuardState, tag: LocalTag): GuardState | null {
    const definition = this.#skid.tags.get(tag);
    const value = definition?.valueType === 'boolean' ? true : (definition?.range?.low ?? 0);
    const request = { tag, value, minutes: 1, reason: 'proof' };
    const { state: after, refusedBy } = this.#admit.force(this.#skid, state, this.#scan, request, people, now);
    return refusedBy.length === 0 ? after : null;
  }
}

const finding = ({ row }: InterlockDefinition, problem: string): Finding => ({
  path: ['interlocks', row],
  problem,
  remedy:
    'Let the row’s channels stand on tags of their own; where they do, the admission of bypasses and forces is at fault.',
});
