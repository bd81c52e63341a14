/**
 * Keeps the queues of monitored items within the budget: asked at each item that is made or changed, counted anew from the items
 * there are, so that nothing is forgotten and nothing counted twice.
 */
import {
  AttributeIds,
  EventFilter,
  MonitoredItem,
  MonitoredItemCreateResult,
  NodeClass,
  StatusCode,
  StatusCodes,
  VariantArrayType,
  type MonitoredItemCreateRequest,
  type MonitoringParameters,
  type OPCUAServer,
  type ReadValueId,
  type ServerSession,
  type Subscription,
  type UAVariable,
} from 'node-opcua';
import { eventBytes, fieldBytes, queueWithin, valueBytes, type QueueUse } from './limits.ts';
import { containItems, refusedFilter } from './limits-items.ts';
import { boundResending } from './limits-resending.ts';

type Kept = Readonly<{ id: number; itemToMonitor: ReadValueId; queueSize: number; filter: unknown }>;
type Queued = Omit<Subscription, 'monitoredItems' | 'preCreateMonitoredItem'> & {
  monitoredItems: ReadonlyMap<number, Kept>;
  preCreateMonitoredItem: (space: unknown, timestamps: unknown, request: MonitoredItemCreateRequest) => object;
};
type Modify = (message: Asked, channel: unknown) => void;
type Asked = Readonly<{
  request: Readonly<{
    subscriptionId: number;
    itemsToModify: readonly Readonly<{ monitoredItemId: number; requestedParameters: MonitoringParameters }>[] | null;
  }>;
}>;

/** What the stack gives every item of events at least. */
const shortestForEvents = 100;
const longestEventQueue = 1000;

const valueAttribute: number = AttributeIds.Value;
const eventAttribute: number = AttributeIds.EventNotifier;

export class QueueBudget {
  readonly #server: OPCUAServer;
  readonly #budget: number;
  /** The use by subscription, while one request is being answered. */
  #counted: Map<Queued, number> | null = null;
  #shortened = 0;
  #askedFor = 0;
  #bytes = 0;

  constructor(server: OPCUAServer, budget: number) {
    this.#server = server;
    this.#budget = budget;
    mendOverflow();
    containItems();
    boundResending(() => server.engine.currentSubscriptionCount);
    this.#watchModify();
  }

