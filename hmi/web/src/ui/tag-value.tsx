/** One live value with its unit: hatched, with its age, where it may not be believed. */
import type { TagView } from '../../../api/answers.ts';
import { trustOf, unitText, valueText, type Trust } from '../format.ts';
import { serverTime, skidNow, tagNow } from '../live/stream.ts';

type Props = Readonly<{ skid: string; tag: TagView; bar?: boolean }>;

export function TagValueCell({ skid, tag, bar }: Props) {
  const sample = tagNow(skid, tag.name).value;
  const trust = trustOf(sample, skidNow(skid).value?.utc ?? 0, tag.staleAfterMs, serverTime.value);
  const value = sample?.[0] ?? null;
  return (
    <span
      class={trust.ok ? 'value' : 'value hatched'}
      data-testid={`value-${skid}/${tag.name}`}
      data-quality={trust.name}
    >
      {bar === true && <RangeBar skid={skid} tag={tag} />}
      <b>{valueText(value, tag)}</b> <i>{unitText(tag.unit)}</i>
      {trust.note !== null && <em>{noteOf(trust, tag)}</em>}
    </span>
  );
}

/** An analysis gives what is out of its domain: it is not the value that is out of a range. */
const noteOf = ({ name, note }: Trust, { analysis }: TagView): string | null =>
  analysis !== null && name === 'BadOutOfRange' ? (note?.replace('out of range', 'undecided') ?? null) : note;

/** The value in its range, the normal band and the set point behind it. */
export function RangeBar({ skid, tag }: Readonly<{ skid: string; tag: TagView }>) {
  const span = drawnSpan(tag);
  if (span === null) return <span />;
  const at = (value: number): number => Math.min(1, Math.max(0, (value - span.low) / (span.high - span.low))) * 100;
  const { normal } = tag;
  const value = tagNow(skid, tag.name).value?.[0];
  const setpoint = tag.setpoint === null ? null : tagNow(skid, tag.setpoint).value?.[0];
  const outside = typeof value === 'number' && normal !== null && (value < normal.low || value > normal.high);
  return (
    <svg class="range-bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="range" x="0" y="3" width="100" height="6" />
      {normal !== null && (
        <rect class="normal" x={at(normal.low)} y="2" width={at(normal.high) - at(normal.low)} height="8" />
      )}
      {typeof setpoint === 'number' && <rect class="setpoint" x={at(setpoint) - 0.5} y="0" width="1.4" height="12" />}
      {typeof value === 'number' && (
        <rect class={outside ? 'now outside' : 'now'} x={Math.max(0, at(value) - 1)} y="1" width="2" height="10" />
      )}
    </svg>
  );
}

/** The tag's range; where the normal band would be a hair in it, only the band's surroundings. */
function drawnSpan({ range, normal, states }: TagView): TagView['range'] {
  if (range === null || states !== null || range.high <= range.low) return null;
  if (normal === null) return range;
  const width = normal.high - normal.low;
  if (range.high - range.low < 50 * width) return range;
  return { low: Math.max(range.low, normal.low - 3 * width), high: Math.min(range.high, normal.high + 3 * width) };
}
