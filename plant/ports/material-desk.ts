/** Lots and dispensing, as people work with them. Made by control/materials; needed by hmi. */
import type { AmountUnit, KitView, LotView, MaterialHistoryEntry, ScanMeaning } from '../material-view.ts';
import type { Actor } from '../people.ts';
import type { Credentials } from './record-desk.ts';

/** `id`: of the lot or dispensing it was done to. */
export type MaterialAnswer =
  Readonly<{ done: true; id: string }> | Readonly<{ done: false; reason: string; remedy: string }>;

/** The same id with the same content is answered again and done once; with other content it is refused. */
type Asked = Readonly<{ commandId: string; actor: Actor; reason: string }>;

/** What a lot is taken in with. */
export type LotForm = Readonly<{
  /** A substance of `materials.yaml`. */
  material: string;
  supplier: string;
  supplierLot: string;
  /** A decimal in `unit`. */
  received: string;
  unit: AmountUnit;
  /** The last day on which it may be used, `YYYY-MM-DD`, to its end in UTC. */
  expires: string;
  /** Codes of what it came in. */
  containers: readonly string[];
}>;

export interface MaterialDesk {
  lots(): Promise<readonly LotView[]>;
  /** The newest first. */
  kits(): Promise<readonly KitView[]>;
  /** Names of the substances that a lot may be of, with what recipes ask for by each. */
  substances(): Promise<readonly Readonly<{ name: string; for: readonly string[] }>[]>;
  /** Of a lot, a dispensing or a container; empty where nothing is known of it. */
  history(id: string): Promise<readonly MaterialHistoryEntry[]>;
  /** What a scanner gave, such as `]C19110…`; never refused: what cannot be read says why. */
  scan(text: string): Promise<ScanMeaning>;

  /** Into quarantine, under a number of its own. */
  receive(request: Asked & LotForm): Promise<MaterialAnswer>;
  /** Puts right what was entered; the first value stays in the record. A released lot goes back to quarantine. */
  correct(
    request: Asked &
      Readonly<{ lot: string }> &
      Pick<LotForm, 'supplier' | 'supplierLot' | 'received' | 'expires' | 'containers'>,
  ): Promise<MaterialAnswer>;
  /** Signed by whoever asks, of QA, who has not received it. */
  decide(
    request: Asked & Readonly<{ lot: string; status: 'quarantine' | 'released' | 'rejected'; signer: Credentials }>,
  ): Promise<MaterialAnswer>;

  /** Begins a dispensing for one batch of a recipe: what it wants weighed is kept as it is now. */
  open(request: Asked & Readonly<{ recipe: string; version: number }>): Promise<MaterialAnswer>;
  /** Signed by whoever asks; by a second person too, where the recipe wants it checked. */
  weigh(
    request: Asked &
      Readonly<{
        kit: string;
        material: string;
        lot: string;
        amount: string;
        tare: string;
        scale: string;
        container: string;
        signers: readonly Credentials[];
      }>,
  ): Promise<MaterialAnswer>;
  /**
   * Strikes a weighing out of a dispensing that no batch has taken. Its reason, and two people's signatures: whoever asks, and
   * another. `gone`: the substance has left its lot all the same; else the lot has the amount again.
   */
  strike(
    request: Asked & Readonly<{ kit: string; number: number; gone: boolean; signers: readonly Credentials[] }>,
  ): Promise<MaterialAnswer>;
  /** What was weighed is not used for a batch; it does not go back into its lots. */
  giveUp(request: Asked & Readonly<{ kit: string }>): Promise<MaterialAnswer>;
  /** Of a dispensing that a start has taken, where that batch never began. */
  giveBack(request: Asked & Readonly<{ kit: string }>): Promise<MaterialAnswer>;
}
