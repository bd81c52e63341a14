/** A value with its uncertainty, to the digits that the uncertainty leaves. Pure. */
import type { Estimate } from '../../../../plant/analysis.ts';

/** `98.2 ± 1.1 %`; the uncertainty has two digits, and the value ends where it does. */
export function estimateText(estimate: Estimate | null, unit: string | null): string {
  if (estimate === null) return '–';
  const { value, uncertainty } = estimate;
  const decimals = uncertainty > 0 ? Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(uncertainty)))) : Math.min(6, 2);
  return `${value.toFixed(decimals)} ± ${uncertainty.toFixed(decimals)}${unit === null ? '' : ` ${unit}`}`;
}
