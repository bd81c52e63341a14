/** Sealed telemetry of an export against the lines of the record that sealed it. */
import { join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { telemetryPath } from '../../../plant/ports/record-export.ts';
import { isPlainObject, strictText } from '../format/canonical.ts';
import { digestOf } from '../format/chain.ts';
import { isFolderPath } from '../format/export-folder.ts';
import type { ExportDocument } from '../format/export.ts';
import { readPlain } from './plain-files.ts';
import type { Findings } from './report.ts';

type Segment = Readonly<{ skid: string; number: number; digest: string; bytes: number; from: string; where: string }>;

/** What five minutes of a skid can be at most, packed or not. */
const largestSegment = 256 * 1024 * 1024;

/** How many segments the record seals, and which was begun when the export was made and goes on. */
export type Telemetry = Readonly<{ sealed: number; begun: readonly string[] }>;

export function checkTelemetry(
  path: string,
  document: ExportDocument,
  names: ReadonlySet<string>,
  findings: Findings,
): Telemetry {
  const batch = document.manifest.scope.slice('batch/'.length);
  const segments = segmentsOf(document, findings);
  const expected = new Set<string>();
  for (const segment of segments) {
    const name = telemetryPath(segment.skid, segment.number);
    if (expected.has(name)) findings.add(segment.where, 'The record seals it twice.');
    expected.add(name);
    if (!isFolderPath(name) || !names.has(name))
      findings.add(segment.where, `The record seals it, but ${name} is not there.`);
    else checkSegment(join(path, name), batch, segment, findings);
  }
  for (const { skid, number, where } of segments)
    if (number > 1 && !expected.has(telemetryPath(skid, number - 1)))
      findings.add(where, `Segment ${number - 1} of ${skid}, the one before it, is missing.`);
  for (const name of names)
    if (name.startsWith('telemetry/') && !expected.has(name)) findings.add(name, 'No line of the record seals it.');
  return { sealed: segments.length, begun: checkBegun(document, findings) };
}

/**
 * A file is sealed before the next is begun, and before a batch's record is whole: one that was begun and then came to nothing held what was
 * measured. While the batch runs, each skid has one that is still being written.
 */
function checkBegun({ events }: ExportDocument, findings: Findings): readonly string[] {
  const begun = new Map<string, string>();
  const neverSealed = (where: string): void => findings.add(where, 'It was begun, and no line of the record seals it.');
  let hasEnded = false;
  for (const { event } of events) {
    if (!isPlainObject(event)) continue;
    hasEnded ||= event.action === 'batch-ended';
    if (event.action !== 'segment-opened' && event.action !== sealedAction) continue;
    const text = textsOf(event.data);
    const where = whereOf(text);
    const before = begun.get(text('skid'));
    if (event.action === sealedAction) {
      if (before === where) begun.delete(text('skid'));
      continue;
    }
    if (!counted.test(text('number'))) findings.add(where, 'The line that says it was begun gives no number.');
    if (before !== undefined && before !== where) neverSealed(before);
    begun.set(text('skid'), where);
  }
  const still = [...begun.values()];
  if (!hasEnded) return still;
  for (const where of still) neverSealed(where);
  return [];
}

const sealedAction = 'segment-sealed';
const counted = /^[1-9][0-9]{0,14}$/u;

function segmentsOf({ events }: ExportDocument, findings: Findings): readonly Segment[] {
  return events.flatMap(({ event }) => {
    if (!isPlainObject(event) || event.action !== sealedAction) return [];
    const text = textsOf(event.data);
    const where = whereOf(text);
    if (!counted.test(text('number')) || !counted.test(text('bytes'))) {
      findings.add(where, 'The line that seals it gives no number or no size.');
      return [];
    }
    const said = { number: Number(text('number')), bytes: Number(text('bytes')) };
    return [{ ...said, skid: text('skid'), digest: text('digest'), from: text('from'), where }];
  });
}

type Texts = (name: string) => string;

const textsOf =
  (data: unknown): Texts =>
  (name) => {
    const value = isPlainObject(data) ? data[name] : undefined;
    return typeof value === 'string' ? value : '';
  };

const whereOf = (text: Texts): string => `segment ${text('number')} of ${text('skid')}`;

function checkSegment(path: string, batch: string, segment: Segment, findings: Findings): void {
  const { skid, number, digest, bytes, from, where } = segment;
  const content = bytes > largestSegment ? null : contentOf(path, bytes);
  if (content === null) findings.add(where, 'It cannot be opened, or holds more than was sealed.');
  else if (content.length !== bytes || digestOf(content) !== digest)
    findings.add(where, 'What it holds is not what was sealed: it was changed or replaced.');
  else {
    const header = headerOf(content);
    if (header.batch !== batch || header.skid !== skid || header.number !== number || header.from !== from)
      findings.add(where, 'It says of itself that it is another segment.');
  }
}

/** RFC 1952: deflate, and none of the fields that may follow the first ten bytes and say something of their own. */
const gzipHead = Buffer.from([0x1f, 0x8b, 8, 0]);
const gzipHeadBytes = 10;
const gzipTailBytes = 8;

/** One gzip stream with nothing but its content, and nothing behind it; null where it is none, or opens to more than `most` bytes. */
function contentOf(path: string, most: number): Buffer | null {
  const packed = readPlain(path, largestSegment);
  if (packed === null || !packed.subarray(0, gzipHead.length).equals(gzipHead)) return null;
  try {
    // Types know nothing of `info`: it gives the engine, which says how much of the input it has taken.
    const options = { maxOutputLength: most, info: true };
    const { buffer, engine } = inflateRawSync(packed.subarray(gzipHeadBytes), options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    const tail = packed.subarray(gzipHeadBytes + engine.bytesWritten);
    const isWhole = tail.length === gzipTailBytes && tail.readUInt32LE(0) === crc32(buffer);
    return isWhole && tail.readUInt32LE(4) === buffer.length ? buffer : null;
  } catch {
    return null;
  }
}

function headerOf(content: Buffer): Readonly<Record<string, unknown>> {
  const end = content.indexOf('\n');
  try {
    const value: unknown = JSON.parse(strictText(content.subarray(0, end === -1 ? content.length : end)) ?? '');
    return isPlainObject(value) ? value : {};
  } catch {
    return {};
  }
}
