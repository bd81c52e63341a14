/**
 * A batch on a twin, watched from both sides: what the service says its analysers found, and what stood before their probes
 * in truth when each spectrum was taken.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchivedResult } from '../../../plant/ports/spectrum-archive.ts';
import type { BatchView } from '../../../plant/batch-view.ts';
import { phaseOn } from '../../../plant/unit-of-batch.ts';
import type { ApiPerson } from '../../support/api.ts';
import { BatchPeople } from '../../support/batch-people.ts';
import { freePort } from '../../support/ports.ts';
import { Service, temporaryFolder } from '../../support/service.ts';

/** One result held against the truth: all in the output's unit; `uncertainty` is expanded (k = 2). */
export type Compared = Readonly<{ at: number; value: number; uncertainty: number; truth: number }>;

export type WatchedBatch = Readonly<{
  state: string;
  conversions: readonly Compared[];
  diameters: readonly Compared[];
  emissions: number;
  /** Results of the three analyses that were undecided while the truth was something to decide. */
  undecided: readonly Readonly<{ analysis: string; reasons: readonly string[] }>[];
  errors: readonly string[];
}>;

type Truth = Readonly<{ at: number; conversionPercent: number | null; diameterNm: number | null }>;
type Probes = Readonly<{
  probes: Readonly<
    Record<
      'stage1' | 'stage2',
      Readonly<{ dissolved: Readonly<{ tcep: number; tcepX: number }>; dots: Readonly<{ diameterNm: number }> | null }>
    >
  >;
}>;

const skid = 'QD-1';
/** Below this there is no more phosphorus than noise before the NMR, in mol/L. */
const leastPhosphorus = 5e-4;
const askedEveryMs = 40;

export type WatchedOptions = Readonly<{
  recipe: string;
  recipes: string;
  seed: number;
  timeScale: number;
  withinMs: number;
  say: (line: string) => void;
  /** Done beside the batch, from before its start, by the operator. */
  beside?: (url: string, password: string) => Promise<void>;
}>;

export async function watchBatch(options: WatchedOptions): Promise<WatchedBatch> {
  const folder = temporaryFolder('watched');
  const control = await freePort();
  const site = join(folder.path, 'site.yaml');
  writeFileSync(
    site,
    `site: watched\ntitle: Watched\nrecipes: ${options.recipes}\nskids:\n  ${skid}: { type: cdse-two-stage, title: Line, twin: { run: here, seed: ${options.seed}, control: ${control} } }\n`,
  );
  const service = await Service.start({ site, data: join(folder.path, 'data'), timeScale: options.timeScale });
  const truths: Truth[] = [];
  const course = { watching: true };
  const watched = (async () => {
    while (course.watching) {
      const truth = await truthNow(control);
      if (truth !== null) truths.push(truth);
      await new Promise((settle) => setTimeout(settle, askedEveryMs));
    }
  })();
  try {
    const people = await BatchPeople.firstLogin(service);
    const { operator } = people;
    const beside = options.beside?.(service.url, operator.password);
    // What it fails by is told when the batch has ended.
    beside?.catch(() => undefined);
    await people.ready(skid);
    const from = Date.now();
    const batch = await people.begin({ recipe: options.recipe, skids: [skid] });
    const state = await ended(people, batch, options);
    const to = Date.now();
    await beside;
    const results = (name: string): Promise<readonly ArchivedResult[]> => resultsOf(operator, name, from, to);
    const [nmr, absorbance, emission] = await Promise.all(['A400/AY-401', 'A400/AY-403', 'A400/AY-404'].map(results));
    const conversions = compared(nmr ?? [], 'conversion', truths, ({ conversionPercent }) => conversionPercent);
    const diameters = compared(absorbance ?? [], 'diameter', truths, ({ diameterNm }) => diameterNm);
    const decidable = (one: ArchivedResult): boolean => {
      const truth = truthAt(truths, one.measuredAt);
      return one.analysis === 'A400/AY-401' ? truth?.conversionPercent != null : truth?.diameterNm != null;
    };
    return {
      state,
      conversions,
      diameters,
      emissions: (emission ?? []).filter(({ outcome }) => outcome.verdict === 'in domain').length,
      undecided: [...(nmr ?? []), ...(absorbance ?? []), ...(emission ?? [])]
        .filter((one) => one.outcome.verdict === 'undecided' && decidable(one))
        .map(({ analysis, outcome }) => ({ analysis, reasons: outcome.reasons })),
      errors: service.lines.filter((line) => line.includes('"level":50')),
    };
  } finally {
    course.watching = false;
    await watched;
    await service.stop();
    folder.remove();
  }
}

/** Of those compared, the share whose truth lies within the stated uncertainty. */
export const shareWithin = (all: readonly Compared[]): number =>
  all.length === 0
    ? Number.NaN
    : all.filter(({ value, truth, uncertainty }) => Math.abs(value - truth) <= uncertainty).length / all.length;

async function truthNow(port: number): Promise<Truth | null> {
  const before = Date.now();
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/truth`);
    const { probes } = (await answer.json()) as Probes;
    const { tcep, tcepX } = probes.stage1.dissolved;
    return {
      at: (before + Date.now()) / 2,
      conversionPercent: tcep + tcepX < leastPhosphorus ? null : (100 * tcepX) / (tcep + tcepX),
      diameterNm: probes.stage2.dots?.diameterNm ?? null,
    };
  } catch {
    return null;
  }
}

function truthAt(truths: readonly Truth[], at: number): Truth | null {
  const after = truths.findIndex((truth) => truth.at >= at);
  const [one, other] = [truths[after - 1], truths[after]];
  if (one === undefined || other === undefined) return null;
  const share = (at - one.at) / Math.max(1, other.at - one.at);
  const between = (low: number | null, high: number | null): number | null =>
    low === null || high === null ? null : low + share * (high - low);
  return {
    at,
    conversionPercent: between(one.conversionPercent, other.conversionPercent),
    diameterNm: between(one.diameterNm, other.diameterNm),
  };
}

function compared(
  results: readonly ArchivedResult[],
  output: string,
  truths: readonly Truth[],
  of: (truth: Truth) => number | null,
): readonly Compared[] {
  return results.flatMap(({ outcome, measuredAt }) => {
    const estimate = outcome.outputs[output];
    const at = truthAt(truths, measuredAt);
    const truth = at === null ? null : of(at);
    if (outcome.verdict !== 'in domain' || estimate == null || truth === null) return [];
    return [{ at: measuredAt, ...estimate, truth }];
  });
}

async function ended(people: BatchPeople, id: string, { withinMs, say }: WatchedOptions): Promise<string> {
  let phase = '';
  const isOver = (view: BatchView): boolean => {
    const [unit] = view.units;
    const now = unit === undefined ? null : phaseOn(unit);
    if (now !== null && now !== phase) say(`${id}: ${now}`);
    phase = now ?? phase;
    return ['Complete', 'Aborted', 'Stopped', 'Held'].includes(view.state);
  };
  return (await people.until(id, isOver, withinMs)).state;
}

async function resultsOf(
  operator: ApiPerson,
  name: string,
  from: number,
  to: number,
): Promise<readonly ArchivedResult[]> {
  const query = `from=${from}&to=${to}&limit=1000`;
  const answer = await operator.get<readonly ArchivedResult[]>(`/api/skids/${skid}/analyses/${name}/results?${query}`);
  if (answer.status !== 200) throw new Error(`No results of ${name}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
