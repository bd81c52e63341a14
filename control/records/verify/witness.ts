/**
 * Checkpoints that were kept apart, held against an export. They show that nothing was made anew since they were signed, and that nothing came
 * after the export until then. What is newer than all of them, and what came before the stretch that the export holds, they say nothing of.
 */
import { chainHash, genesis, siteText } from '../format/chain.ts';
import { checkpointDigest, type Checkpoint } from '../format/checkpoint.ts';
import type { ExportDocument } from '../format/export.ts';
import { checkCheckpointSignatures, readCheckpoints } from './checkpoint-check.ts';
import { trustedKey, type Keys } from './event-check.ts';
import type { Findings } from './report.ts';

const file = 'the checkpoint kept apart';

type Kept = Readonly<{ checkpoint: Checkpoint; line: string }>;

/**
 * @param text lines of a checkpoint file: every one of them agrees, and one at least covers the whole record. Null where the person gave none.
 * @param own the export's own checkpoint.
 */
export function checkWitness(
  document: ExportDocument,
  text: string | null,
  own: Checkpoint | null,
  keys: Keys,
  findings: Findings,
): void {
  if (text === null) {
    findings.add(
      file,
      'None was given with --checkpoint. Without a line of checkpoints.jsonl that was kept where the service cannot change it, a record that was made anew as a whole looks sound.',
    );
    return;
  }
  const lines = text.split('\n').filter((line) => line !== '');
  const read = readCheckpoints(lines, file, findings);
  checkCheckpointSignatures(read, keys, findings);
  const kept = read.flatMap((checkpoint, index): readonly Kept[] =>
    checkpoint === null || trustedKey(checkpoint.key, keys) === null ? [] : [{ checkpoint, line: lines[index] ?? '' }],
  );
  const { heads, lastEvent } = headsOf(document);
  for (const one of kept) checkOne(document, one, own, heads, findings);
  checkOrder(kept, own === null ? null : { checkpoint: own, line: document.checkpoint }, findings);
  const whole = kept.some(({ checkpoint: { site } }) => site.count >= lastEvent && heads.has(site.count));
  if (!whole) findings.add(file, reach(kept, lastEvent, document));
}

/** Every line that the trusted key has signed speaks, whether it can be joined to the export's own or not. */
function checkOne(
  { manifest, events, checkpoint: ownLine }: ExportDocument,
  { checkpoint, line }: Kept,
  own: Checkpoint | null,
  heads: ReadonlyMap<number, string>,
  findings: Findings,
): void {
  const where = `${file}, number ${checkpoint.number}`;
  const { site, heads: said, number } = checkpoint;
  const bound = heads.get(site.count);
  if (bound !== undefined && bound !== site.head)
    findings.add(
      where,
      `It was signed for another site chain than the one of ${manifest.scope}: the export was made anew.`,
    );
  if (number === own?.number && line !== ownLine)
    findings.add(where, 'The export has another checkpoint of that number: one of the two was made anew.');
  const scope = said[manifest.scope];
  if (scope === undefined) return;
  if (scope.count > events.length)
    findings.add(
      where,
      `The record had ${scope.count} events then; this export has ${events.length}: it is of an earlier moment, or its end was cut off.`,
    );
  else if ((scope.count === 0 ? genesis : events[scope.count - 1]?.hash) !== scope.head)
    findings.add(
      where,
      `It was signed for another event ${scope.count} of ${manifest.scope}: the export was made anew.`,
    );
}

/** In whatever order they stand, with the export's own: no two have one number, and those whose numbers follow each other name each other. */
function checkOrder(kept: readonly Kept[], own: Kept | null, findings: Findings): void {
  const digests = new Map<number, string>();
  for (const { checkpoint, line } of kept) {
    const digest = checkpointDigest(line);
    if ((digests.get(checkpoint.number) ?? digest) !== digest)
      findings.add(`${file}, number ${checkpoint.number}`, 'There are two of that number: one of them was made anew.');
    digests.set(checkpoint.number, digest);
  }
  if (own !== null && !digests.has(own.checkpoint.number))
    digests.set(own.checkpoint.number, checkpointDigest(own.line));
  const what = 'It names another checkpoint before it than the one that is there.';
  const isOther = ({ checkpoint: { number, previous } }: Kept): boolean =>
    (digests.get(number - 1) ?? previous) !== previous;
  for (const one of kept) if (isOther(one)) findings.add(`${file}, number ${one.checkpoint.number}`, what);
  if (own !== null && isOther(own)) findings.add(`checkpoint ${own.checkpoint.number}`, what);
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

function reach(kept: readonly Kept[], lastEvent: number, { manifest, site }: ExportDocument): string {
  const counts = kept.map(({ checkpoint }) => checkpoint.site.count);
  const covering = site.from - 1 + site.entries.length;
  if (kept.length === 0) return 'It holds no checkpoint of the trusted key, so it shows nothing.';
  if (counts.every((count) => count > covering))
    return 'It is newer than this export and cannot be joined to it: export the record again, or bring the line of that time too.';
  if (counts.every((count) => count < site.from))
    return 'It speaks of no part of the site chain that this export holds, so it shows nothing.';
  return `It covers the first ${Math.max(...counts.filter((count) => count <= covering))} events of the site; the last of ${manifest.scope} is number ${lastEvent}: what came after it, nobody has witnessed. Bring one that was kept later.`;
}
