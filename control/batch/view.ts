/** A batch and a recipe as pages see them. */
import {
  batchCommands,
  type BatchCommand,
  type BatchView,
  type PhaseView,
  type RecipeView,
} from '../../plant/batch-view.ts';
import type { ScanNews } from '../../plant/ports/scan-consumer.ts';
import { standingBlock } from '../../plant/block.ts';
import { formatValue } from '../../plant/quantity.ts';
import { activeStep, phaseOf, scopeOf, toldState, type BatchCore } from './engine-state.ts';
import { reactorTemperature, readSkid, type Equipment } from './equipment.ts';
import { cell, isActive } from './phase-table.ts';
import { phaseNamed } from './phases/phases.ts';
import type { MasterRecipe } from './recipe.ts';
import { collectedMl } from './volume.ts';

/** From here on water would boil without pressure, and standing liquid is dangerous. */
const hotFromC = 90;

/** Whether the table takes the command, and why it is refused now where it is. */
export function permission(
  core: BatchCore,
  command: BatchCommand,
  news: ScanNews | null,
  equipment: Equipment | null,
): Readonly<{ legal: boolean; refusedBy: string | null }> {
  if (core.outcome !== null) {
    const refusedBy = `${core.id} has ended (${core.outcome}) and is archived; nothing commands it any more.`;
    return { legal: false, refusedBy };
  }
  const of = cell(core.state, command);
  return { legal: of.legal, refusedBy: of.legal ? refusedNow(core, command, news, equipment) : of.reason };
}

/** Why a command that the table takes is refused now, or null. */
function refusedNow(
  core: BatchCore,
  command: BatchCommand,
  news: ScanNews | null,
  equipment: Equipment | null,
): string | null {
  if (command === 'Start') return `${core.id} has run. Start a new batch instead.`;
  if (command === 'Pause') return pauseRefusal(core, news, equipment);
  if (command !== 'Restart' && command !== 'Resume') return null;
  if (news === null) return 'The skid has not been seen yet.';
  const block = standingBlock(news.blocks);
  if (block !== null) return block.message;
  if (command === 'Resume') return news.blocks[0]?.message ?? null;
  const { demand, causes } = news.verdict;
  if (demand !== 'none') {
    const cause = causes[0]?.message ?? `the interlocks demand ${demand}`;
    return `An interlock holds the skid: ${cause} Remove the cause and reset on the unit page first.`;
  }
  if (news.fieldDemand === null) return 'The field controller does not answer.';
  return news.blocks[0]?.message ?? null;
}

function pauseRefusal(core: BatchCore, news: ScanNews | null, equipment: Equipment | null): string | null {
  if (news === null || equipment === null) return 'The skid has not been seen yet.';
  const skid = readSkid(equipment, news.batch.samples);
  const temperature = reactorTemperature(skid);
  if (temperature === null) return 'The reactor temperature is not known. Hold instead.';
  if (temperature >= hotFromC)
    return `The reactor is at ${formatValue(temperature, '°C', 1)}; a hot line cannot stand still. Hold instead.`;
  if ((core.set.temperature ?? skid.setPoints.temperature ?? hotFromC) > 0)
    return 'The reactor is being heated. Hold instead.';
  return null;
}

export function batchView(
  core: BatchCore,
  news: ScanNews | null,
  equipment: Equipment | null,
  signed: boolean,
): BatchView {
  const { control, state } = core;
  const active = activeStep(core);
  return {
    id: core.id,
    scope: scopeOf(core.id),
    skid: core.skid,
    recipe: control.name,
    recipeTitle: control.title,
    recipeDigest: core.controlDigest,
    rehearsal: core.rehearsal,
    state: toldState(core),
    archived: core.outcome !== null,
    phase: isActive(state) || state === 'Holding' || state === 'Held' ? phaseOf(core) : null,
    phases: control.steps.map((step, i): PhaseView => {
      const progress = core.progress[i];
      return {
        name: step.phase,
        title: phaseNamed(step.phase).title,
        state: progress?.state ?? 'waiting',
        startedAt: progress?.startedAt ?? null,
        endedAt: progress?.endedAt ?? null,
        waitsFor: i === active ? core.phase.waitsFor : null,
        runs: progress?.runs ?? 0,
      };
    }),
    startedAt: core.startedAt,
    endedAt: core.endedAt,
    collectedMl: collectedMl(core.volume),
    targetMl: control.plan.targetMl,
    commands: batchCommands.map((command) => ({ command, ...permission(core, command, news, equipment) })),
    signed,
    message: core.message,
    timeScale: core.timeScale,
    resumesAt: state === 'Held' || state === 'Holding' || state === 'Restarting' ? phaseOf(core, core.step) : null,
  };
}

/** A release comes from signatures only. None is given yet, so what a file says beyond review is not believed. */
export const believedStatus = ({ status }: Pick<MasterRecipe, 'status'>): RecipeView['status'] =>
  status === 'approved' || status === 'effective' ? 'review' : status;

export const recipeView = (recipe: MasterRecipe): RecipeView => ({
  name: recipe.name,
  title: recipe.title,
  status: believedStatus(recipe),
  digest: recipe.digest,
  parameters: recipe.parameters,
  phases: recipe.steps.map(({ phase }) => phase),
  startSignatures: recipe.startSignatures,
  rehearsalOnly: true,
});
