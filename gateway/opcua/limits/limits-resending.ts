/**
 * What is kept to be sent again. The stack keeps a hundred messages a subscription until the client says that they came, however
 * long they are: a few clients that never say so would fill the thread's memory.
 */
import { DataChangeNotification, Subscription, type NotificationMessage } from 'node-opcua';
import { eventBytes, valueBytes } from './limits.ts';

/** For all subscriptions together, shared alike; and what each may keep in any case. */
const sharedBytes = 32 * 1_048_576;
const leastMessages = 2;

type Kept = { _sent_notification_messages: NotificationMessage[] };
type Stack = { _publish_pending_notifications: (this: Kept) => void };

const original = (Subscription.prototype as unknown as Stack)._publish_pending_notifications;
const known = new WeakMap<NotificationMessage, number>();

/** @param subscriptions how many there are now */
export function boundResending(subscriptions: () => number): void {
  (Subscription.prototype as unknown as Stack)._publish_pending_notifications = function () {
    original.call(this);
    const kept = this._sent_notification_messages;
    const most = sharedBytes / Math.max(1, subscriptions());
    kept.splice(0, kept.length - newestWithin(kept.map(sizeOf), most));
  };
}

/** @returns how many of the newest, which stand last, may be kept */
export function newestWithin(sizes: readonly number[], most: number): number {
  let sum = 0;
  for (let count = 0; count < sizes.length; count += 1) {
    sum += sizes[sizes.length - 1 - count] ?? 0;
    if (sum > most && count >= leastMessages) return count;
  }
  return sizes.length;
}

function sizeOf(message: NotificationMessage): number {
  const before = known.get(message);
  if (before !== undefined) return before;
  let bytes = 0;
  for (const part of message.notificationData ?? []) {
    if (part instanceof DataChangeNotification) {
      for (const { value } of part.monitoredItems ?? []) {
        const content: unknown = value.value.value;
        bytes += valueBytes + (ArrayBuffer.isView(content) ? content.byteLength : 0);
      }
    } else bytes += eventBytes * ((part as { events?: readonly unknown[] } | null)?.events?.length ?? 1);
  }
  known.set(message, bytes);
  return bytes;
}
