import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { change, folder, lineOf, soundSkid } from './files.ts';

const cli = fileURLToPath(new URL('../../../plant/skid/check-cli.ts', import.meta.url));
const shipped = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** From another folder than the project's, as npm calls it. */
function check(...files: readonly string[]) {
  const { status, stdout } = spawnSync(process.execPath, [cli, ...files], {
    cwd: tmpdir(),
    env: { ...process.env, INIT_CWD: tmpdir() },
    encoding: 'utf8',
  });
  return { status, lines: stdout.trim().split('\n') };
}

describe('npm run skid:check', () => {
  it('sums up sound files, told apart by their keys', () => {
    const { status, lines } = check(
      shipped('plant/skids/cdse.yaml'),
      shipped('gateway/devices/row-logger.yaml'),
      shipped('deploy/sites/rig.yaml'),
    );
    expect(lines[0]).toMatch(
      /skid type: 1 device, \d+ tags, 6 interlocks, 5 alarms, \d+ registers, \d+ read requests$/u,
    );
    expect(lines[1]).toMatch(/device model: 4 registers, 1 read request$/u);
    expect(lines[2]).toMatch(/site of 1 skid: RIG-1 \(rig\)$/u);
    expect(status).toBe(0);
  });

  it('says each fault with file, line, problem and remedy, and fails', () => {
    const phases = 'phases: [prime, prime]';
    const text = change(
      change(soundSkid, 'model: small-plc', 'model: generic-skid-plc'),
      'phases: [prime, heat-up]',
      phases,
    );
    const file = join(folder({ 's.yaml': text }), 's.yaml');
    const { status, lines } = check(file);
    expect(lines).toContain(`${file}:${lineOf(text, phases)}: The phase "prime" stands twice. Name each phase once.`);
    expect(lines.every((line) => /^\S+\.yaml:\d+: .+\. .+$/u.test(line))).toBe(true);
    expect(status).toBe(1);
  });

  it('says how it is called where no file is named', () => {
    expect(check().status).toBe(2);
  });
});
