/** Skid files beside their envelopes, after plant's own checks: what `npm run skid:check` says and gives back. */
import { resolve } from 'node:path';
import { describeFault, MesolineError } from '../../../plant/errors.ts';
import { checkFiles } from '../../../plant/skid/check-files.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { Source } from '../../../plant/skid/source.ts';
import { readSkidSource } from '../../../plant/skid/variant.ts';
import { looserThan } from './envelope-check.ts';
import { envelopeFor, loadEnvelope, shippedEnvelopeFolder, trustedKeys, type Envelope } from './envelope-file.ts';
import { fingerprintOf } from './envelope-signature.ts';
import type { Finding } from './looser.ts';
import { proofOf, type MatrixProof } from './matrix-proof.ts';

export type ProofFolders = Readonly<{ envelopeFolder?: string; deviceModelFolder?: string }>;

/**
 * @param folder from which the files are named
 * @returns the exit code: 0 where all are sound and proven, 1 where one is not, 2 where none is named
 */
export function proveFiles(
  files: readonly string[],
  folder: string,
  say: (line: string) => void,
  folders: ProofFolders = {},
): 0 | 1 | 2 {
  if (files.length === 0) return checkFiles(files, folder, say);
  let code: 0 | 1 = 0;
  for (const file of files) {
    const path = resolve(folder, file);
    const kind = kindOf(path);
    if (kind === 'envelope') {
      if (!sayEnvelope(path, file, say, folders)) code = 1;
      continue;
    }
    if (checkFiles([file], folder, say) !== 0) code = 1;
    else if (kind === 'skid' && !proveSkid(path, file, say, folders)) code = 1;
  }
  return code;
}

type Kind = 'skid' | 'envelope' | 'other';

/** Told apart by their keys, as plant's checks do. A file that cannot be read is left to these. */
function kindOf(path: string): Kind {
  try {
    const { value } = new Source(path, 'skid-file-invalid');
    if (typeof value !== 'object' || value === null) return 'other';
    if ('holdsFor' in value) return 'envelope';
    return ['site', 'skids', 'model', 'registers', 'method', 'parameters'].some((key) => key in value)
      ? 'other'
      : 'skid';
  } catch (thrown) {
    if (thrown instanceof MesolineError) return 'other';
    throw thrown;
  }
}

function proveSkid(path: string, file: string, say: (line: string) => void, folders: ProofFolders): boolean {
  const { envelopeFolder = shippedEnvelopeFolder } = folders;
  const models = folders.deviceModelFolder === undefined ? {} : { deviceModelFolder: folders.deviceModelFolder };
  try {
    const type = loadSkidType(path, models);
    const envelope = envelopeFor(type.type, envelopeFolder);
    const source = readSkidSource(path, 'skid-file-invalid');
    const { findings, figures } = proofOf(type);
    const found = [...findings, ...(envelope === null ? [] : looserThan(envelope.type, type))];
    for (const one of found) sayFinding(one, source.where(one.path).replace(path, file), say);
    // What has no row has nothing to prove, and nothing to be loose.
    if (type.interlocks.length === 0) return found.length === 0;
    if (findings.length === 0) say(`${file}: ${proven(figures)}`);
    if (found.length === findings.length)
      say(`${file}: ${envelope === null ? withoutEnvelope(type.type) : within(envelope)}`);
    return found.length === 0;
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    for (const fault of thrown.faults) say(describeFault(fault));
    return false;
  }
}

const proven = ({ rows, inputs, states, steps }: MatrixProof['figures']): string =>
  `proven: ${counted(rows, 'row')}, ${inputs} inputs, ${states} states, ${steps} steps; each trip leads to its safe state from every one.`;

const counted = (count: number, thing: string): string => `${count} ${count === 1 ? thing : `${thing}s`}`;

const withoutEnvelope = (type: string): string =>
  `no envelope holds for ${type}; nothing says how loose its rows may be.`;

const within = ({ signed, type }: Envelope): string =>
  `every row is at least as strict as its envelope, ${counted(type.interlocks.length, 'row')}, signed by ${signed.by} on ${signed.at}${signed.approved ? '' : ', an unapproved default'}.`;

function sayEnvelope(path: string, file: string, say: (line: string) => void, folders: ProofFolders): boolean {
  try {
    const envelope = loadEnvelope(path, { trusted: trustedKeys(folders.envelopeFolder) });
    say(
      `${file}: envelope for ${envelope.holdsFor.join(', ')}: ${envelope.type.interlocks.length} rows, signed by ${envelope.signed.by}, key ${fingerprintOf(envelope.signed.key)}`,
    );
    return true;
  } catch (thrown) {
    if (!(thrown instanceof MesolineError)) throw thrown;
    for (const fault of thrown.faults) say(describeFault({ ...fault, where: fault.where.replace(path, file) }));
    return false;
  }
}

function sayFinding({ problem, remedy, trace = [] }: Finding, where: string, say: (line: string) => void): void {
  say(describeFault({ where, problem, remedy }));
  for (const line of trace) say(`    ${line}`);
}
