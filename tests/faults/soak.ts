/**
 * The service as its users start it, while every device it speaks to drops, delays, truncates and repeats at random; then
 * they become honest, and within ten seconds every tag must be Good and what the device holds, with nothing grown:
 * `npm run campaign -- soak [--minutes 30] [--seed S] [--out FILE]`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { badSensorFailure, isBad, isGood, type Quality } from '../../plant/quality.ts';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';
import { ApiPerson } from '../support/api.ts';
import { atLeast, atMost, type Measured, type Run } from '../support/measured.ts';
import { OpcUaWatcher } from '../support/opcua-watcher.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';
import { ChaosField, type Truth } from './support/chaos-field.ts';
import type { ChaosCounts } from './support/chaos-proxy.ts';
import { growthOf, Probe, type Growth, type VitalName, type Vitals } from './support/chaos-vitals.ts';
import { besideController, controllerTypeFile } from '../support/fitted.ts';

export type SoakOptions = Readonly<{ minutes: number; seed: number; sampleEveryMs: number; troubleEveryMs: number }>;

export type SoakOutcome = Readonly<{
  minutes: number;
  troubles: Readonly<Record<string, ChaosCounts>>;
  /** From honesty on, until every tag was Good and right; null where that did not come. */
  rightAfterMs: number | null;
  /** What is not Good or not right then. */
  wrong: readonly string[];
  tags: number;
  samples: readonly Vitals[];
  growth: Readonly<Record<VitalName, Growth>>;
  /** After the devices were honest again against before they were wild. */
  left: Readonly<Record<'descriptors' | 'threads' | 'handles', number>>;
  /** Of the OPC UA client. */
  connectionsLost: number;
  notifications: number;
  /** Good values that were older, when they came, than they may be, and the age of the last one, in ms. */
  lastAgeMs: number;
  sawBad: boolean;
  /** Figures of the links: how often each kind of trouble was met. */
  met: Readonly<Record<'timeouts' | 'malformed' | 'reconnects' | 'late', number>>;
  survived: boolean;
}>;

const skids = ['QD-1', 'BENCH-1'] as const;
const watched = 'QD-1/R201/TT-201A';
const rightWithinMs = 10_000;

type Values = Readonly<{ samples: Readonly<Record<string, readonly [value: unknown, quality: number]>> }>;
type Links = Readonly<{ links: readonly Readonly<Record<'timeouts' | 'malformed' | 'reconnects' | 'late', number>>[] }>;

export async function soak(options: SoakOptions, say: (line: string) => void): Promise<SoakOutcome> {
  const folder = temporaryFolder('soak');
  let [service, probe, client]: [Service | null, Probe | null, OpcUaWatcher | null] = [null, null, null];
  let field: ChaosField | null = null;
  try {
    field = await ChaosField.start(folder.path, options.seed, options.troubleEveryMs);
    const environment = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };
    service = await Service.start({ site: field.site, data: join(folder.path, 'data'), environment });
    const operator = await ApiPerson.firstLogin(service, 'operator');
    client = await OpcUaWatcher.connect(service, operator.user, operator.password, watched);
    const lost = { connections: 0 };
    client.client.on('connection_lost', () => (lost.connections += 1));
    client.session.on('session_closed', () => (lost.connections += 1));
    probe = await Probe.open(service.child.pid ?? 0, service.lines);
    const tolerances = tolerancesOf(folder.path);
    const before = await rightTags({ operator, field, tolerances, withinMs: 30_000 });
    if (before.rightAfterMs === null) throw new Error(`Before anything went wrong: ${before.wrong.join(', ')}`);
    const atFirst = await probe.sample();
    const samples = await wildTime({ options, field, service, probe, say });
    await operator.login();
    field.honest();
    const after = await rightTags({ operator, field, tolerances, withinMs: rightWithinMs });
    say(after.rightAfterMs === null ? `not right: ${after.wrong.join(', ')}` : `right after ${after.rightAfterMs} ms`);
    const last = client.latest;
    const { links } = (await operator.get<Links>('/api/system')).body;
    const met = (name: keyof Links['links'][number]): number => links.reduce((sum, link) => sum + link[name], 0);
    const atLast = await settled(probe, atFirst);
    const left = (name: 'descriptors' | 'threads' | 'handles'): number => atLast[name] - atFirst[name];
    return {
      minutes: options.minutes,
      troubles: Object.fromEntries(field.proxies.map((proxy) => [proxy.name, proxy.counts])),
      ...after,
      samples,
      growth: Object.fromEntries(vitals.map((name) => [name, growthOf(samples, name)])) as SoakOutcome['growth'],
      left: { descriptors: left('descriptors'), threads: left('threads'), handles: left('handles') },
      connectionsLost: lost.connections,
      notifications: client.seen.length,
      lastAgeMs: last === null ? Infinity : Date.now() - (last.sourceTimestamp?.getTime() ?? 0),
      sawBad: client.seen.some(({ value }) => isBad(value.statusCode.value as Quality)),
      met: {
        timeouts: met('timeouts'),
        malformed: met('malformed'),
        reconnects: met('reconnects'),
        late: met('late'),
      },
      survived: service.child.exitCode === null && field.twinLives,
    };
  } finally {
    probe?.close();
    await client?.close();
    await service?.stop();
    await field?.stop();
    folder.remove();
  }
}

