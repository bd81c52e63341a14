/** What stands in `archive.json`: every file of an archive with its size and digest, and what the ledger in it came to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { mesolineError, messageOf } from '../../../plant/errors.ts';

export const archiveListName = 'archive.json';
export const archiveFormat = 'mesoline-archive-1';

const digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const bytes = Type.Integer({ minimum: 0 });
const list = Type.Object(
  {
    format: Type.Literal(archiveFormat),
    /** UTC with offset. */
    madeAt: Type.String({ minLength: 1, maxLength: 40 }),
    build: Type.String({ maxLength: 200 }),
    ledger: Type.Object(
      {
        store: Type.Enum(['SQLite', 'PostgreSQL']),
        events: Type.Integer({ minimum: 0 }),
        /** Number of its last checkpoint; null where there is none. */
        checkpoint: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
      },
      { additionalProperties: false },
    ),
    /** By path within the archive, with slashes. */
    files: Type.Record(Type.String(), Type.Object({ bytes, sha256: digest }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);
const form = Compile(list);

export type ArchiveList = Static<typeof list>;
export type ArchivedFile = ArchiveList['files'][string];

export const archiveListText = (of: ArchiveList): string => `${JSON.stringify(of, null, 2)}\n`;

/** @throws MesolineError `archive-unreadable` */
export function readArchiveList(folder: string): ArchiveList {
  const path = join(folder, archiveListName);
  const remedy = 'Name the folder that "npm run archive" has made, or another copy of it.';
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw mesolineError('archive-unreadable', path, `It cannot be read (${messageOf(error)}).`, remedy, error);
  }
  if (!form.Check(read)) throw mesolineError('archive-unreadable', path, `It is no list of ${archiveFormat}.`, remedy);
  return read;
}
