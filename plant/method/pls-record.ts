/**
 * A calibration's record as a file beside the methods that use it. It is taken byte by byte as it was written: whoever changes it,
 * knowingly or not, has no record any more.
 */
import { readFileSync, statSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { Type, type Static } from 'typebox';
import { MesolineError, mesolineError, messageOf } from '../errors.ts';
import { readPlsModel, type PlsModel } from './pls-model.ts';

/** So a record's file is called: a name in the folder of the method's own file, never a path. */
export const recordNameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.json$/u;

/** The model of a method, as its parameters name it. */
export const plsUseSchema = Type.Object(
  {
    kind: Type.Literal('pls'),
    /** As {@link recordNameForm}. */
    record: Type.String(),
  },
  { additionalProperties: false },
);
export type PlsUse = Readonly<Static<typeof plsUseSchema>>;

/** Ten thousand points, ten components and their loadings are 5 MB. */
const largestBytes = 32 * 1024 * 1024;

/** What a record's file holds: RFC 8785, and a line's end. */
export const plsRecordText = (model: PlsModel): string => `${canonicalize(model) ?? ''}\n`;

/**
 * @param where who asks for the file, for the message
 * @throws MesolineError `pls-model-invalid`
 */
export function readPlsRecord(file: string, where = file): PlsModel {
  const bytes = bytesOf(file, where);
  const model = readPlsModel(parsed(bytes.toString('utf8'), file), file);
  if (!bytes.equals(Buffer.from(plsRecordText(model))))
    throw invalid(file, 'It is written otherwise than it was sealed.');
  return model;
}

function bytesOf(file: string, where: string): Buffer {
  try {
    const facts = statSync(file);
    if (!facts.isFile()) throw invalid(where, `${file} is no file.`);
    if (facts.size > largestBytes) throw invalid(where, `${file} has ${facts.size} bytes, more than ${largestBytes}.`);
    return readFileSync(file);
  } catch (thrown) {
    throw thrown instanceof MesolineError
      ? thrown
      : mesolineError(
          'pls-model-invalid',
          where,
          `${file} cannot be read: ${messageOf(thrown)}.`,
          'Lay the record beside the method.',
          thrown,
        );
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    throw invalid(file, `It is no JSON: ${messageOf(thrown).slice(0, 120)}.`);
  }
}

const invalid = (where: string, problem: string) =>
  mesolineError('pls-model-invalid', where, problem, 'Take the record as it was sealed, or calibrate anew.');
