/** The files by which the service runs, read whole, with their digests. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { ConfigurationSource } from '../../plant/ports/configuration.ts';

export type ConfigurationFile = Readonly<{ file: string; digest: string; bytes: Uint8Array }>;

/** An event's object is no longer. */
const longestName = 200;

/** In the order of their names. What is not there is none. @throws MesolineError `configuration-unreadable` */
export function readConfiguration(sources: readonly ConfigurationSource[]): readonly ConfigurationFile[] {
  const found = sources.flatMap(({ as, path, is }) =>
    existsSync(path) ? (is === 'file' ? [{ file: as, path }] : filesUnder(as, path)) : [],
  );
  return found
    .map(({ file, path }) => {
      const bytes = read(path, () => readFileSync(path));
      if (file.length > longestName)
        throw mesolineError(
          'configuration-unreadable',
          path,
          `Its name has ${file.length} characters on record.`,
          `Give it one of up to ${longestName}.`,
        );
      return { file, digest: createHash('sha256').update(bytes).digest('hex'), bytes };
    })
    .sort((one, other) => (one.file < other.file ? -1 : 1));
}

function filesUnder(as: string, folder: string): readonly Readonly<{ file: string; path: string }>[] {
  return read(folder, () => readdirSync(folder, { withFileTypes: true })).flatMap((entry) => {
    const [file, path] = [`${as}/${entry.name}`, join(folder, entry.name)];
    // What an editor or a system leaves behind is hidden.
    if (entry.name.startsWith('.')) return [];
    return entry.isDirectory() ? filesUnder(file, path) : [{ file, path }];
  });
}

function read<T>(path: string, reading: () => T): T {
  try {
    return reading();
  } catch (thrown) {
    throw mesolineError(
      'configuration-unreadable',
      path,
      `It is configuration and cannot be read: ${messageOf(thrown)}.`,
      'Mend the file or its rights, then start again.',
      thrown,
    );
  }
}
