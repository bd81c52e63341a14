/** Verifies an exported record with nothing but the file and the trusted fingerprint. */
import { canonicalText, parseCanonical, strictText } from '../format/canonical.ts';
import { chainHash, genesis, siteText } from '../format/chain.ts';
import { readCheckpoint, type Checkpoint } from '../format/checkpoint.ts';
import { isEventBody } from '../format/event-body.ts';
import { contentDigest, exportFault, isExport, manifestText, type ExportDocument } from '../format/export.ts';
import { publicKeyOf, signatureHolds } from '../format/key.ts';
import { signedAction } from '../format/signature.ts';
import { checkCheckpointSignatures, readCheckpoints } from './checkpoint-check.ts';
import { actionOf, checkEvent, checkSignature, trustedKey, untrusted, type Keys } from './event-check.ts';
import { Findings, type EventName, type Report } from './report.ts';
import { checkWitness } from './witness.ts';

export type ExportQuestion = Readonly<{ bytes: Uint8Array; trusted: string | null; witness: string | null }>;

export function verifyExport(question: ExportQuestion): Report {
  const findings = new Findings();
  const held: string[] = [];
  checkExport(question, findings, held);
  const holds = findings.count === 0 && held.length > 0;
  return { holds, held: holds ? held : [], findings: findings.kept };
}

/** @returns the document where it can be read, whatever else is wrong. `held` is given what holds where there are no findings. */
export function checkExport(
  { bytes, trusted, witness }: ExportQuestion,
  findings: Findings,
  held: string[],
): ExportDocument | null {
  const document = readDocument(bytes, findings);
  if (document === null) return null;
  const keys: Keys = { trusted, known: new Map() };
  const key = publicKeyOf(document.key);
  if (key === null) findings.add('the key', 'The public key and its fingerprint do not belong together.');
  else keys.known.set(document.key.fingerprint, key);
  if (trusted === null) findings.add('trust', 'No trusted fingerprint was given; without one nothing is proven.');
  else if (trusted !== document.key.fingerprint) {
    findings.add(
      'trust',
      `The record was made with the key ${document.key.fingerprint}, which is not the trusted one.`,
    );
  }
  checkEvents(document, keys, findings);
  checkSite(document, findings);
  const checkpoint = checkCheckpoint(document, keys, findings);
  checkManifest(document, keys, findings);
  checkRelated(document, keys, findings);
  checkWitness(document, witness, checkpoint, keys, findings);
  const { manifest } = document;
  held.push(
    `The record ${manifest.scope} with its ${manifest.events} events is whole, in order and unchanged.`,
    `${manifest.signatures.length} signatures hold for it.`,
    `Checkpoint ${checkpoint?.number ?? '?'} of ${checkpoint?.utc ?? '?'} covers it.`,
    'The checkpoint kept apart agrees with it.',
  );
  return document;
}

function readDocument(bytes: Uint8Array, findings: Findings): ExportDocument | null {
  const text = strictText(bytes);
  const parsed = text?.endsWith('\n') === true ? parseCanonical(text.slice(0, -1)) : null;
  if (parsed === null) {
    nameBrokenEvent(bytes, findings);
    findings.add('the file', 'It is not canonical JSON followed by one line end: at least one byte of it was changed.');
    return null;
  }
  if (isExport(parsed.value)) return parsed.value;
  nameBrokenEvent(bytes, findings);
  findings.add('the file', exportFault(parsed.value) ?? 'It is not an export.');
  return null;
}

/** Where the file as a whole cannot be read, the events that can be told apart still show which of them was changed. */
function nameBrokenEvent(bytes: Uint8Array, findings: Findings): void {
  if (bytes.length > largestNamed) return;
  const text = Buffer.from(bytes).toString('latin1');
  const opening = '{"event":';
  const ending = /,"hash":"([^"]{0,200})"\}(?=,\{"event":|\],"format")/g;
  let previous = genesis;
  let seq = 0;
  // Each search begins where the one before it ended: a file made to be searched for ever is read once.
  for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, ending.lastIndex)) {
    ending.lastIndex = at + opening.length;
    const end = ending.exec(text);
    if (end === null) return;
    const [body, hash] = [text.slice(at + opening.length, end.index), end[1] ?? ''];
    seq += 1;
    const content = strictText(Buffer.from(body, 'latin1'));
    if (content === null || chainHash(previous, content) !== hash) {
      const scope = /"scope":"([^"]{1,200})"/.exec(body)?.[1] ?? '?';
      findings.addEvent(
        { scope, seq, action: actionOf(body) },
        'Its content does not give the hash that stands beside it.',
      );
    }
    previous = hash;
  }
}

