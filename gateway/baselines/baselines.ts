/**
 * Figures that a person takes from a skid, such as its clean flow resistance. Each is in the record before it takes effect, and
 * is read from there at the start; what cannot be read is not known, and is read again until it can be.
 */
import type { Clock, ProcessTime } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import type { Actor } from '../../plant/people.ts';
import type { Authority } from '../../plant/ports/access.ts';
import type { BaselineDesk, BaselineView } from '../../plant/ports/baseline-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { LocalTag, SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { FieldImage } from '../scan/field-image.ts';
import type { Cancel, Timers } from '../timers.ts';
import {
  baselineScope,
  baselineTaken,
  isGiven,
  standingAmong,
  standingOf,
  type Given,
  type Standing,
} from './baseline-record.ts';
import { BaselineWindow, type Samples } from './window.ts';

export type BaselinesOptions = Readonly<{
  skids: readonly Skid[];
  /** Where a figure of a skid takes effect. */
  image: (skid: SkidName) => Pick<FieldImage, 'give'> | undefined;
  authority: Authority;
  records: RecordKeeper;
  clock: Clock;
  timers: Timers;
  log: Log;
}>;

type Kept = { readonly tag: Given; readonly window: BaselineWindow; standing: Standing | null };
type OfSkid = { readonly figures: ReadonlyMap<LocalTag, Kept>; known: boolean; turn: Promise<unknown> };

const eventsAtOnce = 500;
const readAgainMs = 5000;
const unread = 'What was taken from this skid before could not be read from the record yet.';

export class Baselines implements BaselineDesk {
  readonly #options: BaselinesOptions;
  readonly #skids = new Map<SkidName, OfSkid>();
  #cancel: Cancel | null = null;

  constructor(options: BaselinesOptions) {
    this.#options = options;
    for (const { name, type } of options.skids) {
      const given = type.tags.filter(isGiven);
      if (given.length === 0) continue;
      const kept = given.map((tag): Kept => ({ tag, window: new BaselineWindow(tag.source.taken), standing: null }));
      const figures = new Map(kept.map((each) => [each.tag.name, each]));
      this.#skids.set(name, { figures, known: false, turn: Promise.resolve() });
    }
  }

  async start(): Promise<void> {
    if (this.#skids.size === 0) return;
    await this.#readAll();
    this.#cancel ??= this.#options.timers.every(readAgainMs, () => void this.#readAll());
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    await Promise.allSettled([...this.#skids.values()].map(({ turn }) => turn));
  }

  /** With every scan. */
  see(skid: SkidName, at: ProcessTime, samples: Samples, forced: boolean): void {
    const of = this.#skids.get(skid);
    if (of === undefined) return;
    for (const { window } of of.figures.values()) window.see(at, samples, forced);
  }

  baselines(skid: SkidName): Promise<readonly BaselineView[]> {
    const of = this.#skids.get(skid);
    if (of === undefined) return Promise.resolve([]);
    return Promise.resolve([...of.figures.values()].map((kept) => viewOf(kept, of.known)));
  }

  async take(
    skid: SkidName,
    tag: LocalTag,
    actor: Extract<Actor, { kind: 'person' }>,
  ): ReturnType<BaselineDesk['take']> {
    const of = this.#skids.get(skid);
    const kept = of?.figures.get(tag);
    if (of === undefined || kept === undefined) {
      return { done: false, reason: `${skid} has no ${tag} that is taken from it.` };
    }
    const decision = this.#options.authority.decide(actor, 'take baseline', kept.tag.source.taken.by);
    if (!decision.allowed) return { done: false, reason: decision.reason };
    const result = of.turn.then(() => this.#take(skid, of, kept, actor));
    of.turn = result.catch(() => undefined);
    return result;
  }

  /** What a person should know, in sentences. */
  notes(): readonly string[] {
    return [...this.#skids].flatMap(([skid, { known }]) => (known ? [] : [`${skid}: ${unread}`]));
  }

  async #take(skid: SkidName, of: OfSkid, kept: Kept, actor: Actor): ReturnType<BaselineDesk['take']> {
    const { records, clock, log } = this.#options;
    if (!of.known) return { done: false, reason: unread };
    const figure = kept.window.figure();
    if ('refusedBy' in figure) return { done: false, reason: figure.refusedBy };
    const at = clock.utc();
    try {
      await records.append(baselineTaken(skid, kept.tag, figure, kept.standing?.value ?? null, actor, at));
    } catch (thrown) {
      // Whether it was written is not known: the record says what stands, as after a start.
      of.known = false;
      await this.#read(skid, of);
      const why = `It cannot be recorded, so it was not taken: ${messageOf(thrown)}`;
      return kept.standing?.at === at ? { done: true, value: kept.standing.value } : { done: false, reason: why };
    }
    this.#stand(skid, kept, standingOf(figure, actor, at));
    log.info({ skid, tag: kept.tag.name, value: figure.value }, 'a baseline was taken');
    return { done: true, value: figure.value };
  }

  async #readAll(): Promise<void> {
    const waiting = [...this.#skids].filter(([, { known }]) => !known);
    await Promise.all(
      waiting.map(([skid, of]) => {
        const reading = of.turn.then(() => this.#read(skid, of));
        of.turn = reading.catch(() => undefined);
        return reading;
      }),
    );
  }

  /** From the newest page back, until each figure is found or there is no more. */
  async #read(skid: SkidName, of: OfSkid): Promise<void> {
    if (of.known) return;
    const { records, log } = this.#options;
    const scope = baselineScope(skid);
    const tags = [...of.figures.values()].map(({ tag }) => tag);
    try {
      const count = (await records.scopes(scope)).find((each) => each.scope === scope)?.count ?? 0;
      const found = new Map<LocalTag, Standing>();
      for (let end = count; end > 0 && found.size < tags.length; end -= eventsAtOnce) {
        const from = Math.max(1, end - eventsAtOnce + 1);
        const page = await records.read(scope, from, end - from + 1);
        for (const [tag, standing] of standingAmong(skid, tags, page)) if (!found.has(tag)) found.set(tag, standing);
      }
      for (const kept of of.figures.values()) {
        const standing = found.get(kept.tag.name);
        if (standing !== undefined) this.#stand(skid, kept, standing);
      }
      of.known = true;
    } catch (thrown) {
      log.error({ skid, cause: messageOf(thrown) }, 'what was taken from a skid cannot be read');
    }
  }

  #stand(skid: SkidName, kept: Kept, standing: Standing): void {
    kept.standing = standing;
    this.#options.image(skid)?.give(kept.tag.name, standing.value, standing.at);
  }
}

function viewOf({ tag: { name, title, unit, source }, window, standing }: Kept, known: boolean): BaselineView {
  const figure = window.figure();
  const refusedBy = !known ? unread : 'refusedBy' in figure ? figure.refusedBy : null;
  const taken = standing === null ? null : { at: standing.at, by: standing.by, spread: standing.spread };
  return { tag: name, title, unit, value: standing?.value ?? source.value, taken, refusedBy };
}
