/**
 * History under load is killed at random moments: `npm run campaign -- historian-kill --rounds N`. In turn influxd, our process, and both;
 * every fourth kill of ours is one of power as well: what was written and not synced is thrown away. The embedded store is killed too.
 * Nothing that was acknowledged may be lost or stand twice, and the gaps on record have to be those there are, to the millisecond.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openEmbeddedHistory, openInfluxHistory, seriesOf, type HistoryReader } from '../../historian/reader/index.ts';
import { utcMs } from '../../plant/clock.ts';
import type { HistoryPoint } from '../../plant/ports/history.ts';
import { splitTag, type TagName } from '../../plant/sample.ts';
import { temporaryFolder } from '../control/records/support.ts';
import { qd1 } from '../historian/world.ts';
import { Apart } from '../support/child.ts';
import { Influxd } from '../support/influxd.ts';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { until } from '../support/waiting.ts';
import { line, liveTags, row, valueAt } from './support/history-line.ts';
import { buildShim, shimEnvironment, throwUnsyncedAway } from './support/unsynced.ts';

const child = 'tests/faults/support/history-child.ts';

export const kinds = [
  'an acknowledged row is lost',
  'a value is not what was measured',
  'a point that nobody made, or that stands twice',
  'a scan is missing outside of every gap',
  'a scan is there inside a gap',
  'a gap does not begin with the last scan that is kept, or end with the first of the next run',
  'a kill has no gap, or two',
  'nothing is written after a restart',
] as const;
export type Kind = (typeof kinds)[number];
export type Wrong = Readonly<{ kind: Kind; text: string }>;

export type KillOutcome = Readonly<{
  rounds: number;
  ofOurs: number;
  ofInfluxd: number;
  unsynced: number;
  thrownAway: number;
  acknowledged: number;
  scans: number;
  missedScans: number;
  gaps: number;
  wrong: readonly Wrong[];
}>;

export type Victim = 'ours' | 'influxd' | 'both';

export type KillPlan = Readonly<{
  store: 'influx' | 'embedded';
  /** One a round. */
  victims: readonly Readonly<{ victim: Victim; unsynced: boolean }>[];
  /** The last of a kill after a process has begun. */
  mostMs: number;
}>;

/** Every third of each victim; every fourth kill of ours is one of power too. */
export const planOf = (store: KillPlan['store'], rounds: number, mostMs: number): KillPlan => ({
  store,
  mostMs,
  victims: Array.from({ length: rounds }, (_, i) => {
    const victim = store === 'embedded' ? 'ours' : ((['ours', 'influxd', 'both'] as const)[i % 3] ?? 'ours');
    return { victim, unsynced: victim !== 'influxd' && i % (store === 'embedded' ? 3 : 2) === 0 };
  }),
});

export async function killHistory(plan: KillPlan, say: (line: string) => void): Promise<KillOutcome> {
  const folder = temporaryFolder();
  const campaign = new Campaign(folder.path, plan, say);
  try {
    return await campaign.run();
  } finally {
    await campaign.end();
    folder.remove();
  }
}

class Campaign {
  readonly #folder: string;
  readonly #plan: KillPlan;
  readonly #say: (line: string) => void;
  readonly #wrong: Wrong[] = [];
  /** Number and time of each row that was acknowledged. */
  readonly #acknowledged = new Map<number, number>();
  /** Times of the scans of each run, in order. */
  readonly #runs: number[][] = [];
  #influxd: Influxd | null = null;
  #shim = '';
  #thrownAway = 0;
  #ours: Apart | null = null;
  #next = 0;
  #newest = 0;

  constructor(folder: string, plan: KillPlan, say: (line: string) => void) {
    this.#folder = folder;
    this.#plan = plan;
    this.#say = say;
  }

