/** What can be done to an export folder on its way: by whoever carries it, and by an insider who has the service's own key. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { canonicalText } from '../../../control/records/format/canonical.ts';
import { telemetryPath } from '../../../plant/ports/record-export.ts';
import { digestOf } from '../../../control/records/format/chain.ts';
import { chainAnew, documentText, foldAnew, sealFolder, signAnew, type Document, type Files } from './export-forge.ts';
import type { Draw } from './made-ledger.ts';

export type Attacked = Readonly<{
  folder: string;
  /** As it was handed out; what an attack leaves in it is written to the folder. */
  files: Files;
  document: Document;
  draw: Draw;
  /** An export of another batch, made by the same service. */
  other: Files;
  /** The service's own key, for an insider. */
  secret: KeyObject;
}>;

export type ExportAttack = (attacked: Attacked) => void;

const one = <T>(of: readonly T[], draw: Draw): T => {
  const found = of[draw(of.length)];
  if (found === undefined) throw new Error('There is nothing to attack.');
  return found;
};

const segmentsIn = (files: Files): readonly string[] =>
  [...files.keys()].filter((path) => path.startsWith('telemetry/'));

/** A byte becomes another. */
function flipped(bytes: Buffer, draw: Draw): Buffer {
  const changed = Buffer.from(bytes);
  const at = draw(changed.length);
  changed[at] = (changed[at]! + 1 + draw(255)) & 0xff;
  return changed;
}

/** Whoever carries the folder may put the manifest's digests right, but cannot sign it. */
function put(files: Files, path: string, bytes: Buffer, draw: Draw): void {
  files.set(path, bytes);
  if (path === 'manifest.json' || draw(2) === 0) return;
  const manifest = JSON.parse(files.get('manifest.json')!.toString()) as { files: Record<string, object> };
  manifest.files[path] = { bytes: bytes.length, sha256: digestOf(bytes) };
  files.set('manifest.json', Buffer.from(`${canonicalText(manifest)}\n`));
}

const putRecord = ({ files, draw }: Attacked, document: Document): void =>
  put(files, 'record.json', documentText(document), draw);

/** The events that say something, and so can be made to say something else. */
function rewordEvent({ document, draw }: Attacked): void {
  const at = draw(document.events.length);
  const found = document.events[at]!;
  document.events[at] = { ...found, event: { ...found.event, reason: `another reason ${draw(1e6)}` } };
}

const newKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey;

/** A sealed sample says something else, and its file is a proper gzip again. */
function reseal({ files, draw }: Attacked): Readonly<{ path: string; content: Buffer }> {
  const path = one(segmentsIn(files), draw);
  const lines = gunzipSync(files.get(path)!).toString().trimEnd().split('\n');
  const at = 1 + draw(lines.length - 1);
  const scan = JSON.parse(lines[at]!) as { samples: [number, string, number, number][] };
  scan.samples[0]![1] = `${scan.samples[0]![1]}.5`;
  lines[at] = JSON.stringify(scan);
  return { path, content: Buffer.from(`${lines.join('\n')}\n`) };
}

function onJson({ files, draw }: Attacked, change: (text: string) => string): void {
  const path = one(
    ['record.json', 'manifest.json', 'signatures.json', 'checkpoints.jsonl', 'keys/service-ed25519.json'],
    draw,
  );
  put(files, path, Buffer.from(change(files.get(path)!.toString())), draw);
}

