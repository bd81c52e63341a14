/** The line of a batch's record that seals a file, written here and read back here. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isoUtc, utcMs } from '../../plant/clock.ts';
import type { Actor } from '../../plant/people.ts';
import type { SealedSegment } from '../../plant/ports/sealed-telemetry.ts';
import { recordNumber, type RecordEvent, type StoredEvent } from '../../plant/record-event.ts';
import { skidName, type SkidName } from '../../plant/sample.ts';
import type { EndWhy, Tally } from './format.ts';

const actor: Actor = { kind: 'service', part: 'telemetry' };
const action = 'segment-sealed';

const text = Type.String({ minLength: 1 });
const count = Type.String({ pattern: '^[0-9]{1,15}$' });
const form = Compile(
  Type.Object({
    skid: text,
    number: count,
    from: text,
    to: text,
    scans: count,
    samples: count,
    gaps: count,
    bytes: count,
    digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    file: text,
    recovered: Type.Boolean(),
    why: text,
  }),
);

export const batchScope = (batch: string): string => `batch/${batch}`;

/** Where a sealed file lies within the data folder; slashes whatever the machine. */
export const sealedFile = (batch: string, skid: SkidName, number: number): string =>
  `telemetry/${batch}/${skid}/${String(number).padStart(6, '0')}.jsonl.gz`;

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
}>;

export const segmentSealed = ({ batch, skid, number, tally, bytes, digest, recovered, why }: Sealing): RecordEvent => ({
  scope: batchScope(batch),
  actor,
  action,
  object: `${skid}/${number}`,
  data: {
    skid,
    number: recordNumber(number),
    from: isoUtc(tally.from),
    to: isoUtc(tally.to),
    scans: recordNumber(tally.scans),
    samples: recordNumber(tally.samples),
    gaps: recordNumber(tally.gaps),
    bytes: recordNumber(bytes),
    digest,
    file: sealedFile(batch, skid, number),
    recovered,
    why,
  },
});

/** The segment that a stored line seals, or null where it seals none. */
export function segmentOf({ event, scope, seq }: StoredEvent): SealedSegment | null {
  const { data } = event;
  if (event.action !== action || event.actor.kind !== 'service' || !form.Check(data)) return null;
  return {
    batch: scope.slice('batch/'.length),
    skid: skidName(data.skid),
    number: Number(data.number),
    from: utcMs(Date.parse(data.from)),
    to: utcMs(Date.parse(data.to)),
    scans: Number(data.scans),
    samples: Number(data.samples),
    digest: data.digest,
    file: data.file,
    recovered: data.recovered,
    seq,
  };
}
