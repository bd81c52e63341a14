/**
 * HistoryRead of raw, processed and modified values and of values at given times: answered from the historian, in the worker's own time. It
 * takes the place of the stack's service, which keeps values of its own, gives no bounds and fails a whole call for one node.
 */
import { randomBytes } from 'node:crypto';
import {
  AccessLevelFlag,
  addAggregateSupport,
  HistoryData,
  HistoryModifiedData,
  HistoryReadResult,
  PermissionType,
  StatusCode,
  StatusCodes,
  type DataValue,
  type HistoryReadRequest,
  type ISessionContext,
  type NodeId,
  type OPCUAServer,
  type ServerSession,
  type UAVariable,
} from 'node-opcua';
import type { Clock } from '../../../plant/clock.ts';
import { aggregateFunctions } from '../../../plant/history-aggregate.ts';
import { localTag, tagName, type TagName } from '../../../plant/sample.ts';
import type { SkidNodes } from '../space/address-space.ts';
import { aggregateNode, cursorOf, type AnyCursor } from './history-details.ts';
import {
  nothingFound,
  type FromHistory,
  type HistoryFound,
  type HistoryQuestion,
  type HistoryStatus,
  type ToHistory,
} from './history-messages.ts';
import { readPage, type Fetch } from './history-pages.ts';
import { ContinuationPoints, mostPoints } from './history-points.ts';
import { pageOf } from './history-processed.ts';
import { dataTypeOf, madeValue, rawValue, timesWanted, type TimesWanted } from './history-values.ts';

/** Values in one call, over all its nodes. */
export const mostValues = 10_000;
const mostNodes = 100;
/** Calls under way; a client that asks for more at once waits for its answers first. */
const mostCalls = 40;
const mostCallsOfOne = 10;
const answerWithinMs = 20_000;

export type HistoryOptions = Readonly<{
  clock: Clock;
  post: (message: FromHistory) => void;
  loginOf: (session: ServerSession) => number | null;
}>;

export type HistorisedNode = Readonly<{ tag: TagName; variable: UAVariable }>;

type Giving = Readonly<{ key: string; wanted: TimesWanted }>;
type Ask = Readonly<{ session: ServerSession; login: number; request: HistoryReadRequest; limit: number }>;

export class History {
  readonly #options: HistoryOptions;
  readonly #nodes: ReadonlyMap<string, HistorisedNode>;
  readonly #points: ContinuationPoints<ServerSession>;
  readonly #asked = new Map<number, (found: HistoryFound) => void>();
  #isThere: (nodeId: NodeId) => boolean = () => false;
  #calls = 0;
  readonly #callsOf = new WeakMap<ServerSession, number>();
  #nextId = 1;

  constructor(options: HistoryOptions, nodes: readonly HistorisedNode[]) {
    this.#options = options;
    this.#nodes = new Map(nodes.map((node) => [node.variable.nodeId.toString(), node]));
    this.#points = new ContinuationPoints(options.clock, () => randomBytes(16).toString('hex'));
  }

  /** Marks the nodes, says what the server can, and takes the service over. */
  install({ engine }: OPCUAServer): void {
    this.#isThere = (nodeId) => engine.addressSpace?.findNode(nodeId) !== null;
    for (const { variable } of this.#nodes.values()) {
      variable.historizing = true;
      variable.accessLevel |= AccessLevelFlag.HistoryRead;
      if (variable.userAccessLevel !== undefined) variable.userAccessLevel |= AccessLevelFlag.HistoryRead;
    }
    const { addressSpace } = engine;
    if (addressSpace !== null && this.#nodes.size > 0) {
      addAggregateSupport(addressSpace, aggregateFunctions.map(aggregateNode));
    }
    engine.historyServerCapabilities.accessHistoryDataCapability = this.#nodes.size > 0;
    engine.historyServerCapabilities.maxReturnDataValues = mostValues;
    engine.serverCapabilities.maxHistoryContinuationPoints = mostPoints;
    engine.serverCapabilities.operationLimits.maxNodesPerHistoryReadData = mostNodes;
    engine.historyRead = (context, request) => this.read(context, request);
  }

  answer({ id, found }: ToHistory): void {
    this.#asked.get(id)?.(found);
  }

  closed(session: ServerSession): void {
    this.#points.closed(session);
  }

