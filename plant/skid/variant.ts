/**
 * A skid file that says only what differs from another, beside it or shipped: `like: cdse.yaml`. Sections with names in them (`tags`, `devices`,
 * `alarms` …) are taken together name by name, everything else is the variant's own; a name with nothing after it (`~`) is
 * left out of the variant.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { didYouMean } from '../suggest.ts';
import { shippedSkidFolder } from './folders.ts';
import { Source } from './source.ts';

type Keys = Readonly<Record<string, unknown>>;

/** Sections that name their parts. */
const named: ReadonlySet<string> = new Set([
  'volumes',
  'units',
  'devices',
  'spectra',
  'analyses',
  'tags',
  'loops',
  'interlocks',
  'alarms',
  'calibration',
]);

/** The file that `file` is like: the one beside it, else the shipped one of that name. */
export function fileOfLike(file: string, like: string): string {
  const beside = join(dirname(file), like);
  return existsSync(beside) ? beside : join(shippedSkidFolder, like);
}

/** @throws MesolineError with `code` where the file, or the one it is like, cannot be read or is no YAML */
export function readSkidSource(file: string, code: string): Source {
  const source = new Source(file, code);
  if (!isKeys(source.value) || !('like' in source.value)) return source;
  const { like, ...own } = source.value;
  if (typeof like !== 'string' || like.includes('/') || like.includes('\\')) {
    source.fault(['like'], '"like" names no file beside this one.', 'Write its name, such as "cdse.yaml".');
    return source;
  }
  const base = source.attempt(['like'], () => new Source(fileOfLike(file, like), code));
  if (base === null || !isKeys(base.value)) return source;
  if ('like' in base.value) {
    source.fault(['like'], `${like} is itself like another file.`, 'Name the file that stands on its own.');
    return source;
  }
  checkLeftOut(source, own, base.value, like);
  source.layOver(base, together(base.value, own));
  return source;
}

/** What is left out must be there: a row whose number was mistaken would stay, and the one that was meant be missed by nobody. */
function checkLeftOut(source: Source, own: Keys, base: Keys, like: string): void {
  for (const section of named) {
    const [below, above] = [base[section], own[section]];
    if (!isKeys(above)) continue;
    const known = isKeys(below) ? Object.keys(below) : [];
    for (const [name, part] of Object.entries(above)) {
      if (part !== null || known.includes(name)) continue;
      source.fault(
        [section, name],
        `"${name}" is left out, and ${like} has none under "${section}".`,
        didYouMean(name, known, 'Name what stands there, or give this one its content.'),
      );
    }
  }
}

function together(base: Keys, own: Keys): Keys {
  const both: Record<string, unknown> = { ...base, ...own };
  for (const section of named) {
    const [below, above] = [base[section], own[section]];
    if (!isKeys(below) || !isKeys(above)) continue;
    both[section] = Object.fromEntries(Object.entries({ ...below, ...above }).filter(([, part]) => part !== null));
  }
  return both;
}

const isKeys = (value: unknown): value is Keys => typeof value === 'object' && value !== null && !Array.isArray(value);
