/**
 * What clients may call on alarms. The stack's own methods change a condition first and ask nobody, so each is replaced:
 * acknowledging, confirming and remarks are asked of the alarm desk, and the condition follows what the desk then says. What
 * the service does not offer (disabling, shelving, suppressing by hand) says so.
 */
import { StatusCodes, type AddressSpace, type ISessionContext, type StatusCode, type Variant } from 'node-opcua';
import type { ServerSession, UAMethod, UAObject, UAObjectType } from 'node-opcua';
import type { AlarmDeed, FromConditions, ToConditions } from './conditions-messages.ts';
import type { ConditionNode } from './conditions-node.ts';

const longestNote = 1000;
/** What is asked of one condition and waits for its turn. */
const mostWaiting = 32;

/** What the handlers need of the rest of the worker. */
export type ConditionWorld = Readonly<{
  post: (message: FromConditions) => void;
  /** The number under which the main thread knows whoever is on the session; null where nobody was proven. */
  loginOf: (session: ServerSession) => number | null;
  /** The condition of that node, or null. */
  find: (nodeId: string) => ConditionNode | null;
}>;

type Answer = Extract<ToConditions, { kind: 'alarm-deed-answer' }>;
type Handler = (given: readonly Variant[], context: ISessionContext) => Promise<StatusCode>;

export class ConditionMethods {
  readonly #world: ConditionWorld;
  readonly #asked = new Map<number, (answer: Answer) => void>();
  /** The end of what was asked of a condition last: the next waits for it, and so meets the state it made. */
  readonly #turns = new WeakMap<ConditionNode, Promise<unknown>>();
  readonly #waiting = new WeakMap<ConditionNode, number>();
  #nextId = 1;

  constructor(world: ConditionWorld) {
    this.#world = world;
  }

  /** The methods of the types, which clients may call with a condition as their object. */
  bindTypes(addressSpace: AddressSpace): void {
    // It binds ConditionRefresh, and much that is replaced here.
    addressSpace.installAlarmsAndConditionsService();
    for (const name of [
      'ConditionType',
      'AcknowledgeableConditionType',
      'AlarmConditionType',
      'ShelvedStateMachineType',
    ]) {
      const type = addressSpace.findObjectType(name);
      if (type !== null) this.#bindAll(type);
    }
  }

  bindInstance({ node }: ConditionNode): void {
    this.#bindAll(node);
    if (node.shelvingState !== undefined) this.#bindAll(node.shelvingState);
  }

  answer(answer: Answer): void {
    this.#asked.get(answer.id)?.(answer);
    this.#asked.delete(answer.id);
  }

  #bindAll(owner: UAObject | UAObjectType): void {
    for (const method of owner.getMethods()) {
      const handler = this.#handlerOf(method.browseName.name ?? '');
      if (handler !== null) bind(method, handler);
    }
  }

  /** @returns null for what the stack does well */
  #handlerOf(name: string): Handler | null {
    switch (name) {
      case 'ConditionRefresh':
      case 'ConditionRefresh2':
        return null;
      case 'Acknowledge':
        return (given, context) => this.#do('acknowledge', given, context);
      case 'Confirm':
        return (given, context) => this.#do('confirm', given, context);
      case 'AddComment':
        return (given, context) => this.#do('comment', given, context);
      case 'Enable':
        return (_, context) => Promise.resolve(this.#of(context) === null ? nowhere : alreadyEnabled);
      default:
        return () => Promise.resolve(StatusCodes.BadNotSupported);
    }
  }

  #of(context: ISessionContext): ConditionNode | null {
    const { object } = context as ISessionContext & { object?: UAObject };
    return object === undefined ? null : this.#world.find(object.nodeId.toString());
  }

  async #do(deed: AlarmDeed, given: readonly Variant[], context: ISessionContext): Promise<StatusCode> {
    const condition = this.#of(context);
    if (condition === null) return nowhere;
    const [eventId, comment] = given.map(({ value }): unknown => value);
    const event = Buffer.isBuffer(eventId) ? eventId : null;
    const note = (comment as Readonly<{ text?: string | null }> | null)?.text ?? '';
    if (note.length > longestNote) return StatusCodes.BadInvalidArgument;
    const session = context.session as ServerSession | undefined;
    const login = session === undefined ? null : this.#world.loginOf(session);
    if (login === null) return StatusCodes.BadUserAccessDenied;
    const before = this.#turns.get(condition) ?? Promise.resolve();
    const waiting = this.#waiting.get(condition) ?? 0;
    if (waiting >= mostWaiting) return StatusCodes.BadTooManyOperations;
    this.#waiting.set(condition, waiting + 1);
    const turn = before
      .then(() => this.#ask(deed, condition, event, note, login))
      .finally(() => this.#waiting.set(condition, (this.#waiting.get(condition) ?? 1) - 1));
    this.#turns.set(
      condition,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async #ask(
    deed: AlarmDeed,
    condition: ConditionNode,
    event: Buffer | null,
    note: string,
    login: number,
  ): Promise<StatusCode> {
    const { view } = condition;
    if (!condition.knows(event)) return StatusCodes.BadEventIdUnknown;
    if (deed === 'acknowledge' && view.acknowledged) return StatusCodes.BadConditionBranchAlreadyAcked;
    if (deed === 'confirm' && view.confirmed) return StatusCodes.BadConditionBranchAlreadyConfirmed;
    const id = this.#nextId++;
    const { status } = await new Promise<Answer>((resolve) => {
      this.#asked.set(id, resolve);
      this.#world.post({ kind: 'alarm-deed', id, login, deed, alarm: view.id, raisedAt: view.raisedAt, note });
    });
    return StatusCodes[status];
  }
}

const nowhere = StatusCodes.BadNodeIdInvalid;
const alreadyEnabled = StatusCodes.BadConditionAlreadyEnabled;

function bind(method: UAMethod, handler: Handler): void {
  method.bindMethod((given: Variant[], context: ISessionContext, done) => {
    handler(given, context).then(
      (statusCode) => done(null, { statusCode }),
      () => done(null, { statusCode: StatusCodes.BadInternalError }),
    );
  });
}