  /** For the figures, asked every second: counted at every tenth time, since there may be 50,000 items. */
  get bytes(): number {
    if (this.#askedFor % 10 === 0) this.#bytes = [...this.#count().values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#askedFor += 1;
    return this.#bytes;
  }

  /** Queues that are shorter than was asked for, and items that were refused. */
  get shortened(): number {
    return this.#shortened;
  }

  /** To be called for each session that is made. */
  watch(session: ServerSession): void {
    session.on('new_subscription', (subscription: Subscription) => {
      const queued = subscription as unknown as Queued;
      const create = queued.preCreateMonitoredItem.bind(queued);
      queued.preCreateMonitoredItem = (space, timestamps, request) => {
        const { itemToMonitor, requestedParameters } = request;
        const refused = refusedFilter(request);
        if (refused !== null) return refused;
        const asked = this.#asked(itemToMonitor, requestedParameters.queueSize, requestedParameters.filter);
        const length = queueWithin(this.#budget, this.#use(queued, 0), asked);
        if (length < asked.length) this.#shortened += 1;
        if (length === 0) {
          const createResult = new MonitoredItemCreateResult({ statusCode: StatusCodes.BadTooManyMonitoredItems });
          return { createResult, monitoredItemCreateRequest: request };
        }
        requestedParameters.queueSize = length;
        this.#counted?.set(queued, (this.#counted.get(queued) ?? 0) + length * asked.bytesEach);
        return create(space, timestamps, request);
      };
    });
  }

  #watchModify(): void {
    const server = this.#server as unknown as { _on_ModifyMonitoredItemsRequest: Modify };
    const modify = server._on_ModifyMonitoredItemsRequest.bind(server);
    server._on_ModifyMonitoredItemsRequest = (message, channel) => {
      const { subscriptionId, itemsToModify } = message.request;
      const subscription = this.#subscriptions().find(({ id }) => id === subscriptionId);
      for (const { monitoredItemId, requestedParameters } of itemsToModify ?? []) {
        const item = subscription?.monitoredItems.get(monitoredItemId);
        if (subscription === undefined || item === undefined) continue;
        const asked = this.#asked(item.itemToMonitor, requestedParameters.queueSize, requestedParameters.filter);
        const own = item.queueSize * this.#asked(item.itemToMonitor, item.queueSize, item.filter).bytesEach;
        // An item that stands already keeps the shortest queue in any case.
        const length = queueWithin(this.#budget, this.#use(subscription, own), asked) || asked.shortest;
        if (length < asked.length) this.#shortened += 1;
        requestedParameters.queueSize = length;
        const use = this.#counted?.get(subscription) ?? 0;
        this.#counted?.set(subscription, use - own + length * asked.bytesEach);
      }
      modify(message, channel);
    };
  }

  #asked(item: ReadValueId, queueSize: number, filter: unknown) {
    if (item.attributeId === eventAttribute) {
      const wished = queueSize === 0 ? longestEventQueue : queueSize === 1 ? shortestForEvents : queueSize;
      const fields = filter instanceof EventFilter ? (filter.selectClauses?.length ?? 0) : 0;
      const bytesEach = Math.max(eventBytes, fields * fieldBytes);
      return { length: Math.max(wished, shortestForEvents), bytesEach, shortest: shortestForEvents };
    }
    return { length: Math.max(1, queueSize), bytesEach: this.#valueBytes(item), shortest: 1 };
  }

  #valueBytes({ nodeId, attributeId }: ReadValueId): number {
    if (attributeId !== valueAttribute) return valueBytes;
    const node = this.#server.engine.addressSpace?.findNode(nodeId);
    if (node?.nodeClass !== NodeClass.Variable) return valueBytes;
    const variable = node as UAVariable;
    if (variable.valueRank < 1) return valueBytes;
    const { arrayType, value } = variable.readValue().value as { arrayType: VariantArrayType; value: unknown };
    const length = arrayType === VariantArrayType.Scalar ? 0 : ((value as { length?: number } | null)?.length ?? 0);
    return valueBytes + 8 * Math.max(length, variable.arrayDimensions?.[0] ?? 0);
  }

  /** What is in use, apart from `own` bytes of the subscription that asks. */
  #use(asking: Queued, own: number): QueueUse {
    const counted = this.#count();
    const beside = new Set(this.#subscriptionsOfSessionOf(asking));
    let session = -own;
    let total = -own;
    for (const [subscription, bytes] of counted) {
      total += bytes;
      if (beside.has(subscription)) session += bytes;
    }
    return { session, total };
  }

  #count(): Map<Queued, number> {
    if (this.#counted !== null) return this.#counted;
    const counted = new Map<Queued, number>();
    for (const subscription of this.#subscriptions()) {
      let bytes = 0;
      for (const { itemToMonitor, queueSize, filter } of subscription.monitoredItems.values())
        bytes += queueSize * this.#asked(itemToMonitor, queueSize, filter).bytesEach;
      counted.set(subscription, bytes);
    }
    this.#counted = counted;
    setImmediate(() => {
      this.#counted = null;
    });
    return counted;
  }

  #sessions(): readonly ServerSession[] {
    const { engine } = this.#server as unknown as { engine: { _sessions: Readonly<Record<string, ServerSession>> } };
    return Object.values(engine._sessions);
  }

  #subscriptionsOfSessionOf(asking: Queued): readonly Queued[] {
    const owners = this.#sessions().map(subscriptionsOf);
    return owners.find((all) => all.includes(asking)) ?? [asking];
  }

  #subscriptions(): readonly Queued[] {
    const { engine } = this.#server as unknown as {
      engine: { _orphanPublishEngine?: { subscriptions: readonly Queued[] } };
    };
    return [...this.#sessions().flatMap(subscriptionsOf), ...(engine._orphanPublishEngine?.subscriptions ?? [])];
  }
}

const subscriptionsOf = (session: ServerSession): readonly Queued[] =>
  (session as unknown as { publishEngine: { subscriptions: readonly Queued[] } | null }).publishEngine?.subscriptions ??
  [];

/**
 * Where a queue runs over, the stack takes it for granted that the value was Good and throws otherwise, at whoever sets the
 * value: one client with a short queue would end the server when the field is lost.
 */
function mendOverflow(): void {
  type Overflowing = { $subscription?: { subscriptionDiagnostics?: { monitoringQueueOverflowCount: number } } };
  const stack = MonitoredItem.prototype as unknown as {
    _setOverflowBit: (this: Overflowing, notification: { value?: { statusCode: StatusCode } }) => void;
  };
  stack._setOverflowBit = function ({ value }) {
    if (value !== undefined)
      value.statusCode = StatusCode.makeStatusCode(value.statusCode, 'Overflow | InfoTypeDataValue');
    const diagnostics = this.$subscription?.subscriptionDiagnostics;
    if (diagnostics !== undefined) diagnostics.monitoringQueueOverflowCount += 1;
  };
}
