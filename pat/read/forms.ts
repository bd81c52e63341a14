/** Which file is read how: by the ending of its name. A further form is one more file here and one more line below. */
import { readColumns } from './columns.ts';
import { readJcampDx } from './jcamp-dx.ts';
import { readJeol } from './jeol.ts';
import { malformed, type Beside, type FormReader, type FormReading } from './reading.ts';
import { readResultArchive } from './result-archive.ts';
import { readSpc } from './spc.ts';
import { acquisitionFile, readSpinsolve } from './spinsolve.ts';

type Form = Readonly<{ read: FormReader; companions: readonly string[]; largestBytes: number }>;

/** Text takes many times its own room while it is read; half a million points of it have ten million bytes. */
const largestText = 16 * 1024 * 1024;

const alone = (read: FormReader): Form => ({ read, companions: [], largestBytes: Infinity });
const text = (read: FormReader): Form => ({ ...alone(read), largestBytes: largestText });

const forms: ReadonlyMap<string, Form> = new Map([
  ['.spc', alone(readSpc)],
  ['.dx', text(readJcampDx)],
  ['.jdx', text(readJcampDx)],
  ['.jcamp', text(readJcampDx)],
  ['.jdf', alone(readJeol)],
  ['.1d', { ...alone(readSpinsolve), companions: [acquisitionFile] }],
  ['.zip', alone(readResultArchive)],
  ['.csv', text(readColumns)],
  ['.txt', text(readColumns)],
  ['.xy', text(readColumns)],
]);

const endingOf = (name: string): string => /\.[^.]*$/u.exec(name)?.[0].toLowerCase() ?? '';
const nothing: Beside = { companions: new Map(), column: null };

export const endings: readonly string[] = [...forms.keys()];
export const companionsOf = (name: string): readonly string[] => forms.get(endingOf(name))?.companions ?? [];

/** Never throws: what a reader throws is a fault of the file. */
export function readSpectrum(name: string, bytes: Uint8Array, beside: Partial<Beside> = {}): FormReading {
  const form = forms.get(endingOf(name));
  if (form === undefined) return malformed(`A file "${endingOf(name)}" is not read; ${endings.join(', ')} are.`);
  if (bytes.length > form.largestBytes)
    return malformed(`It has ${bytes.length} bytes, more than ${form.largestBytes} of text.`);
  try {
    return form.read(bytes, { ...nothing, ...beside });
  } catch (thrown) {
    return malformed(`It could not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}.`);
  }
}
