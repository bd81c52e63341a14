/**
 * A process that measures and seals is killed at random moments, and about every third time the last line that it was writing is torn as well:
 * `npm run campaign -- sealed --rounds N`. No line that was on disk may be lost, no number stand twice, out of order or be missing, and
 * what is dropped has to be said.
 */
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readLine } from '../../control/telemetry/format.ts';
import { SealedFiles } from '../../control/telemetry/sealed-files.ts';
import { utcMs } from '../../plant/clock.ts';
import { openQuickly, stamp, temporaryFolder } from '../control/records/support.ts';
import { Apart } from '../support/child.ts';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { until } from '../support/waiting.ts';
import { appendOf, counting, skid } from './support/sealing-line.ts';

const child = 'tests/faults/support/sealing-child.ts';
const roundsOfABatch = 10;
/** What was measured is on disk within a second; a busy machine is given half of one more. */
const onDiskWithinMs = 1_500;

export const kinds = [
  'a line that was on disk is lost',
  'a scan is not on disk after a second and a half',
  'a scan within a run is missing unsaid',
  'a number stands twice, or out of order',
  'a number is missing',
  'a torn line is not said',
  'a sealed file is not what the record says',
  'what a kill left is not sealed at the next start',
] as const;
export type Kind = (typeof kinds)[number];
export type Wrong = Readonly<{ kind: Kind; text: string }>;
export type SealedOutcome = Readonly<{
  kills: number;
  torn: number;
  segments: number;
  recovered: number;
  scans: number;
  wrong: readonly Wrong[];
}>;

/** @param mostMs the last of a kill after a process has begun to measure */
export async function killSealing(rounds: number, mostMs: number, say: (line: string) => void): Promise<SealedOutcome> {
  const folder = temporaryFolder();
  const campaign = new Campaign(folder.path, say);
  try {
    for (let round = 0; round < rounds; round += 1) await campaign.kill(round, mostMs);
    return await campaign.outcome();
  } finally {
    folder.remove();
  }
}

class Campaign {
  readonly #folder: string;
  readonly #say: (line: string) => void;
  readonly #wrong: Wrong[] = [];
  readonly #batches: string[] = [];
  /** Values that were on disk when a process was killed, of each batch. */
  readonly #onDisk = new Map<string, Set<number>>();
  /** Of each batch, the values with which its runs began. */
  readonly #begins = new Map<string, number[]>();
  #kills = 0;
  #torn = 0;
  #tornBy = new Map<string, number>();
  #value = 0;

  constructor(folder: string, say: (line: string) => void) {
    this.#folder = folder;
    this.#say = say;
  }

  async kill(round: number, mostMs: number): Promise<void> {
    if (round % roundsOfABatch === 0) this.#batches.push(`B-${this.#batches.length + 1}`);
    const batch = this.#batches.at(-1) ?? '';
    const from = this.#value;
    const apart = new Apart(child, [this.#folder, batch, String(from)]);
    const told: { value: number; at: number }[] = [];
    apart.child.stdout?.on('data', (text: Buffer) => {
      const value = Number(text.toString().trim().split('\n').at(-1));
      if (Number.isInteger(value)) told.push({ value, at: performance.now() });
    });
    await until(() => told.length > 0 || apart.child.exitCode !== null, { what: 'it to measure' });
    if (apart.child.exitCode !== null) throw new Error(`it did not begin: ${apart.lines.join('\n')}`);
    await pause(randomInt(mostMs));
    const killedAt = performance.now();
    await apart.stop('SIGKILL');
    this.#kills += 1;
    this.#begins.set(batch, [...(this.#begins.get(batch) ?? []), from + 1]);
    const old = told.findLast(({ at }) => at < killedAt - onDiskWithinMs)?.value ?? from;
    this.#value = (told.at(-1)?.value ?? from) + 1_000;
    this.#lookAtDisk(batch, from, old, round >= 3 * this.#torn + 1);
  }

  /** What the kill left, before anybody puts it right. */
  #lookAtDisk(batch: string, from: number, old: number, tear: boolean): void {
    const seen = this.#onDisk.get(batch) ?? new Set<number>();
    this.#onDisk.set(batch, seen);
    const lie = this.#openFiles(batch);
    for (const [index, path] of lie.entries()) {
      if (tear && index === lie.length - 1) this.#tear(batch, path);
      for (const value of valuesIn(path)) seen.add(value);
    }
    const highest = Math.max(from, ...seen);
    // What is sealed already is not read here: an open file may hold nothing yet.
    if (!tear && lie.length === 1 && highest > from && highest < old)
      this.#isWrong('a scan is not on disk after a second and a half', `${batch}: ${highest}, and ${old} was old`);
  }

  #openFiles(batch: string): readonly string[] {
    const folder = join(this.#folder, 'telemetry', batch, skid);
    try {
      const names = readdirSync(folder).filter((name) => name.endsWith('.open.jsonl'));
      return names.sort().map((name) => join(folder, name));
    } catch {
      return [];
    }
  }

  /** As a power cut leaves it: the last line ends anywhere. */
  #tear(batch: string, path: string): void {
    const text = readFileSync(path);
    const last = text.lastIndexOf(10, text.length - 2) + 1;
    if (last <= 1 || text.at(-1) !== 10 || readLine(text.toString('utf8', last).trimEnd())?.kind !== 'scan') return;
    truncateSync(path, last + 1 + randomInt(text.length - last - 1));
    this.#torn += 1;
    this.#tornBy.set(batch, (this.#tornBy.get(batch) ?? 0) + 1);
  }

