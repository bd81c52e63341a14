/** The alarms of one skid at each scan: its limits, its interlocks with what people do to them, and its links. */
import { elapsed, milliseconds, type Milliseconds, type ProcessTime } from '../plant/clock.ts';
import type { Evaluated, Expression, Lookup } from '../plant/expression.ts';
import { evaluate } from '../plant/expression/evaluate.ts';
import type { GuardCause } from '../plant/ports/scan-guard.ts';
import type { ScanNews } from '../plant/ports/scan-consumer.ts';
import type { StandingAlarms } from '../plant/ports/standing-alarms.ts';
import { badWaitingForInitialData, isGood } from '../plant/quality.ts';
import { asksField } from '../plant/safe-state.ts';
import { tagName, type LocalTag, type Sample, type TagName } from '../plant/sample.ts';
import type { Skid, TagDefinition } from '../plant/skid/definition.ts';
import type { AlarmBook, Entry } from './book.ts';
import { initialLimitState, stepLimit, type LimitDefinition, type LimitState } from './limit.ts';
import { SkidLinks } from './links.ts';
import { SkidMarks } from './marks.ts';
import { interlockId, interlockPoint, isLatched, limitPoint, type InterlockLevel } from './point.ts';

/** Losses and warnings of interlocks come and go with a channel; they clear once they have stayed away this long. */
const clearAfter: Milliseconds = milliseconds(10_000);

type Level = { entry: Entry; definition: LimitDefinition; state: LimitState };
type Watch = Readonly<{
  root: Expression;
  armed: Expression | null;
  suppressedIn: readonly string[];
  levels: readonly Level[];
}>;

export class SkidAlarms {
  readonly #skid: Skid;
  readonly #book: AlarmBook;
  readonly #tags: ReadonlyMap<LocalTag, Readonly<{ name: TagName; definition: TagDefinition }>>;
  readonly #watches: readonly Watch[];
  readonly #links: SkidLinks;
  readonly #marks: SkidMarks;
  readonly #latest = new Map<TagName, Sample>();
  readonly #lookup: Lookup = (tag) => this.#read(tag);
  /** Losses and warnings that are told, with the process time at which each was seen last. */
  readonly #seenLast = new Map<Entry, ProcessTime>();
  #causes: ScanNews['verdict'] | null = null;

