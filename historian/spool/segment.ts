/** The files of the spool: their names, and what is known of each. */
import { basename } from 'node:path';

/** One segment file. `length` is what is known to be on disk; bytes beyond it are nobody's. */
export type Segment = { readonly number: number; readonly path: string; length: number };

/** How far the spool has been written to the store: everything before it is there. */
export type ReplayPosition = Readonly<{ segment: number; offset: number }>;

export const positionFile = 'written.json';
export const asideFolder = 'aside';

export const segmentPath = (folder: string, number: number): string =>
  `${folder}/segment-${String(number).padStart(10, '0')}`;

/** The number in a segment's file name, or null where the file is something else. */
export function segmentNumber(path: string): number | null {
  const digits = /^segment-(\d{10})$/.exec(basename(path))?.[1];
  return digits === undefined ? null : Number(digits);
}
