/** Where something went and what it was made of, step by step, each with the event that says it. Made by control/materials; needed by hmi. */
import type { UtcMs } from '../clock.ts';

export const genealogyKinds = [
  'supplier lot',
  'lot',
  'container',
  'dispensing',
  'recipe',
  'instrument',
  'skid',
  'batch',
  'label',
] as const;
export type GenealogyKind = (typeof genealogyKinds)[number];

/** A thing of which the record speaks; its id as people read it, such as `L-2026-0001`. */
export type GenealogyItem = Readonly<{ kind: GenealogyKind; id: string }>;

/** An item with how it stands now, such as `Se, 12.5 g of 100 g left, released`; empty where nothing more is known. */
export type GenealogyView = GenealogyItem & Readonly<{ state: string }>;

/** Where in the record something stands. */
export type EventPlace = Readonly<{ scope: string; seq: number }>;

/** `forward`: what became of it; `backward`: what it was made of, on and by. */
export const genealogyDirections = ['forward', 'backward'] as const;
export type GenealogyDirection = (typeof genealogyDirections)[number];

/** From what was made first to what was made of it, whichever way it was asked. */
export type GenealogyStep = Readonly<{
  /** How many steps it is away from what was asked, from 1. */
  depth: number;
  from: GenealogyView;
  to: GenealogyView;
  /** Such as `0.95 g Se into D-1-Se, by Olga, checked by Carl`. */
  what: string;
  at: UtcMs;
  event: EventPlace;
  /** It does not lead on: what was used beside it, such as another lot of the same dispensing, or the skid. */
  beside: boolean;
}>;

export type Genealogy = Readonly<{
  of: GenealogyView;
  direction: GenealogyDirection;
  /** A part of all, those nearest first. */
  steps: readonly GenealogyStep[];
  total: number;
  /** Where the next part begins; null at the end. */
  next: number | null;
}>;

export type GenealogyQuestion = GenealogyItem & Readonly<{ direction: GenealogyDirection; from: number }>;

export interface GenealogyDesk {
  /** Null where the record knows nothing of it. @throws MesolineError `genealogy-not-ready`, or what reading the record threw */
  trace(question: GenealogyQuestion): Promise<Genealogy | null>;
  /** What is called so, or begins so, whatever it is; 20 at most. A copy of a label is found by its code. */
  find(text: string): Promise<readonly GenealogyView[]>;
}
