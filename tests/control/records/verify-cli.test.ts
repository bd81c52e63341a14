import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { event, ledgerFile, openQuickly, stamp, tamper, temporaryFolder, trustOf } from './support.ts';

const made = temporaryFolder();
const cli = new URL('../../../control/records/verify/cli.ts', import.meta.url).pathname;
const exported = join(made.path, 'B-1.record.json');
const kept = join(made.path, 'checkpoints', 'checkpoints.jsonl');

beforeAll(async () => {
  const records = await openQuickly(made.path);
  await records.append(event('batch/B-1', 'batch-ended'), stamp);
  writeFileSync(exported, (await records.export('batch/B-1', stamp)).text);
  await records.close(stamp);
});

afterAll(() => made.remove());

const verify = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words], { encoding: 'utf8' });
  return { status, text: stdout + stderr };
};

describe('npm run verify', () => {
  it('ends with 0 and says what holds for a ledger and for an export', () => {
    const trust = ['--trust', trustOf(made.path)];
    expect(verify(made.path, ...trust)).toMatchObject({
      status: 0,
      text: expect.stringContaining('VERIFIED: everything'),
    });
    expect(verify(exported, ...trust, '--checkpoint', kept)).toMatchObject({ status: 0 });
  });

  it('ends with 1 for an export where no checkpoint was kept apart', () => {
    expect(verify(exported, '--trust', trustOf(made.path))).toMatchObject({
      status: 1,
      text: expect.stringContaining('None was given with --checkpoint'),
    });
  });

  it('ends with 1 where no fingerprint is given, and says why', () => {
    expect(verify(exported)).toMatchObject({ status: 1, text: expect.stringContaining('No trusted fingerprint') });
  });

  it('ends with 2 where it is asked wrongly', () => {
    expect(verify(exported, '--trust', 'abc')).toMatchObject({
      status: 2,
      text: expect.stringContaining('64 hexadecimal'),
    });
    const pipe = join(made.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(verify(pipe)).toMatchObject({ status: 2, text: expect.stringContaining('no such file') });
    expect(verify(exported, '--checkpoint', pipe)).toMatchObject({
      status: 2,
      text: expect.stringContaining('no plain'),
    });
  });

  it('ends with 1 and names the event that was changed', () => {
    tamper(ledgerFile(made.path), (database) =>
      database.exec("UPDATE event SET body = replace(body, 'heat up', 'heat Up') WHERE scope = 'batch/B-1'"),
    );
    expect(verify(ledgerFile(made.path), '--trust', trustOf(made.path))).toMatchObject({
      status: 1,
      text: expect.stringMatching(/event batch\/B-1 #1 \(batch-ended\).*NOT VERIFIED/s),
    });
  });
});
