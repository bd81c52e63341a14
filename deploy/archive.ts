/**
 * `npm run archive -- --data DIR --to DIR [--ledger postgres://…]`: writes what has to be kept of a data folder, as it is at one moment, while
 * the service runs. Exit codes: 0 written · 1 not written, nothing left behind · 2 asked wrongly.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeArchive } from '../control/records/archive/index.ts';
import { systemClock } from '../plant/system-clock.ts';
import { buildOfThis } from './build-of-this.ts';
import { asked, endWith, UsageError } from './drill/command-line.ts';

const usage = `Usage: npm run archive -- --data DIR --to DIR [--ledger postgres://ROLE@HOST/DATABASE]

  --data DIR   the data folder of the service, which may be running
  --to DIR     what is made; must not be there; on another disk
  --ledger     where the ledger is in PostgreSQL: a role that may read it, its password by PGPASSFILE

Keys are not archived: keep the folder "keys" apart from what it protects. History has its own backup, see docs/retention.md.
`;

const called = process.env['INIT_CWD'] ?? '.';

const options = { data: { type: 'string' }, to: { type: 'string' }, ledger: { type: 'string' } } as const;

function given(words: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] {
  return asked(() => parseArgs({ args: [...words], options }).values);
}

async function main(words: readonly string[]): Promise<number> {
  const { data, to, ledger } = given(words);
  if (data === undefined || data === '') throw new UsageError('--data is missing.');
  if (to === undefined || to === '') throw new UsageError('--to is missing.');
  const dataFolder = resolve(called, data);
  if (!existsSync(dataFolder)) throw new UsageError(`--data ${dataFolder}: there is no such folder.`);
  if (ledger !== undefined && !/^postgres(ql)?:\/\//u.test(ledger))
    throw new UsageError('--ledger: write it as postgres://ROLE@HOST/DATABASE.');
  const place = resolve(called, to);
  const at = systemClock(1).utc();
  const list = await writeArchive({ dataFolder, ledgerUrl: ledger ?? null, to: place, build: buildOfThis(), at });
  const files = Object.values(list.files);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  process.stdout.write(
    `${place}\n${files.length} files, ${Math.ceil(bytes / 1024)} KiB, ${list.ledger.events} events up to checkpoint ${list.ledger.checkpoint ?? 'none'}.\n` +
      'Copy it to where it is kept, and try it: npm run restore:drill\n',
  );
  return 0;
}

await endWith(() => main(process.argv.slice(2)), usage, 'It could not be archived', 'NOT ARCHIVED.');
