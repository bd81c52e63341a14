/** Leads one row of the matrix, alone in its skid, through inputs by the step that runs in the plant. */
import { monotonic, processTime, utcMs } from '../../../plant/clock.ts';
import type { Actor } from '../../../plant/people.ts';
import type { GuardScan } from '../../../plant/ports/scan-guard.ts';
import type { LocalTag, Sample } from '../../../plant/sample.ts';
import { measuredIn, type PreparedRow, type PreparedSkid } from '../prepare.ts';
import { stepReset } from '../reset.ts';
import type { GuardState } from '../state.ts';
import { step } from '../step.ts';
import { namesRate, readsOf } from './row-words.ts';
import { samplesOf, type Readings } from './world.ts';

/** Wall time at the proof's 0. */
export const epoch = 1_700_000_000_000;
const never = Number.MAX_SAFE_INTEGER;

export const somebody: Extract<Actor, { kind: 'person' }> = {
  kind: 'person',
  id: 'proof-1',
  userName: 'proof-1',
  printedName: 'First person',
  roles: ['operator', 'process engineer', 'maintenance'],
  terminal: 'proof',
};
export const somebodyElse: typeof somebody = {
  ...somebody,
  id: 'proof-2',
  userName: 'proof-2',
  printedName: 'Second person',
};

/** What a guard is shown beside the tags. */
export type Beside = Readonly<{
  at: number;
  changeover: boolean;
  bypassed: number | null;
  leaving?: boolean;
}>;

export class Drive {
  readonly skid: PreparedSkid;
  readonly row: PreparedRow;
  readonly #names: readonly LocalTag[];
  readonly #timed: boolean;
  readonly #samples = new WeakMap<Readings, ReadonlyMap<LocalTag, Sample>>();

  constructor(whole: PreparedSkid, row: PreparedRow) {
    const measured = measuredIn(readsOf(row.definition), whole.tags);
    this.row = row;
    this.#timed = namesRate(row.definition);
    this.skid = { ...whole, rows: [row], watched: [...new Set([...measured, ...whole.temperatures])] };
    this.#names = [...new Set([...readsOf(row.definition), ...this.skid.watched])];
  }

  /** The field never follows, so that nothing but the row holds what it asks for. */
  scan(readings: Readings, { at, leaving = false }: Beside): GuardScan {
    return {
      utc: utcMs(epoch + at),
      monotonic: monotonic(at),
      process: processTime(at),
      samples: this.#samplesOf(readings, at),
      fieldDemand: this.skid.field === null ? null : 'none',
      asked: 'none',
      leaving,
      commanded: null,
      firstOutRow: null,
      batch: false,
    };
  }

  step(before: GuardState, readings: Readings, beside: Beside): GuardState {
    return step(this.skid, this.#worked(before, beside), this.scan(readings, beside)).state;
  }

  /** What refuses a reset asked for right after that scan, and the state that comes of it. */
  reset(
    after: GuardState,
    readings: Readings,
    beside: Beside,
  ): Readonly<{ state: GuardState; refusedBy: readonly string[] }> {
    return stepReset(this.skid, after, this.scan(readings, beside), somebody, `reset at ${beside.at}`);
  }

  #worked(before: GuardState, { changeover, bypassed }: Beside): GuardState {
    if (
      before.changeover === changeover &&
      (before.bypasses[0]?.channel ?? null) === bypassed &&
      before.pending.length === 0
    ) {
      return before;
    }
    const bypasses =
      bypassed === null
        ? []
        : [
            {
              row: this.row.definition.row,
              channel: bypassed,
              people: { by: somebody, second: somebodyElse },
              reason: 'proof',
              meanwhile: 'proof',
              since: utcMs(epoch),
              expiresAt: utcMs(never),
              until: monotonic(never),
              votes: false,
            },
          ];
    return { ...before, changeover, bypasses, pending: [] };
  }

  /** Rows that go by a rate tell samples apart by their time. */
  #samplesOf(readings: Readings, at: number): ReadonlyMap<LocalTag, Sample> {
    const { skid } = this;
    if (this.#timed) return samplesOf(skid.name, skid.tags, this.#names, readings, utcMs(epoch + at));
    const known = this.#samples.get(readings);
    if (known !== undefined) return known;
    const samples = samplesOf(skid.name, skid.tags, this.#names, readings);
    this.#samples.set(readings, samples);
    return samples;
  }
}
