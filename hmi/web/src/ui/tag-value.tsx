/** One live value with its unit: hatched, with its age, where it may not be believed. */
import type { TagView } from '../../../api/answers.ts';
import { trustOf, unitText, valueText } from '../format.ts';
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
      {trust.note !== null && <em>{trust.note}</em>}
    </span>
  );
}

/** The value in its range, the normal band and the set point behind it. */
export function RangeBar({ skid, tag }: Readonly<{ skid: string; tag: TagView }>) {
  const { range, normal } = tag;
  if (range === null || tag.states !== null || range.high <= range.low) return null;
  const at = (value: number): number => Math.min(1, Math.max(0, (value - range.low) / (range.high - range.low))) * 100;
  const value = tagNow(skid, tag.name).value?.[0];
  const setpoint = tag.setpoint === null ? null : tagNow(skid, tag.setpoint).value?.[0];
  const outside = typeof value === 'number' && normal !== null && (value < normal.low || value > normal.high);
  return (
    <svg class="range-bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="range" x="0" y="3" width="100" height="6" />
      {normal !== null && (
        <rect class="normal" x={at(normal.low)} y="3" width={at(normal.high) - at(normal.low)} height="6" />
      )}
      {typeof setpoint === 'number' && <rect class="setpoint" x={at(setpoint) - 0.5} y="0" width="1" height="12" />}
      {typeof value === 'number' && (
        <rect class={outside ? 'now outside' : 'now'} x={Math.max(0, at(value) - 1)} y="1" width="2" height="10" />
      )}
    </svg>
  );
}
