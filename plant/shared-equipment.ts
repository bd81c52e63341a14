/** Equipment that skids share: one owner at a time, whoever came first. */
import type { UtcMs } from './clock.ts';
import type { SkidName } from './sample.ts';

/** As the site file has it. */
export type SharedEquipment = Readonly<{
  name: string;
  title: string;
  /** The capability by which recipes ask for it: `nmr-31p`, `feed-header`, `waste-line`, `product-line`. */
  is: string;
  serves: readonly SkidName[];
  /** `one`: a single owner, the others wait; `all`: everyone at once, and only its failure is everyone's. */
  use: 'one' | 'all';
  /** Its place among all of the site: whoever holds one asks only for later ones, so that nobody waits in a ring. */
  order: number;
  /** What its failure does to whoever holds it or waits for it. */
  failure: 'hold' | 'wait';
}>;

/** Whoever asks: a unit of a batch, at a step of its procedure, in that turn of it. */
export type EquipmentUser = Readonly<{ batch: string; skid: SkidName; path: string; turn: number }>;

export type SharedEquipmentView = Readonly<{
  name: string;
  title: string;
  is: string;
  use: SharedEquipment['use'];
  failure: SharedEquipment['failure'];
  /** What the record says of its owner contradicts itself: a person decides. */
  inDoubt: string | null;
  owner: (EquipmentUser & Readonly<{ since: UtcMs }>) | null;
  queue: readonly (EquipmentUser & Readonly<{ since: UtcMs }>)[];
}>;
