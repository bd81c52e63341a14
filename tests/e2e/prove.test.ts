/**
 * A rehearsal whose service is killed in the middle, with a real InfluxDB: what was sealed is whole, and `npm run prove` proves that history
 * answers what was measured, until one point of it is altered.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsInLedger } from '../../control/records/verify/index.ts';
import { batchScope, segmentOf } from '../../control/telemetry/proof/index.ts';
import { trustOf } from '../control/records/support.ts';
import { BatchPeople } from '../support/batch-people.ts';
import { Influxd } from '../support/influxd.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';

const folder = temporaryFolder('prove');
const [data, site] = [join(folder.path, 'data'), join(folder.path, 'site.yaml')];
const witness = join(folder.path, 'kept-apart.jsonl');
const skid = 'QD-1';
const tag = 'R201/TT-201A';
let influx!: Influxd;
let service!: Service;
let batch = '';

const launch = (): Promise<Service> =>
  Service.start({ site, data, timeScale: 20, environment: { INFLUX_URL: influx.url } });

const segments = () =>
  eventsInLedger(join(data, 'ledger', 'ledger.db'), batchScope(batch)).flatMap((one) => segmentOf(one) ?? []);

/** Lines of the file that is being measured into. */
const openLines = (number: number): number => {
  const path = join(data, 'telemetry', batch, skid, `${String(number).padStart(6, '0')}.open.jsonl`);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length : 0;
};

function prove(...more: readonly string[]): Readonly<{ status: number | null; said: string }> {
  const args = ['deploy/prove.ts', '--data', data, '--trust', trustOf(data), '--checkpoint', witness];
  const asked = ['--influx', influx.url, '--batch', batch, '--site', site, ...more];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, ...asked], { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

beforeAll(async () => {
  writeFileSync(
    site,
    [
      'site: prove',
      'title: A rehearsal that is killed',
      `recipes: ${join(process.cwd(), 'tests/e2e/recipes')}`,
      'skids:',
      `  ${skid}: { type: cdse-two-stage, title: Line, twin: { run: here, seed: 1 } }`,
      '',
    ].join('\n'),
  );
  influx = await Influxd.make(join(folder.path, 'influxd'));
  await influx.start();
  service = await launch();
});

afterAll(async () => {
  await service.stop();
  await influx.stop();
  folder.remove();
});

describe('a rehearsal that is killed in the middle', () => {
  it('has sealed all of it after the next start, and says which of it a kill had left', async () => {
    const people = await BatchPeople.firstLogin(service);
    await people.ready(skid);
    batch = await people.begin({ recipe: 'CdSe-short', skids: [skid] });
    await until(() => openLines(1) > 150, { withinMs: 60_000, what: 'telemetry on disk' });
    await service.stop('SIGKILL');
    const left = openLines(1);
    service = await launch();
    await until(() => openLines(2) > 80, { withinMs: 60_000, what: 'telemetry after the kill' });
    expect((await service.stop()).code, service.log()).toBe(0);
    copyFileSync(join(data, 'checkpoints', 'checkpoints.jsonl'), witness);
    const found = segments();
    expect(found.map(({ number, recovered }) => ({ number, recovered }))).toEqual([
      { number: 1, recovered: true },
      { number: 2, recovered: false },
    ]);
    // A header, and one line that the kill may have torn.
    expect(found[0]!.scans).toBeGreaterThanOrEqual(left - 3);
    const names = readdirSync(join(data, 'telemetry', batch, skid));
    expect(names.filter((name) => name.includes('.open.'))).toEqual([]);
  }, 150_000);

  it('is proven point by point, until one of them is altered, which is named', async () => {
    const proven = prove();
    expect(proven.said).toMatch(/^PROVEN\.$/mu);
    expect(proven.status).toBe(0);
    const [first] = segments();
    const points = await influx.query(
      `SELECT "${tag}" AS v FROM "generic-skid-plc" WHERE "skid" = '${skid}' AND time > ${first!.from}ms AND time < ${first!.to}ms`,
    );
    const point = points[Math.floor(points.length / 2)]!;
    const altered = Number(point['v']) + 0.25;
    const line = `generic-skid-plc,device=PLC-1,skid=${skid} ${tag}=${altered} ${String(point['time'])}`;
    await fetch(`${influx.url}/write?db=mesoline&rp=raw&precision=ms`, { method: 'POST', body: line });
    const found = prove('--tag', `${skid}/${tag}`);
    expect(found.said).toContain(
      `${skid}/${tag} at ${new Date(Number(point['time'])).toISOString().replace('Z', '+00:00')}`,
    );
    expect(found.said).toContain(`was measured ${String(point['v'])} (Good); history answers ${altered} (Good)`);
    expect(found.said).toMatch(/^NOT PROVEN\.$/mu);
    expect(found.status).toBe(1);
    expect(prove().status).toBe(1);
  }, 120_000);

  it('is missed by a point that was taken out of history', async () => {
    const other = 'R201/TT-201B';
    const [first] = segments();
    const where = `"skid" = '${skid}'`;
    const points = await influx.query(
      `SELECT "${other}" AS v FROM "generic-skid-plc" WHERE ${where} AND time > ${first!.from}ms AND time < ${first!.to}ms`,
    );
    expect(points.length).toBeGreaterThan(9);
    for (const { time } of points.slice(3, -3))
      await fetch(
        `${influx.url}/query?${new URLSearchParams({ db: 'mesoline', q: `DELETE FROM "generic-skid-plc" WHERE ${where} AND time = ${String(time)}ms` }).toString()}`,
        { method: 'POST' },
      );
    const found = prove('--tag', `${skid}/${other}`);
    expect(found.said).toMatch(/QD-1\/R201\/TT-201B at .* was measured .*; history has no point that says so\./u);
    expect(found.status).toBe(1);
  }, 60_000);

  it('is not asked wrongly without being told', () => {
    expect(prove('--tag', `${skid}/R201/TT-999`)).toMatchObject({
      status: 2,
      said: expect.stringContaining('has no such tag') as string,
    });
    expect(prove('--from', 'yesterday').status).toBe(2);
    expect(prove('--embedded').status).toBe(2);
    expect(prove('--batch', 'B-2026-9999').status).toBe(2);
    // What the verifier finds counts: another key is trusted.
    expect(prove('--trust', '0'.repeat(64)).status).toBe(1);
  }, 90_000);
});
