/** The lines of a batch's record that say that a file was begun and that it is sealed, written here and read back here. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isoUtc, utcMs, type UtcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { SealedSegment } from '../../plant/ports/sealed-telemetry.ts';
import { recordNumber, type RecordEvent, type StoredEvent } from '../../plant/record-event.ts';
import { skidName, type SkidName } from '../../plant/sample.ts';
import type { EndWhy, Tally } from './format.ts';

const actor: Actor = { kind: 'service', part: 'telemetry' };
const opened = 'segment-opened';
const sealed = 'segment-sealed';

const text = Type.String({ minLength: 1 });
const count = Type.String({ pattern: '^[0-9]{1,15}$' });
const digestText = Type.String({ pattern: '^[0-9a-f]{64}$' });
const gapForm = Type.Object({ from: text, to: text, scans: count, why: text });
const openedForm = Compile(
  Type.Object({ skid: text, number: count, from: text, definition: text, header: digestText, file: text }),
);
const sealedForm = Compile(
  Type.Object({
    skid: text,
    number: count,
    from: text,
    to: text,
    scans: count,
    samples: count,
    // Records of before say how many there were, and no more.
    gaps: Type.Union([count, Type.Array(gapForm)]),
    bytes: count,
    digest: digestText,
    file: text,
    recovered: Type.Boolean(),
    why: text,
    dropped: Type.Optional(count),
    aside: Type.Optional(Type.Union([text, Type.Null()])),
  }),
);

export const batchScope = (batch: string): string => `batch/${batch}`;

/** Where a sealed file lies within the data folder; slashes whatever the machine. */
export const sealedFile = (batch: string, skid: SkidName, number: number): string =>
  `telemetry/${batch}/${skid}/${String(number).padStart(6, '0')}.jsonl.gz`;

/** What is said of a file when it is begun: by this it is known at the next start what has to be there. */
export type Opening = Readonly<{
  batch: string;
  skid: SkidName;
  number: number;
  from: UtcMs;
  /** SHA-256 of the skid's definition. */
  definition: string;
  /** SHA-256 of the file's first line with its line end. */
  header: string;
}>;

export const segmentOpened = ({ batch, skid, number, from, definition, header }: Opening): RecordEvent => ({
  scope: batchScope(batch),
  actor,
  action: opened,
  object: `${skid}/${number}`,
  data: {
    skid,
    number: recordNumber(number),
    from: isoUtc(from),
    definition,
    header,
    file: sealedFile(batch, skid, number),
  },
});

export type Sealing = Readonly<{
  batch: string;
  skid: SkidName;
  number: number;
  tally: Tally;
  /** Of the content before compression. */
  bytes: number;
  digest: string;
  recovered: boolean;
  why: EndWhy;
  dropped: number;
  aside: string | null;
}>;

export const segmentSealed = (sealing: Sealing): RecordEvent => {
  const { batch, skid, number, tally, bytes, digest, recovered, why, dropped, aside } = sealing;
  return {
    scope: batchScope(batch),
    actor,
    action: sealed,
    object: `${skid}/${number}`,
    data: {
      skid,
      number: recordNumber(number),
      from: isoUtc(tally.from),
      to: isoUtc(tally.to),
      scans: recordNumber(tally.scans),
      samples: recordNumber(tally.samples),
      gaps: tally.gaps.map((gap) => ({
        from: isoUtc(gap.from),
        to: isoUtc(gap.to),
        scans: recordNumber(gap.scans),
        why: gap.why,
      })),
      bytes: recordNumber(bytes),
      digest,
      file: sealedFile(batch, skid, number),
      recovered,
      why,
      dropped: recordNumber(dropped),
      aside,
    },
  };
};

/** What of a stored line says what a segment is. */
type Line = Pick<StoredEvent, 'scope' | 'seq' | 'event'>;

const isOurs = ({ event }: Line, action: string): boolean => event.action === action && event.actor.kind === 'service';

const utcOf = (iso: string): UtcMs => utcMs(Date.parse(iso));
const batchOf = (scope: string): string => scope.slice('batch/'.length);

/** The file that a stored line says was begun, or null where it says nothing of the kind. */
export function openingOf(stored: Line): Opening | null {
  const { data } = stored.event;
  if (!isOurs(stored, opened) || !openedForm.Check(data)) return null;
  const { skid, number, from, definition, header } = data;
  return {
    batch: batchOf(stored.scope),
    skid: skidName(skid),
    number: Number(number),
    from: utcOf(from),
    definition,
    header,
  };
}

/** The segment that a stored line seals, or null where it seals none. */
export function segmentOf(stored: Line): SealedSegment | null {
  const { data } = stored.event;
  if (!isOurs(stored, sealed) || !sealedForm.Check(data)) return null;
  const { skid, number, from, to, scans, samples, gaps, dropped, digest, file, recovered, aside } = data;
  return {
    batch: batchOf(stored.scope),
    skid: skidName(skid),
    number: Number(number),
    from: utcOf(from),
    to: utcOf(to),
    scans: Number(scans),
    samples: Number(samples),
    gaps:
      typeof gaps === 'string'
        ? []
        : gaps.map((gap) => ({ ...gap, from: utcOf(gap.from), to: utcOf(gap.to), scans: Number(gap.scans) })),
    dropped: Number(dropped ?? 0),
    digest,
    file,
    recovered,
    aside: aside ?? null,
    seq: stored.seq,
  };
}
