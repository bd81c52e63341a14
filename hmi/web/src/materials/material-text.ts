/** Words about lots and dispensings, and what a form of theirs still lacks. Pure. */
import type {
  KitLine,
  KitView,
  LotView,
  ScanMeaning,
  StruckWeighing,
  Weighing,
} from '../../../../plant/material-view.ts';
import { isGood } from '../../../../plant/quality.ts';
import type { LiveSample } from '../../../api/answers.ts';

const dayMs = 86_400_000;
/** Said ahead, so that another lot can be ordered. */
const soonDays = 30;

export const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** By when it may be used, with what that means now. */
export function expiryText(expires: number, now: number): string {
  if (now > expires) return `${dayText(expires)}, expired`;
  const days = Math.floor((expires - now) / dayMs);
  return days > soonDays ? dayText(expires) : `${dayText(expires)}, ${days === 0 ? 'today' : `${days} d left`}`;
}

/** Its status as a mark that does not stand by colour alone. */
export const statusText = ({ status }: Pick<LotView, 'status'>): string =>
  ({ quarantine: '◷ quarantine', released: '✓ released', rejected: '✕ rejected', 'used up': '○ used up' })[status];

export const kitText = ({ status, batch }: Pick<KitView, 'status' | 'batch'>): string =>
  batch === null ? status : `${status} by ${batch}`;

export const lineText = ({ weighed, amount, unit, enough }: KitLine): string =>
  `${enough ? '✓' : '…'} ${weighed} of ${amount} ${unit}`;

export const weighingText = ({ amount, lot, tare, scale, by, checkedBy }: Weighing): string =>
  `${amount} from ${lot}, tare ${tare}, ${scale}, ${by}${checkedBy === null ? '' : `, checked by ${checkedBy}`}`;

export const strikeText = ({ lot, strike: { by, checkedBy, reason, gone } }: StruckWeighing): string =>
  `struck out by ${by}, checked by ${checkedBy}: ${reason} (${gone ? 'gone' : `back in ${lot}`})`;

const isDecimal = (text: string): boolean => /^\d+(\.\d+)?$/.test(text);

export type LotTyped = Readonly<{
  material: string;
  supplier: string;
  supplierLot: string;
  received: string;
  unit: string;
  expires: string;
  containers: string;
}>;

export const nothingTyped: LotTyped = {
  material: '',
  supplier: '',
  supplierLot: '',
  received: '',
  unit: '',
  expires: '',
  containers: '',
};

/** One a line, or with commas between. */
export const containersOf = (text: string): string[] => text.split(/[\s,;]+/).filter((each) => each !== '');

export function lotMissing(typed: LotTyped): string | null {
  if (typed.material === '') return 'Choose the substance.';
  if (typed.supplier.trim() === '') return 'Name the supplier.';
  if (typed.supplierLot.trim() === '') return 'Give the supplier’s lot.';
  if (!isDecimal(typed.received)) return 'Give the quantity as a decimal, such as 12.5.';
  if (typed.unit === '') return 'Choose the unit.';
  return typed.expires === '' ? 'Give the day of expiry.' : null;
}

/** What a supplier's label tells is put in; what it does not tell stays as it was typed. */
export function filledBy(typed: LotTyped, meaning: Extract<ScanMeaning, { kind: 'delivery' }>): LotTyped {
  const { supplierLot, expires, netKg } = meaning;
  return {
    ...typed,
    ...(supplierLot === null ? {} : { supplierLot }),
    ...(expires === null ? {} : { expires }),
    ...(netKg === null ? {} : { received: netKg, unit: 'kg' }),
  };
}

export type WeighTyped = Readonly<{
  material: string;
  lot: string;
  amount: string;
  tare: string;
  scale: string;
  container: string;
}>;

export function weighMissing(typed: WeighTyped): string | null {
  if (typed.material === '') return 'Choose what is weighed.';
  if (typed.lot === '') return 'Scan or choose the lot.';
  if (!isDecimal(typed.amount)) return 'Give the net amount as a decimal, such as 0.948.';
  if (!isDecimal(typed.tare)) return 'Give the tare as a decimal; 0 where there is none.';
  if (typed.scale.trim() === '') return 'Name the scale.';
  return typed.container.trim() === '' ? 'Scan or name the container that is filled.' : null;
}

/** Decimals of a balance that reads to 0.1 mg, in the unit that a lot is counted in, and grams of one of them. */
const weighedIn: Readonly<Record<string, Readonly<{ grams: number; decimals: number }>>> = {
  kg: { grams: 1000, decimals: 7 },
  g: { grams: 1, decimals: 4 },
  mg: { grams: 0.001, decimals: 1 },
};

/** What a balance says, in the lot's unit: only a Good weight above nothing is one. `sample` in g. */
export function weightIn(
  sample: LiveSample | undefined,
  unit: string | null,
): Readonly<{ amount: string }> | Readonly<{ problem: string }> {
  const as = unit === null ? undefined : weighedIn[unit];
  if (as === undefined)
    return {
      problem: unit === null ? 'Choose the lot first.' : `The lot is counted in ${unit}, and weighed by no balance.`,
    };
  const value = sample !== undefined && isGood(sample[1]) ? sample[0] : null;
  if (typeof value !== 'number')
    return { problem: 'The balance says no weight at rest now. Wait until it stands still.' };
  return value > 0
    ? { amount: (value / as.grams).toFixed(as.decimals) }
    : { problem: 'The balance says nothing lies on it.' };
}

/** What is scanned while something is weighed: a lot is where it comes from, anything else that is no delivery a container. */
export function weighScan(
  typed: WeighTyped,
  scanned: string,
  meaning: ScanMeaning,
): Readonly<{ typed: WeighTyped }> | Readonly<{ problem: string }> {
  if (meaning.kind === 'lot') return { typed: { ...typed, lot: meaning.lot } };
  if (meaning.kind === 'container') return { typed: { ...typed, container: meaning.container } };
  const code = /^(?:\]C191|\(91\))(.+)$/.exec(scanned)?.[1] ?? scanned;
  if (meaning.kind === 'unknown' && /^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$/.test(code))
    return { typed: { ...typed, container: code } };
  return { problem: meaning.kind === 'unknown' ? meaning.reason : 'Scan a lot, or the container that is filled.' };
}
