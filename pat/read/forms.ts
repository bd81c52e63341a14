/** Which file is read how: by the ending of its name. A further form is one more file here and one more line below. */
import { readColumns } from './columns.ts';
import { readJcampDx } from './jcamp-dx.ts';
import { readJeol } from './jeol.ts';
import { malformed, type Beside, type FormReader, type FormReading } from './reading.ts';
import { readResultArchive } from './result-archive.ts';
import { readSpc } from './spc.ts';
import { acquisitionFile, readSpinsolve } from './spinsolve.ts';

type Form = Readonly<{ read: FormReader; companions: readonly string[] }>;

const alone = (read: FormReader): Form => ({ read, companions: [] });

const forms: ReadonlyMap<string, Form> = new Map([
  ['.spc', alone(readSpc)],
  ['.dx', alone(readJcampDx)],
  ['.jdx', alone(readJcampDx)],
  ['.jcamp', alone(readJcampDx)],
  ['.jdf', alone(readJeol)],
  ['.1d', { read: readSpinsolve, companions: [acquisitionFile] }],
  ['.zip', alone(readResultArchive)],
  ['.csv', alone(readColumns)],
  ['.txt', alone(readColumns)],
  ['.xy', alone(readColumns)],
]);

const endingOf = (name: string): string => /\.[^.]*$/u.exec(name)?.[0].toLowerCase() ?? '';
const nothing: Beside = { companions: new Map(), column: null };

export const endings: readonly string[] = [...forms.keys()];
export const companionsOf = (name: string): readonly string[] => forms.get(endingOf(name))?.companions ?? [];

/** Never throws: what a reader throws is a fault of the file. */
export function readSpectrum(name: string, bytes: Uint8Array, beside: Partial<Beside> = {}): FormReading {
  const form = forms.get(endingOf(name));
  if (form === undefined) return malformed(`A file "${endingOf(name)}" is not read; ${endings.join(', ')} are.`);
  try {
    return form.read(bytes, { ...nothing, ...beside });
  } catch (thrown) {
    return malformed(`It could not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}.`);
  }
}
