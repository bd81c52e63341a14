/**
 * The Write service. A set point's stored value is what the field says and is not touched: what is written goes to the main
 * thread as one command for each skid, and the scan brings it back. Everything else is read-only.
 */
import {
  AttributeIds,
  DataType,
  NodeClass,
  StatusCodes,
  VariantArrayType,
  type BaseNode,
  type OPCUAServer,
  type ServerSession,
  type SessionContext,
  type StatusCode,
  type WriteValue,
} from 'node-opcua';
import type { CommandOutcome } from '../../../plant/command.ts';
import { localTag, type SkidName } from '../../../plant/sample.ts';
import { answerOf } from './outcome-status.ts';
import type { SkidPlan, TagPlan } from '../plan/space-plan.ts';
import { readWrite, type GivenWrite } from './writes.ts';

export type SetPoint = Readonly<{ skid: SkidPlan; tag: TagPlan }>;
export type Commanded = Readonly<{ tag: ReturnType<typeof localTag>; value: number | boolean }>;

export type WriteParts = Readonly<{
  /** By node id's text. */
  setPoints: ReadonlyMap<string, SetPoint>;
  loggedIn: (session: ServerSession) => boolean;
  command: (session: ServerSession, skid: SkidName, writes: readonly Commanded[]) => Promise<CommandOutcome>;
}>;

type Write = (context: SessionContext, nodes: WriteValue[]) => Promise<StatusCode[]>;
type Wanted = Commanded & Readonly<{ place: number }>;

const valueAttribute: number = AttributeIds.Value;
const lastAttribute: number = AttributeIds.AccessLevelEx;

export function takeWrites(server: OPCUAServer, parts: WriteParts): void {
  const engine = server.engine as unknown as { write: Write };
  engine.write = (context, nodes) => write(context, nodes, parts, server);
}

async function write(context: SessionContext, nodes: WriteValue[], parts: WriteParts, server: OPCUAServer) {
  const session = (context.session as ServerSession | undefined) ?? null;
  const statuses = nodes.map((): StatusCode => StatusCodes.BadInternalError);
  const wanted = new Map<SkidName, Wanted[]>();
  for (const [place, node] of nodes.entries()) {
    const setPoint = parts.setPoints.get(node.nodeId.toString());
    if (setPoint === undefined || node.attributeId !== valueAttribute) {
      statuses[place] = whyNot(node, server);
      continue;
    }
    const { skid, tag } = setPoint;
    const read = readWrite(tag.form, givenBy(node));
    if (session === null || !parts.loggedIn(session)) statuses[place] = StatusCodes.BadUserAccessDenied;
    else if ('status' in read) statuses[place] = StatusCodes[read.status];
    else
      wanted.set(skid.name, [...(wanted.get(skid.name) ?? []), { place, tag: localTag(tag.local), value: read.value }]);
  }
  if (session === null) return statuses;
  await Promise.all(
    [...wanted].map(async ([skid, all]) => {
      const once = all.filter(({ tag }) => all.filter((one) => one.tag === tag).length === 1);
      // Which of two values for one set point is meant, nobody can say.
      for (const { place } of all) statuses[place] = StatusCodes.BadInvalidArgument;
      if (once.length === 0) return;
      const outcome = await parts.command(
        session,
        skid,
        once.map(({ tag, value }) => ({ tag, value })),
      );
      for (const { place } of once) statuses[place] = StatusCodes[answerOf(outcome).status];
    }),
  );
  return statuses;
}

/** Everything but the set points is read-only, whatever the stack would take. */
function whyNot({ nodeId, attributeId }: WriteValue, server: OPCUAServer): StatusCode {
  const node = server.engine.addressSpace?.findNode(nodeId) ?? null;
  if (node === null) return StatusCodes.BadNodeIdUnknown;
  const there = attributeId >= 1 && attributeId <= lastAttribute;
  const valueOfNone = attributeId === valueAttribute && !hasValue(node);
  return there && !valueOfNone ? StatusCodes.BadNotWritable : StatusCodes.BadAttributeIdInvalid;
}

const hasValue = ({ nodeClass }: BaseNode): boolean =>
  nodeClass === NodeClass.Variable || nodeClass === NodeClass.VariableType;

function givenBy({ value: given, indexRange }: WriteValue): GivenWrite {
  const { value: variant, statusCode, sourceTimestamp, serverTimestamp } = given;
  const { sourcePicoseconds, serverPicoseconds } = given;
  const timed = sourceTimestamp !== null || serverTimestamp !== null || sourcePicoseconds > 0 || serverPicoseconds > 0;
  return {
    dataType: DataType[variant.dataType],
    scalar: variant.arrayType === VariantArrayType.Scalar,
    value: variant.value as unknown,
    beside: timed || !indexRange.isEmpty() || statusCode.value !== StatusCodes.Good.value,
  };
}