  async outcome(): Promise<SealedOutcome> {
    for (const batch of this.#batches) {
      const last = new Apart(child, [this.#folder, batch, '0', 'recover']);
      const code = await new Promise((settle) => last.child.once('exit', settle));
      if (code !== 0) throw new Error(`the last start of ${batch} failed: ${last.lines.join('\n')}`);
    }
    const records = await openQuickly(this.#folder);
    let [segments, recovered, scans] = [0, 0, 0];
    try {
      const sealed = new SealedFiles(
        this.#folder,
        appendOf(records, () => stamp),
      );
      for (const batch of this.#batches) {
        const found = await this.#check(sealed, batch);
        segments += found.segments;
        recovered += found.recovered;
        scans += found.scans;
      }
      await sealed.stop();
    } finally {
      await records.close(stamp);
    }
    return { kills: this.#kills, torn: this.#torn, segments, recovered, scans, wrong: this.#wrong };
  }

  async #check(sealed: SealedFiles, batch: string): Promise<{ segments: number; recovered: number; scans: number }> {
    const { segments, opened } = await sealed.begun(batch);
    const inOrder = [...segments].sort((one, other) => one.seq - other.seq).map(({ number }) => number);
    if (inOrder.some((number, index) => index > 0 && number <= (inOrder[index - 1] ?? 0)))
      this.#isWrong('a number stands twice, or out of order', `${batch}: ${inOrder.join(' ')}`);
    const numbers = new Set(inOrder);
    const begun = Math.max(0, ...opened.map(({ number }) => number), ...numbers);
    for (let number = 1; number <= begun; number += 1)
      if (!numbers.has(number)) this.#isWrong('a number is missing', `${batch}: ${number} of ${begun}`);
    const left = this.#openFiles(batch);
    if (left.length > 0) this.#isWrong('what a kill left is not sealed at the next start', left.join(', '));
    for (const segment of segments) {
      try {
        await sealed.file(segment);
      } catch (thrown) {
        this.#isWrong('a sealed file is not what the record says', String(thrown));
      }
    }
    const said = segments.filter(({ dropped, aside }) => dropped === 1 && aside !== null).length;
    const torn = this.#tornBy.get(batch) ?? 0;
    if (said < torn) this.#isWrong('a torn line is not said', `${batch}: ${said} of ${torn}`);
    const [course] = await sealed.course(batch, skid, [counting], utcMs(0), utcMs(8e15));
    const values = new Set([...(course?.values ?? [])].filter((value) => !Number.isNaN(value)));
    for (const value of this.#onDisk.get(batch) ?? [])
      if (!values.has(value)) this.#isWrong('a line that was on disk is lost', `${batch}: scan ${value}`);
    this.#checkRuns(batch, values);
    const recovered = segments.filter((one) => one.recovered).length;
    this.#say(
      `${batch}: ${segments.length} segments, ${recovered} recovered, ${values.size} scans, ${torn} lines torn`,
    );
    return { segments: segments.length, recovered, scans: values.size };
  }

  /** From its first scan that is sealed to its last, a run has every one. */
  #checkRuns(batch: string, values: ReadonlySet<number>): void {
    const begins = this.#begins.get(batch) ?? [];
    for (const [index, begin] of begins.entries()) {
      const end = begins[index + 1] ?? Infinity;
      const own = [...values].filter((value) => value >= begin && value < end);
      if (own.length === 0) continue;
      const [first, last] = [Math.min(...own), Math.max(...own)];
      if (first !== begin || own.length !== last - first + 1) {
        const text = `${batch}: ${own.length} scans from ${first} to ${last}, and the run began with ${begin}`;
        this.#isWrong('a scan within a run is missing unsaid', text);
      }
    }
  }

  #isWrong(kind: Kind, text: string): void {
    this.#wrong.push({ kind, text });
    this.#say(`wrong, ${kind}: ${text}`);
  }
}

/** The scans of an open file whose lines are whole. */
function valuesIn(path: string): readonly number[] {
  const text = readFileSync(path, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.flatMap((line) => {
    const read = readLine(line);
    const counted = read?.kind === 'scan' ? read.line.samples.find(([index]) => index === 0)?.[1] : undefined;
    return typeof counted === 'string' ? [Number(counted)] : [];
  });
}

export const run: Run = async ({ rounds, say, quick = false }) => {
  const found = await killSealing(quick ? 5 : rounds, 2_500, say);
  return [
    atLeast('SIGKILLs while it measured and sealed', found.kills, '', quick ? null : rounds),
    atLeast('last lines torn besides', found.torn, '', quick ? null : Math.floor(rounds / 10)),
    atLeast('segments sealed', found.segments, ''),
    atLeast('of them after a kill', found.recovered, ''),
    atLeast('scans sealed', found.scans, ''),
    ...kinds.map((kind) => atMost(kind, found.wrong.filter((one) => one.kind === kind).length, '', 0)),
  ];
};
