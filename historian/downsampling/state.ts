/** How far down-sampling has come, as it lies on disk. */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import { fullName } from '../packing.ts';
import type { Series } from '../point.ts';
import type { Disk } from '../spool/disk.ts';
import type { Span } from './late.ts';

export type DownsamplingState = Readonly<{
  /** Rows that end before it are made. */
  to: UtcMs;
  late: readonly Readonly<{ series: Series; span: Span }>[];
}>;

const File = Compile(
  Type.Object({
    format: Type.Literal(1),
    to: Type.Integer(),
    late: Type.Array(Type.Tuple([Type.String(), Type.Number(), Type.Number()])),
  }),
);

export const encodeState = ({ to, late }: DownsamplingState): Buffer =>
  Buffer.from(
    JSON.stringify({ format: 1, to, late: late.map(({ series, span }) => [fullName(series), span.from, span.to]) }),
  );

/** Null where it cannot be read: then tiers begin anew, and what is in the store already stays as it is. */
export async function readState(
  disk: Disk,
  path: string,
  series: readonly Series[],
): Promise<DownsamplingState | null> {
  try {
    const text = Buffer.from(await disk.read(path, 0, await disk.size(path))).toString('utf8');
    const parsed: unknown = JSON.parse(text);
    if (!File.Check(parsed)) return null;
    const byName = new Map(series.map((one) => [fullName(one) as string, one]));
    const late = parsed.late.flatMap(([name, from, to]) => {
      const one = byName.get(name);
      return one === undefined ? [] : [{ series: one, span: { from, to } }];
    });
    return { to: utcMs(parsed.to), late };
  } catch {
    return null;
  }
}
