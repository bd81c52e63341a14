/**
 * What clients may take of the server, and the one budget of memory that all queues of all monitored items share. A queue is
 * made shorter before an item is refused; no session may have more than its share, so that a greedy one leaves room. Pure.
 */
import { mostWrites } from '../calls/writes.ts';

const mebibyte = 1_048_576;

export const limits = {
  maxSessions: 20,
  maxSubscriptions: 100,
  maxSubscriptionsPerSession: 10,
  maxMonitoredItems: 50_000,
  maxMonitoredItemsPerSubscription: 10_000,
  longestQueue: 1000,
  /** What is waited for in all queues together. */
  queueBytes: 64 * mebibyte,
  maxNodesPerWrite: mostWrites,
  maxNodesPerMethodCall: 10,
} as const;

/** A queued value with its status, times and list entry, as measured on the heap; and an event with its fields. */
export const valueBytes = 400;
export const eventBytes = 4000;
/** Of an event with more than twenty fields, each. */
export const fieldBytes = 200;

export type QueueUse = Readonly<{ session: number; total: number }>;

/** Longer queues than one are given out of three quarters of the budget; the last quarter is for items that ask for no more. */
const forQueues = 0.75;
const shareOfSession = 0.25;

/**
 * How long a queue may be, given what is in use already.
 * @param shortest what the stack gives in any case: 1 for a value
 * @returns 0 where not even the shortest fits
 */
export function queueWithin(
  budget: number,
  used: QueueUse,
  asked: Readonly<{ length: number; bytesEach: number; shortest: number }>,
): number {
  const { bytesEach, shortest } = asked;
  const room = Math.min(budget * forQueues - used.total, budget * shareOfSession - used.session);
  const wished = Math.min(Math.max(asked.length, shortest), Math.max(limits.longestQueue, shortest));
  const fitting = Math.min(wished, Math.floor(room / bytesEach));
  if (fitting >= shortest) return fitting;
  const own = used.session + shortest * bytesEach <= budget * shareOfSession;
  return own && used.total + shortest * bytesEach <= budget ? shortest : 0;
}
