/**
 * What a monitored item may do to the server. The stack evaluates filters and fills queues while a value is set or an alarm is
 * raised, and throws at whoever did that: one client's filter would end the server for all. Here the item alone is the worse for it.
 */
import {
  AttributeIds,
  ElementOperand,
  EventFilter,
  MonitoredItem,
  MonitoredItemCreateResult,
  MonitoredItemModifyResult,
  StatusCodes,
  type MonitoredItemCreateRequest,
  type MonitoringParameters,
  type ContentFilter,
} from 'node-opcua';

/** Fields of one event, and operands of one filter; a list of conditions is one operand each. */
export const mostFields = 100;
export const mostOperands = 500;

type Heard = (news: unknown, part?: unknown) => void;
type Stack = {
  _on_opcua_event: Heard;
  _on_value_changed: Heard;
  _on_value_changed_exception_based: Heard;
  _on_semantic_changed: Heard;
  trigger: (this: Triggered) => void;
  modify: (times: unknown, asked: MonitoringParameters | null) => object;
};
type Triggered = {
  queueSize: number;
  _triggeredNotifications?: readonly unknown[];
  extractMonitoredItemNotifications(force: boolean): readonly unknown[];
};

const heard = [
  '_on_opcua_event',
  '_on_value_changed',
  '_on_value_changed_exception_based',
  '_on_semantic_changed',
] as const;
const eventAttribute: number = AttributeIds.EventNotifier;
let isContained = false;

/** Once for the thread, since it is the stack's class that is mended. */
export function containItems(): void {
  if (isContained) return;
  isContained = true;
  const stack = MonitoredItem.prototype as unknown as Stack;
  for (const name of heard) {
    const listener = stack[name];
    stack[name] = function (news, part) {
      try {
        listener.call(this, news, part);
      } catch (thrown) {
        // It is counted and said as any other fault of the stack, and whoever set the value goes on.
        setImmediate(() => {
          throw thrown;
        });
      }
    };
  }
  // What a trigger has taken out of the queue waits beside it, without an end where nobody publishes.
  stack.trigger = function () {
    setImmediate(() => {
      const waiting = [...(this._triggeredNotifications ?? []), ...this.extractMonitoredItemNotifications(true)];
      this._triggeredNotifications = waiting.slice(-Math.max(1, this.queueSize));
    });
  };
  const modify = stack.modify;
  // The stack takes a filter over before it looks whether it is one.
  stack.modify = function (this: MonitoredItem, times, asked) {
    const { attributeId } = this.itemToMonitor as { attributeId: number };
    if (attributeId === eventAttribute && asked !== null && !isBounded(asked.filter))
      return new MonitoredItemModifyResult({ statusCode: StatusCodes.BadEventFilterInvalid });
    return modify.call(this, times, asked);
  };
}

/** @returns what an item of events gets whose filter is not taken; null where it is, and for items of values */
export function refusedFilter(request: MonitoredItemCreateRequest): object | null {
  if (request.itemToMonitor.attributeId !== eventAttribute) return null;
  const { filter } = request.requestedParameters;
  // Items of events without a filter are the stack's to refuse.
  if (filter === null || isBounded(filter)) return null;
  const createResult = new MonitoredItemCreateResult({ statusCode: StatusCodes.BadEventFilterInvalid });
  return { createResult, monitoredItemCreateRequest: request };
}

/** Whether it is a filter of events that is evaluated in as many steps as it has elements. */
export function isBounded(filter: unknown): boolean {
  if (!(filter instanceof EventFilter)) return false;
  if ((filter.selectClauses?.length ?? 0) > mostFields) return false;
  return isTree(filter.whereClause);
}

/**
 * Each element refers to later ones, and no two to the same: where they may, twice twenty of them are evaluated a million times
 * at each event.
 */
function isTree(where: ContentFilter | null): boolean {
  const referred = new Set<number>();
  let operands = 0;
  for (const [place, element] of (where?.elements ?? []).entries()) {
    for (const operand of (element as typeof element | null)?.filterOperands ?? []) {
      operands += 1;
      if (operands > mostOperands) return false;
      if (!(operand instanceof ElementOperand)) continue;
      if (operand.index <= place || referred.has(operand.index)) return false;
      referred.add(operand.index);
    }
  }
  return true;
}
