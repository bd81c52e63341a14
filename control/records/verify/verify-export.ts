/** Verifies an exported record with nothing but the file and the trusted fingerprint. */
import { canonicalText, parseCanonical, strictText } from '../format/canonical.ts';
import { chainHash, genesis, siteText } from '../format/chain.ts';
import { readCheckpoint, type Checkpoint } from '../format/checkpoint.ts';
import { contentDigest, exportFault, isExport, manifestText, type ExportDocument } from '../format/export.ts';
import { publicKeyOf, signatureHolds } from '../format/key.ts';
import { signedAction } from '../format/signature.ts';
import { checkCheckpointSignatures, readCheckpoints } from './checkpoint-check.ts';
import { actionOf, checkEvent, trustedKey, untrusted, type Keys } from './event-check.ts';
import { Findings, type EventName, type Report } from './report.ts';

export type ExportQuestion = Readonly<{ bytes: Uint8Array; trusted: string | null; witness: string | null }>;

export function verifyExport({ bytes, trusted, witness }: ExportQuestion): Report {
  const findings = new Findings();
  const held: string[] = [];
  const document = readDocument(bytes, findings);
  if (document !== null) {
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
    if (witness !== null) checkWitness(document, witness, keys, findings);
    const { manifest } = document;
    held.push(
      `The record ${manifest.scope} with its ${manifest.events} events is whole, in order and unchanged.`,
      `${manifest.signatures.length} signatures hold for it.`,
      `Checkpoint ${checkpoint?.number ?? '?'} of ${checkpoint?.utc ?? '?'} covers it.`,
      ...(witness === null ? [] : ['The checkpoint that was kept elsewhere agrees with it.']),
    );
  }
  return {
    holds: findings.count === 0 && held.length > 0,
    held: findings.count === 0 ? held : [],
    findings: findings.kept,
  };
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
  const text = Buffer.from(bytes).toString('latin1');
  let previous = genesis;
  let seq = 0;
  for (const [, body, hash] of text.matchAll(/\{"event":(.*?),"hash":"(.*?)"\}(?=,\{"event":|\],"format")/gs)) {
    seq += 1;
    const content = Buffer.from(body ?? '', 'latin1');
    if (chainHash(previous, content) !== hash) {
      const scope = /"scope":"([^"]{1,200})"/.exec(body ?? '')?.[1] ?? '?';
      findings.addEvent(
        { scope, seq, action: actionOf(content) },
        'Its content does not give the hash that stands beside it.',
      );
    }
    previous = hash ?? '';
  }
}

function checkEvents({ events, manifest }: ExportDocument, keys: Keys, findings: Findings): void {
  let previous = genesis;
  const signatures: number[] = [];
  events.forEach(({ event, hash }, index) => {
    const body = Buffer.from(canonicalText(event), 'utf8');
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
    const action = event === undefined ? null : actionOf(Buffer.from(canonicalText(event.event)));
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

/** A checkpoint kept elsewhere must agree where it speaks of the same stretch of the site chain; one at least must. */
function checkWitness({ site, manifest }: ExportDocument, text: string, keys: Keys, findings: Findings): void {
  const lines = text.split('\n').filter((line) => line !== '');
  const witnessed = readCheckpoints(lines, 'the checkpoint file given', findings);
  checkCheckpointSignatures(witnessed, keys, findings);
  const heads = new Map<number, string>([[site.from - 1, site.before]]);
  let head = site.before;
  site.entries.forEach((entry, index) => {
    head = chainHash(head, siteText(site.from + index, entry));
    heads.set(site.from + index, head);
  });
  let compared = 0;
  for (const checkpoint of witnessed) {
    if (checkpoint === null) continue;
    const found = heads.get(checkpoint.site.count);
    if (found === undefined) continue;
    compared += 1;
    if (found !== checkpoint.site.head) {
      findings.add(
        `checkpoint ${checkpoint.number} kept elsewhere`,
        `It was signed for another site chain than the one of ${manifest.scope}.`,
      );
    }
  }
  if (compared === 0) {
    findings.add(
      'the checkpoint file given',
      'It speaks of no part of the site chain that this export holds, so it shows nothing.',
    );
  }
}
