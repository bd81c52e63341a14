/**
 * The shipped recipes, from start to flush, on whole twins: each on one skid and on three in one batch:
 * `npm run campaign -- recipes`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchView } from '../../plant/batch-view.ts';
import { BatchPeople } from '../support/batch-people.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import { Service, temporaryFolder } from '../support/service.ts';

export const shipped = [
  { recipe: 'CdSe-3.6', type: 'cdse-two-stage' },
  { recipe: 'CdS-3.6', type: 'cds-two-stage' },
  { recipe: 'CdTe-3.6', type: 'cdte-two-stage' },
  { recipe: 'CdSe-ZnS-3.6', type: 'cdse-zns-three-stage' },
] as const;

export type Rehearsed = Readonly<{ view: BatchView; record: string; wallS: number }>;

/** One batch on as many skids as are asked, each a whole twin of its own. */
export async function rehearse(
  asked: Readonly<{ recipe: string; type: string; skids: number; timeScale: number; withinMs: number }>,
): Promise<Rehearsed> {
  const folder = temporaryFolder('recipes');
  const skids = Array.from({ length: asked.skids }, (_, i) => `QD-${i + 1}`);
  const site = join(folder.path, 'site.yaml');
  const lines = skids.map(
    (skid, i) => `  ${skid}: { type: ${asked.type}, title: Line ${i + 1}, twin: { run: here, seed: ${i + 1} } }`,
  );
  writeFileSync(site, ['site: recipes', 'title: Recipes', 'skids:', ...lines, ''].join('\n'));
  const service = await Service.start({ site, data: join(folder.path, 'data'), timeScale: asked.timeScale });
  try {
    const people = await BatchPeople.firstLogin(service);
    for (const skid of skids) await people.ready(skid);
    const begun = performance.now();
    const id = await people.begin({ recipe: asked.recipe, skids });
    const isOver = ({ state }: BatchView): boolean => ['Complete', 'Held', 'Stopped', 'Aborted'].includes(state);
    const view = await people.until(id, isOver, asked.withinMs);
    const record = await people.operator.text(`/api/batches/${view.id}/record`);
    return { view, record, wallS: (performance.now() - begun) / 1000 };
  } catch (thrown) {
    throw new Error(`${asked.recipe} on ${asked.skids}: ${String(thrown)}\n${service.log(15)}`);
  } finally {
    await service.stop();
    folder.remove();
  }
}

export const run: Run = async ({ say }) => {
  const rows: Measured[] = [];
  for (const { recipe, type } of shipped) {
    for (const skids of [1, 3]) {
      const { view, wallS } = await rehearse({ recipe, type, skids, timeScale: 20, withinMs: 900_000 });
      const minutes = ((view.endedAt ?? 0) - (view.startedAt ?? 0)) / 60_000;
      say(
        `${recipe} on ${skids}: ${view.state}, ${view.collectedMl.toFixed(0)} mL, ${minutes.toFixed(1)} min of the wall (${wallS.toFixed(0)} s)`,
      );
      for (const { skid, message, collectedMl } of view.units)
        say(`  ${skid}: ${collectedMl.toFixed(0)} mL ${message ?? ''}`);
      rows.push(
        atLeast(`${recipe} on ${skids}: complete`, view.state === 'Complete' ? 1 : 0, '', 1),
        atLeast(`${recipe} on ${skids}: collected of the target`, view.collectedMl / view.targetMl, '', 1),
        atMost(`${recipe} on ${skids}: collected of the target`, view.collectedMl / view.targetMl, '', 1.1),
      );
    }
  }
  return rows;
};
