/** Ledgers of earlier versions, as those versions left them: each is verified for ever. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PeopleStore } from '../../../control/access/index.ts';
import { verifyExport } from '../../../control/records/verify/verify-export.ts';
import { verifyFolder } from '../../../control/records/verify/verify-folder.ts';
import { verifyLedger } from '../../../control/records/verify/verify-ledger.ts';
import { ledgerFile, temporaryFolder, trustOf } from './support.ts';

describe('a ledger kept from checkpoint schema 1', () => {
  const folder = join(import.meta.dirname, '../../fixtures/ledger-checkpoint-1');
  const witness = readFileSync(join(folder, 'checkpoints', 'checkpoints.jsonl'), 'utf8');

  it('verifies with its fingerprint and its checkpoints', () => {
    const report = verifyLedger({ path: ledgerFile(folder), trusted: trustOf(folder), witness });
    expect(report.findings).toEqual([]);
    expect(report.held.join(' ')).toContain('49 events in 5 scopes');
  });

  it('does not verify without the fingerprint', () => {
    expect(verifyLedger({ path: ledgerFile(folder), trusted: null, witness }).holds).toBe(false);
  });
});

describe('an export kept from form 1', () => {
  const folder = join(import.meta.dirname, '../../fixtures/export-form-1');
  const read = (name: string): Buffer => readFileSync(join(folder, name));
  const trusted = read('trust.txt').toString().trim();

  it('verifies with its fingerprint and a checkpoint kept apart, and not with one byte changed', () => {
    const question = { trusted, witness: read('kept.jsonl').toString() };
    const report = verifyExport({ ...question, bytes: read('record.json') });
    expect(report.findings).toEqual([]);
    expect(report.held.join(' ')).toContain('batch/B-1 with its 3 events');
    const changed = Buffer.from(read('record.json').toString().replace('"new":"80"', '"new":"81"'));
    expect(verifyExport({ ...question, bytes: changed }).holds).toBe(false);
  });
});

describe('an export folder kept from form 2', () => {
  const folder = join(import.meta.dirname, '../../fixtures/export-form-2');
  const trusted = readFileSync(join(folder, 'trust.txt'), 'utf8').trim();
  const kept = join(folder, 'kept.jsonl');

  it('verifies with both verifiers', () => {
    const report = verifyFolder({ path: join(folder, 'folder'), trusted, witness: readFileSync(kept, 'utf8') });
    expect(report.findings).toEqual([]);
    const words = ['-B', 'deploy/verify_export.py', join(folder, 'folder'), '--trust', trusted, '--checkpoint', kept];
    expect(spawnSync('/usr/bin/python3', words, { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('VERIFIED') as string,
    });
  });
});

describe('an archive with a batch, kept from the release that first kept one', () => {
  const folder = join(import.meta.dirname, '../../fixtures/archive-people-8');
  const drill = (trusted: string) =>
    spawnSync(
      process.execPath,
      [
        'deploy/restore-drill.ts',
        ...['--archive', join(folder, 'archive'), '--trust', trusted],
        ...['--checkpoint', join(folder, 'kept.jsonl'), '--site', join(folder, 'site.yaml')],
      ],
      { encoding: 'utf8' },
    );

  it('is put back and verified, and its record is made, on screen and on paper', () => {
    const { status, stdout, stderr } = drill(readFileSync(join(folder, 'trust.txt'), 'utf8').trim());
    expect(stdout + stderr).toMatch(/The record of B-2026-0001 .*18 sections of \d+ events, .* KiB of paper/u);
    expect(stdout).toContain('RESTORED AND VERIFIED.');
    expect(status).toBe(0);
  });

  it('is doubted with another fingerprint', () => {
    expect(drill(Array.from({ length: 16 }, () => '0000').join('-')).status).toBe(1);
  });

  it('has people that today’s release reads', () => {
    const copy = temporaryFolder();
    copyFileSync(join(folder, 'archive', 'ledger', 'people.db'), join(copy.path, 'people.db'));
    const store = new PeopleStore(join(copy.path, 'people.db'));
    expect(store.people().map(({ userName }) => userName)).toContain('qa-releaser');
    store.close();
    copy.remove();
  });
});
