import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkFiles } from '../../../plant/skid/check-files.ts';
import { soundMethod } from '../method/files.ts';
import { change, folder, lineOf, soundSkid } from './files.ts';

const shipped = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const phases = 'phases: [prime, prime]';
const faulty = change(
  change(soundSkid, 'model: small-plc', 'model: generic-skid-plc'),
  'phases: [prime, heat-up]',
  phases,
);

function check(files: readonly string[], from = tmpdir()) {
  const lines: string[] = [];
  return { code: checkFiles(files, from, (line) => lines.push(line)), lines };
}

describe('npm run skid:check', () => {
  it('sums up sound files, told apart by their keys', () => {
    const files = ['plant/skids/cdse.yaml', 'gateway/devices/row-logger.yaml', 'deploy/sites/rig.yaml'].map(shipped);
    const { code, lines } = check(files);
    expect(lines).toEqual([
      expect.stringMatching(
        /cdse\.yaml: skid type: 12 devices, \d+ tags, 4 analyses, 25 interlocks, 5 alarms, \d+ registers, \d+ read requests, \d+ points$/u,
      ),
      expect.stringMatching(/row-logger\.yaml: device model: \d+ registers, 1 read request$/u),
      expect.stringMatching(/rig\.yaml: site of 1 skid: RIG-1 \(rig\)$/u),
    ]);
    expect(code).toBe(0);
  });

  it('sums up a method with the digest that an approval names', () => {
    const { code, lines } = check([join(folder({ 'dots.yaml': soundMethod }), 'dots.yaml')]);
    expect(lines).toEqual([
      expect.stringMatching(/dots\.yaml: method: uv-vis, version 3, 2 outputs, not approved, [0-9a-f]{64}$/u),
    ]);
    expect(code).toBe(0);
  });

  it('says each fault with file, line, problem and remedy, and fails', () => {
    const { code, lines } = check([join(folder({ 's.yaml': faulty }), 's.yaml'), shipped('plant/skids/rig.yaml')]);
    const faults = lines.slice(0, -1);
    expect(faults.length).toBeGreaterThan(1);
    expect(faults.filter((line) => !/^\S+\.yaml:\d+: .+\. .+$/u.test(line))).toEqual([]);
    expect(lines.at(-1)).toContain('1 interlock');
    expect(code).toBe(1);
  });

  it('names files as they were named, from the folder in which npm was called', () => {
    const file = join(folder({ 's.yaml': faulty }), 's.yaml');
    const { status, stdout } = spawnSync(process.execPath, [shipped('plant/skid/check-cli.ts'), basename(file)], {
      cwd: tmpdir(),
      env: { ...process.env, INIT_CWD: dirname(file) },
      encoding: 'utf8',
    });
    expect(stdout.split('\n')).toContain(
      `s.yaml:${lineOf(faulty, phases)}: The phase "prime" stands twice. Name each phase once.`,
    );
    expect(status).toBe(1);
  });

  it('says how it is called where no file is named', () => {
    expect(check([])).toEqual({ code: 2, lines: [expect.stringContaining('npm run skid:check -- ')] });
  });
});
