/**
 * A rehearsal with the embedded history, exported while it still runs: the export verifies and says what is not in it, and `npm run prove`
 * proves by it, and by the data folder, that history answers what was measured, until one point is altered, which is named.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsInExport } from '../../control/records/verify/index.ts';
import { batchScope, segmentOf } from '../../control/telemetry/proof/index.ts';
import { trustOf } from '../control/records/support.ts';
import { ApiPerson } from '../support/api.ts';
import { BatchPeople } from '../support/batch-people.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';
import { EmbeddedStore } from '../../historian/embedded/embedded-store.ts';
import { batchOf, type Series } from '../../historian/point.ts';
import { utcMs } from '../../plant/clock.ts';
import { good } from '../../plant/quality.ts';
import { skidName } from '../../plant/sample.ts';

const folder = temporaryFolder('prove-export');
const [data, site] = [join(folder.path, 'data'), join(folder.path, 'site.yaml')];
const witness = join(folder.path, 'kept-apart.jsonl');
const skid = 'QD-1';
const tag = 'R201/TT-201A';
let service!: Service;
let batch = '';
let exported = '';

/** No influxd is on that path. */
const launch = (): Promise<Service> =>
  Service.start({ site, data, timeScale: 20, environment: { PATH: dirname(process.execPath), INFLUX_URL: '' } });

const openLines = (number: number): number => {
  const path = join(data, 'telemetry', batch, skid, `${String(number).padStart(6, '0')}.open.jsonl`);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length : 0;
};

type Said = Readonly<{ status: number | null; said: string }>;

function run(program: string, ...words: readonly string[]): Said {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout: 60_000 });
  return { status, said: stdout + stderr };
}

const asked = (): readonly string[] => ['--trust', trustOf(data), '--checkpoint', witness];
const prove = (...more: readonly string[]): Said =>
  run(
    process.execPath,
    'deploy/prove.ts',
    ...asked(),
    '--data',
    data,
    '--embedded',
    '--batch',
    batch,
    '--site',
    site,
    ...more,
  );
const byExport = (...more: readonly string[]): Said => prove('--export', exported, ...more);

const series: Series = {
  measurement: 'generic-skid-plc',
  skid: skidName(skid),
  device: 'PLC-1',
  tag,
  valueType: 'number',
};

async function history<T>(use: (store: EmbeddedStore) => Promise<T>): Promise<T> {
  const store = new EmbeddedStore(join(data, 'history'));
  await store.start();
  try {
    return await use(store);
  } finally {
    await store.stop();
  }
}

type Found = Readonly<{ time: number; v: number }>;

/** A point of the tag in the middle of what was sealed first. */
async function somePoint(): Promise<Found> {
  const first = eventsInExport(join(exported, 'record.json'), batchScope(batch)).flatMap(
    (one) => segmentOf(one) ?? [],
  )[0]!;
  const points = await history((store) =>
    store.raw(series, utcMs(first.from + 1), utcMs(first.to), 10_000, 'oldest first'),
  );
  expect(points.length).toBeGreaterThan(9);
  const { time, value } = points[points.length >>> 1]!;
  return { time, v: Number(value) };
}

/** As the service would write it: the later of two points of one time is what history answers. */
const alter = (value: number, { time }: Found) =>
  history((store) =>
    store.write(batchOf([{ series, value, quality: good, time: utcMs(time), serverTime: utcMs(time) }]), {
      gaps: [],
      events: [],
    }),
  );

const iso = (time: number): string => new Date(time).toISOString().replace('Z', '+00:00');

beforeAll(async () => {
  writeFileSync(
    site,
    [
      'site: prove-export',
      'title: A rehearsal that is exported while it runs',
      `recipes: ${join(process.cwd(), 'tests/e2e/recipes')}`,
      'skids:',
      `  ${skid}: { type: cdse-two-stage, title: Line, twin: { run: here, seed: 2 } }`,
      '',
    ].join('\n'),
  );
  service = await launch();
  const people = await BatchPeople.firstLogin(service);
  await people.ready(skid);
  batch = await people.begin({ recipe: 'CdSe-short', skids: [skid] });
  await until(() => openLines(1) > 150, { withinMs: 60_000, what: 'telemetry on disk' });
  expect((await service.stop()).code, service.log()).toBe(0);
  service = await launch();
  await until(() => openLines(2) > 20, { withinMs: 60_000, what: 'telemetry after the restart' });
}, 180_000);

