/** Methods that clients call: read, handed to the main thread's command path, and answered with its outcome. */
import { DataType, StatusCodes, Variant, VariantArrayType, type CallMethodResultOptions } from 'node-opcua';
import type { ISessionContext, ServerSession, UAMethod } from 'node-opcua';
import type { CommandAction, CommandOutcome } from '../../../plant/command.ts';
import type { SkidName, TagValue } from '../../../plant/sample.ts';
import type { Logins } from '../people/logins.ts';
import type { FromWorker } from '../worker/messages.ts';
import { readCall, type MethodName, type PlainValue } from './method-call.ts';
import { answerOf, unreadable, type CallAnswer } from './outcome-status.ts';
import type { SkidNodes } from '../space/address-space.ts';

/**
 * Commands of one login for one skid that may be under way. More come from nobody who waits for what becomes of them, and each
 * is work for the main thread and the record.
 */
export const mostAtOnce = 16;

const tooMany: CommandOutcome = {
  status: 'refused',
  by: 'busy',
  message: `${mostAtOnce} commands for this skid wait for their outcome already.`,
  live: null,
};

export class Calls {
  readonly #post: (message: FromWorker) => void;
  readonly #logins: Logins;
  readonly #asked = new Map<number, (outcome: CommandOutcome) => void>();
  /** How many commands of a login for a skid are under way. */
  readonly #underWay = new Map<string, number>();
  #nextId = 1;

  constructor(post: (message: FromWorker) => void, logins: Logins) {
    this.#post = post;
    this.#logins = logins;
  }

  bind(skid: SkidNodes): void {
    for (const { name, node } of skid.methods)
      bindOne(node, (given, session) => this.#call(skid, name, given, session));
  }

  answer(id: number, outcome: CommandOutcome): void {
    this.#asked.get(id)?.(outcome);
    this.#asked.delete(id);
  }

  async #call(
    { plan }: SkidNodes,
    method: MethodName,
    given: readonly Variant[],
    session: ServerSession | null,
  ): Promise<CallAnswer> {
    const login = session === null ? null : this.#logins.of(session);
    if (login === null) return unreadable('BadUserAccessDenied', 'Nobody is logged in.');
    const read = readCall(plan, method, given.map(plainOf));
    if ('refused' in read) return read.refused;
    const { name: skid } = plan;
    if ('action' in read) return answerOf(await this.command(login, skid, read.action, read.reason));
    const { batch: command, reason } = read;
    return answerOf(await this.#ask(login, skid, (id) => ({ kind: 'batch', id, login, skid, command, reason })));
  }

  /** Hands a command to the main thread. */
  command(login: number, skid: SkidName, action: CommandAction, reason: string | null): Promise<CommandOutcome> {
    return this.#ask(login, skid, (id) => ({ kind: 'command', id, login, skid, action, reason }));
  }

  async #ask(login: number, skid: SkidName, message: (id: number) => FromWorker): Promise<CommandOutcome> {
    const whose = `${login} ${skid}`;
    const underWay = this.#underWay.get(whose) ?? 0;
    if (underWay >= mostAtOnce) return tooMany;
    this.#underWay.set(whose, underWay + 1);
    const id = this.#nextId++;
    const outcome = await new Promise<CommandOutcome>((resolve) => {
      this.#asked.set(id, resolve);
      this.#post(message(id));
    });
    const left = (this.#underWay.get(whose) ?? 1) - 1;
    if (left === 0) this.#underWay.delete(whose);
    else this.#underWay.set(whose, left);
    return outcome;
  }
}

type Call = (given: readonly Variant[], session: ServerSession | null) => Promise<CallAnswer>;

function bindOne(node: UAMethod, call: Call): void {
  node.bindMethod((given: Variant[], context: ISessionContext, done) => {
    const session = (context.session as ServerSession | undefined) ?? null;
    call(given, session).then(
      (answer) => done(null, resultOf(answer)),
      () => done(null, { statusCode: StatusCodes.BadInternalError }),
    );
  });
}

function plainOf({ dataType, arrayType, value }: Variant): PlainValue {
  if (arrayType !== VariantArrayType.Scalar) return undefined;
  const plain: unknown = value;
  switch (dataType) {
    case DataType.Boolean:
      return plain === true || plain === false ? plain : undefined;
    case DataType.String:
      // A null string is an empty one (Part 6, 5.2.2.4).
      return typeof plain === 'string' ? plain : '';
    case DataType.Int64:
    case DataType.UInt64:
      return wholeOf(plain, dataType === DataType.Int64);
    default:
      return typeof plain === 'number' && Number.isFinite(plain) ? plain : undefined;
  }
}

/** The stack gives 64 bits as a high and a low half. */
function wholeOf(halves: unknown, signed: boolean): number | undefined {
  if (!Array.isArray(halves)) return undefined;
  const [high, low] = halves as readonly unknown[];
  if (typeof high !== 'number' || typeof low !== 'number') return undefined;
  const whole = (signed ? high | 0 : high >>> 0) * 2 ** 32 + (low >>> 0);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/** A refusal's words go along with its status: clients that drop the outputs of a Bad call still have the status. */
function resultOf({ status, result, message, liveTag, liveValue, readBack }: CallAnswer): CallMethodResultOptions {
  const words = [result, message, liveTag, wordOf(liveValue), wordOf(readBack)];
  return {
    statusCode: StatusCodes[status],
    outputArguments: words.map((value) => new Variant({ dataType: DataType.String, value })),
  };
}

const wordOf = (value: TagValue): string => (value === null ? '' : String(value));
