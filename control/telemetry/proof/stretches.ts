/**
 * The changes of tags as they were sealed, parted into stretches in which nothing is missing: a gap, a restart or a number that is not there
 * ends one. Nothing is given out of a file that does not give its digest.
 */
import { utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { SealedSegment } from '../../../plant/ports/sealed-telemetry.ts';
import type { Quality } from '../../../plant/quality.ts';
import type { TagValue } from '../../../plant/sample.ts';
import { measuredValue, readLine, type Header } from '../format.ts';
import { damaged, eachLine, refuseOther } from '../read-course.ts';

export type SealedFile = Readonly<{ segment: SealedSegment; path: string }>;

/** From this scan on, a tag had this value and quality. */
export type SealedChange = Readonly<{ seen: UtcMs; source: UtcMs; value: TagValue; quality: Quality }>;

/** Of one tag, from the first scan to the last; the first change is the whole picture and may be older. */
export type Stretch = Readonly<{
  from: UtcMs;
  to: UtcMs;
  /** It ended by a kill: what was measured last may not have reached history. */
  killed: boolean;
  changes: readonly SealedChange[];
}>;

/** Between two files of one run there is a scan at most. */
const longestStepMs = 5_000;

/** The tags of a file, by its header. @throws MesolineError `segment-damaged` */
export async function tagsOf({ segment, path }: SealedFile): Promise<Header> {
  const found: Header[] = [];
  await eachLine(path, segment, (text) => {
    if (found.length > 0) return;
    const line = readLine(text);
    if (line?.kind === 'header') found.push(line.header);
  });
  const [header] = found;
  if (header === undefined) throw damaged(segment, 'it does not begin with its header');
  return header;
}

/**
 * @param files of one skid, in order
 * @param tags local names
 * @returns for each tag its stretches, in order
 * @throws MesolineError `segment-damaged`
 */
export async function readStretches(
  files: readonly SealedFile[],
  tags: readonly string[],
): Promise<ReadonlyMap<string, readonly Stretch[]>> {
  const growing = new Map(tags.map((tag) => [tag, new Growing()]));
  const each = (what: (one: Growing) => void): void => growing.forEach(what);
  /** After each file: it ended for the next one's sake. */
  const wentOn: boolean[] = [];
  for (const [order, { segment, path }] of files.entries()) {
    const before = files[order - 1]?.segment;
    if (before !== undefined && !(wentOn[order - 1] === true && follows(before, segment)))
      each((one) => one.end(false));
    let names: readonly (readonly [Growing, Header['tags'][number]['type']] | undefined)[] = [];
    await eachLine(path, segment, (text) => {
      const line = readLine(text);
      if (line === null) throw damaged(segment, 'it has a line that is none of telemetry');
      if (line.kind === 'header') {
        refuseOther(segment, line.header);
        names = line.header.tags.map(({ tag, type }) => {
          const found = growing.get(tag);
          return found === undefined ? undefined : [found, type];
        });
      } else if (line.kind === 'scan') {
        const { utc, samples } = line.line;
        for (const [index, value, quality, source] of samples) {
          const [found, type] = names[index] ?? [];
          if (found === undefined || type === undefined) continue;
          found.add({
            seen: utcMs(utc),
            source: utcMs(source),
            value: measuredValue(value, type),
            quality: quality as Quality,
          });
        }
        each((one) => one.seen(utcMs(utc)));
      } else if (line.kind === 'gap') each((one) => one.end(false));
      else wentOn[order] = line.line.end.why === 'window';
    });
    each((one) => one.seen(segment.to));
    if (segment.recovered) each((one) => one.end(true));
  }
  each((one) => one.end(false));
  return new Map([...growing].map(([tag, one]) => [tag, one.stretches]));
}

const follows = (one: SealedSegment, other: SealedSegment): boolean =>
  other.number === one.number + 1 && other.from - one.to <= longestStepMs;

class Growing {
  readonly stretches: Stretch[] = [];
  #changes: SealedChange[] = [];
  #to: UtcMs | null = null;

  /** The picture at the beginning of a file says nothing new within a stretch. */
  add(change: SealedChange): void {
    const last = this.#changes.at(-1);
    if (last !== undefined && last.quality === change.quality && Object.is(last.value, change.value)) return;
    this.#changes.push(change);
  }

  seen(utc: UtcMs): void {
    if (this.#changes.length > 0) this.#to = utcMs(Math.max(this.#to ?? utc, utc));
  }

  end(killed: boolean): void {
    const [first] = this.#changes;
    if (first !== undefined)
      this.stretches.push({ from: first.seen, to: this.#to ?? first.seen, killed, changes: this.#changes });
    this.#changes = [];
    this.#to = null;
  }
}
