/** A file of settings in the folder `access` of the data folder, of a server elsewhere that people are proven by. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { mesolineError, messageOf } from '../../plant/errors.ts';

type Form<Read> = Readonly<{
  Check: (value: unknown) => value is Read;
  Errors: (value: unknown) => readonly Readonly<{ instancePath: string; message: string }>[];
}>;

export type SettingsFile<Read> = Readonly<{
  read: Read;
  /** What is thrown where it says something that cannot be. */
  invalid: (problem: string, remedy?: string) => Error;
  /** The address of the server; encrypted, but on this machine. @throws as `invalid` */
  address: (text: string, encrypted: string, plain: string, danger: string) => URL;
  /** What stands in a file that it names; null where it names none. @throws as `invalid` */
  textOf: (what: string, folder: string, name: string | undefined) => string | null;
}>;

/**
 * Null where there is no such file.
 * @param code of the error; `example` is its remedy where nothing better is known
 * @throws MesolineError of that code
 */
export function readSettings<Read>(
  file: string,
  form: Form<Read>,
  code: string,
  example: string,
): SettingsFile<Read> | null {
  if (!existsSync(file)) return null;
  const invalid = (problem: string, remedy = example): Error => mesolineError(code, file, problem, remedy);
  let read: unknown;
  try {
    read = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw invalid(messageOf(error));
  }
  if (!form.Check(read)) {
    const [first] = form.Errors(read);
    throw invalid(`${first?.instancePath ?? ''} ${first?.message ?? 'It says nothing.'}`.trim());
  }
  return {
    read,
    invalid,
    address(text, encrypted, plain, danger) {
      if (!URL.canParse(text)) throw invalid(`"${text}" is no address.`);
      const url = new URL(text);
      const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
      if (url.protocol === `${encrypted}:` || (url.protocol === `${plain}:` && isHere)) return url;
      throw invalid(`"${text}" ${danger}.`, `Use ${encrypted}://, whatever the network.`);
    },
    textOf(what, folder, name) {
      if (name === undefined) return null;
      try {
        return readFileSync(join(folder, name), 'utf8');
      } catch (error) {
        throw invalid(messageOf(error), `Put the file of the ${what} into ${folder}.`);
      }
    },
  };
}
