/**
 * A checkpoint that was kept apart, held against an export. It shows that nothing was made anew since it was signed: as far as it reaches.
 * What is newer than it, and what came before the stretch that the export holds, it says nothing of.
 */
import { chainHash, siteText } from '../format/chain.ts';
import { checkpointDigest, type Checkpoint } from '../format/checkpoint.ts';
import type { ExportDocument } from '../format/export.ts';
import { checkCheckpointSignatures, readCheckpoints } from './checkpoint-check.ts';
import type { Keys } from './event-check.ts';
import type { Findings } from './report.ts';

const file = 'the checkpoint kept apart';

/** @param text lines of a checkpoint file; one of them at least must cover the whole record and agree with it. */
export function checkWitness(document: ExportDocument, text: string, keys: Keys, findings: Findings): void {
  const lines = text.split('\n').filter((line) => line !== '');
  const witnessed = readCheckpoints(lines, file, findings);
  checkCheckpointSignatures(witnessed, keys, findings);
  const kept = witnessed.filter((one) => one !== null);
  const { heads, lastEvent } = headsOf(document);
  const covering = document.site.from - 1 + document.site.entries.length;
  const within = kept.filter(({ site }) => heads.has(site.count));
  for (const { number, site } of within) {
    if (heads.get(site.count) === site.head) continue;
    findings.add(
      `${file}, number ${number}`,
      `It was signed for another site chain than the one of ${document.manifest.scope}: the export was made anew.`,
    );
  }
  const whole = within.some(({ site }) => site.count >= lastEvent);
  if (!whole) findings.add(file, reach(kept, lastEvent, covering, document));
  checkNewer(document, lines, witnessed, covering, findings);
}

/** Heads of the site chain by position, as far as the export holds it, and the position of the record's last event. */
function headsOf({ site, manifest }: ExportDocument): { heads: ReadonlyMap<number, string>; lastEvent: number } {
  const heads = new Map<number, string>([[site.from - 1, site.before]]);
  let head = site.before;
  let lastEvent = site.from;
  site.entries.forEach((entry, index) => {
    const position = site.from + index;
    head = chainHash(head, siteText(position, entry));
    heads.set(position, head);
    if (entry.scope === manifest.scope) lastEvent = position;
  });
  return { heads, lastEvent };
}

function reach(
  kept: readonly Checkpoint[],
  lastEvent: number,
  covering: number,
  { manifest, site }: ExportDocument,
): string {
  const counts = kept.map(({ site }) => site.count);
  if (kept.length === 0) return 'It holds no checkpoint, so it shows nothing.';
  if (counts.every((count) => count > covering))
    return 'It is newer than this export and cannot be joined to it: export the record again, or bring the line of that time too.';
  if (counts.every((count) => count < site.from))
    return 'It speaks of no part of the site chain that this export holds, so it shows nothing.';
  return `It covers the first ${Math.max(...counts.filter((count) => count <= covering))} events of the site; the last of ${manifest.scope} is number ${lastEvent}: what came after it, nobody has witnessed. Bring one that was kept later.`;
}

/** Lines after the export's own, joined to it by their digests, tell whether the record has grown since. */
function checkNewer(
  document: ExportDocument,
  lines: readonly string[],
  witnessed: readonly (Checkpoint | null)[],
  covering: number,
  findings: Findings,
): void {
  let previous = checkpointDigest(document.checkpoint);
  witnessed.forEach((checkpoint, index) => {
    if (checkpoint === null || checkpoint.site.count <= covering || checkpoint.previous !== previous) return;
    previous = checkpointDigest(lines[index] ?? '');
    const said = checkpoint.heads[document.manifest.scope];
    if (said === undefined || said.count === document.manifest.events) return;
    findings.add(
      `${file}, number ${checkpoint.number}`,
      `The record had ${said.count} events then; this export has ${document.manifest.events}: it is of an earlier moment.`,
    );
  });
}
