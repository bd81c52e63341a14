/** Ledgers of earlier versions, as those versions left them: each is verified for ever. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
