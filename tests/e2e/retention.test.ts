/** A batch is archived while the service runs; the archive is put back, verified, read on screen and paper, and a service goes on from it. */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiveFaults, archiveListName, readArchiveList } from '../../control/records/archive/index.ts';
import { tamper, trustOf } from '../control/records/support.ts';
import { ApiPerson } from '../support/api.ts';
import { makeBatch, passwordOf } from '../support/made-batch.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { SmallDisk } from './support/small-disk.ts';

const folder = temporaryFolder('retention');
const [data, site] = [join(folder.path, 'data'), join(folder.path, 'site.yaml')];
const [archive, kept] = [join(folder.path, 'archive'), join(folder.path, 'kept-apart.jsonl')];
const checkpoints = join(data, 'checkpoints', 'checkpoints.jsonl');
const disk = new SmallDisk(join(folder.path, 'disk'), 1);
let service!: Service;
let batch = '';
let password = '';

type Said = Readonly<{ status: number | null; said: string }>;
function run(program: string, ...args: readonly string[]): Said {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join('deploy', program), ...args], { encoding: 'utf8' }); // prettier-ignore
  return { status, said: stdout + stderr };
}
const drill = (of: string, ...more: readonly string[]): Said =>
  run('restore-drill.ts', '--archive', of, '--trust', trustOf(data), '--checkpoint', kept, '--site', site, ...more);

/** A copy of the archive in which `change` was made, and then the list, by somebody who can. */
function forged(name: string, path: string, change: (path: string) => void): string {
  const copy = join(folder.path, name);
  cpSync(archive, copy, { recursive: true });
  change(join(copy, path));
  const list = readArchiveList(copy);
  const bytes = readFileSync(join(copy, path));
  const said = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  writeFileSync(join(copy, archiveListName), JSON.stringify({ ...list, files: { ...list.files, [path]: said } }));
  return copy;
}

beforeAll(async () => {
  const made = await makeBatch({ folder: data, hours: 0.5 });
  batch = made.view.id;
  password = passwordOf(made.bench, 'qa-reviewer');
  const skid = '  QD-1: { type: cdse-two-stage, title: CdSe line 1, twin: { run: here, seed: 1 } }';
  writeFileSync(site, ['site: e2e', 'title: Retention', 'skids:', skid, ''].join('\n'));
  service = await Service.start({ site, data });
}, 120_000);

afterAll(async () => {
  await service.stop();
  disk.unmount();
  folder.remove();
});

