/**
 * A short batch in which nothing happened, made by the room of batches and sealed telemetry themselves: every rule finds nothing in it, so
 * that what a test plants is all that is found.
 */
import { createTelemetry } from '../../../control/telemetry/index.ts';
import type { Course, Evidence } from '../../../control/review/evidence.ts';
import { outlineOf, withMeasured, type Outline } from '../../../control/review/gather.ts';
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import { recordable } from '../../../control/records/ledger/event-check.ts';
import type { RecordEvent, StoredEvent } from '../../../plant/record-event.ts';
import type { SkidName, TagName } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import { makeBatch } from '../../support/made-batch.ts';
import { openQuickly, silentLog, stamp, temporaryFolder } from '../records/support.ts';

export type CleanBatch = Readonly<{ evidence: Evidence; outline: Outline; skids: readonly Skid[] }>;

export async function cleanBatch(): Promise<CleanBatch> {
  const folder = temporaryFolder();
  const { view, bench } = await makeBatch({ folder: folder.path, hours: 0.5 });
  const records = await openQuickly(folder.path);
  const keeper = {
    append: (event: RecordEvent) => records.append(recordable(event), stamp),
    read: records.read,
    scopes: records.scopes,
  };
  const { skids, clock } = bench;
  const telemetry = createTelemetry({ skids, records: keeper, dataFolder: folder.path, clock, log: silentLog });
  await telemetry.start();
  const nothing = () => Promise.resolve([]);
  const sources = {
    skids,
    records: keeper,
    sealed: telemetry.sealed,
    materials: { kits: nothing, lots: nothing },
    labels: { labels: nothing, counts: nothing },
    exchange: null,
  };
  const outline = (await outlineOf(sources, view.id, 'test'))!;
  const evidence = await withMeasured(sources, outline);
  await telemetry.stop();
  await records.close(stamp);
  folder.remove();
  return { evidence, outline, skids };
}

/** `share` of the way from the batch's first step to its end. */
export const at = ({ span: { from, to } }: Evidence, share: number): UtcMs =>
  utcMs(Math.round(from + share * (to - from)));

type Line = Partial<RecordEvent> & Pick<RecordEvent, 'action'>;

function stored(evidence: Evidence, scope: string, line: Line, when: UtcMs, seq: number): StoredEvent {
  const actor = { kind: 'batch', batch: evidence.batch } as const;
  const event = { scope, actor, object: evidence.batch, ...line };
  return { scope, seq, hash: seq.toString(16).padStart(64, '0'), utc: when, event };
}

/** With one more line of the batch's own, after all others, at that share of its time. */
export function said(evidence: Evidence, line: Line, share = 0.5): Evidence {
  const seq = (evidence.events.at(-1)?.seq ?? 0) + 1;
  const last = evidence.events.at(-1)?.utc ?? evidence.span.to;
  const when = at(evidence, share);
  const own = stored(evidence, `batch/${evidence.batch}`, { happenedAt: when, ...line }, last, seq);
  // Written when it happened, but that the numbers go on.
  return { ...evidence, events: [...evidence.events, { ...own, utc: utcMs(Math.max(last, when)) }] };
}

/** With one more line of another scope. */
export function beside(evidence: Evidence, scope: string, line: Line, when: UtcMs = at(evidence, 0.5)): Evidence {
  const seq = 1 + evidence.around.filter((one) => one.scope === scope).length;
  return { ...evidence, around: [...evidence.around, stored(evidence, scope, line, when, seq)] };
}

/** With another value or quality of a tag from one time to another. */
export function measured(
  evidence: Evidence,
  tag: TagName,
  from: UtcMs,
  to: UtcMs,
  change: Readonly<{ value?: number; quality?: number }>,
): Evidence {
  const units = evidence.units.map((unit) => {
    const course = unit.courses.get(tag);
    if (course === undefined) return unit;
    return { ...unit, courses: new Map([...unit.courses, [tag, changed(course, from, to, change)]]) };
  });
  return { ...evidence, units };
}

/** The course as it is, but between the two times, after which it goes on from where it was. */
function changed(
  course: Course,
  from: number,
  to: number,
  { value, quality }: { value?: number; quality?: number },
): Course {
  const rows = [...course.times].map((time, n) => [time, course.values[n]!, course.qualities[n]!] as const);
  const inForce = (time: number) => rows.findLast(([each]) => each <= time) ?? rows[0]!;
  const put = (time: number, [, was, good]: (typeof rows)[number]) => [time, value ?? was, quality ?? good] as const;
  const all = [
    ...rows.filter(([time]) => time < from),
    put(from, inForce(from)),
    ...rows.filter(([time]) => time > from && time < to).map((row) => put(row[0], row)),
    [to, inForce(to)[1], inForce(to)[2]] as const,
    ...rows.filter(([time]) => time > to),
  ];
  return {
    tag: course.tag,
    times: Float64Array.from(all.map(([time]) => time)),
    values: Float64Array.from(all.map(([, one]) => one)),
    qualities: Uint32Array.from(all.map(([, , one]) => one)),
  };
}

export const skidOfIt = ({ units }: Evidence): SkidName => units[0]!.skid;

/** With every line of its own of this action changed. */
export const withOwn = (evidence: Evidence, action: string, change: (event: RecordEvent) => RecordEvent): Evidence => ({
  ...evidence,
  events: evidence.events.map((one) => (one.event.action === action ? { ...one, event: change(one.event) } : one)),
});
