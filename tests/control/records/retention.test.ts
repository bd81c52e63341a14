/** Ledgers of earlier versions, as those versions left them: each is verified for ever. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyExport } from '../../../control/records/verify/verify-export.ts';
import { verifyFolder } from '../../../control/records/verify/verify-folder.ts';
import { verifyLedger } from '../../../control/records/verify/verify-ledger.ts';
import { ledgerFile, trustOf } from './support.ts';

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
