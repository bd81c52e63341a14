/**
 * HistoryRead of raw values: answered from the historian, in the worker's own time. It takes the place of the stack's service,
 * which keeps values of its own, gives no bounds and fails a whole call for one node.
 */
import { randomBytes } from 'node:crypto';
import {
  AccessLevelFlag,
  DataType,
  DataValue,
  getStatusCodeFromCode,
  HistoryData,
  HistoryReadResult,
  isMinDate,
  PermissionType,
  ReadRawModifiedDetails,
  StatusCodes,
  TimestampsToReturn,
  Variant,
  type HistoryReadRequest,
  type ISessionContext,
  type NodeId,
  type OPCUAServer,
  type ServerSession,
  type StatusCode,
  type UAVariable,
} from 'node-opcua';
import { utcMs, type Clock, type UtcMs } from '../../../plant/clock.ts';
import type { HistoryPoint } from '../../../plant/ports/history.ts';
import { localTag, tagName, type TagName, type TagValue } from '../../../plant/sample.ts';
import type { SkidNodes } from '../space/address-space.ts';
import type { FromHistory, HistoryStatus, ToHistory } from './history-messages.ts';
import { begin, readPage, type Cursor, type Fetch, type Shown } from './history-pages.ts';
import { ContinuationPoints, mostPoints } from './history-points.ts';

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

type Ask = Readonly<{ session: ServerSession; login: number; request: HistoryReadRequest; limit: number }>;

export class History {
  readonly #options: HistoryOptions;
  readonly #nodes: ReadonlyMap<string, HistorisedNode>;
  readonly #points: ContinuationPoints<ServerSession>;
  readonly #asked = new Map<number, (answer: Omit<ToHistory, 'kind' | 'id'>) => void>();
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
    engine.historyServerCapabilities.accessHistoryDataCapability = this.#nodes.size > 0;
    engine.historyServerCapabilities.maxReturnDataValues = mostValues;
    engine.serverCapabilities.maxHistoryContinuationPoints = mostPoints;
    engine.serverCapabilities.operationLimits.maxNodesPerHistoryReadData = mostNodes;
    engine.historyRead = (context, request) => this.read(context, request);
  }

  answer({ id, status, points }: ToHistory): void {
    this.#asked.get(id)?.({ status, points });
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
      for (const node of nodes) results.push(await this.#readNode(context, { session, login, request, limit }, node));
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
    const times = timesRefused(request.timestampsToReturn);
    if (times !== null) return refused(times);
    if ((indexRange as { isEmpty?: () => boolean } | null)?.isEmpty?.() === false)
      return refused(StatusCodes.BadIndexRangeInvalid);
    const encoding = dataEncoding.name ?? '';
    if (encoding !== '' && encoding !== 'Default Binary') return refused(StatusCodes.BadDataEncodingInvalid);
    const cursor = point === '' ? cursorOf(request) : this.#points.take(session, point, key);
    if (cursor === null) return refused(StatusCodes.BadContinuationPointInvalid);
    if (!('order' in cursor)) return refused(cursor);
    return this.#give(ask, known, key, cursor);
  }

  async #give(ask: Ask, { tag, variable }: HistorisedNode, node: string, cursor: Cursor): Promise<HistoryReadResult> {
    let status: HistoryStatus = 'Good';
    const fetch: Fetch = async (from, to, limit, order) => {
      const answer = await this.#ask({ login: ask.login, tag, from, to, limit, order });
      if (answer.status === 'Good') return answer.points;
      status = answer.status;
      throw new HistoryRefused();
    };
    try {
      const { values, next } = await readPage(cursor, ask.limit, fetch);
      const point = next === null ? '' : this.#points.keep(ask.session, { node, cursor: next });
      if (point === null) return refused(StatusCodes.BadNoContinuationPoints);
      const dataType = dataTypes.find((one) => one === variable.dataType.value) ?? DataType.Double;
      return new HistoryReadResult({
        statusCode: values.length === 0 ? StatusCodes.GoodNoData : StatusCodes.Good,
        ...(point !== '' && { continuationPoint: Buffer.from(point, 'hex') }),
        historyData: new HistoryData({ dataValues: values.map((value) => dataValueOf(value, dataType)) }),
      });
    } catch (thrown) {
      if (thrown instanceof HistoryRefused) return refused(StatusCodes[status]);
      throw thrown;
    }
  }

  #ask(question: Omit<FromHistory, 'kind' | 'id'>): Promise<Omit<ToHistory, 'kind' | 'id'>> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const settle = (answer: Omit<ToHistory, 'kind' | 'id'>): void => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(answer);
      };
      const timer = setTimeout(() => settle({ status: 'BadTimeout', points: [] }), answerWithinMs);
      timer.unref();
      this.#asked.set(id, settle);
      this.#options.post({ kind: 'history-read', id, ...question });
    });
  }
}

