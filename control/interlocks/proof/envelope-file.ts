/**
 * Envelopes of `plant/skids/envelopes/`: for each row of a matrix the loosest it may ever be. An envelope is written like a skid
 * file, with the tags its rows stand on and nothing else, so that it means what a skid file means, "like" another one included; it names the types it holds for,
 * and is signed. `trusted.yaml` beside it names the keys that may sign.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { MesolineError, messageOf, mesolineError } from '../../../plant/errors.ts';
import type { SkidType } from '../../../plant/skid/definition.ts';
import { readForm } from '../../../plant/skid/form.ts';
import { skidTypeIn, type SkidFolders } from '../../../plant/skid/skid-loader.ts';
import { Source } from '../../../plant/skid/source.ts';
import { readSkidSource } from '../../../plant/skid/variant.ts';
import { fingerprintOf, signatureHolds, signedSchema, type Signed } from './envelope-signature.ts';

export const shippedEnvelopeFolder = fileURLToPath(new URL('../../../plant/skids/envelopes', import.meta.url));

const code = 'envelope-invalid';
const trustedName = 'trusted.yaml';

export type Envelope = Readonly<{
  file: string;
  /** The skid types it holds for. */
  holdsFor: readonly string[];
  /** Its rows and the tags they stand on. */
  type: SkidType;
  signed: Signed;
}>;

const trustedSchema = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        { fingerprint: Type.String({ minLength: 1 }), of: Type.String({ minLength: 1 }) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

/** The envelope that holds for a skid type, or null where there is none. @throws MesolineError where one cannot be trusted */
export function envelopeFor(type: string, folder: string = shippedEnvelopeFolder): Envelope | null {
  const files = filesOf(folder).filter((file) => headOf(readSkidSource(file, code)).holdsFor.includes(type));
  const [file, other] = files;
  if (file === undefined) return null;
  if (other !== undefined) {
    throw mesolineError(code, other, `It holds for ${type}, and so does ${file}.`, 'Keep one envelope for a type.');
  }
  return loadEnvelope(file, { trusted: trustedKeys(folder) });
}

function filesOf(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== trustedName);
    return names.sort().map((name) => join(folder, name));
  } catch (thrown) {
    throw mesolineError(
      code,
      folder,
      `The envelopes cannot be read: ${messageOf(thrown)}.`,
      'Check the folder.',
      thrown,
    );
  }
}

type Head = Readonly<{ holdsFor: readonly string[]; signed: unknown; content: Readonly<Record<string, unknown>> }>;

/** What an envelope has beside a skid file, and all that is signed of it. */
function headOf(source: Source): Head {
  const { value } = source;
  if (typeof value !== 'object' || value === null || !('holdsFor' in value) || !Array.isArray(value.holdsFor)) {
    throw mesolineError(code, source.file, 'It does not say for which skid types it holds.', 'Add "holdsFor: [TYPE]".');
  }
  const { signed = null, ...content } = value as Record<string, unknown>;
  return { holdsFor: value.holdsFor.map(String), signed, content };
}

/** What is to be signed of an envelope. @throws MesolineError where it is no sound one */
export function contentToSign(file: string, folders: SkidFolders = {}): Readonly<Record<string, unknown>> {
  const source = readSkidSource(file, code);
  const { content } = headOf(source);
  rowsIn(source, content, folders);
  return content;
}

function rowsIn(source: Source, content: Head['content'], folders: SkidFolders): SkidType {
  const { holdsFor, ...skid } = content;
  source.value = { ...skid, type: String(holdsFor) };
  return skidTypeIn(source, folders);
}

/** @throws MesolineError `envelope-invalid` where it is not whole, or nobody who may has signed what stands in it */
export function loadEnvelope(
  file: string,
  { trusted, ...folders }: SkidFolders & Readonly<{ trusted: ReadonlyMap<string, string> }>,
): Envelope {
  const source = readSkidSource(file, code);
  source.throwFaults(code);
  const { holdsFor, signed, content } = headOf(source);
  const where = source.where(['signed']);
  if (!Value.Check(signedSchema, signed)) {
    throw mesolineError(code, where, 'The envelope is not signed.', signing);
  }
  if (!signatureHolds(content, signed)) {
    throw mesolineError(
      code,
      where,
      `It is not what ${signed.by} signed on ${signed.at}: something was changed.`,
      signing,
    );
  }
  const fingerprint = fingerprintOf(signed.key);
  if (!trusted.has(fingerprint)) {
    const problem = `It is signed with the key ${fingerprint}, which is not among those that may sign envelopes.`;
    throw mesolineError(code, where, problem, `Compare it with whoever signed, then add it to ${trustedName}.`);
  }
  return { file, holdsFor, type: rowsIn(source, content, folders), signed };
}

const signing = 'Have it approved, then: npm run envelope:sign -- FILE --key KEYFILE --by "NAME".';

/** Fingerprints of the keys that may sign, with whose they are. @throws MesolineError where the file is not sound */
export function trustedKeys(folder: string = shippedEnvelopeFolder): ReadonlyMap<string, string> {
  const source = new Source(join(folder, trustedName), code);
  const form = readForm(source, trustedSchema);
  source.throwFaults(code);
  if (form === null) throw new MesolineError(code, source.faults);
  return new Map(form.keys.map(({ fingerprint, of }) => [fingerprint, of]));
}
