/** Where the files of a batch lie. A file that is open ends in `.open.jsonl`; sealed it is `.jsonl.gz`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
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

/** Every file that was left open, in order. */
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

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // Nothing was ever measured there.
    return [];
  }
}
