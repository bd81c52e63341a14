/** `npm run envelope:sign -- FILE --key KEYFILE --by "NAME" [--new-key] [--approved]`: puts a person's name to an envelope. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { describeFault, MesolineError, messageOf, mesolineError } from '../../../plant/errors.ts';
import { contentToSign } from './envelope-file.ts';
import { fingerprintOf, signContent } from './envelope-signature.ts';

const usage = 'npm run envelope:sign -- FILE --key KEYFILE --by "NAME" [--new-key] [--approved]';
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** @throws MesolineError naming what is missing or cannot be read */
function run(args: readonly string[], folder: string): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      by: { type: 'string' },
      'new-key': { type: 'boolean', default: false },
      approved: { type: 'boolean', default: false },
    },
  });
  const [named] = positionals;
  if (named === undefined || values.key === undefined || values.by === undefined) {
    throw mesolineError('envelope-not-signed', 'command line', 'The file, the key or the name is missing.', usage);
  }
  const file = resolve(folder, named);
  const content = contentToSign(file);
  const key = keyIn(resolve(folder, values.key), values['new-key']);
  const at = new Date().toISOString().slice(0, 10);
  const signed = signContent(content, { by: values.by, at, approved: values.approved }, key);
  const document = parseDocument(readFileSync(file, 'utf8'));
  document.set('signed', signed);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
  say(`${named}: signed by ${signed.by} on ${at}, ${signed.approved ? 'approved' : 'as an unapproved default'}.`);
  say(`The key's fingerprint: ${fingerprintOf(signed.key)}`);
  say('It may sign envelopes once it stands in trusted.yaml beside them.');
}

function keyIn(file: string, make: boolean): KeyObject {
  try {
    if (make) {
      const { privateKey } = generateKeyPairSync('ed25519');
      // Never over another: what that one signed could not be signed again.
      writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
      return privateKey;
    }
    return createPrivateKey(readFileSync(file, 'utf8'));
  } catch (thrown) {
    const remedy = 'Name an Ed25519 key in PEM, or let one be made with --new-key.';
    throw mesolineError('envelope-not-signed', file, `The key cannot be used: ${messageOf(thrown)}.`, remedy, thrown);
  }
}

try {
  run(process.argv.slice(2), process.env['INIT_CWD'] ?? '.');
} catch (thrown) {
  if (thrown instanceof MesolineError) for (const fault of thrown.faults) say(describeFault(fault));
  else say(`${messageOf(thrown)} ${usage}`);
  process.exitCode = 1;
}
