/**
 * A recording of a real water-circulation rig goes through the product while influxd is away for the middle third and the
 * service is killed, and every value must be in InfluxDB with its own time, once.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';
import { Apart } from '../support/child.ts';
import { Influxd } from '../support/influxd.ts';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { measuredData } from '../support/measured-data.ts';
import { registerModelOf } from '../support/register-model.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/waiting.ts';
import { buildShim, shimEnvironment, throwUnsyncedAway } from './support/unsynced.ts';

export type RigRound = Readonly<{
  speed: number;
  /** When the service is killed, as parts of the recording. */
  kills: readonly number[];
  /** Whether influxd is away for the middle third. */
  outage: boolean;
  /** Whether a kill also takes back what was not synced. */
  loseUnsynced: boolean;
}>;

export type RigOutcome = Readonly<{
  rows: number;
  values: number;
  missing: number;
  wrong: number;
  extra: number;
  thrownAway: number;
}>;

const channels = 8;

export async function rigRound(recording: string, round: RigRound, say: (line: string) => void): Promise<RigOutcome> {
  const folder = temporaryFolder('rig');
  const [data, undo] = [join(folder.path, 'data'), join(folder.path, 'undo')];
  mkdirSync(undo);
  const environment = round.loseUnsynced ? shimEnvironment(buildShim(folder.path), data, undo) : {};
  const influxd = await Influxd.make(join(folder.path, 'influx'));
  await influxd.start();
  const port = await freePort();
  const site = join(folder.path, 'rig.yaml');
  writeFileSync(
    site,
    `site: rig\ntitle: Rig\nrawHistory: for good\nskids:\n  RIG-1: { type: rig, title: Rig, links: { LOG-1: modbus-tcp://127.0.0.1:${port}/1 } }\n`,
  );
  const expected = readRecording(recording);
  const launch = (): Promise<Service> =>
    Service.start({ site, data, environment: { ...environment, INFLUX_URL: influxd.url } });
  let service = await launch();
  const replay = new Apart('twin/replay/main.ts', [
    '--csv',
    recording,
    '--port',
    String(port),
    '--speed',
    String(round.speed),
  ]);
  let thrownAway = 0;
  try {
    const began = performance.now();
    const recordedMs = (expected.at(-1)?.time ?? 0) - (expected[0]?.time ?? 0);
    const reached = async (part: number): Promise<void> => {
      const left = (part * recordedMs) / round.speed - (performance.now() - began);
      if (left > 0) await new Promise((settle) => setTimeout(settle, left));
    };
    const steps = [
      ...(round.outage
        ? [
            { at: 1 / 3, do: () => influxd.stop('SIGTERM') },
            { at: 2 / 3, do: () => influxd.start() },
          ]
        : []),
      ...round.kills.map((at) => ({
        at,
        do: async () => {
          await service.stop('SIGKILL');
          if (round.loseUnsynced) thrownAway += throwUnsyncedAway(undo).writes;
          service = await launch();
          say(`killed at ${(at * 100).toFixed(0)} % and started again`);
        },
      })),
    ].sort((one, other) => one.at - other.at);
    for (const step of steps) {
      await reached(step.at);
      await step.do();
    }
    await reached(1);
    const wanted = expected.length * channels;
    await until(async () => (await count(influxd)) >= wanted, {
      withinMs: 60_000,
      everyMs: 200,
      what: () => `all values to be stored\n${service.log(15)}`,
    }).catch((thrown: unknown) => say(String(thrown)));
    return { rows: expected.length, ...(await compare(influxd, expected)), thrownAway };
  } finally {
    await replay.stop();
    await service.stop();
    await influxd.stop();
    folder.remove();
  }
}

const count = async (influxd: Influxd): Promise<number> =>
  channels *
  Number(
    (await influxd.query(`SELECT count("${tagsInColumnOrder().at(-1) ?? ''}") AS n FROM "row-logger"`))[0]?.['n'] ?? 0,
  );

type Row = Readonly<{ time: number; values: readonly number[] }>;

/** Read here apart from the product: time taken as UTC, eight columns. */
function readRecording(file: string): readonly Row[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const cells = line.split(';');
    return {
      time: Date.parse(`${cells[0]?.replace(' ', 'T') ?? ''}Z`),
      values: cells.slice(1, 1 + channels).map(Number),
    };
  });
}

async function compare(influxd: Influxd, expected: readonly Row[]): Promise<Omit<RigOutcome, 'rows' | 'thrownAway'>> {
  const tags = tagsInColumnOrder();
  const byTime = new Map(expected.map((row) => [row.time, row.values]));
  let [values, wrong, extra] = [0, 0, 0];
  for (const [column, tag] of tags.entries()) {
    const stored = await influxd.query(
      `SELECT "${tag}" AS v, "${tag}.q" AS q FROM "row-logger" WHERE "skid" = 'RIG-1'`,
    );
    for (const point of stored) {
      const row = byTime.get(Number(point['time']));
      if (row === undefined) extra += 1;
      else if (point['v'] === row[column] && point['q'] === 0) values += 1;
      else wrong += 1;
    }
  }
  return { values, wrong, extra, missing: expected.length * channels - values - wrong };
}

/** The rig's tags in the order of the recording's columns, as its device model has them. */
function tagsInColumnOrder(): readonly string[] {
  const type = loadSkidType('plant/skids/rig.yaml', { deviceModelFolder: 'gateway/devices' });
  const columns = registerModelOf(type.devices[0]?.model).ring?.values.map(({ name }) => name) ?? [];
  return columns.map((column) => {
    const tag = type.tags.find(({ source }) => source.kind === 'row' && source.column === column);
    if (tag === undefined) throw new Error(`No tag of the rig takes the column ${column}.`);
    return tag.name;
  });
}

export const run: Run = async ({ rounds, say }) => {
  const recording = measuredData('rig/valve1-0.csv');
  if (recording === null) return [];
  const outcomes: RigOutcome[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const loseUnsynced of [false, true]) {
      const outcome = await rigRound(
        recording,
        { speed: 40, kills: [0.2 + Math.random() * 0.25, 0.55 + Math.random() * 0.35], outage: true, loseUnsynced },
        say,
      );
      say(`round ${round + 1}${loseUnsynced ? ' with unsynced writes thrown away' : ''}: ${JSON.stringify(outcome)}`);
      outcomes.push(outcome);
    }
  }
  const sum = (pick: (outcome: RigOutcome) => number): number => outcomes.reduce((total, one) => total + pick(one), 0);
  return [
    atLeast('rounds, two kills and an outage each', outcomes.length, ''),
    atLeast(
      'values expected',
      sum(({ rows }) => rows * channels),
      '',
    ),
    atLeast(
      'values exact, at their own time, once',
      sum(({ values }) => values),
      '',
      sum(({ rows }) => rows * channels),
    ),
    atMost(
      'values missing',
      sum(({ missing }) => missing),
      '',
      0,
    ),
    atMost(
      'values wrong',
      sum(({ wrong }) => wrong),
      '',
      0,
    ),
    atMost(
      'values at a time the recording does not have',
      sum(({ extra }) => extra),
      '',
      0,
    ),
    atLeast(
      'unsynced writes thrown away',
      sum(({ thrownAway }) => thrownAway),
      '',
      1,
    ),
  ];
};
