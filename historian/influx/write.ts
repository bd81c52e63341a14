/**
 * Writes points to InfluxDB so that a bad one costs nobody else: where the server refuses a part (400: a type conflict, a time
 * beyond the retention), the part is halved until the bad points stand alone. Writing a good point twice changes nothing.
 */
import { pointAt, type PointBatch } from '../point.ts';
import { StoreUnavailable, type Notes, type Rejected } from '../store.ts';
import type { InfluxAnswer } from './http.ts';
import { encodeEvent, encodeGap, type EncodedLine, type LineEncoder } from './line-protocol.ts';

/** POSTs lines to `/write`. @throws StoreUnavailable */
export type PostLines = (body: string) => Promise<InfluxAnswer>;

export type WriteOrder = Readonly<{
  /** Who is written to, in words. */
  where: string;
  post: PostLines;
  encoder: LineEncoder;
  /** Requests under way at once; lines of one device are always in the same, so that their order stays. */
  connections: number;
}>;

/** @returns the points that can never be stored. @throws StoreUnavailable where the rest may not be stored now. */
export async function writePoints(order: WriteOrder, batch: PointBatch, notes: Notes): Promise<readonly Rejected[]> {
  const { where, post, encoder, connections } = order;
  const { lines, unwritable } = encoder.encode(batch);
  const rejected: Rejected[] = unwritable.map(({ point, reason }) => ({ point: pointAt(batch, point), reason }));
  const noted: EncodedLine[] = [...notes.gaps.map(encodeGap), ...notes.events.map(encodeEvent)].map((text) => ({
    key: '',
    text,
    first: 0,
    end: 0,
  }));
  const parts = partsOf(lines, connections);
  if (noted.length > 0) parts.push(noted);
  const writing = { where, post, encoder, batch, rejected };
  // Every request has ended when this settles, whatever came of the others: what is sent again is sent behind them.
  const ended = await Promise.allSettled(parts.map((part) => writeLines(writing, part)));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return rejected;
}

type Writing = Pick<WriteOrder, 'where' | 'post' | 'encoder'> & Readonly<{ batch: PointBatch; rejected: Rejected[] }>;

/** As many parts as there are connections, of about the same size, the lines of a device together and in their order. */
function partsOf(lines: readonly EncodedLine[], connections: number): EncodedLine[][] {
  if (lines.length === 0) return [];
  if (connections === 1) return [[...lines]];
  const parts: EncodedLine[][] = Array.from({ length: connections }, () => []);
  const partOf = new Map<string, EncodedLine[]>();
  for (const line of lines) {
    let part = partOf.get(line.key);
    if (part === undefined) {
      part = parts.reduce((least, one) => (one.length < least.length ? one : least));
      partOf.set(line.key, part);
    }
    part.push(line);
  }
  return parts.filter((part) => part.length > 0);
}

async function writeLines(writing: Writing, lines: readonly EncodedLine[]): Promise<void> {
  const { where, post, batch, rejected } = writing;
  const [only] = lines;
  if (only === undefined) return;
  const answer = await post(lines.map(({ text }) => text).join(''));
  if (answer.status >= 200 && answer.status < 300) return;
  if (answer.status !== 400 && answer.status !== 413) throw unavailable(where, answer);
  const reason = serverReason(answer);
  const whole = lines.every(({ first, end }) => end - first <= 1);
  if (lines.length === 1 ? whole : whole && answer.status === 400 && droppedCount(reason) === lines.length) {
    for (const { first, end } of lines) {
      for (let i = first; i < end; i += 1) rejected.push({ point: pointAt(batch, i), reason });
    }
    return;
  }
  if (lines.length === 1) return writeLines(writing, apart(writing, only));
  const half = lines.length >>> 1;
  await writeLines(writing, lines.slice(0, half));
  await writeLines(writing, lines.slice(half));
}

/** The values of a line on lines of their own: one of another type than its field's has cost the whole line. */
function apart({ encoder, batch }: Writing, { first, end }: EncodedLine): readonly EncodedLine[] {
  return Array.from({ length: end - first }, (_, i) => first + i).flatMap((i) => {
    const one = { ...batch, of: batch.of.subarray(i, i + 1), count: 1 };
    const columns = {
      kinds: batch.kinds.subarray(i, i + 1),
      numbers: batch.numbers.subarray(i, i + 1),
      qualities: batch.qualities.subarray(i, i + 1),
      times: batch.times.subarray(i, i + 1),
      serverTimes: batch.serverTimes.subarray(i, i + 1),
    };
    return encoder.encode({ ...one, ...columns }).lines.map((line) => ({ ...line, first: i, end: i + 1 }));
  });
}

export function unavailable(where: string, answer: InfluxAnswer): StoreUnavailable {
  const problem = `It answers ${answer.status}: ${serverReason(answer)}.`;
  return new StoreUnavailable(where, problem, remedyOf(answer.status), answer.retryAfterMs);
}

function remedyOf(status: number): string {
  if (status === 401 || status === 403) return 'Give INFLUX_URL a user and a password that may write.';
  if (status === 404) return 'Make the database, or check the address.';
  return 'The points wait in the spool and are sent again.';
}

/** InfluxDB's `{"error": "…"}` or 2.x's `{"message": "…"}`, or the beginning of whatever came instead. */
export function serverReason({ body, status }: InfluxAnswer): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null) {
      if ('error' in parsed && typeof parsed.error === 'string') return parsed.error;
      if ('message' in parsed && typeof parsed.message === 'string') return parsed.message;
    }
  } catch {
    // Not InfluxDB's own words; a proxy's perhaps.
  }
  const text = body.trim().slice(0, 200);
  return text === '' ? `status ${status}` : text;
}

function droppedCount(reason: string): number | null {
  const digits = /\bdropped=(\d+)/.exec(reason)?.[1];
  return digits === undefined ? null : Number(digits);
}
