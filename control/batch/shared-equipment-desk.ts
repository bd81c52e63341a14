/** What people do about equipment that skids share: say that it has failed, and take it back from a unit that rests. */
import { messageOf } from '../../plant/errors.ts';
import type { BatchAnswer, BatchDesk, BatchRefusal } from '../../plant/ports/batch-desk.ts';
import { scopeOf, unitsOf } from './batch-core.ts';
import type { BatchHost } from './host.ts';
import { isActive, occupiesSkid } from './phase-table.ts';
import { failedRecord } from './shared/shared-record.ts';
import { signAct } from './signatures.ts';

type Of<Name extends 'equipmentFailed' | 'releaseEquipment' | 'command'> = Parameters<BatchDesk[Name]>[0];

const refusal = (reason: string): BatchRefusal => ({ done: false, reason });

/** Whoever the site's file says is held, by the person who has seen it. */
export async function equipmentFailed(
  { runners, sharedUse, ports }: BatchHost,
  request: Of<'equipmentFailed'>,
  command: (hold: Of<'command'>) => Promise<BatchAnswer>,
): ReturnType<BatchDesk['equipmentFailed']> {
  const { equipment, reason, commandId, actor } = request;
  const decision = ports.authority.decide(actor, 'command batch');
  if (!decision.allowed && !ports.authority.decide(actor, 'ask safe state').allowed) return refusal(decision.reason);
  const meant = sharedUse.heldByFailure(equipment);
  const units = [...runners.values()].flatMap(({ core }) =>
    unitsOf(core).flatMap(({ skid, state }) =>
      meant.includes(skid) && isActive(state) ? [{ batch: core.facts.id, skid }] : [],
    ),
  );
  // Whoever is held waits for no record of why.
  const told = recordedOrWhy(
    ports.records.append(failedRecord(equipment, reason, { commandId, held: units.map(({ skid }) => skid) }, actor)),
  );
  const answers = await Promise.all(
    units.map(({ batch, skid }) =>
      command({
        actor,
        commandId: `${commandId}/${skid}`,
        batch,
        skid,
        command: 'Hold',
        reason: `${equipment} has failed: ${reason}`,
      }),
    ),
  );
  const failed = answers.find((answer) => !answer.done);
  const untold = await told;
  if (failed !== undefined || untold === null) return failed ?? { done: true, held: units.map(({ skid }) => skid) };
  return refusal(`Whoever uses ${equipment} is held, but what you said could not be recorded: ${untold}`);
}

const recordedOrWhy = (recorded: Promise<unknown>): Promise<string | null> => recorded.then(() => null, messageOf);

/** Signed as the recipe of its owner asks; nobody signs for what nobody has. */
export async function releaseEquipment(
  { ports, sharedUse, runners }: BatchHost,
  request: Of<'releaseEquipment'>,
): ReturnType<BatchDesk['releaseEquipment']> {
  const decision = ports.authority.decide(request.actor, 'command batch');
  if (!decision.allowed) return refusal(decision.reason);
  const owner = sharedUse.views().find(({ name }) => name === request.equipment)?.owner ?? null;
  const runner = owner === null ? undefined : runners.get(owner.batch);
  const unit = owner === null ? undefined : runner?.core.lasting.units.get(owner.skid);
  if (unit !== undefined && occupiesSkid(unit.state) && unit.state !== 'Held')
    return refusal(`${owner?.skid} of ${owner?.batch} is ${unit.state}; hold it first.`);
  if (runner !== undefined) {
    const roles = runner.core.facts.recipe.signatures['release shared equipment'];
    const subject = `release of ${request.equipment}`;
    const signed = await signAct(ports.desk, { scope: scopeOf(runner.id), subject, roles, signers: request.signers });
    if ('refusal' in signed) return refusal(signed.refusal);
  }
  try {
    const refused = await sharedUse.takeAway(request.equipment, request.reason, request.actor);
    return refused === null ? { done: true } : refusal(refused);
  } catch (thrown) {
    return refusal(`The release of ${request.equipment} could not be recorded: ${messageOf(thrown)}`);
  }
}
