/**
 * Proves history of a batch: what the historian answers today against what was sealed then. A tag at a time in groups, so that the telemetry
 * of a day needs no more memory than a few of its tags.
 */
import {
  compareTag,
  readStretches,
  tagsOf,
  type Comparison,
  type Disagreement,
  type SealedFile,
  type Stretch,
} from '../../control/telemetry/proof/index.ts';
import { keepRule, longestSilenceMs, seriesOf, type HistoryReader } from '../../historian/reader/index.ts';
import { isoUtc, utcMs } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import { qualityName, type Quality } from '../../plant/quality.ts';
import { localTag, tagName, type SkidName, type TagName, type TagValue } from '../../plant/sample.ts';
import type { SkidType, TagDefinition } from '../../plant/skid/definition.ts';

export type ProofOrder = Readonly<{
  /** Of one batch, by skid and number. */
  files: readonly SealedFile[];
  skids: readonly Readonly<{ name: SkidName; type: SkidType }>[];
  history: HistoryReader;
  /** Null: every tag. */
  tag: TagName | null;
  /** Milliseconds UTC. */
  from: number;
  to: number;
}>;

export type Proof = Readonly<{
  tags: number;
  /** Tags of rows of a logging device: history holds every row, the scans only some. */
  rows: number;
  compared: number;
  kept: number;
  excused: number;
  unproven: number;
  /** What is said of history besides: gaps that it has on record. */
  said: readonly string[];
  first: Readonly<{ tag: TagName } & Disagreement> | null;
}>;

const tagsAtOnce = 24;

/** @throws MesolineError `segment-damaged`, `history-unavailable`, `prove-refused` */
export async function proveBatch(order: ProofOrder): Promise<Proof> {
  const bySkid = Map.groupBy(order.files, ({ segment }) => segment.skid);
  const proofs: Proof[] = [];
  for (const [skid, files] of bySkid) {
    if (order.tag === null || order.tag.startsWith(`${skid}/`)) proofs.push(await proveSkid(order, skid, files));
  }
  const sum = (of: 'tags' | 'rows' | 'compared' | 'kept' | 'excused' | 'unproven'): number =>
    proofs.reduce((all, one) => all + one[of], 0);
  return {
    tags: sum('tags'),
    rows: sum('rows'),
    compared: sum('compared'),
    kept: sum('kept'),
    excused: sum('excused'),
    unproven: sum('unproven'),
    said: proofs.flatMap(({ said }) => said),
    first: earliest(proofs.map(({ first }) => first)),
  };
}

async function proveSkid(order: ProofOrder, skid: SkidName, files: readonly SealedFile[]): Promise<Proof> {
  const type = await typeOf(order, skid, files);
  const wanted = type.tags.filter(({ name }) => order.tag === null || tagName(skid, name) === order.tag);
  const live = wanted.flatMap((tag) => {
    const rule = keepRule(tag);
    return rule === null ? [] : [{ tag, keeping: { ...rule, longestSilenceMs } }];
  });
  const meant = files.filter(({ segment }) => segment.from <= order.to && segment.to >= order.from);
  const [begin, end] = [meant[0]?.segment.from ?? utcMs(0), meant.at(-1)?.segment.to ?? utcMs(0)];
  const gaps = await order.history.gaps(skid, utcMs(end + 1));
  const found: (Comparison & Readonly<{ tag: TagName }>)[] = [];
  for (let at = 0; at < live.length; at += tagsAtOnce) {
    const group = live.slice(at, at + tagsAtOnce);
    const read = await readStretches(
      meant,
      group.map(({ tag }) => tag.name),
    );
    for (const { tag, keeping } of group) {
      const stretches = (read.get(tag.name) ?? []).flatMap((one) => within(one, order));
      const points = await pointsOf(order, type, skid, tag, stretches);
      found.push({ tag: tagName(skid, tag.name), ...compareTag(stretches, points, keeping, gaps) });
    }
  }
  const sum = (of: 'compared' | 'kept' | 'excused' | 'unproven'): number =>
    found.reduce((all, one) => all + one[of], 0);
  return {
    tags: live.length,
    rows: wanted.length - live.length,
    compared: sum('compared'),
    kept: sum('kept'),
    excused: sum('excused'),
    unproven: sum('unproven'),
    said: gaps
      .filter(({ from, to }) => from <= end && to >= begin)
      .map(({ from, to, points, reason }) => {
        const span = `${isoUtc(from)} to ${isoUtc(to)}`;
        return `History of ${skid} has a gap on record, ${span}: ${points} points were given up. ${reason}`;
      }),
    first: earliest(found.map(({ tag, first }) => (first === null ? null : { tag, ...first }))),
  };
}

