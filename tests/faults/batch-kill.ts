/**
 * The service is killed at random moments of batches, one on one skid and one on three, while their lines go on alone: during
 * starts, prompts, Holds, Restarts and Stops too. What comes up again must have lost and doubled nothing, command nothing before
 * people have reconciled, and lead the batches to their ends: `npm run campaign -- batch-kill --rounds MOMENTS`.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { BatchView, UnitView } from '../../plant/batch-view.ts';
import { verifyExport } from '../../control/records/verify/verify-export.ts';
import { verifyLedger } from '../../control/records/verify/verify-ledger.ts';
import { ledgerFile, ownCheckpoint, trustOf } from '../control/records/support.ts';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { until } from '../support/waiting.ts';
import {
  commandIdsOf,
  doubledCommands,
  doubledSteps,
  lostOf,
  recordsIn,
  restartsOf,
  statesOf,
  type Acknowledged,
} from './batch-kill-record.ts';
import { isDone, isOnRecord, Shift, type Asked } from './batch-kill-shift.ts';
import { BatchKillSite } from './batch-kill-site.ts';

const timeScale = 20;
/** About as long as a batch takes at this pace, in ms of the wall: a kill comes at any moment of it. */
const batchMs = 70_000;
/** Longer than any batch takes from wherever it was killed, on a busy machine. */
const endsWithinMs = 420_000;
const killsOfABatch = 6;
/** Batches begin apart by up to so long, so that each is killed at another moment of its own, in ms. */
const apartMs = 20_000;

const finals: readonly string[] = ['Complete', 'Stopped', 'Aborted'];
const isOver = ({ state }: Pick<UnitView, 'state'>): boolean => finals.includes(state);
const atRestAfterKill: readonly string[] = ['Held', 'Stopping', 'Aborting', 'Stopped', 'Aborted'];

export const kinds = [
  'the record does not verify',
  'an acknowledged command is not on record',
  'a command was carried out twice',
  'a step ended twice',
  'a batch or a unit is not there, or runs',
  'something was commanded before people had looked',
  'the line does not rest',
  'volume is lost',
  'the batch did not come to its end',
] as const;
export type Kind = (typeof kinds)[number];
export type Wrong = Readonly<{ kind: Kind; text: string }>;

export type BatchKillOutcome = Readonly<{
  kills: number;
  /** Batches that were open, or just being started, when the service was killed: moments of a batch. */
  openBatches: number;
  /** Units that were open then. */
  openUnits: number;
  acknowledged: number;
  ended: number;
  /** Where batches were when the service was killed, and how often. */
  moments: ReadonlyMap<string, number>;
  wrong: readonly Wrong[];
}>;

export type BatchKillOptions = Readonly<{
  /** It is killed until so many moments of a batch have been met, and at least as often as there are batches. */
  moments: number;
  /** The skids of each batch that runs beside the others. */
  batches: readonly number[];
  /** The last of a kill within so long; a short form need not see whole batches. */
  killWithinMs?: number;
  /** How batches end after their last kill. */
  to: 'Complete' | 'Stopped';
  say: (line: string) => void;
}>;

export async function killBatches({
  moments,
  batches,
  to,
  say,
  killWithinMs = batchMs / 2,
}: BatchKillOptions): Promise<BatchKillOutcome> {
  const site = await BatchKillSite.start(
    batches.reduce((sum, each) => sum + each, 0),
    timeScale,
  );
  const campaign = new Campaign(site, batches, say);
  try {
    while (campaign.openBatches < moments) {
      const more = Math.min(moments - campaign.openBatches, 1 + randomInt(killsOfABatch));
      await campaign.runBatches(more, killWithinMs, to);
    }
    return campaign.outcome();
  } catch (thrown) {
    throw new Error(`${String(thrown)}\n${site.service.log(15)}`, { cause: thrown });
  } finally {
    await site.stop();
  }
}

