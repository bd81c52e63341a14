/**
 * The shipped recipes, from start to flush, on whole twins: each on one skid and on three in one batch:
 * `npm run campaign -- recipes`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchView } from '../../plant/batch-view.ts';
import type { RecordSection } from '../../plant/ports/batch-desk.ts';
import { BatchPeople } from '../support/batch-people.ts';
import { ledgerFile } from '../control/records/support.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { recordsIn, scopesIn } from './batch-kill-record.ts';
import { faultsOfRecord } from './recipe-record.ts';

export const shipped = [
  { recipe: 'CdSe-3.6', type: 'cdse-two-stage' },
  { recipe: 'CdS-3.6', type: 'cds-two-stage' },
  { recipe: 'CdTe-3.6', type: 'cdte-two-stage' },
  { recipe: 'CdSe-ZnS-3.6', type: 'cdse-zns-three-stage' },
] as const;

export type Rehearsed = Readonly<{ view: BatchView; wrong: readonly string[]; entries: number; wallS: number }>;

export type Rehearsal = Readonly<{
  recipe: string;
  type: string;
  skids: number;
  timeScale: number;
  withinMs: number;
  /** A folder of recipes to take instead of the shipped ones. */
  recipes?: string;
}>;

/** One batch on as many skids as are asked, each a whole twin of its own; they share the waste line. */
export async function rehearse(asked: Rehearsal): Promise<Rehearsed> {
  const folder = temporaryFolder('recipes');
  const data = join(folder.path, 'data');
  const skids = Array.from({ length: asked.skids }, (_, i) => `QD-${i + 1}`);
  const site = join(folder.path, 'site.yaml');
  writeFileSync(site, siteOf(asked, skids));
  const service = await Service.start({ site, data, timeScale: asked.timeScale });
  try {
    const people = await BatchPeople.firstLogin(service);
    for (const skid of skids) await people.ready(skid);
    const begun = performance.now();
    const id = await people.begin({ recipe: asked.recipe, skids });
    const isOver = ({ state }: BatchView): boolean => ['Complete', 'Held', 'Stopped', 'Aborted'].includes(state);
    const view = await people.until(id, isOver, asked.withinMs);
    const wallS = (performance.now() - begun) / 1000;
    const { body } = await people.operator.get<Readonly<{ sections: readonly RecordSection[] }>>(
      `/api/batches/${id}/sections`,
    );
    const record = await people.operator.text(`/api/batches/${id}/record`);
    const ledger = ledgerFile(data);
    const events = recordsIn(ledger).get(id) ?? [];
    const shared = [...scopesIn(ledger, 'equipment/shared').values()].flat();
    const { sections } = body;
    const wrong = faultsOfRecord({ view, sections, record, events, shared, dataFolder: data });
    return { view, wrong, entries: sections.reduce((sum, { entries }) => sum + entries.length, 0), wallS };
  } catch (thrown) {
    throw new Error(`${asked.recipe} on ${asked.skids}: ${String(thrown)}\n${service.log(15)}`);
  } finally {
    await service.stop();
    folder.remove();
  }
}

const siteOf = ({ type, recipes }: Rehearsal, skids: readonly string[]): string =>
  [
    'site: recipes',
    'title: Recipes',
    ...(recipes === undefined ? [] : [`recipes: ${recipes}`]),
    'skids:',
    ...skids.map(
      (skid, i) => `  ${skid}: { type: ${type}, title: Line ${i + 1}, twin: { run: here, seed: ${i + 1} } }`,
    ),
    ...(skids.length < 2
      ? []
      : ['shared:', `  WASTE-1: { title: Waste line, is: waste-line, serves: [${skids.join(', ')}], order: 1 }`]),
    '',
  ].join('\n');

/** `--only RECIPE`: that one alone. */
export const run: Run = async ({ say, args = [] }) => {
  const rows: Measured[] = [];
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
  for (const { recipe, type } of shipped.filter((one) => only === undefined || one.recipe === only)) {
    for (const skids of [1, 3]) {
      const { view, wrong, entries, wallS } = await rehearse({ recipe, type, skids, timeScale: 20, withinMs: 900_000 });
      const minutes = ((view.endedAt ?? 0) - (view.startedAt ?? 0)) / 60_000;
      say(
        `${recipe} on ${skids}: ${view.state}, ${view.collectedMl.toFixed(0)} mL, ${minutes.toFixed(1)} min of the wall (${wallS.toFixed(0)} s), ${entries} lines in its 18 sections`,
      );
      for (const { skid, message, collectedMl } of view.units)
        say(`  ${skid}: ${collectedMl.toFixed(0)} mL ${message ?? ''}`);
      for (const one of wrong) say(`  wrong: ${one}`);
      rows.push(
        atLeast(`${recipe} on ${skids}: complete`, view.state === 'Complete' ? 1 : 0, '', 1),
        atLeast(`${recipe} on ${skids}: collected of the target`, view.collectedMl / view.targetMl, '', 1),
        atMost(`${recipe} on ${skids}: collected of the target`, view.collectedMl / view.targetMl, '', 1.1),
        atMost(`${recipe} on ${skids}: wrong in its record`, wrong.length, '', 0),
      );
    }
  }
  return rows;
};