const vitals: readonly VitalName[] = ['descriptors', 'threads', 'handles', 'timers', 'heapMb', 'rssMb', 'pssMb'];

async function wildTime({
  options,
  field,
  service,
  probe,
  say,
}: Readonly<{
  options: SoakOptions;
  field: ChaosField;
  service: Service;
  probe: Probe;
  say: (line: string) => void;
}>): Promise<readonly Vitals[]> {
  const end = performance.now() + options.minutes * 60_000;
  const samples: Vitals[] = [];
  say(['seconds', ...vitals].map((name) => name.padStart(11)).join(' '));
  field.wild();
  while (performance.now() < end) {
    await pause(Math.min(options.sampleEveryMs, Math.max(0, end - performance.now())));
    if (service.child.exitCode !== null) throw new Error(`The service ended:\n${service.log()}`);
    const sample = await probe.sample();
    samples.push(sample);
    say([sample.seconds, ...vitals.map((name) => sample[name])].map((value) => String(value).padStart(11)).join(' '));
  }
  return samples;
}

/** What connecting left behind goes by itself within a few seconds. */
async function settled(probe: Probe, atFirst: Vitals): Promise<Vitals> {
  let now = await probe.sample();
  await until(
    async () => {
      now = await probe.sample();
      return now.descriptors <= atFirst.descriptors && now.handles <= atFirst.handles;
    },
    { withinMs: 5000, everyMs: 500 },
  ).catch(() => undefined);
  return now;
}

type Checked = Readonly<{ rightAfterMs: number | null; wrong: readonly string[]; tags: number }>;
type Tolerances = ReadonlyMap<string, number>;

/** Every tag Good, and between what the device held just before and just after it was read. */
async function rightTags({
  operator,
  field,
  tolerances,
  withinMs,
}: Readonly<{ operator: ApiPerson; field: ChaosField; tolerances: Tolerances; withinMs: number }>): Promise<Checked> {
  const began = performance.now();
  let wrong: readonly string[] = [];
  let tags = 0;
  while (performance.now() - began < withinMs) {
    const truths: Truth[] = [await field.truth(), await field.truth()];
    const at = performance.now() - began;
    const values = new Map<string, readonly [value: unknown, quality: number]>();
    for (const skid of skids) {
      const { samples } = (await operator.get<Values>(`/api/skids/${skid}/values`)).body;
      for (const [tag, sample] of Object.entries(samples)) values.set(`${skid}/${tag}`, sample);
    }
    truths.push(await field.truth(), await field.truth());
    tags = values.size;
    wrong = [...values].flatMap(([tag, sample]) => faultOf(tag, sample, truths, tolerances));
    if (wrong.length === 0) return { rightAfterMs: Math.round(at), wrong, tags };
    await pause(50);
  }
  return { rightAfterMs: null, wrong, tags };
}

function faultOf(
  tag: string,
  [value, quality]: readonly [value: unknown, quality: number],
  truths: readonly Truth[],
  tolerances: Tolerances,
): readonly string[] {
  const held = truths.flatMap((truth) => {
    const one = truth.get(tag);
    return one === undefined ? [] : [Number(one)];
  });
  // The device itself says that it has none, as of a product that does not flow: that is right, and not Good.
  if (held.some(Number.isNaN)) return quality === badSensorFailure ? [] : [`${tag} is no sensor failure`];
  if (!isGood(quality as Quality)) return [`${tag} is 0x${quality.toString(16)}`];
  // Reckoned from others, which are looked at.
  if (held.length === 0) return [];
  const tolerance = tolerances.get(tag) ?? 0;
  const [low, high] = [Math.min(...held) - tolerance, Math.max(...held) + tolerance];
  const said = Number(value);
  return said >= low && said <= high ? [] : [`${tag} says ${said}, and there is ${low} to ${high}`];
}

