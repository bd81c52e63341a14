/**
 * What stands in for a file that is lost or was altered before it was sealed: its header and one gap over all of it. Numbers go on
 * without a hole, and the record says what is missing and why. Pure.
 */
import { isoUtc, type UtcMs } from '../../plant/clock.ts';
import { endLine, gapLine, lineText, telemetryFormat, type EndWhy, type Header, type Tally } from './format.ts';
import type { Place } from './places.ts';
import type { Opening } from './segment-event.ts';

/** The header of a file of which only its announcement is known. */
export const headerOf = ({ batch, skid, number, from, definition }: Opening): Header => ({
  format: telemetryFormat,
  batch,
  skid,
  number,
  from: isoUtc(from),
  definition,
  tags: [],
});

export type StandIn = Readonly<{ text: string; tally: Tally; why: EndWhy; dropped: number }>;

/** @param scans that are lost; 0 where nobody can say */
export function standIn(
  header: Header,
  lost: Readonly<{ from: UtcMs; to: UtcMs; scans: number; why: string }>,
  end: Readonly<{ why: EndWhy; dropped: number }>,
): StandIn {
  const tally = { from: lost.from, to: lost.to, scans: 0, samples: 0, gaps: [lost] };
  const text = [lineText(header), lineText(gapLine(lost)), lineText(endLine(tally, end.why, end.dropped))].join('');
  return { text, tally, ...end };
}

/** How a place is said in a sentence. */
export const placeName = ({ batch, skid, number }: Place): string => `segment ${number} of ${skid} in ${batch}`;
