/** The latches of a guard: what holds its demand until a reset, in the order in which it came. */
import { elapsed, milliseconds, utcMs, type Milliseconds, type ProcessTime } from '../../plant/clock.ts';
import type { Lookup } from '../../plant/expression.ts';
import type { GuardCause, GuardScan } from '../../plant/ports/scan-guard.ts';
import { asksField, demandRank, fieldSatisfies, higherDemand, type Demand } from '../../plant/safe-state.ts';
import type { PreparedSkid } from './prepare.ts';
import { bootTitle, fieldTitle, type GuardEvent, type GuardState, type Latch } from './state.ts';
import { withMeasures, type RowState } from './step-row.ts';
import { blindText, fieldText, provenText, seconds, tripText } from './wording.ts';

/** How long boot's and the field's own causes must have been away, in process time, before a reset is taken; a row says its own. */
export const awayBeforeReset: Milliseconds = milliseconds(60_000);

export const awayOf = (skid: PreparedSkid, { source, row }: Pick<Latch, 'source' | 'row'>): Milliseconds =>
  source === 'row'
    ? (skid.rows.find(({ definition }) => definition.row === row)?.definition.reset.away ?? awayBeforeReset)
    : awayBeforeReset;

/** Scans before it are of what a service before this one held: what was first there, and what came after that. */
const firstScan = 2;

/** The latches of one scan: those there were, and those that it brings. */
export class Latches {
  readonly #skid: PreparedSkid;
  readonly #scan: GuardScan;
  readonly #number: number;
  readonly #first: boolean;
  readonly #lookup: Lookup;
  readonly #events: GuardEvent[];
  readonly #kept: GuardState['kept'];
  readonly #proof: GuardState['proof'];
  /** Whether what was held before this service is taken up in this scan: the field has to say its step for that. */
  readonly adopts: boolean;
  list: readonly Latch[];
  /** Whether something came that was not there when the reset was accepted. */
  grew = false;
  /** Rows that asked for more in this scan than before, with what they ask for. */
  readonly raised: (readonly [row: number, demand: Demand])[] = [];

