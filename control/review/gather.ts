/**
 * Gathers what a review looks at: first the lines of the batch and around it, by which it is known whether anything has come since the
 * rules last ran; then, where it has, what was measured.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { utcMs } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { ExchangeDesk } from '../../plant/ports/exchange-desk.ts';
import type { LabelDesk } from '../../plant/ports/label-desk.ts';
import type { MaterialDesk } from '../../plant/ports/material-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { SealedSegment, SealedTelemetry } from '../../plant/ports/sealed-telemetry.ts';
import { equipmentOf, type Equipment } from '../../plant/recipe/equipment.ts';
import { withFormulaValues } from '../../plant/recipe/formula-values.ts';
import { planOf } from '../../plant/recipe/plan.ts';
import { readRecipe } from '../../plant/recipe/read-recipe.ts';
import type { MasterRecipe } from '../../plant/recipe/recipe.ts';
import type { StoredEvent } from '../../plant/record-event.ts';
import { skidName, type SkidName } from '../../plant/sample.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import {
  clockStates,
  dataText,
  inSpan,
  skidOf,
  timeOf,
  type Evidence,
  type Span,
  type Surroundings,
  type UnitEvidence,
} from './evidence.ts';
import { readAll, readBetween, readLastBefore } from './read-events.ts';
import { actActions, batchScope } from './review-events.ts';
import { tagsToRead } from './watched.ts';

export type Sources = Readonly<{
  skids: readonly Skid[];
  records: Pick<RecordKeeper, 'read' | 'scopes'>;
  sealed: SealedTelemetry;
  materials: Pick<MaterialDesk, 'kits' | 'lots'>;
  labels: Pick<LabelDesk, 'labels' | 'counts'>;
  exchange: Pick<ExchangeDesk, 'samples'> | null;
}>;

/** All but what was measured. */
export type Outline = Omit<Evidence, 'units'> &
  Readonly<{
    skids: readonly SkidName[];
    segments: readonly SealedSegment[];
    /** Of each skid, from its first step to its end. */
    unitSpans: ReadonlyMap<SkidName, Span>;
    /** Another where the rules could find something else. */
    fingerprint: string;
  }>;

/** A bypass lasts seven days at most; what began before the batch may still stand. */
const earlierMs = 7 * 24 * 3_600_000;
const later = utcMs(Number.MAX_SAFE_INTEGER / 2);

const preparedForm = Type.Object({
  purpose: Type.Union([Type.Literal('production'), Type.Literal('rehearsal')]),
  skids: Type.Array(Type.String()),
  spares: Type.Array(Type.String()),
  timeScale: Type.String(),
  control: Type.Object({
    text: Type.String(),
    source: Type.String(),
    values: Type.Record(Type.String(), Type.String()),
  }),
});

/** @returns null where there is no such batch. @throws RangeError, MesolineError where its control recipe cannot be read. */
export async function outlineOf(sources: Sources, batch: string, rules: string): Promise<Outline | null> {
  const { records, sealed } = sources;
  const events = await readAll(records, batchScope(batch));
  const prepared = events.find(({ event }) => event.action === 'batch-prepared');
  if (prepared === undefined) return null;
  const { data } = prepared.event;
  if (!Value.Check(preparedForm, data)) throw new RangeError(`the control recipe of ${batch} is of another form`);
  const { purpose, control } = data;
  const recipe = withFormulaValues(readRecipe(control.text, control.source), control.values);
  const skids = [...new Set([...data.skids, ...joinedSkids(events)])].map(skidName);
  const span = spanOf(events, null);
  const around = await aroundOf(records, batch, skids, span);
  const surroundings = await surroundingsOf(sources, batch);
  const segments = await sealed.segments(batch);
  const outline = {
    batch,
    purpose,
    recipe,
    ordered: control.values,
    timeScale: Number(data.timeScale),
    span,
    events,
    around,
    surroundings,
  };
  const definitions = skids.map((skid) => sources.skids.find(({ name }) => name === skid)?.type.digest ?? null);
  const unitSpans = new Map(skids.map((skid) => [skid, spanOf(events, skid)]));
  return { ...outline, skids, segments, unitSpans, fingerprint: fingerprintOf(outline, definitions, rules) };
}

const joinedSkids = (events: readonly StoredEvent[]): readonly string[] =>
  events.filter(({ event }) => event.action === 'unit-joined').map((stored) => dataText(stored, 'joined'));

/** From the first step to the end: of one skid, or of all. */
function spanOf(events: readonly StoredEvent[], skid: SkidName | null): Span {
  const own = events.filter((stored) => skid === null || skidOf(stored) === skid);
  const first =
    own.find(({ event }) => event.action === 'step-started') ??
    events.find(({ event }) => event.action === 'batch-started') ??
    events[0];
  const ends = own.filter(
    ({ event }) =>
      event.action === 'batch-ended' ||
      event.action === 'unit-given-up' ||
      (event.action === 'state-changed' &&
        ['Complete', 'Stopped', 'Aborted'].includes(typeof event.new === 'string' ? event.new : '')),
  );
  const last = ends.at(-1) ?? events.at(-1);
  const from = first === undefined ? utcMs(0) : timeOf(first);
  return { from, to: last === undefined ? from : utcMs(Math.max(from, timeOf(last))) };
}