  async read(context: ISessionContext, request: HistoryReadRequest): Promise<HistoryReadResult[]> {
    const nodes = request.nodesToRead ?? [];
    const all = (status: StatusCode): HistoryReadResult[] => nodes.map(() => refused(status));
    const session = context.session as ServerSession | undefined;
    const login = session === undefined ? null : this.#options.loginOf(session);
    if (session === undefined || login === null) return all(StatusCodes.BadUserAccessDenied);
    const ofOne = this.#callsOf.get(session) ?? 0;
    if (this.#calls >= mostCalls || ofOne >= mostCallsOfOne) return all(StatusCodes.BadTooManyOperations);
    this.#calls += 1;
    this.#callsOf.set(session, ofOne + 1);
    try {
      const limit = Math.max(1, Math.floor(mostValues / nodes.length));
      const results: HistoryReadResult[] = [];
      for (const [place, node] of nodes.entries()) {
        results.push(await this.#readNode(context, { session, login, request, limit }, node, place));
      }
      return results;
    } finally {
      this.#calls -= 1;
      this.#callsOf.set(session, (this.#callsOf.get(session) ?? 1) - 1);
    }
  }

  async #readNode(
    context: ISessionContext,
    ask: Ask,
    { nodeId, indexRange, dataEncoding, continuationPoint }: NonNullable<HistoryReadRequest['nodesToRead']>[number],
    place: number,
  ): Promise<HistoryReadResult> {
    const { session, request } = ask;
    const key = nodeId.toString();
    const known = this.#nodes.get(key);
    if (known === undefined) {
      return refused(this.#isThere(nodeId) ? StatusCodes.BadHistoryOperationUnsupported : StatusCodes.BadNodeIdUnknown);
    }
    if (context.isAccessRestricted(known.variable)) return refused(StatusCodes.BadSecurityModeInsufficient);
    if (!context.checkPermission(known.variable, PermissionType.ReadHistory))
      return refused(StatusCodes.BadUserAccessDenied);
    const point = (continuationPoint as Buffer | null)?.toString('hex') ?? '';
    if (request.releaseContinuationPoints) {
      const gone = point !== '' && this.#points.take(session, point, key) !== null;
      return refused(gone ? StatusCodes.Good : StatusCodes.BadContinuationPointInvalid);
    }
    const wanted = timesWanted(request.timestampsToReturn);
    if (wanted === null) return refused(StatusCodes.BadTimestampsToReturnInvalid);
    if ((indexRange as { isEmpty?: () => boolean } | null)?.isEmpty?.() === false)
      return refused(StatusCodes.BadIndexRangeInvalid);
    const encoding = dataEncoding.name ?? '';
    if (encoding !== '' && encoding !== 'Default Binary') return refused(StatusCodes.BadDataEncodingInvalid);
    const cursor = point === '' ? cursorOf(request, place) : this.#points.take(session, point, key);
    if (cursor === null) return refused(StatusCodes.BadContinuationPointInvalid);
    if (cursor instanceof StatusCode) return refused(cursor);
    return this.#give(ask, known, { key, wanted }, cursor);
  }

  async #give(ask: Ask, known: HistorisedNode, { key, wanted }: Giving, cursor: AnyCursor): Promise<HistoryReadResult> {
    const { session, login, limit } = ask;
    try {
      const { values, next } = await this.#valuesOf(known, login, limit, wanted, cursor);
      const point = next === null ? '' : this.#points.keep(session, { node: key, cursor: next });
      if (point === null) return refused(StatusCodes.BadNoContinuationPoints);
      const dataValues = [...values];
      return new HistoryReadResult({
        statusCode: values.length === 0 ? StatusCodes.GoodNoData : StatusCodes.Good,
        ...(point !== '' && { continuationPoint: Buffer.from(point, 'hex') }),
        historyData:
          cursor.what === 'modified' ? new HistoryModifiedData({ dataValues }) : new HistoryData({ dataValues }),
      });
    } catch (thrown) {
      if (thrown instanceof HistoryRefused) return refused(StatusCodes[thrown.status]);
      throw thrown;
    }
  }

  /** What is given now, and where the next page begins. */
  async #valuesOf(
    { tag, variable }: HistorisedNode,
    login: number,
    limit: number,
    wanted: TimesWanted,
    cursor: AnyCursor,
  ): Promise<Readonly<{ values: readonly DataValue[]; next: AnyCursor | null }>> {
    const dataType = dataTypeOf(variable);
    switch (cursor.what) {
      case 'modified':
        return { values: [], next: null };
      case 'at times': {
        const times = cursor.times.slice(0, limit);
        const rest = cursor.times.slice(limit);
        const { values } = await this.#ask(login, { what: 'at times', tag, times });
        return {
          values: values.map((one) => madeValue(one, null, dataType, wanted)),
          next: rest.length === 0 ? null : { what: 'at times', times: rest },
        };
      }
      case 'aggregate': {
        const { span, next } = pageOf(cursor, limit);
        const { aggregate, configuration } = cursor;
        const { values } = await this.#ask(login, { what: 'aggregate', tag, span, aggregate, configuration });
        return { values: values.map((one) => madeValue(one, aggregate, dataType, wanted)), next };
      }
      default: {
        const fetch: Fetch = async (from, to, most, order) =>
          (await this.#ask(login, { what: 'raw', tag, from, to, limit: most, order })).points;
        const { values, next } = await readPage(cursor, limit, fetch);
        return { values: values.map((one) => rawValue(one, dataType, wanted)), next };
      }
    }
  }

  /** @throws HistoryRefused */
  async #ask(login: number, question: HistoryQuestion): Promise<HistoryFound> {
    const id = this.#nextId++;
    const found = await new Promise<HistoryFound>((resolve) => {
      const settle = (answer: HistoryFound): void => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(() => settle(nothingFound('BadTimeout')), answerWithinMs);
      timer.unref();
      this.#asked.set(id, settle);
      this.#options.post({ kind: 'history-read', id, login, question });
    });
    if (found.status !== 'Good') throw new HistoryRefused(found.status);
    return found;
  }
}

/** Every tag of the skids: the historian keeps them all. */
export const historisedNodes = (skids: readonly SkidNodes[]): readonly HistorisedNode[] =>
  skids.flatMap(({ plan, tags }) =>
    tags.map(({ plan: { local }, variable }) => ({ tag: tagName(plan.name, localTag(local)), variable })),
  );

class HistoryRefused extends Error {
  readonly status: Exclude<HistoryStatus, 'Good'>;

  constructor(status: Exclude<HistoryStatus, 'Good'>) {
    super(status);
    this.status = status;
  }
}

const refused = (statusCode: StatusCode): HistoryReadResult => new HistoryReadResult({ statusCode });
