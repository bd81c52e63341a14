/** Labels of containers: printed, used, destroyed, counted. Made by control/materials/labels; needed by hmi. */
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';
import type { Credentials } from './record-desk.ts';

/** What stands on a label. */
export type LabelText = Readonly<{
  /** A batch or a lot: what the labels are counted by. */
  subject: string;
  container: string;
  /** Such as `Se` or `CdSe-3.6`. */
  what: string;
  batch: string | null;
  lot: string | null;
  /** How much, of what strength, such as `0.95 g` or `20 mL, segment 3`. */
  content: string;
  /** Words of danger, such as `H314 Causes severe skin burns and eye damage`. */
  hazards: readonly string[];
}>;

export const copyStates = ['printed', 'used', 'destroyed'] as const;
/** One sheet of a label; `code` is its serial and the number of the copy, such as `2600000102` for the second of `26000001`. */
export type LabelCopy = Readonly<{
  code: string;
  state: (typeof copyStates)[number];
  /** Why it was printed again; empty for the first. */
  reason: string;
  by: string;
  at: UtcMs;
}>;
export type LabelView = LabelText & Readonly<{ serial: string; copies: readonly LabelCopy[] }>;

/** printed = used + destroyed + left + missing. */
export type LabelCount = Readonly<{
  subject: string;
  printed: number;
  used: number;
  destroyed: number;
  /** Found unused when it was counted. */
  left: number;
  /** Codes of copies that nobody has found. */
  missing: readonly string[];
  reason: string;
  by: string;
  checkedBy: string;
  at: UtcMs;
  /** Nothing was printed, used or destroyed since. */
  stands: boolean;
}>;

/** `codes`: of the copies it was done to. */
export type LabelAnswer =
  Readonly<{ done: true; codes: readonly string[] }> | Readonly<{ done: false; reason: string; remedy: string }>;

/** The same id with the same content is answered again and done once; with other content it is refused. */
type Asked = Readonly<{ commandId: string; actor: Actor; reason: string }>;

export interface LabelDesk {
  /** The newest first; of everything where `subject` is null. */
  labels(subject: string | null): Promise<readonly LabelView[]>;
  /** The newest count of each batch or lot. */
  counts(): Promise<readonly LabelCount[]>;
  /** A copy as it is printed, SVG of 100 × 60 mm; null where there is none under this code. */
  drawing(code: string): Promise<string | null>;
  /** The first label of each of these containers of lots and dispensings: what they hold is known. */
  printKnown(request: Asked & Readonly<{ containers: readonly string[] }>): Promise<LabelAnswer>;
  /** The first label of each of these containers of a batch's product. */
  printProduct(
    request: Asked &
      Readonly<{
        batch: string;
        containers: readonly Readonly<{ container: string; content: string }>[];
        /** Beside those that its recipe's product is known for. */
        hazards: readonly string[];
      }>,
  ): Promise<LabelAnswer>;
  /** Another copy of a label, with the reason; the spoilt one is destroyed by `mark`. */
  reprint(request: Asked & Readonly<{ serial: string }>): Promise<LabelAnswer>;
  /** `codes` as they were scanned or typed. What is destroyed has its reason. */
  mark(request: Asked & Readonly<{ codes: readonly string[]; as: 'used' | 'destroyed' }>): Promise<LabelAnswer>;
  /** `left`: the unused copies that were found. Signed by whoever counted and whoever checked. What is missing has its reason. */
  reconcile(
    request: Asked & Readonly<{ subject: string; left: readonly string[]; signers: readonly Credentials[] }>,
  ): Promise<LabelAnswer>;
}
