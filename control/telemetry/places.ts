/** Where the files of a batch lie. A file that is open ends in `.open.jsonl`; sealed it is `.jsonl.gz`; kept as evidence `.aside-1.jsonl`. */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { skidName, type SkidName } from '../../plant/sample.ts';
import { sealedFile } from './segment-event.ts';

export const openSuffix = '.open.jsonl';

export type Place = Readonly<{ batch: string; skid: SkidName; number: number }>;

export const folderOf = (dataFolder: string, { batch, skid }: Pick<Place, 'batch' | 'skid'>): string =>
  join(dataFolder, 'telemetry', batch, skid);

export const openPath = (dataFolder: string, place: Place): string =>
  join(folderOf(dataFolder, place), `${String(place.number).padStart(6, '0')}${openSuffix}`);

export const sealedPath = (dataFolder: string, { batch, skid, number }: Place): string =>
  join(dataFolder, ...sealedFile(batch, skid, number).split('/'));

/** A name that nothing has yet, for what cannot be sealed and is evidence. */
export function asidePath(dataFolder: string, place: Place): string {
  const stem = join(folderOf(dataFolder, place), String(place.number).padStart(6, '0'));
  for (let count = 1; ; count += 1) {
    const path = `${stem}.aside-${count}.jsonl`;
    if (!existsSync(path)) return path;
  }
}

/** How the record names a file: within the data folder, with slashes whatever the machine. */
export const withinData = (dataFolder: string, path: string): string => relative(dataFolder, path).split(sep).join('/');

/** Every file that was left open, in order. @throws MesolineError `telemetry-unreadable` */
export function leftOpen(dataFolder: string): readonly Place[] {
  const root = join(dataFolder, 'telemetry');
  return names(root).flatMap((batch) =>
    names(join(root, batch)).flatMap((skid) =>
      names(join(root, batch, skid)).flatMap((name) => {
        const number = name.endsWith(openSuffix) ? Number(name.slice(0, -openSuffix.length)) : Number.NaN;
        return Number.isInteger(number) && number > 0 ? [{ batch, skid: skidName(skid), number }] : [];
      }),
    ),
  );
}

/** What is not there, or is a file, holds nothing of ours. */
const holdsNothing: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && holdsNothing.has(error.code)) return [];
    throw mesolineError(
      'telemetry-unreadable',
      folder,
      `What lies open in it cannot be listed (${messageOf(error)}).`,
      'Give the account of the service the right to read and write the data folder.',
      error,
    );
  }
}
