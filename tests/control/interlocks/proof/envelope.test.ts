import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { proveFiles } from '../../../../control/interlocks/proof/check-files.ts';
import { looserThan } from '../../../../control/interlocks/proof/envelope-check.ts';
import {
  contentToSign,
  envelopeFor,
  loadEnvelope,
  shippedEnvelopeFolder,
  trustedKeys,
} from '../../../../control/interlocks/proof/envelope-file.ts';
import { fingerprintOf, signContent } from '../../../../control/interlocks/proof/envelope-signature.ts';
import type { Effort } from '../../../../control/interlocks/proof/row-differential.ts';
import { MesolineError } from '../../../../plant/errors.ts';
import { shippedSkidFolder } from '../../../../plant/skid/folders.ts';
import { loadSkidType } from '../../../../plant/skid/skid-loader.ts';

const folder = mkdtempSync(join(tmpdir(), 'mesoline-envelope-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const cdse = readFileSync(join(shippedSkidFolder, 'cdse.yaml'), 'utf8');
const shipped = envelopeFor('cdse-two-stage');

/** What is said of the CdSe line with this put in the place of that. */
function saidOf(that: string, instead: string, effort?: Effort): readonly string[] {
  expect(cdse).toContain(that);
  const file = join(folder, 'line.yaml');
  writeFileSync(file, cdse.replace(that, instead));
  if (shipped === null) throw new Error('there is no envelope');
  return looserThan(shipped.type, loadSkidType(file), effort).map(({ problem, trace = [] }) =>
    [problem, ...trace].join('\n'),
  );
}

describe('the envelope of a skid type', () => {
  it.each(['cdse-two-stage', 'cdte-two-stage', 'cds-two-stage', 'cdse-zns-three-stage', 'rig'])(
    'holds for %s as it is shipped',
    (type) => {
      const envelope = envelopeFor(type);
      const file = { 'cdse-two-stage': 'cdse', 'cdte-two-stage': 'cdte', 'cds-two-stage': 'cds', rig: 'rig' }[type];
      const made = loadSkidType(join(shippedSkidFolder, `${file ?? 'cdse-zns'}.yaml`));
      expect(envelope === null ? null : looserThan(envelope.type, made)).toEqual([]);
    },
  );

  it('shows a limit that was raised at the pressures between the old one and the new', () => {
    const [said = ''] = saidOf('value > 16.2 bar(g), for: 0.5 s', 'value > 16.4 bar(g), for: 0.5 s');
    expect(said).toContain(
      'Row 9, Pressure high-high, is looser than its envelope: where that demands S, it does nothing.',
    );
    expect(said).toMatch(/0\.000 s: .*R201\/PT-201. \(PLC-1\.reactorPressure.\) 16\.[234]\d* bar\(g\)/u);
    expect(said).toMatch(
      /0\.500 s: all as before\nExpected, by the envelope: the row demands S\.\nWhat came: the row does nothing\.$/u,
    );
  });

  it('shows a vote that takes one channel more', () => {
    const [said = ''] = saidOf('1oo2 [G900/FT-906A, G900/FT-906B]', '2oo2 [G900/FT-906A, G900/FT-906B]');
    expect(said).toContain('Row 1, Air velocity low, is looser');
  });

  it('sees through a tag of the same name that reads another point', () => {
    const said = saidOf('from: GDP-1.h2s.1,', 'from: GDP-1.h2s.2,').join('\n');
    expect(said).toContain('No tag reads GDP-1.h2s.1, which the envelope stands on (G900/AT-901A).');
    expect(said).toContain('Row 5, H2S, is looser');
  });

  it('sees through a derived tag that says less', () => {
    const said = saidOf("'max(R201/TT-201A, R201/TT-201B)'", "'min(R201/TT-201A, R201/TT-201B)'").join('\n');
    expect(said).toMatch(/Row 11, .* is looser/u);
    expect(said).toMatch(/Row 12, .* is looser/u);
  });

  it.each([
    [
      'a bypass of a row that has none',
      'bypass: never\n    why: H2S',
      'bypass: { by: [maintenance], for: 1 h, meanwhile: Watch. }\n    why: H2S',
      'Row 5, H2S: it may be bypassed for 3600 s, and by the envelope never.',
    ],
    [
      'a value that may be older',
      'range: 0..20, decimals: 2, staleAfter: 2 s',
      'range: 0..20, decimals: 2, staleAfter: 6 s',
      'it goes by values 6 s old, by the envelope 2 s at most.',
    ],
    [
      'a watchdog that waits longer',
      'watchdog: 3 s',
      'watchdog: 9 s',
      'PLC-1 waits 9 s for the service, by the envelope 3 s at most.',
    ],
  ])('tells of %s', (_, that, instead, told) => {
    expect(saidOf(that, instead).join('\n')).toContain(told);
  });

  it('takes what is stricter', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 16.2, noNaN: true }), fc.integer({ min: 0, max: 500 }), (limit, delay) => {
        const stricter = `value > ${limit.toFixed(3)} bar(g), for: ${delay} ms`;
        expect(saidOf('value > 16.2 bar(g), for: 0.5 s', stricter, { fields: 200, states: 0, fieldsEach: 0 })).toEqual(
          [],
        );
      }),
      { numRuns: 4 },
    );
  });
});

describe('the signature of an envelope', () => {
  const other = join(folder, 'envelopes');
  cpSync(shippedEnvelopeFolder, other, { recursive: true });
  const file = join(other, 'rig.yaml');

  const faultOf = (act: () => unknown): string => {
    try {
      act();
    } catch (thrown) {
      if (thrown instanceof MesolineError) return thrown.message;
      throw thrown;
    }
    return '';
  };

  it('fails where anything in the envelope was changed', () => {
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.replace('20 L/min', '19 L/min'));
    expect(faultOf(() => envelopeFor('rig', other))).toContain('It is not what Mesoline (default) signed');
    writeFileSync(file, whole);
    expect(faultOf(() => envelopeFor('rig', other))).toBe('');
  });

  it('is taken from nobody whose key is not among the trusted ones', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const signed = signContent(
      contentToSign(file),
      { by: 'A. Stranger', at: '2026-11-23', approved: true },
      privateKey,
    );
    const document = parseDocument(readFileSync(file, 'utf8'));
    document.set('signed', signed);
    const foreign = join(folder, 'foreign.yaml');
    writeFileSync(foreign, document.toString());
    const fingerprint = fingerprintOf(signed.key);
    expect(faultOf(() => loadEnvelope(foreign, { trusted: trustedKeys(other) }))).toContain(fingerprint);
    const trusted = new Map([[fingerprint, 'A. Stranger']]);
    expect(loadEnvelope(foreign, { trusted }).signed.by).toBe('A. Stranger');
  });

  it('is asked for by the check of a skid file', () => {
    const whole = readFileSync(file, 'utf8');
    const unsigned = parseDocument(whole);
    unsigned.delete('signed');
    writeFileSync(file, unsigned.toString());
    const lines: string[] = [];
    const code = proveFiles(['rig.yaml'], shippedSkidFolder, (line) => lines.push(line), { envelopeFolder: other });
    writeFileSync(file, whole);
    expect(code).toBe(1);
    expect(lines.join('\n')).toContain('The envelope is not signed.');
  });
});
