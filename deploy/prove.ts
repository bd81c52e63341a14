/**
 * `npm run prove -- --data DIR|--export FOLDER --trust FINGERPRINT --checkpoint FILE --influx URL [--database NAME]|--embedded
 * --batch BATCH [--site FILE] [--tag TAG] [--from TIME] [--to TIME]`: proves that what history answers today is what was measured then.
 * First the verifier; what it finds counts. Exit codes: 0 all holds · 1 anything does not · 2 asked wrongly.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  eventsInExport,
  eventsInLedger,
  isFolder,
  readFingerprint,
  readKeptApart,
  reportText,
  verifyFolder,
  verifyLedger,
  type Report,
} from '../control/records/verify/index.ts';
import { batchScope, segmentOf, type SealedFile } from '../control/telemetry/proof/index.ts';
import { openEmbeddedHistory, openInfluxHistory, type HistoryReader } from '../historian/reader/index.ts';
import { MesolineError, messageOf } from '../plant/errors.ts';
import { folderRecord, telemetryPath } from '../plant/ports/record-export.ts';
import type { TagName } from '../plant/sample.ts';
import { loadSite } from '../plant/skid/site.ts';
import { isProven, proofText, proveBatch } from './prove/prove-batch.ts';

const usage = `Usage: npm run prove -- --data DIR|--export FOLDER --trust FINGERPRINT --checkpoint FILE --influx URL|--embedded --batch BATCH

  --data DIR      the data folder of the service; with --embedded its history is read too
  --export FOLDER an exported record, instead; with --embedded give --data as well, for its history
  --trust         the fingerprint of the service's key, as it was noted apart
  --checkpoint    checkpoints that were kept apart
  --influx URL    http://HOST:8086 of the InfluxDB that holds history; --database NAME where it is not mesoline
  --embedded      history is in the data folder
  --batch         B-2026-0001
  --site FILE     the site file of then; the demo site where none is named
  --tag TAG       QD-1/R201/TT-201A only; --from TIME, --to TIME: 2026-10-02T09:30:00Z
`;

const demoSite = fileURLToPath(new URL('sites/demo.yaml', import.meta.url));
const called = process.env['INIT_CWD'] ?? '.';

class UsageError extends Error {}

/** What was asked wrongly. */
const refusals: ReadonlySet<string> = new Set(['prove-refused', 'checkpoint-refused']);

const options = {
  data: { type: 'string' },
  export: { type: 'string' },
  trust: { type: 'string' },
  checkpoint: { type: 'string' },
  influx: { type: 'string' },
  database: { type: 'string', default: 'mesoline' },
  embedded: { type: 'boolean', default: false },
  batch: { type: 'string' },
  site: { type: 'string' },
  tag: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
} as const;

type Given = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