  constructor(skid: PreparedSkid, before: GuardState, scan: GuardScan, lookup: Lookup, events: GuardEvent[]) {
    this.#skid = skid;
    this.#scan = scan;
    this.#number = before.scans + firstScan;
    this.#first = !before.seen;
    this.#lookup = lookup;
    this.#events = events;
    this.#kept = before.kept;
    this.#proof = before.proof;
    this.adopts = before.kept !== null && (skid.field === null || scan.fieldDemand !== null);
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
    if (this.adopts) this.#adopt();
    const at = this.#indexOf('boot', null);
    const held = this.list[at];
    if (held === undefined ? !this.#first : held.demand !== 'B' || !hot) return;
    const demand = hot ? 'H' : 'B';
    const message = hot
      ? 'The service started and the skid is hot, or its temperature is not known.'
      : 'The service started; someone has to inspect the skid and reset.';
    this.#latch(at, {
      source: 'boot',
      row: null,
      title: bootTitle,
      demand,
      measures: [],
      message,
      away: true,
    });
  }

  row(index: number, state: RowState): void {
    const row = this.#skid.rows[index];
    if (row === undefined) return;
    const { row: number, title, latch } = row.definition;
    const at = this.#indexOf('row', number);
    const held = this.list[at];
    // A safe state that was asked of the field is held until a reset, whatever the row itself does.
    if (asksField(state.demand) || (state.demand !== 'none' && latch)) {
      const asksMore = held === undefined || demandRank(state.demand) > demandRank(held.demand) || held.cleared;
      if (asksMore || state.measures.some((one) => !held.measures.includes(one))) {
        const proof = this.#proof?.row === number ? this.#proof : null;
        const message = !state.tripped
          ? blindText(this.#skid, row, this.#lookup)
          : proof === null
            ? tripText(this.#skid, row, this.#lookup)
            : provenText(this.#skid, row, proof, this.#lookup);
        const { demand, measures } = state;
        if (asksMore) this.raised.push([number, demand]);
        this.#latch(at, { source: 'row', row: number, title, demand, measures, message, away: false });
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
    const explained = this.#first
      ? higherDemand('B', demandOf(this.#mirrored(), []))
      : higherDemand(demandOf(this.list, losses), this.#scan.asked);
    if (said !== null && !fieldSatisfies(explained, said)) {
      const message = fieldText(this.#skid, this.#lookup);
      this.#latch(at, {
        source: 'field',
        row: null,
        title: fieldTitle,
        demand: said,
        measures: [],
        message,
        away: true,
      });
    } else if (held !== undefined) this.#keepUp(at, held, held.awaySince);
    const boot = this.#indexOf('boot', null);
    const started = this.list[boot];
    if (started !== undefined) this.#keepUp(boot, started, started.awaySince);
  }

  /**
   * What the field stands in for a row that a service before this one asked it for: the field keeps which row came first, and that
   * service's words and times where it could still keep them. They come before everything of this service.
   */
  #adopt(): void {
    const { fieldDemand, firstOutRow, process, utc } = this.#scan;
    const standsIn = fieldDemand ?? 'none';
    const held = asksField(standsIn);
    const rows = (this.#kept ?? []).filter(({ source, demand }) => source === 'row' && (held || demand === 'B'));
    const said = held ? (firstOutRow ?? 0) : 0;
    const adopted = rows.map(({ row, title, message, demand, at }): Latch => ({
      source: 'row',
      row,
      title,
      demand,
      measures: [],
      message,
      at: utcMs(at),
      stampedBy: 'gateway',
      scan: 0,
      awaySince: process,
      cleared: false,
    }));
    if (said > 0 && ![...adopted, ...this.list].some(({ row }) => row === said)) {
      const title =
        this.#skid.rows.find(({ definition }) => definition.row === said)?.definition.title ?? `Row ${said}`;
      adopted.unshift({
        source: 'row',
        row: said,
        title,
        demand: standsIn,
        measures: [],
        message: 'The field controller keeps it as the row behind the first request since its last reset.',
        at: utc,
        stampedBy: 'field',
        scan: 0,
        awaySince: process,
        cleared: false,
      });
    }
    // Of several that were kept, those of the first scan were first; what came after them stands behind.
    const first = rows[0]?.scan;
    const later = new Set(rows.filter(({ scan }) => scan !== first).map(({ row }) => row));
    const before = adopted.map((latch) => (later.has(latch.row) && latch.row !== said ? { ...latch, scan: 1 } : latch));
    const own = this.list.filter(({ source, row }) => source !== 'row' || !before.some((latch) => latch.row === row));
    this.list = [...before.map((latch) => this.#joined(latch)), ...own];
    for (const latch of before) {
      this.#events.push({ action: 'interlock-tripped', ...pick(latch), actor: null, commandId: null });
    }
  }

  /** Where the field was silent at first, this service may hold the same row already: the earlier words, and all that either asks for. */
  #joined(latch: Latch): Latch {
    const own = this.list[this.#indexOf('row', latch.row)];
    if (own === undefined) return latch;
    const { awaySince, measures } = own;
    return { ...latch, awaySince, measures, demand: higherDemand(latch.demand, own.demand) };
  }

  /** Latches of rows in which the field acts by itself, and those that were adopted. */
  #mirrored(): readonly Latch[] {
    const mirrors = (row: number | null): boolean =>
      this.#skid.rows.some(({ definition }) => definition.row === row && definition.mirrors);
    return this.list.filter(({ source, row, scan }) => source === 'row' && (scan < firstScan || mirrors(row)));
  }

  #indexOf(source: Latch['source'], row: number | null): number {
    return this.list.findIndex((latch) => latch.source === source && latch.row === row);
  }

  #latch(at: number, cause: Omit<Latch, 'at' | 'stampedBy' | 'scan' | 'awaySince' | 'cleared'> & Away): void {
    const { away, ...rest } = cause;
    const held = this.list[at];
    const latch: Latch = {
      ...rest,
      demand: held === undefined ? rest.demand : higherDemand(rest.demand, held.demand),
      measures: held === undefined ? rest.measures : withMeasures(held.measures, rest.measures),
      at: held?.at ?? this.#scan.utc,
      stampedBy: held?.stampedBy ?? 'gateway',
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
    const cleared = since !== null && (held.cleared || elapsed(since, now) >= awayOf(this.#skid, held));
    if (cleared && !held.cleared) {
      const message = `The cause has been away for ${seconds(awayOf(this.#skid, held))}; it stands against a reset no longer. It was: ${held.message}`;
      this.#events.push({ action: 'interlock-cleared', ...pick(held), message, actor: null, commandId: null });
    }
    if (since !== held.awaySince || cleared !== held.cleared) {
      this.list = this.list.with(at, { ...held, awaySince: since, cleared: held.cleared || cleared });
    }
  }
}

type Away = Readonly<{ away: boolean }>;

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