afterAll(async () => {
  await service.stop();
  folder.remove();
});

describe('a rehearsal that is exported while it runs', () => {
  it('verifies with both verifiers, which say what was still being written', async () => {
    const reviewer = await ApiPerson.firstLogin(service, 'qa-reviewer');
    const { status, bytes } = await reviewer.bytes(`/api/batches/${batch}/export`);
    expect(status).toBe(200);
    const zip = join(folder.path, 'export.zip');
    writeFileSync(zip, bytes);
    execFileSync('python3', ['-m', 'zipfile', '-e', zip, folder.path]);
    exported = join(folder.path, batch);
    copyFileSync(join(data, 'checkpoints', 'checkpoints.jsonl'), witness);
    expect((await service.stop()).code, service.log()).toBe(0);

    const ours = run(process.execPath, 'control/records/verify/cli.ts', exported, ...asked());
    expect(ours.said).toMatch(/1 segments of sealed telemetry.*segment 2 of QD-1 was still being written/su);
    expect(ours.status).toBe(0);
    const other = run('/usr/bin/python3', 'deploy/verify_export.py', exported, ...asked());
    expect(other.said).toMatch(/1 segments of telemetry hold .*segment 2 of QD-1 was being written/u);
    expect(other.status).toBe(0);
  }, 120_000);

  it('is proven by the export and by the data folder, against the embedded history', () => {
    for (const proven of [byExport(), prove()]) {
      expect(proven.said).toMatch(/tags in the embedded store: [1-9]\d+ points are as they were measured/u);
      expect(proven.said).toMatch(/^PROVEN\.$/mu);
      expect(proven.status).toBe(0);
    }
  }, 120_000);

  it('is proven no more once a point is altered, and the first one that is not as measured is named', async () => {
    const point = await somePoint();
    await alter(point.v + 0.25, point);
    for (const found of [byExport(), prove('--tag', `${skid}/${tag}`)]) {
      expect(found.said).toContain(`The first that does not hold: ${skid}/${tag} at ${iso(point.time)} `);
      expect(found.said).toContain(`was measured ${point.v} (Good); history answers ${point.v + 0.25} (Good)`);
      expect(found.said).toMatch(/^NOT PROVEN\.$/mu);
      expect(found.status).toBe(1);
    }
    // Before it, everything is as it was.
    expect(byExport('--tag', `${skid}/${tag}`, '--to', iso(point.time - 1))).toMatchObject({ status: 0 });
    await alter(point.v, point);
    expect(byExport('--tag', `${skid}/${tag}`)).toMatchObject({ status: 0 });
  }, 120_000);

  it('proves nothing where nothing could be compared', () => {
    const found = byExport('--from', '2001-01-01T00:00:00Z', '--to', '2001-01-02T00:00:00Z');
    expect(found.said).toContain('Nothing was compared');
    expect(found.status).toBe(1);
  }, 60_000);

  it('is not proven by a checkpoint that came with the export', () => {
    const found = byExport('--checkpoint', join(exported, 'checkpoints.jsonl'));
    expect(found.said).toContain('It came with the export and proves nothing');
    expect(found.status).toBe(2);
  }, 60_000);

  it('is not proven by an export in which a pipe stands for what was sealed, and nobody waits for it', () => {
    const segment = join(exported, 'telemetry', skid, '000001.jsonl.gz');
    rmSync(segment);
    execFileSync('mkfifo', [segment]);
    const found = byExport();
    expect(found.said).toContain('telemetry/QD-1/000001.jsonl.gz: It is neither a file nor a folder');
    expect(found.said).toMatch(/^NOT PROVEN\.$/mu);
    expect(found.status).toBe(1);
  }, 60_000);
});
