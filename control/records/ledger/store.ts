/**
 * Where a ledger's rows are kept. A store keeps and reads rows and refuses to change them; order, hashes and heads are the
 * ledger's, so that two stores cannot disagree about what a record is.
 */
import type { ChainHead } from '../format/checkpoint.ts';
import type { StoredRows } from '../verify/stored-rows.ts';

/** An event with the entry of the site chain that binds it. */
export type LedgerRow = Readonly<{
  scope: string;
  seq: number;
  /** Canonical text. */
  body: string;
  hash: string;
  /** Counts all events of the site from 1. */
  position: number;
  siteHash: string;
}>;

export type CheckpointLine = Readonly<{ number: number; siteCount: number; line: string }>;

/** An event on the way backwards through the site chain, or through one scope; `at` counts the entries of that chain from 1. */
export type TrailRow = Readonly<{ at: number; body: string; hash: string }>;

/** What the site chain says of a scope's end, and the event that stands there; null where none does. */
export type BoundScope = Readonly<{
  scope: string;
  count: number;
  head: string;
  stored: Readonly<{ seq: number; hash: string; body: string }> | null;
}>;

export type LedgerStore = {
  /** For people: the path, or host and database; no password. */
  readonly where: string;

  /**
   * Opens it, makes the tables where the store may, and compares the rules that keep rows as they are.
   * @throws MesolineError `ledger-damaged`, `ledger-unreadable`.
   */
  open: () => Promise<{ isNew: boolean }>;
  close: () => Promise<void>;

  /**
   * Asked before each append with the end of the site chain as the ledger knows it: connects again where the connection was
   * lost, and compares. What it gives back was recorded although nobody could be told then; mostly it is nothing.
   * @throws MesolineError `record-refused` while there is no connection, `ledger-damaged` where it ends otherwise.
   */
  settle: (known: ChainHead) => Promise<readonly LedgerRow[]>;
  /** On disk when it settles: all of them, or none. @throws what the database said. */
  append: (rows: readonly LedgerRow[]) => Promise<void>;
  addCheckpoint: (checkpoint: CheckpointLine) => Promise<void>;

  /** The newest checkpoint that is kept, or null. */
  lastCheckpoint: () => Promise<CheckpointLine | null>;
  /** The first checkpoint that covers a position of the site chain, or null. */
  checkpointCovering: (position: number) => Promise<CheckpointLine | null>;
  /** How many entries the site chain has. */
  siteCount: () => Promise<number>;
  /** The site chain's hash at a position, or null. */
  siteHash: (position: number) => Promise<string | null>;
  /** Rows to walk from a position of the site chain to its end. */
  rowsAfter: (position: number) => Promise<StoredRows>;
  scopesMovedAfter: (position: number) => Promise<string[]>;
  boundScopes: () => Promise<BoundScope[]>;

  events: (scope: string, fromSeq: number, limit: number) => Promise<{ seq: number; body: string; hash: string }[]>;
  /** The newest events before a number, newest first: of a scope, or of the whole site where it is null. */
  trailBefore: (scope: string | null, before: number, limit: number) => Promise<readonly TrailRow[]>;
  /** Entries of the site chain after a position, up to another, both of them counted from 1. */
  site: (
    after: number,
    upTo: number,
    limit: number,
  ) => Promise<{ position: number; scope: string; seq: number; hash: string }[]>;
  /** Where the site chain binds an event, or null. */
  positionOf: (scope: string, seq: number) => Promise<number | null>;
};
