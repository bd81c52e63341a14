/**
 * A sealed file: lines of JSON. First the header, then one line for each scan that changed anything, the first of them with every tag, so
 * that a file reads alone; a gap where lines could not be kept; last the end. Numbers are decimal text (JSON loses digits of some),
 * told from other text by the tag's type in the header. Pure.
 */
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { isoUtc, utcMs, type UtcMs } from '../../plant/clock.ts';
import type { SealedGap } from '../../plant/ports/sealed-telemetry.ts';
import type { Quality } from '../../plant/quality.ts';
import { recordNumber } from '../../plant/record-event.ts';
import type { TagValue } from '../../plant/sample.ts';

export const telemetryFormat = 'mesoline-telemetry/1';

const text = Type.String({ minLength: 1 });
const count = Type.Integer({ minimum: 0 });

export const headerSchema = Type.Object(
  {
    format: Type.Literal(telemetryFormat),
    batch: text,
    skid: text,
    number: Type.Integer({ minimum: 1 }),
    from: text,
    /** SHA-256 of the skid's definition. */
    definition: text,
    tags: Type.Array(
      Type.Object(
        {
          tag: text,
          unit: Type.Union([Type.String(), Type.Null()]),
          type: Type.Union([Type.Literal('number'), Type.Literal('boolean'), Type.Literal('text')]),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/** Index of the tag in the header, value, OPC UA StatusCode, source time in milliseconds UTC. */
const sampleSchema = Type.Tuple([
  count,
  Type.Union([Type.String(), Type.Boolean(), Type.Null()]),
  Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
  Type.Integer(),
]);

export const scanSchema = Type.Object(
  { scan: count, utc: Type.Integer(), samples: Type.Array(sampleSchema) },
  { additionalProperties: false },
);
export const gapSchema = Type.Object(
  { gap: Type.Object({ from: text, to: text, scans: count, reason: text }, { additionalProperties: false }) },
  { additionalProperties: false },
);
export const endWhys = ['window', 'unit ended', 'service stopped', 'recovered'] as const;
export const endSchema = Type.Object(
  {
    end: Type.Object(
      { to: text, scans: count, samples: count, gaps: count, why: Type.Enum([...endWhys]), dropped: count },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

export type Header = Readonly<Static<typeof headerSchema>>;
export type ScanLine = Readonly<Static<typeof scanSchema>>;
export type GapLine = Readonly<Static<typeof gapSchema>>;
export type EndLine = Readonly<Static<typeof endSchema>>;
export type TagType = Header['tags'][number]['type'];
export type EndWhy = (typeof endWhys)[number];

const headerShape = Compile(headerSchema);
const scanShape = Compile(scanSchema);
const gapShape = Compile(gapSchema);
const endShape = Compile(endSchema);

export type Line =
  | Readonly<{ kind: 'header'; header: Header }>
  | Readonly<{ kind: 'scan'; line: ScanLine }>
  | Readonly<{ kind: 'gap'; line: GapLine }>
  | Readonly<{ kind: 'end'; line: EndLine }>;

/** A line without its line end, or null where it is none. */
export function readLine(written: string): Line | null {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return null;
  }
  if (scanShape.Check(value)) return { kind: 'scan', line: value };
  if (headerShape.Check(value)) return { kind: 'header', header: value };
  if (gapShape.Check(value)) return { kind: 'gap', line: value };
  return endShape.Check(value) ? { kind: 'end', line: value } : null;
}

export const lineText = (line: Header | ScanLine | GapLine | EndLine): string => `${JSON.stringify(line)}\n`;

export type SealedValue = string | boolean | null;

/** NaN and the infinities have their names: they were measured so. */
export const sealedValue = (value: TagValue): SealedValue => (typeof value === 'number' ? recordNumber(value) : value);

export const measuredValue = (value: SealedValue, type: TagType): TagValue =>
  type === 'number' && typeof value === 'string' ? Number(value) : value;

export const sampleOf = (
  index: number,
  value: TagValue,
  quality: Quality,
  sourceTime: UtcMs,
): ScanLine['samples'][number] => [index, sealedValue(value), quality >>> 0, sourceTime];

/** What the end of a file says of the whole of it. */
export type Tally = Readonly<{
  from: UtcMs;
  to: UtcMs;
  scans: number;
  samples: number;
  gaps: readonly SealedGap[];
}>;

/** @param dropped lines that a kill had torn or that were none of ours. */
export const endLine = ({ to, scans, samples, gaps }: Tally, why: EndWhy, dropped = 0): EndLine => ({
  end: { to: isoUtc(to), scans, samples, gaps: gaps.length, why, dropped },
});

export const gapLine = ({ from, to, scans, why }: SealedGap): GapLine => ({
  gap: { from: isoUtc(from), to: isoUtc(to), scans, reason: why },
});

export const gapOf = ({ gap: { from, to, scans, reason } }: GapLine): SealedGap => ({
  from: utcMs(Date.parse(from)),
  to: utcMs(Date.parse(to)),
  scans,
  why: reason,
});

/** Gaps that one line of the record names; what comes after is told as one with the last. */
const mostGaps = 50;

/** Counts the lines of a file as they come. */
export class Count {
  #from: UtcMs | null = null;
  #to: UtcMs | null = null;
  #scans = 0;
  #samples = 0;
  readonly #gaps: SealedGap[] = [];

  add({ utc, samples }: Pick<ScanLine, 'utc' | 'samples'>): void {
    this.seen(utcMs(utc));
    this.#scans += 1;
    this.#samples += samples.length;
  }

  /** A scan that changed nothing has no line, and was made all the same. */
  seen(utc: UtcMs): void {
    this.#from ??= utc;
    this.#to = utcMs(Math.max(this.#to ?? utc, utc));
  }

  gap(gap: SealedGap): void {
    this.seen(gap.from);
    this.seen(gap.to);
    const last = this.#gaps.at(-1);
    if (last === undefined || this.#gaps.length < mostGaps) this.#gaps.push(gap);
    else this.#gaps[mostGaps - 1] = { ...gap, from: last.from, scans: last.scans + gap.scans };
  }

  /** Null while no scan was seen. */
  get tally(): Tally | null {
    if (this.#from === null || this.#to === null) return null;
    return { from: this.#from, to: this.#to, scans: this.#scans, samples: this.#samples, gaps: [...this.#gaps] };
  }
}