/** Measured values waver between two readings by their noise: a hundredth of their range. What is set or counted does not. */
function tolerancesOf(folder: string): Tolerances {
  const files = { 'QD-1': controllerTypeFile, 'BENCH-1': join(folder, 'types', 'bench.yaml') };
  const tolerances = new Map<string, number>();
  for (const [skid, file] of Object.entries(files)) {
    for (const { name, range, write } of loadSkidType(file, { without: skid === 'QD-1' ? besideController : [] })
      .tags) {
      const exact = write !== null || range === null || /\.(?:SP|max)$/u.test(name);
      tolerances.set(`${skid}/${name}`, exact ? 1e-6 : 0.01 * (range.high - range.low));
    }
  }
  return tolerances;
}

function numberAfter(args: readonly string[], flag: string, otherwise: number): number {
  const at = args.indexOf(flag);
  const value = at < 0 ? otherwise : Number(args[at + 1]);
  if (value > 0) return value;
  throw new Error(`${flag}: "${args[at + 1] ?? ''}" is not a number above 0. Give ${flag} ${otherwise}, for example.`);
}

/** Below this many minutes memory still fills what it is going to hold, and is shown, not judged. */
const memoryFromMinutes = 10;

export const run: Run = async ({ quick = false, say, args = [] }) => {
  const minutes = numberAfter(args, '--minutes', quick ? 1 : 30);
  const seed = Math.floor(numberAfter(args, '--seed', 1 + Math.floor(Math.random() * 0xffff_fffe)));
  say(`The same troubles again: npm run campaign -- soak --minutes ${minutes} --seed ${seed}`);
  const outcome = await soak({ minutes, seed, sampleEveryMs: 10_000, troubleEveryMs: 1500 }, say);
  const out = args.indexOf('--out');
  if (out >= 0) writeFileSync(args[out + 1] ?? '', `${JSON.stringify({ seed, ...outcome }, null, 1)}\n`);
  for (const [name, counts] of Object.entries(outcome.troubles)) say(`${name.padEnd(8)} ${JSON.stringify(counts)}`);
  for (const [name, { first, last, slopePerHour }] of Object.entries(outcome.growth))
    say(`${name.padEnd(12)} ${String(first).padStart(8)} → ${String(last).padStart(8)}, ${slopePerHour} an hour`);
  for (const fault of outcome.wrong) say(fault);
  return results(outcome);
};

function results(outcome: SoakOutcome): readonly Measured[] {
  const { growth, left, met, minutes } = outcome;
  const troubles = Object.values(outcome.troubles).map(
    ({ dropped, delayed, truncated, repeated, split }) => dropped + delayed + truncated + repeated + split,
  );
  const memory = (name: 'heapMb' | 'rssMb' | 'pssMb', most: number | null): Measured =>
    atMost(
      `${name} grown over the last two thirds`,
      growth[name].grown,
      'MB',
      minutes >= memoryFromMinutes ? most : null,
    );
  return [
    atLeast('minutes', minutes, ''),
    atLeast(
      'troubles',
      troubles.reduce((sum, one) => sum + one, 0),
      '',
      10,
    ),
    atLeast(
      'time-outs, malformed, late answers and reconnections met',
      met.timeouts + met.malformed + met.late + met.reconnects,
      '',
      5,
    ),
    atLeast('the service and the twin lived through it', Number(outcome.survived), '', 1),
    atMost('all tags Good and right after', outcome.rightAfterMs ?? Infinity, 'ms', rightWithinMs),
    atLeast('tags', outcome.tags, '', 50),
    atMost('connections or sessions lost by the OPC UA client', outcome.connectionsLost, '', 0),
    atLeast('notifications of the OPC UA client', outcome.notifications, '', 10),
    atLeast('the OPC UA client saw a Bad value', Number(outcome.sawBad), '', 1),
    atMost('age of its last value', outcome.lastAgeMs, 'ms', 2500),
    atMost('descriptors more than before', left.descriptors, '', 1),
    atMost('threads more than before', left.threads, '', 0),
    atMost('handles more than before', left.handles, '', 1),
    atMost('descriptors grown over the last two thirds', growth.descriptors.grown, '', 4),
    atMost('handles grown over the last two thirds', growth.handles.grown, '', 4),
    atMost('timers grown over the last two thirds', growth.timers.grown, '', 8),
    memory('heapMb', 4),
    memory('rssMb', 16),
    // Goes up as well where another program ends that had the same files in memory.
    memory('pssMb', null),
  ];
}
