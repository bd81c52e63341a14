/**
 * A restore drill: an archive is held against its list, put back into a folder, verified there as any ledger is, its telemetry held against
 * its digests, and records of batches are made of it, on screen and on paper, with no service and no key.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { recordSections } from '../../control/batch/index.ts';
import { materialsAtRest } from '../../control/materials/index.ts';
import {
  archiveFaults,
  readArchiveList,
  recordsAtRest,
  type ArchiveList,
} from '../../control/records/archive/index.ts';
import { readCheckpoint, verifyLedger } from '../../control/records/verify/index.ts';
import { recordAtRest } from '../../control/review/index.ts';
import { SealedFiles } from '../../control/telemetry/index.ts';
import { isoUtc, type UtcMs } from '../../plant/clock.ts';
import { messageOf } from '../../plant/errors.ts';
import type { RecordKeeper } from '../../plant/ports/record-keeper.ts';
import type { Skid } from '../../plant/skid/definition.ts';
import type { SiteDefinition } from '../../plant/skid/site.ts';

export type DrillQuestion = Readonly<{
  archive: string;
  /** Where it is put back: an empty folder. */
  into: string;
  /** The fingerprint of the service's key, as it was noted apart. */
  trusted: string;
  /** Checkpoints that were kept apart from the archive. */
  witness: string;
  site: SiteDefinition;
  /** Whose records are made; none: the newest that has ended. */
  batches: readonly string[];
  build: string;
  at: UtcMs;
}>;

/** `older`: what is there holds, and something that came after it is not there. */
export type DrillLine = Readonly<{ verdict: 'holds' | 'doubt' | 'older'; said: string }>;

const most = 20;

/** @throws MesolineError `archive-unreadable` */
export async function restoreDrill(question: DrillQuestion): Promise<readonly DrillLine[]> {
  const { archive, into, trusted, witness, at } = question;
  const list = readArchiveList(archive);
  const faults = archiveFaults(archive, list);
  if (faults.length > 0) return faults.slice(0, most).map(doubt);
  const files = Object.keys(list.files).length;
  const lines: DrillLine[] = [holds(`${files} files give the sizes and digests in the list of ${list.madeAt}.`)];
  for (const path of Object.keys(list.files)) cpSync(join(archive, path), join(into, path));

  const { covered, later } = partedBy(witness, list);
  const ledger = join(into, 'ledger', 'ledger.db');
  const report = verifyLedger({ path: ledger, trusted, witness: covered });
  lines.push(...report.held.map(holds), ...report.findings.slice(0, most).map(({ where, problem }) => doubt(`${where}: ${problem}`))); // prettier-ignore
  if (later !== null) lines.push({ verdict: 'older', said: later });
  if (!report.holds) return lines;

  const { records, close } = recordsAtRest(ledger);
  const sealed = new SealedFiles(into, records);
  try {
    const scopes = await records.scopes('batch/');
    const all = scopes.map(({ scope }) => scope.slice('batch/'.length));
    lines.push(...(await telemetryLines(sealed, all)));
    const asked = question.batches.length > 0 ? question.batches : await newestEnded(records, all);
    if (asked.length === 0) lines.push(holds('No batch has ended yet: no record was made.'));
    const chain = { holds: true, at, said: report.held };
    const { site, build } = question;
    const rest = { ...(await materialsAtRest(records, at)), records, sealed, skids: skidsOf(site), site: site.title };
    for (const batch of asked) {
      try {
        const made = await recordAtRest({ ...rest, build, at, chain, sections: recordSections }, batch);
        lines.push(
          made === null ? doubt(`${batch}: there is no such batch in the archive.`) : holds(saidOf(batch, made)),
        );
      } catch (thrown) {
        lines.push(doubt(`${batch}: its record cannot be made (${messageOf(thrown)}).`));
      }
    }
  } finally {
    await sealed.stop();
    close();
  }
  return lines;
}

