/**
 * How well a dry run predicts: so many skids whose lags, pump gains and fouling are drawn within what is said of them are run once
 * each as if they were real, and held against the 90 % interval of a dry run with draws of its own: `npm run campaign -- dry-run --rounds SKIDS`.
 */
import { availableParallelism } from 'node:os';
import { drawMany, quantile, runDrawn, type Draw, type DrawOrder } from '../../deploy/dry-run/draws.ts';
import { atLeast, atMost, type Run } from '../support/measured.ts';

/** Of the dry run; `--draws N` asks for others. */
const usualDraws = 200;
/** Seeds of the skids that stand for real ones, far from those of the draws. */
const realFrom = 500_000_000;
const drawnFrom = 1_000_000;
/** What tells one skid of a type from another; the dry run draws these and all else that is not known. */
const lagsGainsFouling = [
  'stage1.lagS',
  'heater.deadTimeS',
  'heater.lagS',
  'cooler.lagS',
  'feeds.timeConstantS',
  'feeds.gain',
  'fouling',
];

export const run: Run = async ({ rounds, quick = false, say, args = [] }) => {
  const of = (flag: string, otherwise: string): string => {
    const at = args.indexOf(flag);
    return at < 0 ? otherwise : (args[at + 1] ?? otherwise);
  };
  const order = {
    recipeFile: of('--recipe', 'control/recipes/shipped/cdse.yaml'),
    values: {},
    skidTypeFile: of('--skid-type', 'plant/skids/cdse.yaml'),
    skids: 1,
    answersAfterS: 60,
    mostH: 24,
  };
  const many = (from: number, count: number, numbers?: readonly string[]): Promise<readonly Draw[]> => {
    const seeds = Array.from({ length: count }, (_, i) => from + i);
    let told = 0;
    const drawn = numbers === undefined ? {} : { numbers };
    return drawMany(
      { ...order, ...drawn, seeds } satisfies DrawOrder,
      Math.min(2, availableParallelism()),
      ({ state, why }) => {
        told += 1;
        if (state !== 'Complete') say(`${state}: ${why ?? ''}`);
        if (told % 20 === 0) say(`${told} of ${count}`);
      },
    );
  };
  const begun = performance.now();
  const nominal = runDrawn({ ...order, seeds: [] }, null);
  const timesRealTime = (1000 * nominal.durationS) / (performance.now() - begun);
  const draws = Number(of('--draws', String(quick ? 4 : usualDraws)));
  const predicted = (await many(drawnFrom, draws)).filter(({ state }) => state === 'Complete');
  const real = await many(realFrom, quick ? 2 : rounds, lagsGainsFouling);
  const covered = (what: (draw: Draw) => number): Readonly<{ share: number; low: number; high: number }> => {
    const [low, high] = [quantile(predicted.map(what), 0.05), quantile(predicted.map(what), 0.95)];
    const inside = real.filter((one) => one.state === 'Complete' && what(one) >= low && what(one) <= high);
    return { share: (100 * inside.length) / real.length, low, high };
  };
  const [volume, duration] = [covered(({ collectedMl }) => collectedMl), covered(({ durationS }) => durationS)];
  say(
    `volume ${volume.low.toFixed(2)} to ${volume.high.toFixed(2)} mL; duration ${duration.low.toFixed(0)} to ${duration.high.toFixed(0)} s`,
  );
  return [
    atLeast('skids run as if they were real', real.length, '', quick ? null : 100),
    atLeast('of them, came through', real.filter(({ state }) => state === 'Complete').length, ''),
    atLeast(`draws of the dry run that came through, of ${draws}`, predicted.length, ''),
    atLeast('volume within the 90 % interval', volume.share, '%', 85),
    atLeast('duration within the 90 % interval', duration.share, '%', 85),
    atLeast('a dry run of the nominal skid, times real time', timesRealTime, '', 100),
    atMost('the campaign', (performance.now() - begun) / 60_000, 'min'),
  ];
};
