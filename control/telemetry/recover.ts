/**
 * What a kill left open: the lines that are whole stay, what follows them is put aside as evidence and said, and the end is written.
 * A file that is not the one that was announced is put aside as a whole, and a gap stands in for it.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import type { SealedGap } from '../../plant/ports/sealed-telemetry.ts';
import { Count, endLine, gapLine, gapOf, lineText, readLine, type EndWhy, type Header, type Tally } from './format.ts';
import { linesOf, type ReadLineOf } from './lines.ts';
import { asidePath, openPath, withinData, type Place } from './places.ts';
import { isMissing, syncFolder, writeDurably, writeWhole } from './seal.ts';
import type { Opening } from './segment-event.ts';
import { headerOf, standIn } from './stand-in.ts';

/** `why`: as the file says itself, or `recovered`; `aside`: where the rest of it is, within the data folder. */
export type Recovered = Readonly<{ tally: Tally; why: EndWhy; dropped: number; aside: string | null }>;

/**
 * @param announced what the record says of it; null where a kill came before that was on record
 * @param now where nothing is left of the file, it is missing until then
 * @returns null where nothing was announced and nothing of ours is in it: there is nothing to seal
 */
export async function recoverFile(
  dataFolder: string,
  place: Place,
  announced: Opening | null,
  now: UtcMs,
): Promise<Recovered | null> {
  const path = openPath(dataFolder, place);
  const found = await readWhole(path);
  if (found === null) {
    return announced === null ? null : lostFile(path, announced, now, 'the file that was begun is not there', null);
  }
  if (found.header === null || !isMeant(found.header, place, announced)) {
    const aside = found.size === 0 ? null : await putAside(dataFolder, place, path);
    if (announced === null) return null;
    return lostFile(path, announced, now, 'the file that lay open is not the one that was begun', aside);
  }
  const rest = found.size - found.whole;
  if (found.end !== null && rest === 0)
    return { tally: found.tally, why: found.end.why, dropped: found.end.dropped, aside: null };
  const aside = rest === 0 ? null : await copyRest(dataFolder, place, path, found.whole);
  const lost = found.end === null ? lostLines(found) : null;
  const tally = lost === null ? found.tally : withGap(found.tally, lost);
  const written =
    found.end !== null
      ? ''
      : (lost === null ? '' : lineText(gapLine(lost))) + lineText(endLine(tally, 'recovered', found.dropped));
  await endWith(path, found.whole, written);
  return { tally, why: found.end?.why ?? 'recovered', dropped: found.dropped, aside };
}

/** A file that is put aside whole, and a gap in its place. */
export async function putAside(dataFolder: string, place: Place, path: string): Promise<string> {
  const aside = asidePath(dataFolder, place);
  await rename(path, aside);
  await syncFolder(dirname(path));
  return withinData(dataFolder, aside);
}

async function lostFile(
  path: string,
  announced: Opening,
  now: UtcMs,
  why: string,
  aside: string | null,
): Promise<Recovered> {
  const lost = { from: announced.from, to: utcMs(Math.max(announced.from, now)), scans: 0, why };
  const { text, tally } = standIn(headerOf(announced), lost, { why: 'recovered', dropped: 0 });
  await writeDurably(path, text);
  return { tally, why: 'recovered', dropped: 0, aside };
}

type HeaderRead = Readonly<{ header: Header; digest: string }>;

/** A file that stands in for a lost one has the announcement's fields and no tags; its own kill must not lose it again. */
function isMeant({ header, digest }: HeaderRead, { batch, skid, number }: Place, announced: Opening | null): boolean {
  if (header.batch !== batch || header.skid !== skid || header.number !== number) return false;
  if (announced === null || digest === announced.header) return true;
  return lineText(header) === lineText(headerOf(announced));
}

type Found = Readonly<{
  header: HeaderRead | null;
  tally: Tally;
  /** Up to the last line that is whole and one of ours; `whole` and `size` in bytes. */
  whole: number;
  size: number;
  end: Readonly<{ why: EndWhy; dropped: number }> | null;
  /** Lines of the rest, a torn one among them. */
  dropped: number;
  /** Whole lines of the rest, which may have been measured: until when, as far as they say. */
  lostScans: number;
  lostTo: number;
}>;

/** @returns null where there is no file. */
async function readWhole(path: string): Promise<Found | null> {
  const count = new Count();
  let size = 0;
  try {
    size = (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  let [read, whole, restLines, lostScans, lostTo] = [0, 0, 0, 0, 0];
  let [isWhole, header, end] = [true, null as HeaderRead | null, null as Found['end']];
  for await (const lines of readableLines(path)) {
    for (const { text, bytes } of lines) {
      read += bytes;
      const line = readLine(text);
      const inOrder = line !== null && (header === null) === (line.kind === 'header') && end === null;
      if (!isWhole || !inOrder) {
        isWhole = false;
        restLines += 1;
        if (line?.kind === 'scan') [lostScans, lostTo] = [lostScans + 1, Math.max(lostTo, line.line.utc)];
        continue;
      }
      whole += bytes;
      if (line.kind === 'header') {
        header = { header: line.header, digest: createHash('sha256').update(`${text}\n`).digest('hex') };
        count.seen(utcMs(Date.parse(line.header.from)));
      } else if (line.kind === 'scan') count.add(line.line);
      else if (line.kind === 'gap') count.gap(gapOf(line.line));
      else {
        count.seen(utcMs(Date.parse(line.line.end.to)));
        end = line.line.end;
      }
    }
  }
  const dropped = restLines + (read < size ? 1 : 0);
  const tally = count.tally ?? { from: utcMs(0), to: utcMs(0), scans: 0, samples: 0, gaps: [] };
  return { header, tally, whole, size, end, dropped, lostScans, lostTo };
}

/** What is longer than any line of ours is no line, whatever follows it: a power cut may leave a stretch of zeros. */
async function* readableLines(path: string): AsyncGenerator<readonly ReadLineOf[]> {
  try {
    yield* linesOf(createReadStream(path));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

/** A line that the kill tore is said as dropped; whole lines behind one that is not ours are a time that is missing. */
function lostLines({ tally, dropped, lostScans, lostTo }: Found): SealedGap | null {
  if (lostScans === 0) return null;
  const why = `${dropped} lines of the file were not as they were written, and were put aside`;
  return { from: tally.to, to: utcMs(Math.max(tally.to, lostTo)), scans: lostScans, why };
}

const withGap = (tally: Tally, gap: SealedGap): Tally => ({
  ...tally,
  to: utcMs(Math.max(tally.to, gap.to)),
  gaps: [...tally.gaps, gap],
});

/** The rest of a file from byte `from` on, under a name of its own, before it is cut off. */
async function copyRest(dataFolder: string, place: Place, path: string, from: number): Promise<string> {
  const aside = asidePath(dataFolder, place);
  await pipeline(createReadStream(path, { start: from }), createWriteStream(aside, { flush: true, mode: 0o600 }));
  await syncFolder(dirname(aside));
  return withinData(dataFolder, aside);
}

async function endWith(path: string, whole: number, text: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(whole);
    await writeWhole(handle, Buffer.from(text, 'utf8'), whole);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(path));
}
