import { outlineOf, type Outline, type Sources } from '../../../control/review/gather.ts';
import { utcMs } from '../../../plant/clock.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { at, type CleanBatch } from './clean-batch.ts';
import { batch } from './told.ts';

/** The clean batch's record with lines of other scopes, in a ledger of memory that takes what a review writes. */
export class House {
  readonly clean: CleanBatch;
  readonly scopesOf = new Map<string, StoredEvent[]>();
  skids: readonly Skid[];
  lots: readonly object[] = [];
  courses = 0;

  constructor(clean: CleanBatch) {
    this.clean = clean;
    this.skids = clean.skids;
    this.scopesOf.set(`batch/${batch}`, [...clean.evidence.events]);
    this.scopesOf.set('service', [...clean.evidence.around]);
  }

  say(
    event: Omit<RecordEvent, 'actor'> & Partial<Pick<RecordEvent, 'actor'>>,
    when = at(this.clean.evidence, 0.5),
  ): this {
    const of = this.scopesOf.get(event.scope) ?? [];
    const seq = of.length + 1;
    const actor = { kind: 'service', part: 'test' } as const;
    const hash = `${event.scope} ${seq}`;
    this.scopesOf.set(event.scope, [
      ...of,
      { scope: event.scope, seq, hash, utc: utcMs(when), event: { actor, ...event } },
    ]);
    return this;
  }

  get sources(): Sources {
    return {
      skids: this.skids,
      records: {
        read: (scope, from, limit) =>
          Promise.resolve((this.scopesOf.get(scope) ?? []).slice(from - 1, from - 1 + limit)),
        scopes: (prefix) =>
          Promise.resolve(
            [...this.scopesOf]
              .filter(([scope]) => scope.startsWith(prefix))
              .map(([scope, of]) => ({ scope, count: of.length, head: of.at(-1)?.hash ?? '' })),
          ),
      },
      sealed: {
        segments: () => Promise.resolve(this.clean.outline.segments),
        file: () => Promise.reject(new Error('not asked')),
        course: (_, skid, tags) => {
          this.courses += 1;
          const unit = this.clean.evidence.units.find((one) => one.skid === skid);
          // A course is handed over to the thread of the rules: each time another copy.
          return Promise.resolve(structuredClone(tags.flatMap((tag) => unit?.courses.get(tag) ?? [])));
        },
      },
      materials: { kits: () => Promise.resolve([]), lots: () => Promise.resolve(this.lots as never) },
      labels: { labels: () => Promise.resolve([]), counts: () => Promise.resolve([]) },
      exchange: null,
    };
  }

  outline = async (): Promise<Outline> => (await outlineOf(this.sources, batch, 'rules 1'))!;
  fingerprint = async (): Promise<string> => (await this.outline()).fingerprint;
  around = async (): Promise<string[]> =>
    (await this.outline()).around.map(({ scope, event }) => `${scope} ${event.action}`);
}