  async run(): Promise<KillOutcome> {
    this.#shim = buildShim(this.#folder);
    mkdirSync(this.#log);
    mkdirSync(this.#data);
    if (this.#plan.store === 'influx') {
      this.#influxd = await Influxd.make(join(this.#folder, 'influxdb'));
      await this.#influxd.start();
    }
    for (const [round, { victim, unsynced }] of this.#plan.victims.entries()) {
      await this.#round(victim, unsynced);
      if ((round + 1) % 10 === 0) this.#say(`${round + 1} rounds, ${this.#acknowledged.size} rows acknowledged`);
    }
    return await this.#outcome();
  }

  async end(): Promise<void> {
    await this.#ours?.stop('SIGKILL');
    await this.#influxd?.stop();
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  get #log(): string {
    return join(this.#folder, 'log');
  }

  async #round(victim: Victim, unsynced: boolean): Promise<void> {
    const ours = (this.#ours ??= await this.#begin('run', unsynced));
    await pause(randomInt(50, this.#plan.mostMs));
    if (victim !== 'ours') await this.#influxd?.stop();
    if (victim !== 'influxd') {
      await ours.stop('SIGKILL');
      this.#ours = null;
      if (unsynced) this.#thrownAway += throwUnsyncedAway(this.#log).writes;
    }
    if (victim === 'ours') return;
    // Points wait for a while before it is back.
    await pause(randomInt(300));
    await this.#influxd?.start();
  }

  async #begin(mode: 'run' | 'drain', unsynced: boolean): Promise<Apart> {
    const store = this.#influxd?.url ?? 'embedded';
    const environment = unsynced ? shimEnvironment(this.#shim, this.#data, this.#log) : {};
    const apart = new Apart(child, [this.#data, store, String(this.#next), mode], environment);
    const scans: number[] = [];
    this.#runs.push(scans);
    let rest = '';
    apart.child.stdout?.on('data', (text: Buffer) => {
      const lines = (rest + text.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const told of lines) {
        const [what, one, other] = told.split(' ');
        if (what === 'S') scans.push(Number(one));
        if (what !== 'A') continue;
        this.#newest = Number(one);
        this.#acknowledged.set(Number(one), Number(other));
      }
      this.#next = this.#newest + 1_000;
    });
    await until(() => scans.length > 0 || apart.child.exitCode !== null, { what: 'it to begin' });
    if (apart.child.exitCode !== null && mode === 'run') throw new Error(`it did not begin: ${apart.lines.join('\n')}`);
    return apart;
  }

  async #outcome(): Promise<KillOutcome> {
    await this.#ours?.stop('SIGKILL');
    const last = (this.#ours = await this.#begin('drain', false));
    const drained = await until(() => last.lines.some((told) => told.includes('drained')), {
      what: 'everything to be written',
    }).then(
      () => true,
      () => false,
    );
    if (!drained) this.#isWrong('nothing is written after a restart', last.lines.slice(-3).join(' '));
    const reader =
      this.#influxd === null ? openEmbeddedHistory(this.#data) : openInfluxHistory(this.#influxd.url, 'mesoline');
    const found = await this.#check(reader);
    await reader.close();
    const kills = this.#plan.victims;
    return {
      rounds: kills.length,
      ofOurs: kills.filter(({ victim }) => victim !== 'influxd').length,
      ofInfluxd: kills.filter(({ victim }) => victim !== 'ours').length,
      unsynced: kills.filter(({ unsynced }) => unsynced).length,
      thrownAway: this.#thrownAway,
      acknowledged: this.#acknowledged.size,
      ...found,
      wrong: this.#wrong,
    };
  }

  async #check(reader: HistoryReader): Promise<Readonly<{ scans: number; missedScans: number; gaps: number }>> {
    const rows = new Map((await pointsOf(reader, row)).map(({ time, value }) => [time as number, value]));
    for (const [number, time] of this.#acknowledged) {
      if (!rows.has(time)) this.#isWrong('an acknowledged row is lost', `${number} of ${time}`);
      else if (rows.get(time) !== number) this.#isWrong('a value is not what was measured', `row ${number}`);
    }
    const gaps = (await reader.gaps(qd1, utcMs(8e12))).filter(({ kind }) => kind === 'service-down');
    const made = new Set(this.#runs.flat());
    let kept = new Set<number>();
    for (const [i, tag] of liveTags.entries()) {
      const points = await pointsOf(reader, tag);
      const times = new Set(points.map(({ time }) => time as number));
      if (times.size !== points.length) this.#isWrong('a point that nobody made, or that stands twice', tag);
      for (const { time, value } of points) {
        if (!made.has(time)) this.#isWrong('a point that nobody made, or that stands twice', `${tag} at ${time}`);
        if (value !== valueAt(i, time)) this.#isWrong('a value is not what was measured', `${tag} at ${time}`);
        if (gaps.some(({ from, to }) => from < time && time < to))
          this.#isWrong('a scan is there inside a gap', `${tag} at ${time}`);
      }
      // History begins with the first point that is kept: a run that was killed before that has left nothing to begin a gap.
      const begin = Math.min(...times);
      for (const time of made) {
        if (time < begin || times.has(time) || gaps.some(({ from, to }) => from < time && time < to)) continue;
        this.#isWrong('a scan is missing outside of every gap', `${tag} at ${time}`);
      }
      kept = times;
    }
    this.#checkGaps(kept, gaps);
    return { scans: kept.size, missedScans: made.size - kept.size, gaps: gaps.length };
  }

  /** From the last scan of a run that is kept to the first of the next run of which one is kept. */
  #checkGaps(kept: ReadonlySet<number>, gaps: readonly Readonly<{ from: number; to: number }>[]): void {
    const runs = this.#runs.map((scans) => scans.filter((time) => kept.has(time))).filter((scans) => scans.length > 0);
    if (gaps.length !== runs.length - 1)
      this.#isWrong('a kill has no gap, or two', `${gaps.length} gaps between ${runs.length} runs`);
    for (const [i, run] of runs.entries()) {
      const [end, next] = [run.at(-1), runs[i + 1]?.[0]];
      if (next === undefined || gaps.some(({ from, to }) => from === end && to === next)) continue;
      const text = `between ${end} and ${next}: ${JSON.stringify(gaps.filter(({ from }) => from >= (run[0] ?? 0)).slice(0, 1))}`;
      this.#isWrong(
        'a gap does not begin with the last scan that is kept, or end with the first of the next run',
        text,
      );
    }
  }

  #isWrong(kind: Kind, text: string): void {
    this.#wrong.push({ kind, text });
    if (this.#wrong.length <= 20) this.#say(`wrong, ${kind}: ${text}`);
  }
}

async function pointsOf(reader: HistoryReader, tag: TagName): Promise<readonly HistoryPoint[]> {
  const { local } = splitTag(tag);
  const series = seriesOf(line).find((one) => one.tag === local);
  return series === undefined ? [] : reader.points(series, utcMs(0), utcMs(8e12));
}

export const run: Run = async ({ rounds, say, quick = false }) => {
  const count = quick ? 6 : rounds;
  const influx = await killHistory(planOf('influx', count, 2_500), say);
  say(`InfluxDB: ${JSON.stringify({ ...influx, wrong: influx.wrong.length })}`);
  const embedded = await killHistory(planOf('embedded', Math.ceil(count / 2), 2_500), say);
  say(`embedded: ${JSON.stringify({ ...embedded, wrong: embedded.wrong.length })}`);
  const both = (of: (one: KillOutcome) => number): number => of(influx) + of(embedded);
  return [
    atLeast('rounds with InfluxDB', influx.rounds, '', quick ? null : 30),
    atLeast('  kills of our process', influx.ofOurs, ''),
    atLeast('  kills of influxd', influx.ofInfluxd, ''),
    atLeast('rounds with the embedded store', embedded.rounds, ''),
    atLeast(
      'kills with unsynced writes thrown away',
      both(({ unsynced }) => unsynced),
      '',
      quick ? null : 10,
    ),
    atLeast(
      '  writes thrown away',
      both(({ thrownAway }) => thrownAway),
      '',
    ),
    atLeast(
      'rows acknowledged',
      both(({ acknowledged }) => acknowledged),
      '',
    ),
    atLeast(
      'scans kept',
      both(({ scans }) => scans),
      '',
    ),
    atLeast(
      'scans missed, each in a gap',
      both(({ missedScans }) => missedScans),
      '',
    ),
    atLeast(
      'gaps on record',
      both(({ gaps }) => gaps),
      '',
    ),
    ...kinds.map((kind) =>
      atMost(
        kind,
        both(({ wrong }) => wrong.filter((one) => one.kind === kind).length),
        '',
        0,
      ),
    ),
  ];
};