function given(words: readonly string[]): Given {
  try {
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function needed(name: string, text: string | undefined): string {
  if (text === undefined || text === '') throw new UsageError(`--${name} is missing.`);
  return text;
}

function path(name: string, text: string | undefined): string {
  const found = resolve(called, needed(name, text));
  if (!existsSync(found)) throw new UsageError(`--${name} ${found}: there is no such file or folder.`);
  return found;
}

function time(name: string, text: string | undefined, instead: number): number {
  if (text === undefined) return instead;
  const read = Date.parse(text);
  if (Number.isNaN(read) || !/(Z|[+-]\d\d:\d\d)$/u.test(text))
    throw new UsageError(`--${name} ${text}: write a time with its zone, such as 2026-10-02T09:30:00Z.`);
  return read;
}

/** What was sealed: the report on it, and the batch's files. */
type Evidence = Readonly<{ what: string; report: () => Report; files: () => readonly SealedFile[] }>;

function evidenceOf(of: Given, batch: string): Evidence {
  const trusted = readFingerprint(needed('trust', of.trust));
  if (trusted === null) throw new UsageError('--trust: a fingerprint is 64 hexadecimal digits, in groups or not.');
  const kept = path('checkpoint', of.checkpoint);
  const scope = batchScope(batch);
  if (of.export !== undefined) {
    const folder = path('export', of.export);
    if (!isFolder(folder)) throw new UsageError(`--export ${folder}: it is no folder of an export.`);
    const witness = readKeptApart(kept, folder);
    return {
      what: folder,
      report: () => verifyFolder({ path: folder, trusted, witness }),
      files: () =>
        filesOf(eventsInExport(join(folder, folderRecord), scope), ({ skid, number }) =>
          join(folder, ...telemetryPath(skid, number).split('/')),
        ),
    };
  }
  const witness = readKeptApart(kept, null);
  const data = path('data', of.data);
  const ledger = join(data, 'ledger', 'ledger.db');
  if (!existsSync(ledger)) throw new UsageError(`--data ${data}: there is no ledger/ledger.db in it; give --export.`);
  return {
    what: data,
    report: () => verifyLedger({ path: ledger, trusted, witness }),
    files: () =>
      filesOf(eventsInLedger(ledger, scope), ({ skid, number }) =>
        join(data, 'telemetry', batch, ...telemetryPath(skid, number).split('/').slice(1)),
      ),
  };
}

function filesOf(
  events: ReturnType<typeof eventsInLedger>,
  pathOf: (segment: SealedFile['segment']) => string,
): readonly SealedFile[] {
  const segments = events.flatMap((stored) => segmentOf(stored) ?? []);
  return segments.map((segment) => ({ segment, path: pathOf(segment) }));
}

/** Numbers of a skid that are not there, in words. */
function missingNumbers(files: readonly SealedFile[]): readonly string[] {
  return [...Map.groupBy(files, ({ segment }) => segment.skid)].flatMap(([skid, own]) =>
    own
      .flatMap(({ segment: { number } }, index) =>
        number === index + 1 ? [] : [`Segment ${index + 1} of ${skid} is missing, or one stands twice.`],
      )
      .slice(0, 1),
  );
}

function historyOf(of: Given): HistoryReader {
  if ((of.influx === undefined) === !of.embedded) throw new UsageError('Name one history: --influx URL or --embedded.');
  if (of.influx === undefined) return openEmbeddedHistory(path('data', of.data));
  if (!URL.canParse(of.influx)) throw new UsageError(`--influx: write it as http://user:password@host:8086.`);
  return openInfluxHistory(of.influx, of.database);
}

async function main(words: readonly string[]): Promise<number> {
  const of = given(words);
  const batch = needed('batch', of.batch);
  const evidence = evidenceOf(of, batch);
  const [from, to] = [time('from', of.from, -8e15), time('to', of.to, 8e15)];
  const skids = loadSite(of.site === undefined ? demoSite : path('site', of.site)).skids;
  const history = historyOf(of);
  try {
    const report = evidence.report();
    process.stdout.write(`${evidence.what}\n${reportText(report)}`);
    if (!report.holds && of.export !== undefined) {
      // Whoever carried it may have put anything there: a file of it that is opened may never end.
      process.stdout.write('Nothing was compared: the export is no evidence.\nNOT PROVEN.\n');
      return 1;
    }
    const files = evidence.files();
    if (files.length === 0) throw new UsageError(`--batch ${batch}: nothing of it was sealed.`);
    const missing = missingNumbers(files);
    const proof = await proveBatch({ files, skids, history, tag: (of.tag ?? null) as TagName | null, from, to });
    process.stdout.write([...missing, proofText(proof, history.name)].join('\n'));
    return report.holds && missing.length === 0 && isProven(proof) ? 0 : 1;
  } finally {
    await history.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  if (thrown instanceof UsageError || (thrown instanceof MesolineError && refusals.has(thrown.code))) {
    process.stderr.write(`${thrown.message}\n\n${usage}`);
    process.exitCode = 2;
  } else {
    process.stdout.write(
      `${thrown instanceof MesolineError ? thrown.message : `It could not be proven: ${messageOf(thrown)}`}\nNOT PROVEN.\n`,
    );
    process.exitCode = 1;
  }
}
