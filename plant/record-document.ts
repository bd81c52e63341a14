/** A batch record as a document: the same for the page, the PDF and whoever prints it. Made by control/review. */
import type { UtcMs } from './clock.ts';
import type { TraceView } from './review-view.ts';

export type DocumentBlock =
  | Readonly<{ kind: 'facts'; facts: readonly Readonly<{ name: string; value: string }>[] }>
  | Readonly<{
      kind: 'table';
      title: string;
      columns: readonly string[];
      rows: readonly (readonly string[])[];
      left: number;
    }>
  | Readonly<{
      kind: 'trend';
      title: string;
      trace: TraceView;
      marks: readonly Readonly<{ at: UtcMs; text: string }>[];
    }>
  /** Numbered lines of the record, as they stand there. */
  | Readonly<{ kind: 'lines'; title: string; lines: readonly Readonly<{ seq: number; text: string }>[]; left: number }>
  | Readonly<{ kind: 'text'; text: string }>
  /** What belongs there and does not stand in this record. */
  | Readonly<{ kind: 'missing'; text: string }>;

export type DocumentSection = Readonly<{ number: number; title: string; blocks: readonly DocumentBlock[] }>;

export type SignatureLine = Readonly<{
  printedName: string;
  role: string;
  meaning: string;
  subject: string;
  /** ISO 8601 with its zone. */
  at: string;
  components: readonly string[];
  /** The last line that it covers. */
  covers: number;
  /** What came after it and does not stand under it; null where it covers all but signatures and acts of review. */
  superseded: string | null;
}>;

export type RecordDocument = Readonly<{
  batch: string;
  title: string;
  site: string;
  /** `released`, `rejected`, `quarantined`, `not disposed of`, `batch runs`. */
  status: string;
  purpose: 'production' | 'rehearsal';
  madeAt: UtcMs;
  head: Readonly<{ count: number; hash: string }>;
  build: string;
  sections: readonly DocumentSection[];
  signatures: readonly SignatureLine[];
}>;