/** By whoever carries it. */
export const carriersAttacks: Readonly<Record<string, ExportAttack>> = {
  'a byte flipped in any file': ({ files, draw }) => {
    const path = one([...files.keys()], draw);
    files.set(path, flipped(files.get(path)!, draw));
  },
  'an event reworded': (attacked) => {
    rewordEvent(attacked);
    putRecord(attacked, attacked.document);
  },
  'an event deleted': (attacked) => {
    attacked.document.events.splice(attacked.draw(attacked.document.events.length), 1);
    putRecord(attacked, attacked.document);
  },
  'two events reordered': (attacked) => {
    const { events } = attacked.document;
    const at = attacked.draw(events.length - 1);
    [events[at], events[at + 1]] = [events[at + 1]!, events[at]!];
    putRecord(attacked, attacked.document);
  },
  'the tail truncated': (attacked) => {
    const { document, draw } = attacked;
    document.events.splice(-1 - draw(document.events.length - 1));
    document.manifest.events = document.events.length;
    document.manifest.head = document.events.at(-1)!.hash;
    putRecord(attacked, document);
  },
  'an event reworded and everything chained anew': (attacked) => {
    rewordEvent(attacked);
    chainAnew(attacked.document, null);
    putRecord(attacked, attacked.document);
  },
  'an event of another record taken out': (attacked) => {
    attacked.document.related.splice(attacked.draw(attacked.document.related.length), 1);
    putRecord(attacked, attacked.document);
  },
  'a signature transplanted': (attacked) => {
    const { document, draw } = attacked;
    const signed = document.events.filter(({ event }) => event.action === 'signed');
    const from = one(signed, draw);
    const at = draw(document.events.length);
    if (document.events[at] === from) document.events.splice(at, 1);
    else document.events[at] = { ...from, event: { ...from.event, seq: at + 1 } };
    if (draw(2) === 0) chainAnew(document, null);
    putRecord(attacked, document);
  },
  'another key put beside the record': ({ files, document, draw }) => {
    const key = newKey();
    const forged = structuredClone(document);
    const { algorithm } = forged.key;
    signAnew(forged, key);
    put(files, 'keys/service-ed25519.json', Buffer.from(`${canonicalText({ ...forged.key, algorithm })}\n`), draw);
  },
  'everything signed anew with other keys': (attacked) => {
    const key = newKey();
    rewordEvent(attacked);
    chainAnew(attacked.document, key);
    signAnew(attacked.document, key);
    foldAnew(attacked.files, attacked.document, key);
  },
  'a sealed sample replaced': (attacked) => {
    const { path, content } = reseal(attacked);
    put(attacked.files, path, gzipSync(content), attacked.draw);
  },
  'two sealed segments swapped': ({ files, draw }) => {
    const all = segmentsIn(files);
    const [first, second] = [draw(all.length), draw(all.length - 1)];
    const other = second >= first ? second + 1 : second;
    const [a, b] = [files.get(all[first]!)!, files.get(all[other]!)!];
    put(files, all[first]!, b, draw);
    put(files, all[other]!, a, draw);
  },
  'a segment of another batch put in the place of one': ({ files, other, draw }) =>
    put(files, one(segmentsIn(files), draw), other.get(one(segmentsIn(other), draw))!, draw),
  'the record of another batch put in the place of it': ({ files, other, draw }) => {
    for (const path of ['record.json', 'record.pdf', 'audit.csv', 'signatures.json', 'manifest.json'])
      if (path === 'record.json' || draw(2) === 0) files.set(path, other.get(path)!);
  },
  'the PDF edited': ({ files, draw }) => put(files, 'record.pdf', flipped(files.get('record.pdf')!, draw), draw),
  'the audit trail edited': ({ files, draw }) => {
    const lines = files.get('audit.csv')!.toString().split('\r\n');
    lines.splice(1 + draw(lines.length - 2), 1);
    put(files, 'audit.csv', Buffer.from(lines.join('\r\n')), draw);
  },
  'the list of signatures edited': ({ files, draw }) => {
    const signed = JSON.parse(files.get('signatures.json')!.toString()) as object[];
    signed[draw(signed.length)] = { ...signed[0], printedName: 'Somebody Else' };
    put(files, 'signatures.json', Buffer.from(`${canonicalText(signed)}\n`), draw);
  },
  'the manifest edited': ({ files, draw }) => {
    const manifest = JSON.parse(files.get('manifest.json')!.toString()) as Record<string, unknown>;
    const field = one(Object.keys(manifest), draw);
    manifest[field] = field === 'events' ? 1_000_000 : `${String(manifest[field])}0`;
    files.set('manifest.json', Buffer.from(`${canonicalText(manifest)}\n`));
  },
  'a file added': ({ files, draw }) =>
    put(files, one(['note.txt', 'telemetry/QD-1/000099.jsonl.gz', 'keys/other.pem'], draw), Buffer.from('x'), draw),
  'a file removed': ({ files, draw }) => {
    const path = one([...files.keys()], draw);
    files.delete(path);
    if (draw(2) === 0 || path === 'manifest.json') return;
    const manifest = JSON.parse(files.get('manifest.json')!.toString()) as { files: Record<string, object> };
    manifest.files = Object.fromEntries(Object.entries(manifest.files).filter(([name]) => name !== path));
    files.set('manifest.json', Buffer.from(`${canonicalText(manifest)}\n`));
  },
  'a file cut short': ({ files, draw }) => {
    const path = one([...files.keys()], draw);
    const bytes = files.get(path)!;
    put(files, path, bytes.subarray(0, draw(bytes.length)), draw);
  },
  'a key said twice in JSON': (attacked) =>
    onJson(attacked, (text) => text.replace(/"([a-zA-Z]+)":/u, (name) => `${name}"x",${name}`)),
  'JSON written otherwise': (attacked) =>
    onJson(attacked, (text) =>
      attacked.draw(2) === 0
        ? text.replace(/":/u, '": ')
        : text.replace(/"([a-z])/u, (_all, letter: string) => `"\\u00${letter.charCodeAt(0).toString(16)}`),
    ),
  'JSON nested without end': (attacked) => {
    const depth = 129 + attacked.draw([300, 3_000, 1_000_000][attacked.draw(3)]!);
    const [open, close] = attacked.draw(2) === 0 ? ['[', ']'] : ['{"a":', '}'];
    const nested = `${open.repeat(depth)}0${close.repeat(depth)}`;
    onJson(attacked, (text) =>
      attacked.draw(2) === 0 ? `${nested}\n` : text.replace(/":("[^"]*"|\d+)/u, `":${nested}`),
    );
  },
  'a number where text belongs': (attacked) => {
    const { document, draw } = attacked;
    const at = draw(document.events.length);
    const { event, hash } = document.events[at]!;
    document.events[at] = { hash, event: { ...event, monotonic: Number(event.monotonic) as unknown as string } };
    if (draw(2) === 0) chainAnew(document, null);
    putRecord(attacked, document);
  },
};

/** Those of an insider after which the folder is sound in itself: without a checkpoint kept apart nothing would give them away. */
export const soundForgeries: ReadonlySet<string> = new Set([
  'an insider rewords an event',
  'an insider deletes an event',
  'an insider cuts the tail off',
  'an insider replaces a sealed sample',
  'an insider takes an alarm out of the site chain',
]);

/** By somebody who has the service's key and makes everything sound again; a checkpoint kept apart is all that stands against it. */
export const insidersAttacks: Readonly<Record<string, ExportAttack>> = {
  'an insider rewords an event': (attacked) => {
    rewordEvent(attacked);
    madeSound(attacked);
  },
  'an insider deletes an event': (attacked) => {
    const { events } = attacked.document;
    const gone = one(
      events.filter(({ event }) => event.action !== 'segment-sealed'),
      attacked.draw,
    );
    events.splice(events.indexOf(gone), 1);
    madeSound(attacked);
  },
  'an insider cuts the tail off': (attacked) => {
    const { document, draw } = attacked;
    document.events.splice(-1 - draw(document.events.length - 1));
    document.site.entries.length =
      document.site.entries.findLastIndex(
        ({ seq, scope }) => scope === document.manifest.scope && seq === document.events.length,
      ) + 1;
    keepBound(document);
    madeSound(attacked);
  },
  'an insider replaces a sealed sample': (attacked) => {
    const { files, document } = attacked;
    const { path, content } = reseal(attacked);
    files.set(path, gzipSync(content));
    sealAnew(document, path, content);
    madeSound(attacked);
  },
  'an insider puts a segment of another batch in the place of one': (attacked) => {
    const { files, other, document, draw } = attacked;
    const path = one(segmentsIn(files), draw);
    const bytes = other.get(one(segmentsIn(other), draw))!;
    files.set(path, bytes);
    sealAnew(document, path, gunzipSync(bytes));
    madeSound(attacked);
  },
  'an insider takes the sealing of a segment out with its file': (attacked) => {
    const { events } = attacked.document;
    const gone = one(
      events.filter(({ event }) => event.action === 'segment-sealed'),
      attacked.draw,
    );
    events.splice(events.indexOf(gone), 1);
    madeSound(attacked);
  },
  'an insider takes an alarm out of the site chain': (attacked) => {
    const { document, draw } = attacked;
    const alarms = document.related.filter(({ event }) => event.scope === 'alarms');
    const gone = one(alarms, draw);
    document.related = document.related.filter((each) => each !== gone);
    document.site.entries = document.site.entries.filter(({ hash }) => hash !== gone.hash);
    madeSound(attacked);
  },
  'an insider edits the audit trail alone': ({ files, document, secret, draw }) => {
    files.set('audit.csv', flipped(files.get('audit.csv')!, draw));
    sealFolder(files, document, secret);
  },
  'an insider edits the list of signatures alone': ({ files, document, secret, draw }) => {
    files.set('signatures.json', flipped(files.get('signatures.json')!, draw));
    sealFolder(files, document, secret);
  },
  'an insider takes a segment out of the folder alone': ({ files, document, secret, draw }) => {
    files.delete(one(segmentsIn(files), draw));
    sealFolder(files, document, secret);
  },
};

/** The line that sealed the file seals another content. */
function sealAnew(document: Document, path: string, content: Buffer): void {
  const [, skid, name] = path.split('/');
  const number = String(Number.parseInt(name!, 10));
  document.events = document.events.map((each) => {
    const { event } = each;
    const { data } = event;
    if (event.action !== 'segment-sealed' || data?.['skid'] !== skid || data?.['number'] !== number) return each;
    return {
      ...each,
      event: { ...event, data: { ...data, digest: digestOf(content), bytes: String(content.length) } },
    };
  });
}

/** Events of other records that the stretch no longer binds fall with it. */
function keepBound(document: Document): void {
  const bound = new Set(document.site.entries.map(({ hash }) => hash));
  document.related = document.related.filter(({ hash }) => bound.has(hash));
}

function madeSound({ files, document, secret }: Attacked): void {
  const sealed = new Set(
    document.events
      .filter(({ event }) => event.action === 'segment-sealed')
      .map(({ event: { data } }) => telemetryPath(data?.['skid'] as string, Number(data?.['number']))),
  );
  for (const path of segmentsIn(files)) if (!sealed.has(path)) files.delete(path);
  chainAnew(document, secret);
  signAnew(document, secret);
  foldAnew(files, document, secret);
}

/** With the disk itself: nobody ever writes to the pipe that stands beside a file or in its place. */
export function pipeSomewhere(folder: string, files: Files, draw: Draw): Files {
  const path = one([...files.keys()], draw);
  if (draw(2) === 0) {
    const beside = `${path}.pipe`;
    execFileSync('mkfifo', [join(folder, beside)]);
    return new Map([...files, [beside, Buffer.alloc(0)]]);
  }
  unlinkSync(join(folder, path));
  execFileSync('mkfifo', [join(folder, path)]);
  return new Map([...files].filter(([name]) => name !== path));
}

/** With the disk itself: a link stands where a file was. */
export function linkInstead(folder: string, elsewhere: string, files: Files, draw: Draw): Files {
  const path = one([...files.keys()], draw);
  const copy = join(elsewhere, 'copy');
  writeFileSync(copy, files.get(path)!);
  unlinkSync(join(folder, path));
  symlinkSync(copy, join(folder, path));
  return new Map([...files].filter(([name]) => name !== path));
}
