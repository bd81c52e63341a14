/**
 * The safe states of a skid and their priority (safety.md §2): E > S > H > B. A higher one pre-empts any step of a lower
 * one; none steps down without a reset.
 *
 * A — alarm only · B — starts are blocked and steps hold · H — HOT-HOLD · Hcd — cadmium off first, then HOT-HOLD ·
 * S — feeds and heaters de-energised · E — S, extraction to maximum, evacuate.
 */
export const safeActions = ['A', 'B', 'H', 'Hcd', 'S', 'E'] as const;
export type SafeAction = (typeof safeActions)[number];

/**
 * What a row asks of the field beside its action, and short of a safe state: the waste stream to the standby container; no acid
 * into the flush. Held, like a demand, until a reset.
 */
export const measures = ['divert waste', 'block acid'] as const;
export type Measure = (typeof measures)[number];

/** What a skid is asked to be in. `none` permits running. A never asks for anything. */
export const demands = ['none', 'B', 'H', 'Hcd', 'S', 'E'] as const;
export type Demand = (typeof demands)[number];

const rank: Readonly<Record<Demand, number>> = { none: 0, B: 1, H: 2, Hcd: 3, S: 4, E: 5 };

export const demandRank = (demand: Demand): number => rank[demand];
export const higherDemand = (one: Demand, other: Demand): Demand => (rank[one] >= rank[other] ? one : other);

/** From HOT-HOLD upwards the field controller is asked by its word; B only withholds permission. */
export const asksField = (demand: Demand): boolean => rank[demand] >= rank.H;

/**
 * Whether a field controller in a step of `field` is as safe as `asked`. H and Hcd are one there: they differ in how the
 * sequence begins, not in where it leads.
 */
export const fieldSatisfies = (field: Demand, asked: Demand): boolean => fieldRank(field) >= fieldRank(asked);

const fieldRank = (demand: Demand): number => rank[demand === 'Hcd' ? 'H' : demand];
