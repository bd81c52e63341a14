/** Orders from above and results from the laboratory, as files bring them. Made by control/materials/exchange; needed by hmi. */
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';

/** What is to be made, as a schedule of B2MML asks for it. */
export type Order = Readonly<{
  id: string;
  schedule: string;
  /** The recipe it names. */
  recipe: string;
  /** A decimal in `unit`; null where it names none. */
  quantity: string | null;
  unit: string | null;
  /** ISO 8601, as the schedule has them. */
  earliestStart: string | null;
  latestEnd: string | null;
  priority: string | null;
}>;
/** `batch`: the one that a person made for it. */
export type OrderView = Order & Readonly<{ file: string; receivedAt: UtcMs; batch: string | null }>;

export type LabResult = Readonly<{
  request: string;
  analysis: string;
  /** As the laboratory wrote it: a decimal, perhaps behind `<` or `>`, or a word. */
  value: string;
  unit: string;
  analyst: string;
  /** ISO 8601. */
  measuredAt: string;
}>;
export type SampleRequest = Readonly<{
  id: string;
  batch: string;
  sample: string;
  analyses: readonly string[];
  by: string;
  at: UtcMs;
}>;
/** `sent`: its file was written. */
export type SampleView = SampleRequest & Readonly<{ sent: boolean; results: readonly LabResult[] }>;

/** What became of a file; `reason` is why it was refused. */
export type ExchangedFile = Readonly<{
  name: string;
  at: UtcMs;
  fate: 'taken' | 'refused' | 'sent';
  digest: string;
  reason: string;
}>;

export type ExchangeAnswer =
  Readonly<{ done: true; id: string }> | Readonly<{ done: false; reason: string; remedy: string }>;

/** The same id with the same content is answered again and done once; with other content it is refused. */
type Asked = Readonly<{ commandId: string; actor: Actor; reason: string }>;

export interface ExchangeDesk {
  orders(): Promise<readonly OrderView[]>;
  /** The newest first. */
  samples(): Promise<readonly SampleView[]>;
  /** The newest first, the last 500. */
  files(): Promise<readonly ExchangedFile[]>;
  /** The batch that is made for an order: what it made is reported for that order at its end. */
  assign(request: Asked & Readonly<{ order: string; batch: string }>): Promise<ExchangeAnswer>;
  /** Asks the laboratory for analyses of a sample. */
  requestAnalyses(
    request: Asked & Readonly<{ batch: string; sample: string; analyses: readonly string[] }>,
  ): Promise<ExchangeAnswer>;
}
