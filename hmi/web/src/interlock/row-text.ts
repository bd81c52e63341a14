/** Rows of the interlock matrix in words, and in which order they are shown. Pure. */
import type { InterlockRowView, InterlockView } from '../../../../plant/ports/interlock-desk.ts';
import { goodLocalOverride } from '../../../../plant/quality.ts';

type Channel = InterlockRowView['channels'][number];

export const stateMarks: Readonly<Record<InterlockRowView['state'], string>> = {
  healthy: '○ healthy',
  warned: '△ warned',
  tripping: '▲ tripping',
  tripped: '■ tripped',
  latched: '◧ latched',
};

/** Four digits that count, and never an exponent. */
export const shortNumber = (value: number): string =>
  Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));

export const channelValue = ({ value }: Channel): string =>
  typeof value === 'number' ? shortNumber(value) : String(value ?? '–');

/** A channel is forced by its own quality, or by an input that its expression names: what is made of several keeps the worst alone. */
export const isForced = ({ quality, text }: Channel, forces: InterlockView['forces']): boolean =>
  quality === goodLocalOverride || forces.some(({ tag }) => namesTag(text, tag));

/** `R201/TT-201` is not named by `R201/TT-201A`. */
function namesTag(text: string, tag: string): boolean {
  const literal = tag.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\w/.-])${literal}(?![\\w/-]|\\.\\w)`).test(text);
}

const urgency: Readonly<Record<InterlockRowView['state'], number>> = {
  tripped: 0,
  tripping: 1,
  latched: 2,
  warned: 3,
  healthy: 6,
};

/** Healthy by its state, yet it goes by less than it has. */
const isImpaired = (row: InterlockRowView): boolean =>
  row.degraded || row.channels.some(({ bypassed, quality }) => bypassed || quality === goodLocalOverride);

const isOverdue = ({ proofTest }: InterlockRowView): boolean => proofTest?.overdue === true;

export const isWhole = (row: InterlockRowView): boolean =>
  row.state === 'healthy' && !isImpaired(row) && !isOverdue(row);

/** The first-out, then what is tripped, tripping, latched, warned, impaired, not proven, healthy; within each by number. */
export function worstFirst(
  rows: readonly InterlockRowView[],
  firstOut: InterlockView['firstOut'],
): readonly InterlockRowView[] {
  const rank = (row: InterlockRowView): number => {
    if (firstOut.some((one) => one.row === row.row)) return -1;
    if (row.state !== 'healthy') return urgency[row.state];
    return isImpaired(row) ? 4 : isOverdue(row) ? 5 : urgency.healthy;
  };
  return [...rows].sort((one, other) => rank(one) - rank(other) || one.row - other.row);
}

export const byNumber = (rows: readonly InterlockRowView[]): readonly InterlockRowView[] =>
  [...rows].sort((one, other) => one.row - other.row);

/** `365 d`, `4 h`, `2 min`, `0.5 s`, `250 ms`: spans that a skid file gives. */
export function durationText(ms: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
  ] as const;
  for (const [size, word] of units) if (ms >= size && ms % (size / 2) === 0) return `${ms / size} ${word}`;
  return ms < 500 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(2))} s`;
}
