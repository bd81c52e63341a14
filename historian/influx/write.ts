/**
 * Writes points to InfluxDB so that a bad one costs nobody else: where the server refuses a part (400: a type conflict, a time
 * beyond the retention), the part is halved until the bad points stand alone. Writing a good point twice changes nothing.
 */
import type { Gap, Point } from '../point.ts';
import { StoreUnavailable, type Rejected } from '../store.ts';
import type { InfluxAnswer } from './http.ts';
import { encodeGap, encodePoint } from './line-protocol.ts';

/** POSTs lines to `/write`. @throws StoreUnavailable */
export type PostLines = (body: string) => Promise<InfluxAnswer>;

/** @returns the points that can never be stored. @throws StoreUnavailable where the rest may not be stored now. */
export async function writePoints(
  where: string,
  post: PostLines,
  points: readonly Point[],
  gaps: readonly Gap[],
): Promise<readonly Rejected[]> {
  const rejected: Rejected[] = [];
  const lines: Line[] = gaps.map((gap) => ({ text: encodeGap(gap), point: null }));
  for (const point of points) {
    const text = encodePoint(point);
    if (typeof text === 'string') lines.push({ text, point });
    else rejected.push({ point, reason: text.reason });
  }
  if (lines.length > 0) await writeLines(where, post, lines, rejected);
  return rejected;
}

type Line = Readonly<{ text: string; point: Point | null }>;

async function writeLines(where: string, post: PostLines, lines: readonly Line[], rejected: Rejected[]): Promise<void> {
  const answer = await post(lines.map(({ text }) => `${text}\n`).join(''));
  if (answer.status >= 200 && answer.status < 300) return;
  if (answer.status !== 400 && answer.status !== 413) throw unavailable(where, answer);
  const reason = serverReason(answer);
  const allOfThem = answer.status === 400 && droppedCount(reason) === lines.length;
  if (lines.length === 1 || allOfThem) {
    for (const { point } of lines) if (point !== null) rejected.push({ point, reason });
    return;
  }
  const half = lines.length >>> 1;
  await writeLines(where, post, lines.slice(0, half), rejected);
  await writeLines(where, post, lines.slice(half), rejected);
}

function unavailable(where: string, answer: InfluxAnswer): StoreUnavailable {
  const problem = `It answers ${answer.status}: ${serverReason(answer)}.`;
  return new StoreUnavailable(where, problem, remedyOf(answer.status), answer.retryAfterMs);
}

function remedyOf(status: number): string {
  if (status === 401 || status === 403) return 'Give INFLUX_URL a user and a password that may write.';
  if (status === 404) return 'Make the database, or check the address.';
  return 'The points wait in the spool and are sent again.';
}

/** InfluxDB's `{"error": "…"}`, or the beginning of whatever came instead. */
export function serverReason({ body, status }: InfluxAnswer): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'error' in parsed && typeof parsed.error === 'string') {
      return parsed.error;
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