  constructor(skid: Skid, book: AlarmBook, standing: StandingAlarms) {
    this.#marks = new SkidMarks(skid, standing);
    this.#skid = skid;
    this.#book = book;
    this.#tags = new Map(
      skid.type.tags.map((definition) => [definition.name, { name: tagName(skid.name, definition.name), definition }]),
    );
    this.#watches = skid.type.alarms.map((alarm) => ({
      root: alarm.watch.root,
      armed: alarm.armed?.root ?? null,
      suppressedIn: alarm.suppressedIn,
      levels: alarm.limits.map((limit) => ({
        entry: book.add(limitPoint(skid, alarm, limit)),
        definition: { ...limit, side: limit.level.startsWith('high') ? 'high' : 'low' },
        state: initialLimitState,
      })),
    }));
    this.#links = new SkidLinks(skid, book);
  }

  /** Takes up what the journal says stands: a limit alarm stays until its value says otherwise. */
  resume(): void {
    for (const { levels } of this.#watches) {
      for (const level of levels) level.state = { active: level.entry.state.active, leavingSince: null };
    }
    for (const entry of this.#interlockEntries()) {
      if (entry.state.active && !isLatched(entry.point.level)) this.#seenLast.set(entry, Infinity as ProcessTime);
    }
  }

  /** @param phase of the batch on the skid, or null */
  accept({ batch, verdict }: ScanNews, phase: string | null): void {
    for (const sample of batch.samples) this.#latest.set(sample.tag, sample);
    for (const watch of this.#watches) this.#watch(watch, phase, batch.process, batch.utc);
    this.#links.watch(this.#latest, { held: asksField(verdict.demand), now: batch.monotonic, at: batch.utc });
    this.#watchInterlocks(verdict, batch.process, batch.utc);
    this.#marks.accept(verdict.marks, batch.utc);
  }

  #read(tag: LocalTag): Evaluated {
    const known = this.#tags.get(tag);
    const sample = known === undefined ? undefined : this.#latest.get(known.name);
    if (sample !== undefined) return sample;
    const source = known?.definition.source;
    if (source?.kind === 'derived') return evaluate(source.expression.root, this.#lookup);
    return { value: null, quality: badWaitingForInitialData };
  }

  #watch(
    { root, armed, suppressedIn, levels }: Watch,
    phase: string | null,
    now: ProcessTime,
    at: ScanNews['batch']['utc'],
  ): void {
    const { value, quality } = evaluate(root, this.#lookup);
    const suppressed = phase !== null && suppressedIn.includes(phase);
    const sample = { value: typeof value === 'number' ? value : null, quality };
    const looks = armed === null || this.#isArmed(armed);
    for (const level of levels) {
      level.state = looks ? stepLimit(level.definition, level.state, sample, now) : initialLimitState;
      if (value !== null) level.entry.value = value;
      this.#book.qualify(level.entry, quality, at);
      this.#book.update(level.entry, level.state.active, suppressed, at);
    }
  }

  /** A condition in doubt is taken as holding: it must not hide an alarm. */
  #isArmed(condition: Expression): boolean {
    const { value, quality } = evaluate(condition, this.#lookup);
    return value !== false || !isGood(quality);
  }

  #watchInterlocks(verdict: ScanNews['verdict'], now: ProcessTime, at: ScanNews['batch']['utc']): void {
    if (verdict === this.#causes && this.#seenLast.size === 0) return;
    this.#causes = verdict;
    const trips = verdict.causes.filter(isTrip);
    const losses = verdict.causes.filter(({ latched, row }) => latched === undefined && row !== null);
    const tripped = trips.map((cause, order) => this.#raise(cause, this.#levelOf(cause), order, at));
    const passing = [
      ...losses.map((cause) => this.#raise(cause, 'loss', 0, at)),
      ...(verdict.warnings ?? []).map((cause) => this.#raise(cause, 'warning', 0, at)),
    ];
    for (const entry of passing) this.#seenLast.set(entry, now);
    for (const entry of this.#interlockEntries()) {
      if (!entry.state.active) continue;
      if (isLatched(entry.point.level) ? !tripped.includes(entry) : this.#hasPassed(entry, now)) {
        this.#seenLast.delete(entry);
        this.#book.update(entry, false, false, at);
      }
    }
  }

  #hasPassed(entry: Entry, now: ProcessTime): boolean {
    const last = this.#seenLast.get(entry) ?? now;
    if (last > now) this.#seenLast.set(entry, now);
    return elapsed(last, now) >= clearAfter;
  }

  /**
   * Whether something was measured or nothing could be: a latch that came when no channel of its row was Good is a doubt. It
   * stays what it was when it came, though the channels come back or go, until the guard says something else of it.
   */
  #levelOf(cause: GuardCause): InterlockLevel {
    const known = (level: InterlockLevel): Entry | undefined => {
      const entry = this.#book.get(interlockId(this.#skid.name, cause, level));
      return entry?.state.active === true ? entry : undefined;
    };
    if (known('trip') !== undefined) return 'trip';
    if (known('doubt')?.point.cause === cause.message) return 'doubt';
    const channels = this.#skid.type.interlocks.find(({ row }) => row === cause.row)?.channels ?? [];
    const blind = channels.every(({ root }) => !isGood(evaluate(root, this.#lookup).quality));
    return channels.length > 0 && blind ? 'doubt' : 'trip';
  }

  #raise(cause: GuardCause, level: InterlockLevel, order: number, at: ScanNews['batch']['utc']): Entry {
    const point = interlockPoint(this.#skid.name, this.#skid.type.interlocks, cause, level);
    const entry = this.#book.add(point);
    const { active } = entry.state;
    if (!active || entry.point.cause !== point.cause || (level === 'doubt' && entry.point.title !== point.title)) {
      this.#book.amend(entry, point, at);
    }
    entry.order = order;
    this.#book.update(entry, true, false, at);
    return entry;
  }

  *#interlockEntries(): Generator<Entry> {
    for (const entry of this.#book.entries()) {
      if (entry.point.kind === 'interlock' && entry.point.skid === this.#skid.name) yield entry;
    }
  }
}

/**
 * A row's latch is a trip whatever it holds; boot and the field only from HOT-HOLD upwards: a start is no alarm. A cause
 * that is neither a row's nor latched is a failure of the interlocks themselves.
 */
const isTrip = ({ latched, row, demand, mode }: GuardCause): boolean =>
  latched === true ? row !== null || asksField(demand ?? 'H') : row === null && mode !== true;
