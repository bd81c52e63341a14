/**
 * The service is killed at random moments while lines trip, and again and again while they run HOT-HOLD. The field must stand in
 * HOT-HOLD or the higher state it had reached, begun by its own watchdog within 3 s and a scan of the last count; what comes up
 * again is tripped, in the field's step, and knows what came first.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { demandRank, type Demand } from '../../plant/safe-state.ts';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { until } from '../support/waiting.ts';
import { FieldWatch } from './support/field-watch.ts';
import { MatrixSite, type MatrixLine } from './support/matrix-site.ts';

/** What trips a line, and the row that it comes to; each of its own delay, so that kills fall before, into and behind it. */
const trips = [
  { row: 1, faults: [{ fault: 'sensor-offset', point: 'airVelocity.A', by: -0.3 }] },
  { row: 5, faults: ['h2s.1', 'h2s.2'].map((point) => ({ fault: 'sensor-offset', point, by: 8 })) },
  { row: 7, faults: [{ fault: 'sensor-offset', point: 'h2.1', by: 40 }] },
  { row: 9, faults: ['A', 'B'].map((sensor) => ({ fault: 'pressure-bias', sensor, bar: 17 })) },
  { row: 18, faults: [{ fault: 'ph', place: 'feed', value: 9.2 }] },
  { row: 17, faults: [{ fault: 'pump-stop', pump: 'ligand' }] },
] as const;

/** Of the wall: the longest of the row's delays at this pace, and the HOT-HOLD behind it. */
const latestKillMs = 3000;
const timeScale = 20;
/** Of each trip: the first while it comes about, the others while it is held. */
const killsOfATrip = 4;

export type KillOutcome = Readonly<{
  kills: number;
  /** Kills that came before the field had been asked, so that its watchdog had to act. */
  byWatchdog: number;
  inTrip: number;
  inHotHold: number;
  worstSilenceMs: number;
  wrong: readonly string[];
}>;

type Found = Readonly<{ step: number; row: number }>;

/** @param kills how often the one service of all lines is killed */
export async function killInTrips(kills: number, lines: number, say: (line: string) => void): Promise<KillOutcome> {
  const site = await MatrixSite.start('kill-in-trip', lines, timeScale);
  const watches = await Promise.all(site.lines.map((line) => FieldWatch.start(line.controllerPort)));
  const wrong: string[] = [];
  let [byWatchdog, inTrip, inHotHold, worstSilenceMs] = [0, 0, 0, 0];
  /** What the killed service left, and whether the one after it holds to that. */
  const afterKill = async (kill: number): Promise<readonly Found[]> => {
    await until(() => watches.every(({ safeAt }) => safeAt !== null), {
      withinMs: 8000,
      everyMs: 20,
      what: 'every field to be in a safe state',
    });
    const found = await Promise.all(watches.map((watch) => watch.now()));
    await site.startAgain();
    for (const [i, line] of site.lines.entries()) {
      const { step, row } = found[i] ?? { step: 0, row: 0 };
      if (step < 10) wrong.push(`kill ${kill}, line ${i + 1}: the field is in step ${step}`);
      wrong.push(...(await whatIsWrong(line, { step, row })).map((text) => `kill ${kill}, ${line.name}: ${text}`));
    }
    return found;
  };
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      await Promise.all(
        site.lines.map(async (line) => {
          await line.fault({ fault: 'clear' });
          await line.resetWhenTaken(60_000);
          await line.collect();
        }),
      );
      const chosen = site.lines.map(() => trips[randomInt(trips.length)] ?? trips[0]);
      const killAt = randomInt(latestKillMs);
      for (const watch of watches) watch.forget();
      await Promise.all(
        site.lines.map(async (line, i) => {
          await pause(randomInt(Math.max(1, killAt)));
          for (const fault of chosen[i]?.faults ?? []) await line.fault(fault);
        }),
      );
      await site.kill();
      const first = await afterKill(kill);
      for (const [i, { row }] of first.entries()) {
        if (row !== 0) inTrip += 1;
        else {
          byWatchdog += 1;
          worstSilenceMs = Math.max(worstSilenceMs, watches[i]?.silenceMs ?? Number.POSITIVE_INFINITY);
        }
      }
      let last = first;
      for (let more = 1; more < killsOfATrip && kill < kills; more += 1) {
        kill += 1;
        await pause(randomInt(latestKillMs));
        const before = last;
        const rows = await Promise.all(watches.map((watch) => watch.now()));
        await site.kill();
        last = await afterKill(kill);
        inHotHold += last.length;
        for (const [i, { row, step }] of last.entries()) {
          const [then, now] = [before[i] ?? { step: 0 }, stateOf(step)];
          if (demandRank(now) < demandRank(stateOf(then.step)))
            wrong.push(`kill ${kill}, line ${i + 1}: down to ${step}`);
          if (rows[i]?.row !== 0 && row !== rows[i]?.row)
            wrong.push(`kill ${kill}, line ${i + 1}: the field kept row ${rows[i]?.row} as the first, and now ${row}`);
        }
      }
      say(
        `kill ${kill}: ${last.map(({ step, row }, i) => `row ${chosen[i]?.row}: step ${step}, first ${row}`).join(' · ')}`,
      );
    }
  } finally {
    await Promise.all(watches.map((watch) => watch.stop()));
    await site.stop();
  }
  return { kills, byWatchdog, inTrip, inHotHold, worstSilenceMs, wrong };
}

const stateOf = (step: number): Demand => (step >= 30 ? 'E' : step >= 20 ? 'S' : step >= 10 ? 'H' : 'none');
const fieldRank = (demand: string): number => demandRank((demand === 'Hcd' ? 'H' : demand) as Demand);

/** @param found what the field stood in, and the row it kept as the first, before the service came up again */
async function whatIsWrong(line: MatrixLine, found: Found): Promise<readonly string[]> {
  const wrong: string[] = [];
  await until(async () => fieldRank((await line.values()).demand) >= fieldRank(stateOf(found.step)), {
    withinMs: 15_000,
    what: `${line.name} to be tripped`,
  }).catch(() => wrong.push('the service came up less tripped than the field'));
  const { step } = await line.truth();
  if (fieldRank(stateOf(step)) < fieldRank(stateOf(found.step))) wrong.push(`the field stepped down to ${step}`);
  const { firstOut } = await line.interlocks();
  const first = firstOut.map(({ row }) => row);
  if (found.row !== 0 && !first.includes(found.row))
    wrong.push(`first-out was row ${found.row}, and is ${first.join(', ')}`);
  if (found.row === 0 && first.length === 0) wrong.push('there is no first-out');
  return wrong;
}

export const run: Run = async ({ say, rounds, quick = false }) => {
  const kills = quick ? 1 : Math.max(100, rounds);
  const { byWatchdog, inTrip, inHotHold, worstSilenceMs, wrong } = await killInTrips(kills, 4, say);
  for (const one of wrong) say(one);
  return [
    atLeast('kills of the service at a random moment, four lines each', kills, '', quick ? null : 100),
    atLeast('lines found in a trip', inTrip, ''),
    atLeast('lines found in HOT-HOLD or higher', inHotHold, ''),
    atLeast('lines found before their field was asked', byWatchdog, ''),
    atMost('from the last count to the safe state', Math.round(worstSilenceMs), 'ms', 3100),
    atMost('wrong after the restart', wrong.length, '', 0),
  ];
};