/** Nothing runs them: whether a twin stood for one is of no account. */
const skidsOf = ({ skids }: SiteDefinition): readonly Skid[] =>
  skids.map(({ name, title, type, links }) => ({ name, title, type, links, twin: false }));

const holds = (said: string): DrillLine => ({ verdict: 'holds', said });
const doubt = (said: string): DrillLine => ({ verdict: 'doubt', said });

/** What the checkpoints kept apart say of the archive's time, and what they say of later. */
function partedBy(
  witness: string,
  { ledger, madeAt }: ArchiveList,
): Readonly<{ covered: string; later: string | null }> {
  const lines = witness.split('\n').filter((line) => line !== '');
  const countOf = (line: string): number => readCheckpoint(line)?.site.count ?? 0;
  const after = lines.filter((line) => countOf(line) > ledger.events);
  const last = readCheckpoint(after.toSorted((one, other) => countOf(one) - countOf(other)).at(-1) ?? '');
  const covered = lines.filter((line) => !after.includes(line)).map((line) => `${line}\n`);
  if (last === null) return { covered: covered.join(''), later: null };
  const missing = last.site.count - ledger.events;
  return {
    covered: covered.join(''),
    later:
      `The archive of ${madeAt} ends with event ${ledger.events}. A checkpoint kept apart, number ${last.number} of ${last.utc}, ` +
      `covers ${last.site.count}: ${missing} events that came after are not in this archive. Where there is a newer one, take that.`,
  };
}

async function telemetryLines(sealed: SealedFiles, batches: readonly string[]): Promise<readonly DrillLine[]> {
  const faults: string[] = [];
  let [segments, measured] = [0, 0];
  for (const batch of batches) {
    const own = await sealed.segments(batch);
    if (own.length > 0) measured += 1;
    for (const segment of own) {
      segments += 1;
      try {
        await sealed.file(segment);
      } catch (thrown) {
        faults.push(messageOf(thrown));
      }
    }
  }
  if (faults.length > 0) return faults.slice(0, most).map(doubt);
  return [holds(`${segments} segments of sealed telemetry of ${measured} batches give the digests in the record.`)];
}

async function newestEnded(
  records: Pick<RecordKeeper, 'read'>,
  batches: readonly string[],
): Promise<readonly string[]> {
  for (const batch of batches.toSorted().toReversed()) {
    for (let from = 1; ; from += 1000) {
      const events = await records.read(`batch/${batch}`, from, 1000);
      if (events.some(({ event }) => event.action === 'batch-ended')) return [batch];
      if (events.length < 1000) break;
    }
  }
  return [];
}

function saidOf(batch: string, { document, pdf }: NonNullable<Awaited<ReturnType<typeof recordAtRest>>>): string {
  const { sections, signatures, status, head } = document;
  return (
    `The record of ${batch} (${document.title}, ${status}) was made anew: ${sections.length} sections of ${head.count} events, ` +
    `${signatures.length} signatures, and ${Math.ceil(pdf.length / 1024)} KiB of paper.`
  );
}

/** In words, the doubts last, where they are read. */
export function drillText(lines: readonly DrillLine[], at: UtcMs): string {
  const mark = { holds: '  holds  ', older: '  OLDER  ', doubt: '  DOUBT  ' } as const;
  const order = ['holds', 'older', 'doubt'] as const;
  const said = order.flatMap((verdict) => lines.filter((line) => line.verdict === verdict).map((line) => `${mark[verdict]}${line.said}`)); // prettier-ignore
  return `${said.join('\n')}\n${closing(lines)} ${isoUtc(at)}\n`;
}

function closing(lines: readonly DrillLine[]): string {
  if (lines.some(({ verdict }) => verdict === 'doubt')) return 'NOT RESTORED: do not rely on this archive.';
  if (lines.some(({ verdict }) => verdict === 'older')) return 'RESTORED, BUT OLDER than the checkpoints kept apart.';
  return 'RESTORED AND VERIFIED.';
}