class Campaign {
  readonly #site: BatchKillSite;
  /** The skids of each. */
  readonly #groups: readonly (readonly string[])[];
  readonly #say: (line: string) => void;
  readonly #shown = new Map<string, number>();
  readonly #acknowledged: Acknowledged[] = [];
  readonly #wrong: Wrong[] = [];
  readonly #moments = new Map<string, number>();
  #openBatches = 0;
  #openUnits = 0;
  #ended = 0;
  #kill = 0;
  /** Of each group, its batch; null while none is known to run. */
  #batches: (string | null)[] = [];

  constructor(site: BatchKillSite, sizes: readonly number[], say: (line: string) => void) {
    this.#site = site;
    let first = 0;
    this.#groups = sizes.map((size) => site.skids.slice(first, (first += size)));
    this.#say = say;
  }

  get openBatches(): number {
    return this.#openBatches;
  }

  outcome(): BatchKillOutcome {
    const [kills, acknowledged] = [this.#kill, this.#acknowledged.length];
    const [openBatches, openUnits, ended] = [this.#openBatches, this.#openUnits, this.#ended];
    return { kills, openBatches, openUnits, acknowledged, ended, moments: this.#moments, wrong: this.#wrong };
  }

  /** A batch in each group, killed `kills` times, and led to its end; where all have ended, no more kills are made. */
  async runBatches(kills: number, withinMs: number, to: 'Complete' | 'Stopped'): Promise<void> {
    this.#batches = this.#groups.map(() => null);
    for (let kill = 0; kill < kills; kill += 1) if (!(await this.#killOnce(randomInt(withinMs)))) break;
    await this.#toTheEnd(to);
  }

  /** @returns whether it came while a batch was open, or one was being started */
  async #killOnce(afterMs: number): Promise<boolean> {
    this.#kill += 1;
    const { people, dataFolder } = this.#site;
    for (const [group, skids] of this.#groups.entries())
      if (this.#batches[group] === null) for (const skid of skids) await people.ready(skid);
    const shift = new Shift(people, this.#shown);
    const killed = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => killed.resolve(undefined), afterMs);
    const work = this.#work(shift, afterMs, () => killed.resolve(undefined));
    await killed.promise;
    clearTimeout(timer);
    await this.#site.kill();
    shift.end();
    await work;
    const known = this.#known();
    const before = recordsIn(ledgerFile(dataFolder));
    const open = new Map(
      [...before].map(([batch, events]) => [
        batch,
        [...statesOf(events)].filter(([, state]) => !finals.includes(state) && state !== 'Idle'),
      ]),
    );
    const restarts = new Map(
      [...before].flatMap(([id, events]) =>
        [...statesOf(events).keys()].map((skid) => [`${id} ${skid}`, restartsOf(events, skid)]),
      ),
    );
    const states = [...open.values()].flat().map(([, state]) => state);
    this.#note(shift, states);
    await this.#site.startAgain();
    const next = new Shift(this.#site.people, this.#shown);
    await this.#adopt();
    for (const [batch, units] of open)
      for (const [skid] of units) await this.#lookAt(next, batch, skid, restarts.get(`${batch} ${skid}`) ?? 0);
    await this.#askAgain(next, shift);
    this.#checkRecords(shift.asked);
    for (const [batch, units] of open) for (const [skid] of units) await this.#putRight(next, batch, skid);
    this.#checkRecords(next.asked);
    const starting = shift.asked.filter(({ what, status }) => what === 'start' && status === null).length;
    const openIds = [...open].flatMap(([id, units]) => (units.length > 0 ? [id] : []));
    // One that was being started is on record already, or not yet.
    const openBatches = Math.max(openIds.length, openIds.filter((id) => known.includes(id)).length + starting);
    this.#openBatches += openBatches;
    return openBatches > 0;
  }

  /** What people do meanwhile: they start what does not run, answer, and now and then command just before the kill. */
  async #work(shift: Shift, forMs: number, kill: () => void): Promise<void> {
    const begun = performance.now();
    const starts = this.#groups.map(async (skids, group) => {
      if (this.#batches[group] !== null) return;
      if (group > 0) await pause(Math.min(randomInt(apartMs), forMs));
      if (shift.isOver) return;
      const { batch, status, said } = await shift.start(skids);
      this.#batches[group] = batch;
      if (batch === null && status !== null)
        this.#isWrong(
          'the batch did not come to its end',
          `kill ${this.#kill}: not started on ${skids.join(', ')}: ${said}`,
        );
    });
    const command = async (): Promise<void> => {
      const lead = randomInt(4000);
      await pause(Math.max(0, forMs - lead - (performance.now() - begun)));
      const batch = this.#known()[randomInt(Math.max(1, this.#known().length))];
      if (batch === undefined) return;
      const { status } = await shift.command(batch, randomInt(4) === 0 ? 'Stop' : 'Hold');
      if (status === null) return;
      // At once behind the answer: what was answered is on disk, or it is lost now.
      if (randomInt(2) === 0) {
        kill();
        return;
      }
      while (performance.now() - begun < forMs) {
        const again = await shift.command(batch, 'Restart');
        if (again.status === null) return;
        await pause(200);
      }
    };
    const tended = shift.tend(
      () => this.#known(),
      (views) => views.length === this.#groups.length && views.every(({ units }) => units.every(isOver)),
    );
    const done = await Promise.allSettled([...starts, ...(randomInt(2) === 0 ? [command()] : []), tended.then(kill)]);
    const failed = done.find((one) => one.status === 'rejected');
    // What a killed service breaks off is no fault of anybody.
    if (failed !== undefined && this.#site.service.child.signalCode === null) throw failed.reason;
  }

  #known(): readonly string[] {
    return this.#batches.filter((batch) => batch !== null);
  }

  #note(shift: Shift, states: readonly string[]): void {
    this.#openUnits += states.length;
    for (const state of states) this.#moments.set(state, (this.#moments.get(state) ?? 0) + 1);
    for (const { what } of shift.asked.filter(({ status }) => status === null)) {
      const during = `during ${what.split(' ')[0] ?? what}`;
      this.#moments.set(during, (this.#moments.get(during) ?? 0) + 1);
    }
    this.#acknowledged.push(...shift.asked.filter(isOnRecord));
    this.#say(`kill ${this.#kill}: ${states.join(', ') || 'no unit open'}`);
  }

  /** Batches whose start was not answered any more, and had begun. */
  async #adopt(): Promise<void> {
    const { body } = await this.#site.people.operator.get<readonly BatchView[]>('/api/batches');
    for (const [group, skids] of this.#groups.entries()) {
      const view = body.find(({ units, archived }) => !archived && units.some(({ skid }) => skids.includes(skid)));
      if (this.#batches[group] !== null || view === undefined || view.units.every(isOver)) continue;
      this.#batches[group] = view.id;
    }
  }

  /** A unit that was open: at rest, to be reconciled, and nothing asked of its line. */
  async #lookAt(shift: Shift, batch: string, skid: string, restarts: number): Promise<void> {
    const where = `kill ${this.#kill}, ${batch} on ${skid}`;
    const unit = await this.#unit(shift, batch, skid).catch(() => null);
    if (unit === null) {
      this.#isWrong('a batch or a unit is not there, or runs', `${where}: it is gone`);
      this.#batches = this.#batches.map((known) => (known === batch ? null : known));
      return;
    }
    if (!atRestAfterKill.includes(unit.state) || (unit.state === 'Held' && unit.reconcile === null))
      this.#isWrong(
        'a batch or a unit is not there, or runs',
        `${where}: ${unit.state}, reconcile ${unit.reconcile === null ? 'not ' : ''}asked`,
      );
    const said = restartsOf(recordsIn(ledgerFile(this.#site.dataFolder)).get(batch) ?? [], skid) - restarts;
    if (said !== 1) this.#isWrong('a batch or a unit is not there, or runs', `${where}: ${said} restarts on record`);
    const restless = await this.#site.restless(skid);
    if (restless.length > 0) this.#isWrong('the line does not rest', `${where}: ${restless.join('; ')}`);
    const commanded = this.#site.commanded(skid);
    if (commanded.length > 0)
      this.#isWrong(
        'something was commanded before people had looked',
        `${where}: ${JSON.stringify(commanded.slice(0, 5))}`,
      );
  }

  async #unit(shift: Shift, batch: string, skid: string): Promise<UnitView> {
    const unit = (await shift.view(batch)).units.find((one) => one.skid === skid);
    if (unit === undefined) throw new Error(`${skid} is none of ${batch}`);
    return unit;
  }

  /** As whoever got no answer does: the very same, with its own id. It is carried out once at most. */
  async #askAgain(next: Shift, { asked }: Shift): Promise<void> {
    const unanswered = asked.filter(({ status }) => status === null);
    const answered = asked.filter((one) => isDone(one) && !one.what.startsWith('answer')).slice(-2);
    for (const one of [...unanswered, ...answered]) await next.again(one);
    await this.#adopt();
  }

  #checkRecords(asked: readonly Asked[]): void {
    const { dataFolder } = this.#site;
    const path = ledgerFile(dataFolder);
    const records = recordsIn(path);
    for (const text of lostOf(records, asked.filter(isOnRecord)))
      this.#isWrong('an acknowledged command is not on record', `kill ${this.#kill}: ${text}`);
    for (const text of doubledCommands(records))
      this.#isWrong('a command was carried out twice', `kill ${this.#kill}: ${text}`);
    for (const [batch, events] of records)
      for (const text of doubledSteps(events)) this.#isWrong('a step ended twice', `${batch}: ${text}`);
    const report = verifyLedger({ path, trusted: trustOf(dataFolder), witness: null });
    for (const { where, problem } of report.holds ? [] : report.findings)
      this.#isWrong('the record does not verify', `kill ${this.#kill}: ${where}: ${problem}`);
  }