/** Beyond this the file is told to be changed, and not where. */
const largestNamed = 256 * 1024 * 1024;

function checkEvents({ events, manifest }: ExportDocument, keys: Keys, findings: Findings): void {
  let previous = genesis;
  const signatures: number[] = [];
  events.forEach(({ event, hash }, index) => {
    const body = canonicalText(event);
    const name: EventName = { scope: manifest.scope, seq: index + 1, action: actionOf(body) };
    const read = checkEvent(name, body, hash, previous, keys, findings);
    if (read?.action === signedAction) signatures.push(name.seq);
    previous = hash;
  });
  if (manifest.events !== events.length || manifest.head !== previous) {
    findings.add(
      'the manifest',
      `It speaks of ${manifest.events} events; there are ${events.length}, or they end otherwise.`,
    );
  }
  if (signatures.join() !== manifest.signatures.join())
    findings.add('the manifest', 'It lists other signatures than there are.');
}

/** The site chain must bind every event of the record, once and in order, and run to the checkpoint. */
function checkSite({ events, manifest, site, checkpoint }: ExportDocument, findings: Findings): void {
  let head = site.before;
  let position = site.from - 1;
  let seq = 0;
  for (const entry of site.entries) {
    position += 1;
    head = chainHash(head, siteText(position, entry));
    if (entry.scope !== manifest.scope) continue;
    seq += 1;
    const event = events[seq - 1];
    if (entry.seq === seq && entry.hash === event?.hash) continue;
    const action = event === undefined ? null : actionOf(canonicalText(event.event));
    findings.addEvent(
      { scope: manifest.scope, seq: entry.seq, action },
      `Entry ${position} of the site chain binds another event.`,
    );
  }
  if (seq !== events.length)
    findings.add('the site chain', `It binds ${seq} events of this record; there are ${events.length}.`);
  if (site.from === 1 && site.before !== genesis)
    findings.add('the site chain', 'It does not begin at the genesis hash.');
  const said = readCheckpoint(checkpoint);
  if (said !== null && (said.site.count !== position || said.site.head !== head)) {
    findings.add('the site chain', `It does not run to the head that checkpoint ${said.number} was signed for.`);
  }
}

/** Events of other scopes: each gives its hash, the run binds it under its name, and one that is a signature holds. */
function checkRelated({ related = [], site, manifest }: ExportDocument, keys: Keys, findings: Findings): void {
  const bound = new Map(site.entries.map((entry) => [`${entry.scope}#${entry.seq}`, entry.hash]));
  const seen = new Set<string>();
  for (const { event, before, hash } of related) {
    const body = canonicalText(event);
    const { scope, seq } = isEventBody(event) ? event : { scope: '?', seq: 0 };
    const name: EventName = { scope, seq, action: actionOf(body) };
    const key = `${scope}#${seq}`;
    if (!isEventBody(event)) findings.addEvent(name, 'Its content is not an event.');
    if (scope === manifest.scope) findings.addEvent(name, 'It is of the record itself, and stands among the others.');
    if (seen.has(key)) findings.addEvent(name, 'It stands there twice.');
    seen.add(key);
    if (chainHash(before, body) !== hash) {
      findings.addEvent(name, 'Its content and the hash before it do not give the hash that stands beside it.');
    } else if (isEventBody(event) && event.action === signedAction) {
      checkSignature(name, event, before, keys, findings);
    }
    if (bound.get(key) !== hash) findings.addEvent(name, 'The site chain does not bind it.');
  }
}

function checkCheckpoint(
  { checkpoint: line, manifest }: ExportDocument,
  keys: Keys,
  findings: Findings,
): Checkpoint | null {
  const [checkpoint] = readCheckpoints([line], 'the checkpoint', findings);
  if (checkpoint === null || checkpoint === undefined) return null;
  checkCheckpointSignatures([checkpoint], keys, findings);
  const said = checkpoint.heads[manifest.scope];
  if (said?.count !== manifest.events || said.head !== manifest.head) {
    findings.add(`checkpoint ${checkpoint.number}`, 'It was not signed for this record as it stands here.');
  }
  return checkpoint;
}

function checkManifest(document: ExportDocument, keys: Keys, findings: Findings): void {
  const { manifest, key: record } = document;
  if (manifest.digest !== contentDigest(document)) {
    findings.add('the manifest', 'Its digest is not that of the document.');
    return;
  }
  const key = trustedKey(record.fingerprint, keys);
  if (key === null) findings.add('the manifest', untrusted('Its signature', record.fingerprint, keys));
  else if (!signatureHolds(manifestText(manifest), manifest.signature, key)) {
    findings.add('the manifest', 'Its signature does not hold.');
  }
}