async function aroundOf(
  records: Sources['records'],
  batch: string,
  skids: readonly SkidName[],
  span: Span,
): Promise<readonly StoredEvent[]> {
  const earlier = utcMs(span.from - earlierMs);
  const own = skids.flatMap((skid) => [
    readBetween(records, `skid/${skid}`, earlier, span.to),
    readBetween(records, `maintenance/${skid}`, earlier, span.to),
    // A calibration that fails afterwards speaks of what was measured before.
    readBetween(records, `equipment/${skid}`, span.from, later),
  ]);
  const site = [
    readBetween(records, 'alarms', span.from, span.to),
    serviceWith(records, span),
    readBetween(records, 'access', span.from, later),
  ];
  const all = (await Promise.all([...own, ...site])).flat();
  return all.filter((stored) => concerns(stored, batch, skids, span));
}

/** How the clock stood when the batch began was said before it, and not again where nothing changed: last month, maybe. */
async function serviceWith(records: Sources['records'], span: Span): Promise<readonly StoredEvent[]> {
  const stood = await readLastBefore(records, 'service', span.from, clockStates);
  const during = await readBetween(records, 'service', span.from, span.to);
  return stood === null || during.some(({ seq }) => seq === stood.seq) ? during : [stood, ...during];
}

/** Of access, what a batch is told of whoever it was. */
const ofEverybody: ReadonlySet<string> = new Set(['person-locked', 'records-lost']);

const bypassWords = /^(interlock-(bypass|force|proof)|changeover)/u;

function concerns(stored: StoredEvent, batch: string, skids: readonly SkidName[], span: Span): boolean {
  const { scope, event } = stored;
  const during = inSpan(timeOf(stored), span);
  if (scope === 'access') {
    // Whoever reads a record does not change what there is to review.
    if (event.action === 'record-read') return false;
    return event.object === batchScope(batch) || (during && ofEverybody.has(event.action));
  }
  if (scope === 'service') return during || event.action.startsWith('clock-');
  const skid = skidOf(stored);
  if (skid === null || !skids.includes(skid)) return false;
  if (scope.startsWith('equipment/')) return during || event.action === 'calibration-recorded';
  return during || bypassWords.test(event.action);
}

async function surroundingsOf({ materials, labels, exchange }: Sources, batch: string): Promise<Surroundings> {
  const [kits, lots, printed, counts, samples] = await Promise.all([
    materials.kits(),
    materials.lots(),
    labels.labels(batch),
    labels.counts(),
    exchange === null ? [] : exchange.samples(),
  ]);
  const own = kits.filter((kit) => kit.batch === batch);
  const used = new Set(own.flatMap(({ weighings }) => weighings.map(({ lot }) => lot)));
  return {
    kits: own,
    lots: lots.filter(({ id }) => used.has(id)),
    labels: printed,
    counts: counts.filter(({ subject }) => subject === batch),
    samples: samples.filter((sample) => sample.batch === batch),
  };
}

const ofReview: ReadonlySet<string> = new Set([...actActions, 'signed', 'rules-executed', 'exception-found']);

/** A late entry is news for the rules; what QA says of what they found is none. */
const isNews = ({ event }: StoredEvent): boolean => event.action === 'late-entry' || !ofReview.has(event.action);

function fingerprintOf(
  { events, around, surroundings }: Pick<Evidence, 'events' | 'around' | 'surroundings'>,
  definitions: readonly (string | null)[],
  rules: string,
): string {
  const { kits, lots, labels, counts, samples } = surroundings;
  const seen = {
    rules,
    definitions,
    events: events.filter(isNews).map(({ hash }) => hash),
    around: around.map(({ scope, seq, hash }) => `${scope}#${seq} ${hash}`),
    kits: kits.map(({ id, weighings, struck }) => [id, String(weighings.length), String(struck.length)]),
    lots: lots.map(({ id, status }) => [id, status]),
    labels: labels.map(({ serial, copies }) => [serial, String(copies.length)]),
    counts: counts.map(({ subject, at, stands, missing }) => [subject, String(at), String(stands), ...missing]),
    samples: samples.map(({ id, results }) => [id, String(results.length)]),
  };
  return createHash('sha256')
    .update(canonicalize(seen) ?? '')
    .digest('hex');
}

/** The outline with what was measured. What cannot be read is said of its unit, and found by a rule. */
export async function withMeasured(sources: Sources, outline: Outline): Promise<Evidence> {
  const units = await Promise.all(outline.skids.map((skid) => unitOf(sources, outline, skid, outline.segments)));
  return { ...outline, units };
}

async function unitOf(
  { skids, sealed }: Sources,
  { batch, recipe, span: whole, unitSpans }: Outline,
  skid: SkidName,
  segments: readonly SealedSegment[],
): Promise<UnitEvidence> {
  const definition = skids.find(({ name }) => name === skid);
  const equipment = definition === undefined ? null : usable(definition);
  const span = unitSpans.get(skid) ?? whole;
  const own = {
    skid,
    equipment,
    definition: definition?.type.digest ?? null,
    plan: planFor(recipe, equipment),
    span,
    segments: segments.filter((one) => one.skid === skid),
  };
  if (equipment === null) return { ...own, courses: new Map(), unreadable: null };
  const tags = tagsToRead(recipe, skid, equipment);
  try {
    const read = await sealed.course(batch, skid, tags, span.from, span.to);
    return { ...own, courses: new Map(read.map((one) => [one.tag, one])), unreadable: null };
  } catch (thrown) {
    return { ...own, courses: new Map(), unreadable: messageOf(thrown) };
  }
}

export function usable({ type }: Skid): Equipment | null {
  const equipment = equipmentOf(type);
  return 'lacks' in equipment ? null : equipment;
}

function planFor(recipe: MasterRecipe, equipment: Equipment | null): UnitEvidence['plan'] {
  return equipment === null ? null : planOf(recipe, equipment);
}
