/** The latches of a guard: what holds its demand until a reset, in the order in which it came. */
import { elapsed, milliseconds, type Milliseconds, type ProcessTime } from '../../plant/clock.ts';
import type { Lookup } from '../../plant/expression.ts';
import type { GuardCause, GuardScan } from '../../plant/ports/scan-guard.ts';
import { demandRank, fieldSatisfies, higherDemand, type Demand } from '../../plant/safe-state.ts';
import type { PreparedSkid } from './prepare.ts';
import { bootTitle, fieldTitle, type GuardEvent, type GuardState, type Latch } from './state.ts';
import type { RowState } from './step-row.ts';
import { blindText, fieldText, seconds, tripText } from './wording.ts';

/** How long a cause must have been away, in process time, before a reset is taken. */
export const awayBeforeReset: Milliseconds = milliseconds(60_000);

/** The latches of one scan: those there were, and those that it brings. */
export class Latches {
  readonly #skid: PreparedSkid;
  readonly #scan: GuardScan;
  readonly #number: number;
  readonly #first: boolean;
  readonly #lookup: Lookup;
  readonly #events: GuardEvent[];
  list: readonly Latch[];
  /** Whether something came that was not there when the reset was accepted. */
  grew = false;

  constructor(skid: PreparedSkid, before: GuardState, scan: GuardScan, lookup: Lookup, events: GuardEvent[]) {
    this.#skid = skid;
    this.#scan = scan;
    this.#number = before.scans + 1;
    this.#first = !before.seen;
    this.#lookup = lookup;
    this.#events = events;
    this.list = before.latches;
  }

  demand(): Demand {
    return demandOf(this.list, []);
  }

  /**
   * Until the reset after the start, a skid that is or becomes hot is held in HOT-HOLD: its field may still run on what was set
   * before the start, when that was quicker than the field's watchdog.
   */
  boot(hot: boolean): void {
    const at = this.#indexOf('boot', null);
    const held = this.list[at];
    if (held === undefined ? !this.#first : held.demand !== 'B' || !hot) return;
    const demand = hot ? 'H' : 'B';
    const message = hot
      ? 'The service started and the skid is hot, or its temperature is not known.'
      : 'The service started; someone has to inspect the skid and reset.';
    this.#latch(at, { source: 'boot', row: null, title: bootTitle, demand, message, away: true });
  }

  row(index: number, state: RowState): void {
    const row = this.#skid.rows[index];
    if (row === undefined) return;
    const { row: number, title } = row.definition;
    const at = this.#indexOf('row', number);
    const held = this.list[at];
    if (state.demand !== 'none') {
      if (held === undefined || demandRank(state.demand) > demandRank(held.demand) || held.cleared) {
        const message = state.tripped
          ? tripText(this.#skid, row, this.#lookup)
          : blindText(this.#skid, row, this.#lookup);
        this.#latch(at, { source: 'row', row: number, title, demand: state.demand, message, away: false });
        return;
      }
    }
    if (held !== undefined) this.#keepUp(at, held, state.awaySince);
  }

  /**
   * A safe state of the field that neither we nor a command asked for is a cause of its own, mirrored and latched. At the first
   * view nothing that we demand has been asked yet: what the field is found in, it went to before.
   */
  field(losses: readonly GuardCause[]): void {
    const at = this.#indexOf('field', null);
    const held = this.list[at];
    const said = this.#skid.field === null || this.#scan.leaving ? null : this.#scan.fieldDemand;
    const explained = this.#first ? 'B' : higherDemand(demandOf(this.list, losses), this.#scan.asked);
    if (said !== null && !fieldSatisfies(explained, said)) {
      const message = fieldText(this.#skid, this.#lookup);
      this.#latch(at, { source: 'field', row: null, title: fieldTitle, demand: said, message, away: true });
    } else if (held !== undefined) this.#keepUp(at, held, held.awaySince);
    const boot = this.#indexOf('boot', null);
    const started = this.list[boot];
    if (started !== undefined) this.#keepUp(boot, started, started.awaySince);
  }

  #indexOf(source: Latch['source'], row: number | null): number {
    return this.list.findIndex((latch) => latch.source === source && latch.row === row);
  }

  #latch(at: number, cause: Omit<Latch, 'at' | 'scan' | 'awaySince' | 'cleared'> & Readonly<{ away: boolean }>): void {
    const { away, ...rest } = cause;
    const held = this.list[at];
    const latch: Latch = {
      ...rest,
      demand: held === undefined ? rest.demand : higherDemand(rest.demand, held.demand),
      at: held?.at ?? this.#scan.utc,
      scan: held?.scan ?? this.#number,
      awaySince: away ? this.#scan.process : null,
      cleared: false,
    };
    this.list = held === undefined ? [...this.list, latch] : this.list.with(at, latch);
    this.grew = true;
    this.#events.push({
      action: rest.source === 'boot' ? 'interlock-booted' : 'interlock-tripped',
      ...pick(latch),
      actor: null,
      commandId: null,
    });
  }

  #keepUp(at: number, held: Latch, awaySince: ProcessTime | null): void {
    const now = this.#scan.process;
    const since = awaySince !== null && awaySince > now ? now : awaySince;
    const cleared = since !== null && (held.cleared || elapsed(since, now) >= awayBeforeReset);
    if (cleared && !held.cleared) {
      const message = `The cause has been away for ${seconds(awayBeforeReset)}; it stands against a reset no longer. It was: ${held.message}`;
      this.#events.push({ action: 'interlock-cleared', ...pick(held), message, actor: null, commandId: null });
    }
    if (since !== held.awaySince || cleared !== held.cleared) {
      this.list = this.list.with(at, { ...held, awaySince: since, cleared: held.cleared || cleared });
    }
  }
}

const pick = ({ row, title, message, demand }: Latch): Pick<GuardEvent, 'row' | 'title' | 'message' | 'demand'> => ({
  row,
  title,
  message,
  demand,
});

export const demandOf = (latches: readonly Latch[], losses: readonly GuardCause[]): Demand => {
  let demand: Demand = losses.length > 0 ? 'B' : 'none';
  for (const latch of latches) demand = higherDemand(demand, latch.demand);
  return demand;
};
