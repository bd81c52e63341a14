import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Twins } from '../../deploy/twins.ts';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';
import { silentLog } from '../gateway/support/house.ts';
import { until } from '../support/waiting.ts';
import { writeFullSkid } from '../twin/full-skid.ts';

/** Says what it is told to say, notes how it was started, and falls over when asked to by a file. */
const program = `
import { appendFileSync, existsSync } from 'node:fs';
const [folder, ports] = process.argv.slice(2);
appendFileSync(folder + '/starts', ports + '\\n');
appendFileSync(folder + '/pids', process.pid + '\\n');
const nmr = JSON.parse(ports)['NMR-9'] ?? 15777;
if (!existsSync(folder + '/slow')) process.send({ ready: true, port: 15021, links: { 'PLC-1': 'modbus-tcp://127.0.0.1:15021/1', 'NMR-9': 'tcp://127.0.0.1:' + nmr, 'RA-9': 'folder:' + folder + '/RA-9' } });
process.on('disconnect', () => process.exit(0));
setInterval(() => { if (existsSync(folder + '/fall')) process.exit(3); }, 10);
`;

let home = '';
let folder = '';
let twins: Twins;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mesoline-twins-'));
  folder = join(home, 'twins', 'QD-1');
  writeFileSync(join(home, 'twin.mjs'), program);
  mkdirSync(join(folder, 'RA-9', 'pki'), { recursive: true });
  writeFileSync(join(folder, 'RA-9', 'raman_00001.spc'), 'old');
  writeFileSync(join(folder, 'RA-9', 'pki', 'key.pem'), 'key');
  const argumentsFor = (ports: Readonly<Record<string, number>>) => [folder, JSON.stringify(ports)];
  twins = new Twins(
    [{ skid: 'QD-1', port: null, folder, program: join(home, 'twin.mjs'), flags: [], argumentsFor }],
    silentLog,
  );
});
afterEach(async () => {
  await twins.stop();
  rmSync(home, { recursive: true, force: true });
});
const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const starts = (): readonly string[] => readFileSync(join(folder, 'starts'), 'utf8').trim().split('\n');

describe('the twins that run here', () => {
  it('say how each of their devices is reached, and begin with folders that hold no old spectra but their keys', async () => {
    await twins.start();
    expect(twins.links('QD-1')).toEqual([
      { device: 'PLC-1', protocol: 'modbus-tcp', host: '127.0.0.1', port: 15021, unitId: 1 },
      { device: 'NMR-9', protocol: 'tcp', host: '127.0.0.1', port: 15777 },
      { device: 'RA-9', protocol: 'folder', path: join(folder, 'RA-9') },
    ]);
    expect(twins.links('QD-2')).toBeNull();
    expect(existsSync(join(folder, 'RA-9', 'raman_00001.spc'))).toBe(false);
    expect(existsSync(join(folder, 'RA-9', 'pki', 'key.pem'))).toBe(true);
  });

  it('find results of a Spinsolve in the folder of its twin', async () => {
    const type = loadSkidType(writeFullSkid(home));
    await twins.start();
    const folders = (of: typeof type) =>
      of.devices.flatMap(({ model }) => (model.protocol === 'spinsolve' ? model.measurement.folders : []));
    expect(folders(twins.typeOf('QD-1', type))).toEqual([{ theirs: 'C:\\Data', ours: join(folder, 'NMR-9') }]);
    expect(twins.typeOf('QD-2', type)).toBe(type);
  });

  it('come back on the ports of before when one has ended by itself', async () => {
    await twins.start();
    writeFileSync(join(folder, 'fall'), '');
    await until(() => twins.health().state === 'degraded', { everyMs: 5 });
    rmSync(join(folder, 'fall'));
    await until(() => starts().length === 2 && twins.health().state === 'ready', { everyMs: 5, withinMs: 8000 });
    expect(starts()).toEqual(['{}', '{"PLC-1":15021,"NMR-9":15777}']);
  });

  it('are all ended, one that was just being started again too', async () => {
    await twins.start();
    writeFileSync(join(folder, 'slow'), '');
    writeFileSync(join(folder, 'fall'), '');
    await until(() => twins.health().figures?.['alive'] === 0);
    rmSync(join(folder, 'fall'));
    await until(() => starts().length === 2);
    await twins.stop();
    const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
    expect(pids.filter(runs)).toEqual([]);
  });
});
