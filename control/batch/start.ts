/**
 * Starting a batch: is the skid free and permitted, may this recipe run there, do the people asked sign. The control recipe
 * goes into the record before anybody signs, so that the signatures cover it.
 */
import type { Clock } from '../../plant/clock.ts';
import { standingBlock, type Block } from '../../plant/block.ts';
import { elapsed } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { Actor } from '../../plant/people.ts';
import type { AnalysisDesk } from '../../plant/ports/analysis-desk.ts';
import type { RecordDesk, Credentials, SignatureView } from '../../plant/ports/record-desk.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import { recordNumber, type RecordValue } from '../../plant/record-event.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import { newBatch, scopeOf, type BatchCore } from './engine-state.ts';
import type { Equipment } from './equipment.ts';
import { batchEvent, digestOf, recordOf } from './events.ts';
import type { MasterRecipe } from './recipe.ts';
import { lacking } from './recipe-fit.ts';
import { controlRecipeOf } from './recipe-plan.ts';
import { checkAnalyses } from './start-analyses.ts';
import { believedStatus } from './view.ts';

export type StartPorts = Readonly<{
  clock: Clock;
  records: RecordKeeper;
  desk: RecordDesk;
  analyses?: AnalysisDesk;
  build: string;
}>;

export type StartRequest = Readonly<{
  commandId: string;
  skid: Skid;
  equipment: Equipment;
  recipe: MasterRecipe;
  actor: Actor;
  signers: readonly Credentials[];
  /** The newest of the skid, asked anew whenever it is looked at: signing takes time. */
  news: () => ScanNews | null;
}>;

/** A scan older than this says nothing about now. */
const freshFor = 5000;

/** Why the skid may not be started now, or null. */
export function permissiveRefusal(skid: Skid, news: ScanNews | null, clock: Clock): string | null {
  if (news === null || elapsed(news.batch.monotonic, clock.monotonic()) > freshFor) {
    return `${skid.name} has not been seen for a while. Check its link first.`;
  }
  const blocked = ({ message }: Block): string => `${skid.name} may not be started: ${message}`;
  const block = standingBlock(news.blocks);
  if (block !== null) return blocked(block);
  const { demand, causes } = news.verdict;
  if (demand !== 'none' || causes.length > 0) {
    const cause = causes[0]?.message ?? `the interlocks demand ${demand}`;
    return `${skid.name} is not permitted to start: ${cause} Remove the cause and reset on the unit page.`;
  }
  if (news.fieldDemand === null) return `The field controller of ${skid.name} does not answer.`;
  if (news.fieldDemand !== 'none')
    return `${skid.name} is in a safe state (${news.fieldDemand}). Release or reset it on the unit page first.`;
  const [doubt] = news.blocks;
  return doubt === undefined ? null : blocked(doubt);
}

/** Why the recipe may not run on the skid, or null. */
export function recipeRefusal(recipe: MasterRecipe, skid: Skid): string | null {
  const lacks = lacking(recipe, skid.type);
  if (lacks.length > 0) return `${recipe.name} needs ${lacks.join(', ')}, which ${skid.name} has not.`;
  if (believedStatus(recipe) === 'retired') return `${recipe.name} is retired.`;
  if (!skid.twin) {
    return `${recipe.name} is not approved: no signatures have made it effective. It may run only as a rehearsal on a twin, and ${skid.name} is no twin.`;
  }
  return null;
}

/** The next free id of the year. Ids are never used twice: also a start that was refused has left its scope in the ledger. */
export async function nextBatchId(records: RecordKeeper, clock: Clock, taken: ReadonlySet<string>): Promise<string> {
  const prefix = `B-${new Date(clock.utc()).getUTCFullYear()}-`;
  const scopes = await records.scopes(scopeOf(prefix));
  const used = [...scopes.map(({ scope }) => scope.slice(scopeOf('').length)), ...taken]
    .filter((id) => id.startsWith(prefix))
    .map((id) => Number(id.slice(prefix.length)));
  return `${prefix}${String(Math.max(0, ...used.filter(Number.isInteger)) + 1).padStart(4, '0')}`;
}

export type Prepared = Readonly<{ core: BatchCore } | { refusal: string }>;

/**
 * Writes the control recipe to the record, has it signed, and writes the start. The batch has not begun yet.
 * @throws MesolineError `record-refused`
 */
export async function prepareBatch(id: string, request: StartRequest, ports: StartPorts): Promise<Prepared> {
  const { recipe, skid, equipment, actor, signers } = request;
  const { clock, records, build } = ports;
  const asked = await checkAnalyses(ports.analyses, skid.name);
  if (asked.refusal !== null) return { refusal: asked.refusal };
  const control = { ...controlRecipeOf(recipe, skid.type, equipment), status: believedStatus(recipe) };
  const stored = recordOf(control);
  const core = newBatch({
    id,
    skid: skid.name,
    control,
    controlDigest: digestOf(stored),
    rehearsal: true,
    timeScale: clock.timeScale,
  });
  const event = (action: string, data: Readonly<Record<string, RecordValue>>, reason?: string) =>
    batchEvent(core, action, id, { actor, data, ...(reason === undefined ? {} : { reason }) });
  const refused = async (refusal: string): Promise<Prepared> => {
    await records.append(event('batch-not-started', { commandId: request.commandId }, refusal));
    return { refusal };
  };

  await records.append(
    event('batch-prepared', {
      skid: skid.name,
      rehearsal: core.rehearsal,
      timeScale: recordNumber(core.timeScale),
      build,
      controlDigest: core.controlDigest,
      control: stored,
    }),
  );
  const signatures = await signStart(id, recipe.startSignatures, signers, ports.desk);
  if ('refusal' in signatures) return refused(signatures.refusal);
  // Signing takes time: what was fit before may not be any longer.
  const analyses = await checkAnalyses(ports.analyses, skid.name);
  const withheld = analyses.refusal ?? permissiveRefusal(skid, request.news(), clock);
  if (withheld !== null) return refused(withheld);
  await records.append(
    event('batch-started', {
      commandId: request.commandId,
      recipe: recipe.name,
      masterDigest: recipe.digest,
      controlDigest: core.controlDigest,
      skidDigest: skid.type.digest,
      rehearsal: core.rehearsal,
      timeScale: recordNumber(core.timeScale),
      ...(analyses.record === null ? {} : { analyses: analyses.record }),
      people: signatures.signed.map(({ personId, printedName, meaning }) => ({ personId, printedName, meaning })),
    }),
  );
  return { core };
}

async function signStart(
  id: string,
  asked: MasterRecipe['startSignatures'],
  signers: readonly Credentials[],
  desk: RecordDesk,
): Promise<Readonly<{ signed: readonly SignatureView[] } | { refusal: string }>> {
  const signed: SignatureView[] = [];
  for (const [i, role] of asked.entries()) {
    const credentials = signers[i];
    if (credentials === undefined) return { refusal: `The start also needs the signature of a ${role}.` };
    try {
      signed.push(
        await desk.sign({
          ...credentials,
          scope: scopeOf(id),
          meaning: i === 0 ? 'performed' : 'checked',
          subject: `start of batch ${id}`,
          role,
          notPersons: signed.map(({ personId }) => personId),
        }),
      );
    } catch (thrown) {
      return { refusal: `The signature of the ${role} was refused: ${messageOf(thrown)}` };
    }
  }
  return { signed };
}