/** The changes that are in force and come within the time asked for. */
function within(stretch: Stretch, { from, to }: Pick<ProofOrder, 'from' | 'to'>): readonly Stretch[] {
  if (stretch.to < from || stretch.from > to) return [];
  const before = stretch.changes.findLastIndex(({ seen }) => seen <= from);
  const changes = stretch.changes.slice(Math.max(0, before)).filter(({ seen }) => seen <= to);
  if (changes.length === 0) return [];
  const [begin, end] = [utcMs(Math.max(stretch.from, from)), utcMs(Math.min(stretch.to, to))];
  return [{ from: begin, to: end, killed: stretch.killed && end === stretch.to, changes }];
}

async function pointsOf(
  { history }: ProofOrder,
  type: SkidType,
  skid: SkidName,
  { name }: TagDefinition,
  stretches: readonly Stretch[],
) {
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (first === undefined || last === undefined) return [];
  const oldest = stretches.reduce<number>(
    (least, { changes }) => changes.slice(1).reduce((so, { source }) => Math.min(so, source), least),
    first.from,
  );
  const series = seriesOf([{ name: skid, type }]).find(({ tag }) => tag === name);
  return series === undefined ? [] : history.points(series, utcMs(oldest), utcMs(last.to + 1));
}

/** The skid's definition, which has to be the one by which was measured: by it history is told what to keep. */
async function typeOf({ skids, tag }: ProofOrder, skid: SkidName, files: readonly SealedFile[]): Promise<SkidType> {
  const found = skids.find(({ name }) => name === skid);
  if (found === undefined) throw refused(skid, 'The site has no such skid.', 'Name its site file with --site.');
  for (const file of files) {
    // What stands in for a lost file holds no tags.
    const { definition, tags } = await tagsOf(file);
    if (tags.length > 0 && definition !== found.type.digest)
      throw refused(
        skid,
        'The site defines it otherwise than it was when this was measured.',
        'Name the site file of then.',
      );
  }
  if (tag !== null && !found.type.tags.some(({ name }) => tagName(skid, localTag(name)) === tag))
    throw refused(tag, `${skid} has no such tag.`, 'Write it as QD-1/R201/TT-201A.');
  return found.type;
}

const earliest = (all: readonly Proof['first'][]): Proof['first'] =>
  all.reduce((one, other) => (one === null || (other !== null && other.time < one.time) ? other : one), null);

const refused = (where: string, problem: string, remedy: string) =>
  mesolineError('prove-refused', where, problem, remedy);

/** Nothing proves nothing. */
export const isProven = ({ first, compared }: Proof): boolean => first === null && compared > 0;

/** The proof in words. */
export function proofText(proof: Proof, history: string): string {
  const { tags, rows, compared, kept, excused, unproven, said, first } = proof;
  const lines = [
    `${tags} tags in ${history}: ${compared} points are as they were measured, ${kept} changes that had to be kept are there.`,
    ...(rows === 0
      ? []
      : [`${rows} tags are rows of logging devices, of which the scans saw only some: not compared.`]),
    ...(excused === 0
      ? []
      : [
          `${excused} changes are not in history: in a gap that it has on record, or in the last moments before a kill.`,
        ]),
    ...(unproven === 0 ? [] : [`${unproven} points came with the last scan before telemetry paused: not proven.`]),
    ...said,
    ...(first === null ? [] : [disagreementText(first)]),
    ...(compared === 0
      ? ['Nothing was compared: history has no point of the tags and the time that were asked for.']
      : []),
    isProven(proof) ? 'PROVEN.' : 'NOT PROVEN.',
  ];
  return `${lines.join('\n')}\n`;
}

function disagreementText({ tag, time, measured, historian }: NonNullable<Proof['first']>): string {
  const answers = historian === null ? 'history has no point that says so' : `history answers ${held(historian)}`;
  return `The first that does not hold: ${tag} at ${isoUtc(time)} was measured ${held(measured)}; ${answers}.`;
}

const held = ({ value, quality }: Readonly<{ value: TagValue; quality: Quality }>): string =>
  `${typeof value === 'string' ? `"${value}"` : String(value)} (${qualityName(quality)})`;
