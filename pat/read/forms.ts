/** Which file is read how: by the ending of its name. A further form is one more file here and one more line below. */
import { readColumns } from './columns.ts';
import { readJcampDx } from './jcamp-dx.ts';
import { malformed, type FormReader, type FormReading } from './reading.ts';
import { readSpc } from './spc.ts';

const forms: ReadonlyMap<string, FormReader> = new Map([
  ['.spc', readSpc],
  ['.dx', readJcampDx],
  ['.jdx', readJcampDx],
  ['.jcamp', readJcampDx],
  ['.csv', readColumns],
  ['.txt', readColumns],
  ['.xy', readColumns],
]);

export const endings: readonly string[] = [...forms.keys()];

/** Never throws: what a reader throws is a fault of the file. */
export function readSpectrum(name: string, bytes: Uint8Array): FormReading {
  const ending = /\.[^.]*$/u.exec(name)?.[0].toLowerCase() ?? '';
  const read = forms.get(ending);
  if (read === undefined) return malformed(`A file "${ending}" is not read; ${endings.join(', ')} are.`);
  try {
    return read(bytes);
  } catch (thrown) {
    return malformed(`It could not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}.`);
  }
}
