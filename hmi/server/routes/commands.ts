/** Commands to a skid. The command path decides and records; here only its answer is put into words. */
import type { FastifyInstance } from 'fastify';
import { utcMs } from '../../../plant/clock.ts';
import type { Command, CommandAction, CommandOutcome, RefusedBy } from '../../../plant/command.ts';
import { localTag, tagName } from '../../../plant/sample.ts';
import type { Skid } from '../../../plant/skid/definition.ts';
import type { RefusalAnswer } from '../../api/answers.ts';
import { commandRequest, type CommandRequest } from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import { errorAnswer, notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { personOf } from './guard.ts';
import { skidOf } from './skids.ts';

const commandOf = checkedInput(commandRequest);
const defaultExpiryMs = 5000;

export function commandRoutes(api: FastifyInstance, options: PagesOptions): void {
  api.post<{ Params: { skid: string } }>(
    '/skids/:skid/commands',
    { config: { permission: 'by-desk', safeDirection: asksSafeState } },
    async (request, reply) => {
      const asked = commandOf(request.body);
      const skid = skidOf(options.skids, request.params.skid);
      const command: Command = {
        id: asked.id,
        skid: skid.name,
        action: actionOf(asked, skid),
        actor: personOf(request),
        ...timesOf(asked, options.clock.utc()),
        ...(asked.reason === undefined || asked.reason === '' ? {} : { reason: asked.reason }),
      };
      const outcome = await options.commands.execute(command);
      if (outcome.status === 'done') return outcome;
      return reply.code(outcome.status === 'refused' ? 409 : 502).send(refusalAnswer(command, outcome));
    },
  );
}

const asksSafeState = (body: unknown): boolean => {
  const action = (body as Partial<CommandRequest> | null | undefined)?.action;
  return (action as CommandRequest['action'] | null | undefined)?.kind === 'safe-state';
};

function actionOf({ action }: CommandRequest, skid: Skid): CommandAction {
  if (action.kind !== 'write') return action;
  const writes = action.writes.map(({ tag, value }) => ({ tag: localTag(tag), value }));
  const unknown = writes.find(({ tag }) => !skid.type.tags.some(({ name }) => name === tag));
  if (unknown !== undefined) {
    throw notFound(
      'tag',
      unknown.tag,
      `Use a tag of ${skid.name}, such as ${skid.type.tags[0]?.name ?? 'R201/TT-201A'}.`,
    );
  }
  return { kind: 'write', writes };
}

/** What goes in the safe direction does not grow old on its way; a clock ahead of ours gives nobody a longer time. */
function timesOf(asked: CommandRequest, now: number): Pick<Command, 'issuedAt' | 'expiresAt'> {
  const issuedAt = asked.action.kind === 'safe-state' ? now : Math.min(asked.issuedAt ?? now, now);
  return { issuedAt: utcMs(issuedAt), expiresAt: utcMs(issuedAt + (asked.expiresInMs ?? defaultExpiryMs)) };
}

const remedies: Readonly<Record<RefusedBy, string>> = {
  authority: 'Ask somebody who holds the role.',
  expiry: 'Look at the values as they are now, and ask again.',
  limits: 'Choose a value within the limits.',
  interlock: 'Remove the cause, inspect the skid on the spot and reset the interlocks.',
  block: 'Wait until it is given back, or its switch stands in Remote; the maintenance page says whose it is.',
  link: 'Wait until the link stands again; nothing was written.',
  record: 'Have the record made writable (a full disk is the usual cause); safe states can still be asked for.',
  state: 'Wait for a state that permits it.',
  busy: 'Wait for the command before it, then ask again.',
};

function refusalAnswer(command: Command, outcome: Exclude<CommandOutcome, { status: 'done' }>): RefusalAnswer {
  const { action, skid } = command;
  const written = action.kind === 'write' ? action.writes.map(({ tag }) => tagName(skid, tag)) : [];
  const where = written.length > 0 ? written.join(', ') : skid;
  if (outcome.status === 'refused') {
    const remedy = remedies[outcome.by];
    const faults = [{ where, problem: outcome.message, remedy }];
    return {
      ...errorAnswer(`refused-by-${outcome.by}`, faults),
      message: outcome.message,
      where,
      remedy,
      live: outcome.live,
    };
  }
  const remedy = 'Look at the value as it reads now, and at the skid, before asking again.';
  return {
    ...errorAnswer('not-confirmed', [{ where, problem: outcome.message, remedy }]),
    message: outcome.message,
    where,
    remedy,
    live: written[0] === undefined ? null : { tag: written[0], value: outcome.readBack },
  };
}