/** Every tag of the skids: the historian keeps them all. */
export const historisedNodes = (skids: readonly SkidNodes[]): readonly HistorisedNode[] =>
  skids.flatMap(({ plan, tags }) =>
    tags.map(({ plan: { local }, variable }) => ({ tag: tagName(plan.name, localTag(local)), variable })),
  );

const dataTypes = [DataType.Boolean, DataType.Int32, DataType.String] as const;

class HistoryRefused extends Error {}

const refused = (statusCode: StatusCode): HistoryReadResult => new HistoryReadResult({ statusCode });

/** The historian keeps the time of the source only. */
function timesRefused(asked: TimestampsToReturn): StatusCode | null {
  switch (asked) {
    case TimestampsToReturn.Source:
    case TimestampsToReturn.Both:
      return null;
    case TimestampsToReturn.Server:
      return StatusCodes.BadTimestampNotSupported;
    default:
      return StatusCodes.BadTimestampsToReturnInvalid;
  }
}

function cursorOf({ historyReadDetails: details }: HistoryReadRequest): Cursor | StatusCode {
  if (!(details instanceof ReadRawModifiedDetails) || details.isReadModified)
    return StatusCodes.BadHistoryOperationUnsupported;
  const { startTime, endTime, numValuesPerNode: most, returnBounds: bounds } = details;
  return (
    begin({ start: timeOf(startTime), end: timeOf(endTime), most, bounds }) ?? StatusCodes.BadHistoryOperationInvalid
  );
}

/** The least date stands for none (Part 6, 5.2.2.5). */
const timeOf = (date: Date | null | undefined): UtcMs | null =>
  date === null || date === undefined || isMinDate(date) ? null : utcMs(date.getTime());

function dataValueOf(shown: Shown, dataType: DataType): DataValue {
  const sourceTimestamp = new Date(shown.time);
  if ('notFound' in shown) return new DataValue({ statusCode: StatusCodes.BadBoundNotFound, sourceTimestamp });
  const { value, fits } = variantOf(shown.value, dataType);
  const statusCode = fits ? qualityOf(shown) : StatusCodes.BadTypeMismatch;
  return new DataValue({ statusCode, sourceTimestamp, value });
}

const qualityOf = ({ quality }: HistoryPoint): StatusCode => getStatusCodeFromCode(quality);

/** What was kept under an earlier definition of the tag may be of another type. */
function variantOf(value: TagValue, dataType: DataType): Readonly<{ value: Variant; fits: boolean }> {
  if (value === null) return { value: new Variant(), fits: true };
  const fits =
    dataType === DataType.Boolean
      ? typeof value === 'boolean'
      : dataType === DataType.String
        ? typeof value === 'string'
        : typeof value === 'number' && (dataType !== DataType.Int32 || (value | 0) === value);
  return fits ? { value: new Variant({ dataType, value }), fits } : { value: new Variant(), fits };
}