  /** Reconciled, reset, and restarted; one that was stopped comes to its end by itself. */
  async #putRight(shift: Shift, batch: string, skid: string): Promise<void> {
    const where = `kill ${this.#kill}, ${batch} on ${skid}`;
    // One that is gone was told before.
    const unit = await this.#unit(shift, batch, skid).catch(() => null);
    if (unit?.state !== 'Held') return;
    const reconciled = await shift.reconcile(batch, skid);
    if (!isDone(reconciled)) {
      this.#isWrong('the batch did not come to its end', `${where}: not reconciled, ${reconciled.status}`);
      return;
    }
    await this.#restart(shift, batch, skid);
  }

  async #restart(shift: Shift, batch: string, skid: string): Promise<void> {
    await this.#site.people.ready(skid);
    await until(
      async () => {
        const { state } = await this.#unit(shift, batch, skid);
        return state !== 'Held' || isDone(await shift.command(batch, 'Restart', skid));
      },
      { withinMs: 60_000, everyMs: 500, what: `a Restart of ${batch} on ${skid}` },
    );
  }

  async #toTheEnd(to: 'Complete' | 'Stopped'): Promise<void> {
    const shift = new Shift(this.#site.people, this.#shown);
    for (const batch of this.#known()) {
      if (to === 'Stopped' && !(await shift.view(batch)).units.every(isOver)) await shift.command(batch, 'Stop');
      const reached = await this.#endOf(shift, batch);
      if (reached === null) continue;
      this.#ended += 1;
      this.#checkEnd(reached);
      const text = await this.#site.people.operator.text(`/api/batches/${batch}/record`);
      const report = verifyExport({
        bytes: Buffer.from(text),
        trusted: trustOf(this.#site.dataFolder),
        witness: ownCheckpoint(text),
      });
      if (!report.holds) this.#isWrong('the record does not verify', `${batch}: its export`);
    }
    this.#acknowledged.push(...shift.asked.filter(isOnRecord));
    this.#checkRecords(shift.asked);
  }

  /** Holds that the machine brings about are put right as people do. */
  async #endOf(shift: Shift, batch: string): Promise<BatchView | null> {
    const by = performance.now() + endsWithinMs;
    for (;;) {
      const now = await shift.view(batch);
      if (now.units.every(isOver)) return now;
      if (performance.now() > by) {
        const said = now.units.map(
          ({ skid, state, message, next }) => `${skid} ${state} ${message ?? ''} ${next?.waitsFor ?? ''}`,
        );
        this.#isWrong('the batch did not come to its end', `${batch}: ${said.join('; ')}`);
        await shift.command(batch, 'Abort');
        return null;
      }
      for (const { skid, state, message } of now.units) {
        if (state !== 'Held') continue;
        this.#say(`${batch} is held on ${skid}: ${message ?? ''}`);
        await this.#restart(shift, batch, skid);
      }
      const turn = performance.now() + 1000;
      await shift.tend(
        () => [batch],
        () => performance.now() > turn,
      );
    }
  }

  #checkEnd({ id, state, collectedMl, targetMl, units }: BatchView): void {
    const said = units.map(({ skid, state: of, collectedMl: ml }) => `${skid} ${of} ${ml.toFixed(1)} mL`);
    this.#say(`${id}: ${state}, ${said.join(', ')}`);
    if (units.every((unit) => unit.state === 'Complete') && collectedMl < targetMl)
      this.#isWrong('volume is lost', `${id}: ${collectedMl.toFixed(1)} of ${targetMl} mL`);
    for (const { skid, collectedMl: ml } of units) {
      const shown = this.#shown.get(`${id} ${skid}`) ?? 0;
      if (ml < shown - 0.05)
        this.#isWrong('volume is lost', `${id} on ${skid}: ${ml} mL, and ${shown} mL had been shown`);
    }
    const events = recordsIn(ledgerFile(this.#site.dataFolder)).get(id) ?? [];
    const wasStopped = events.some(({ action, object }) => action === 'batch-commanded' && object === 'Stop');
    const wanted = wasStopped ? 'Stopped' : 'Complete';
    if (units.some((unit) => unit.state !== wanted && !(wasStopped && unit.state === 'Complete')))
      this.#isWrong('the batch did not come to its end', `${id}: ${said.join(', ')}, wanted ${wanted}`);
    if (commandIdsOf(events).length === 0)
      this.#isWrong('a batch or a unit is not there, or runs', `${id}: no command on record`);
  }

  #isWrong(kind: Kind, text: string): void {
    if (this.#wrong.some((one) => one.text === text)) return;
    this.#wrong.push({ kind, text });
    this.#say(`wrong, ${kind}: ${text}`);
  }
}

export const run: Run = async ({ say, rounds, quick = false }) => {
  const moments = quick ? 2 : rounds;
  const found = await killBatches({ moments, batches: [1, 3], to: 'Complete', say });
  return [
    atLeast('SIGKILLs while two batches run, on one skid and on three', found.kills, ''),
    atLeast('random moments of a batch at which it was killed', found.openBatches, '', quick ? null : 200),
    atLeast('units open when the service was killed', found.openUnits, ''),
    ...[...found.moments].sort().map(([moment, count]) => atLeast(`  ${moment}`, count, '')),
    atLeast('batches led to their ends', found.ended, ''),
    atLeast('commands acknowledged to people', found.acknowledged, ''),
    ...kinds.map((kind) => atMost(kind, found.wrong.filter((one) => one.kind === kind).length, '', 0)),
  ];
};
