/**
 * What a review looks at: the batch's own record, what other scopes said meanwhile, and what was measured, as it was sealed. Gathered
 * once, so that every rule and every page speaks of the same.
 */
import type { UtcMs } from '../../plant/clock.ts';
import type { KitView, LotView } from '../../plant/material-view.ts';
import type { SampleView } from '../../plant/ports/exchange-desk.ts';
import type { LabelCount, LabelView } from '../../plant/ports/label-desk.ts';
import type { Equipment } from '../../plant/recipe/equipment.ts';
import type { Plan } from '../../plant/recipe/plan.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import type { SealedCourse, SealedSegment } from '../../plant/ports/sealed-telemetry.ts';
import type { RecordValue, StoredEvent } from '../../plant/record-event.ts';
import type { SkidName, TagName } from '../../plant/sample.ts';

/** A tag's course, in columns. */
export type Course = SealedCourse;

export type Span = Readonly<{ from: UtcMs; to: UtcMs }>;

/** The batch on one skid. */
export type UnitEvidence = Readonly<{
  skid: SkidName;
  /** Null where today's definition of the skid runs no batches: what was measured cannot be judged then. */
  equipment: Equipment | null;
  /** SHA-256 of today's definition; null where there is none. */
  definition: string | null;
  plan: Plan | null;
  /** From its first step to its end. */
  span: Span;
  segments: readonly SealedSegment[];
  courses: ReadonlyMap<TagName, Course>;
  /** Why what was sealed cannot be read; null where it can. */
  unreadable: string | null;
}>;

/** What other rooms know of the batch, as it stands at the moment of the review. */
export type Surroundings = Readonly<{
  kits: readonly KitView[];
  /** Those that were weighed from. */
  lots: readonly LotView[];
  labels: readonly LabelView[];
  counts: readonly LabelCount[];
  samples: readonly SampleView[];
}>;

export type Evidence = Readonly<{
  batch: string;
  purpose: 'production' | 'rehearsal';
  recipe: MasterRecipe;
  /** As they were ordered, where they differ from the recipe's. */
  ordered: Readonly<Record<string, string>>;
  /** How much faster than the wall the process ran: what is said in seconds of the process is shorter by this. */
  timeScale: number;
  span: Span;
  units: readonly UnitEvidence[];
  /** The batch's own scope, in order, up to the moment of the review. */
  events: readonly StoredEvent[];
  /** Of other scopes, while the batch ran, as far as its skids or the whole site are meant; by scope, in order. */
  around: readonly StoredEvent[];
  surroundings: Surroundings;
}>;

export const inSpan = (time: number, { from, to }: Span): boolean => time >= from && time <= to;

/** When it happened, which may be before it could be recorded. */
export const timeOf = ({ event, utc }: StoredEvent): UtcMs => event.happenedAt ?? utc;

/** A field of an event's data as text; empty where it has none. */
export function dataText({ event }: StoredEvent, field: string): string {
  const value: RecordValue | undefined = event.data?.[field];
  return typeof value === 'string' ? value : '';
}

/** The skid that an event is about, by its data or its scope; null where it is about none. */
export function skidOf(stored: StoredEvent): SkidName | null {
  const named = dataText(stored, 'skid');
  if (named !== '') return named as SkidName;
  const [kind, skid] = stored.scope.split('/');
  return ['skid', 'maintenance', 'equipment'].includes(kind ?? '') && skid !== undefined && skid !== 'shared'
    ? (skid as SkidName)
    : null;
}

/** Of the batch's own events, those with one of these actions. */
export const actions = ({ events }: Evidence, ...wanted: readonly string[]): readonly StoredEvent[] =>
  events.filter(({ event }) => wanted.includes(event.action));

/** Of the events around, those with one of these actions. */
export const around = (evidence: Evidence, ...wanted: readonly string[]): readonly StoredEvent[] =>
  evidence.around.filter(({ event }) => wanted.includes(event.action));

/** What the service says of its clock: at each start, and whenever it is another. */
export const clockStates = ['clock-synchronised', 'clock-unsynchronised'];