describe('an archive of a service that runs', () => {
  it('is put back and verified: ledger, telemetry, and the record of a batch, on screen and on paper', () => {
    copyFileSync(checkpoints, kept);
    expect(run('archive.ts', '--data', data, '--to', archive)).toMatchObject({ status: 0 });
    const { status, said } = drill(archive);
    expect(said).toContain('RESTORED AND VERIFIED.');
    expect(said).toMatch(/events in \d+ scopes follow from one another/u);
    expect(said).toMatch(/[1-9]\d* segments of sealed telemetry of 1 batches/u);
    expect(said).toMatch(new RegExp(`The record of ${batch} .*18 sections of \\d+ events, .* KiB of paper`, 'u'));
    expect(status).toBe(0);
  });

  it('keeps no key, no first password and nothing else that opens what it holds', () => {
    const files = Object.keys(readArchiveList(archive).files);
    expect(files).toEqual(expect.arrayContaining(['ledger/ledger.db', 'ledger/people.db', 'keys/trust.txt']));
    expect(files.filter((path) => /\.pem$|\.key$|first-credentials|pki\//u.test(path))).toEqual([]);
  });

  it('is told from one that lacks what came after it', async () => {
    await ApiPerson.knowing(service, 'qa-reviewer', password);
    expect((await service.stop()).code, service.log()).toBe(0);
    const newer = join(folder.path, 'newer.jsonl');
    copyFileSync(checkpoints, newer);
    const { status, said } = drill(archive, '--checkpoint', newer);
    expect(said).toMatch(/OLDER .*\d+ events that came after are not in this archive/u);
    expect(said).toContain('RESTORED, BUT OLDER');
    expect(status).toBe(3);
  });

  it('is what a service goes on from, once its keys are put beside it', async () => {
    const into = join(folder.path, 'restored');
    expect(drill(archive, '--into', into).status).toBe(0);
    cpSync(join(data, 'keys'), join(into, 'keys'), { recursive: true });
    const again = await Service.start({ site, data: into });
    try {
      const reviewer = await ApiPerson.knowing(again, 'qa-reviewer', password);
      const { body } = await reviewer.get<{ document: { batch: string } }>(`/api/batches/${batch}/document`);
      expect(body.document.batch).toBe(batch);
    } finally {
      await again.stop();
    }
  });
});

describe('an archive that was changed', () => {
  it('is doubted whichever file a byte was flipped in, and the file is named', () => {
    const list = readArchiveList(archive);
    const paths = Object.keys(list.files).filter((path) => list.files[path]!.bytes > 0);
    expect(paths.length).toBeGreaterThan(4);
    for (const path of paths) {
      const file = join(archive, path);
      const bytes = readFileSync(file);
      const changed = Buffer.from(bytes);
      const at = Math.floor(bytes.length / 2);
      changed[at] = changed[at]! ^ 1;
      writeFileSync(file, changed);
      expect(archiveFaults(archive, list)).toEqual([`${path} is not what was archived: another digest.`]);
      writeFileSync(file, bytes);
    }
    expect(archiveFaults(archive, list)).toEqual([]);
  });

  it('is doubted where a file was taken away, put in, or made a link', () => {
    const copy = join(folder.path, 'more');
    cpSync(archive, copy, { recursive: true });
    rmSync(join(copy, 'keys', 'trust.txt'));
    writeFileSync(join(copy, 'note.txt'), 'added');
    expect(archiveFaults(copy, readArchiveList(copy))).toEqual([
      'note.txt is in the archive and not in its list.',
      'keys/trust.txt is missing.',
    ]);
    expect(drill(copy)).toMatchObject({ status: 1, said: expect.stringContaining('NOT RESTORED') as string });
  });

  it.each([
    [
      'an event was changed, and the list with it',
      'ledger/ledger.db',
      (path: string) =>
        tamper(path, (database) => database.exec(`UPDATE event SET body = replace(body, 'Complete', 'complete')`)),
      /batch\/B-/u,
    ],
    [
      'the ledger was cut short, and the list with it',
      'ledger/ledger.db',
      (path: string) => tamper(path, (database) => database.exec('DELETE FROM site WHERE seq > 40')),
      /cut off|removed|not bound|binds/u,
    ],
  ])('is doubted where %s', (_, path, change, problem) => {
    const copy = forged(`forged-${String(problem).length}`, path, change);
    const { status, said } = drill(copy);
    expect(said).toMatch(problem);
    expect(said).toContain('NOT RESTORED');
    expect(status).toBe(1);
  });

  it('is doubted where what was measured was replaced, and the list with it', () => {
    const segment = Object.keys(readArchiveList(archive).files).find((path) => path.endsWith('.jsonl.gz'))!;
    const other = Object.keys(readArchiveList(archive).files)
      .filter((path) => path.endsWith('.jsonl.gz'))
      .at(-1)!;
    const copy = forged('measured', segment, (path) => copyFileSync(join(archive, other), path));
    expect(other).not.toBe(segment);
    const { status, said } = drill(copy);
    expect(said).toMatch(/DOUBT .*segment/iu);
    expect(status).toBe(1);
  });
});

describe('an archive that cannot be', () => {
  it('is refused where something is there already, in the data folder, or without a data folder', () => {
    expect(run('archive.ts', '--data', data, '--to', archive)).toMatchObject({ status: 1, said: expect.stringContaining('there already') as string }); // prettier-ignore
    expect(run('archive.ts', '--data', data, '--to', join(data, 'x')).status).toBe(1);
    expect(run('archive.ts', '--data', join(folder.path, 'no'), '--to', join(folder.path, 'y')).status).toBe(2);
    expect(run('archive.ts', '--to', join(folder.path, 'y')).status).toBe(2);
  });

  it.skipIf(!disk.mounted)('is not left half on a full disk', () => {
    const to = join(disk.path, 'archive');
    disk.fill();
    const { status, said } = run('archive.ts', '--data', data, '--to', to);
    expect(said).toContain('NOT ARCHIVED');
    expect(status).toBe(1);
    expect([existsSync(to), existsSync(`${to}.partial`)]).toEqual([false, false]);
  });

  it('is no proof of itself: its own checkpoints, or none, are not taken', () => {
    const own = ['--archive', archive, '--trust', trustOf(data), '--site', site] as const;
    expect(run('restore-drill.ts', ...own).status).toBe(2);
    expect(run('restore-drill.ts', ...own, '--checkpoint', join(archive, 'checkpoints', 'checkpoints.jsonl')).status).toBe(2); // prettier-ignore
    expect(run('restore-drill.ts', '--archive', archive, '--checkpoint', kept).status).toBe(2);
    expect(run('restore-drill.ts', '--archive', 'deploy', '--trust', trustOf(data), '--checkpoint', kept).status).toBe(1); // prettier-ignore
  });
});
