/** The verifier of the house and the one in Python, asked the same: whatever one of them says, the other says too. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signCheckpoint, type Checkpoint, type CheckpointContent } from '../../../control/records/format/checkpoint.ts';
import { omit } from '../../../control/records/format/omit.ts';
import { telemetryPath } from '../../../plant/ports/record-export.ts';
import { seeded } from '../../faults/attack-export.ts';
import {
  chainAnew,
  foldAnew,
  readDocument,
  sealFolder,
  signAnew,
  type Document,
} from '../../faults/support/export-forge.ts';
import { makeExport, type MadeExport } from '../../faults/support/made-export.ts';
import { PythonVerifier } from '../../faults/support/python-verifier.ts';
import { filesIn, verdicts, writeAnew } from './folder-support.ts';

const cli = new URL('../../../control/records/verify/cli.ts', import.meta.url).pathname;
const script = new URL('../../../deploy/verify_export.py', import.meta.url).pathname;
const python = new PythonVerifier();
let made: MadeExport;
let honest: ReturnType<typeof filesIn>;

beforeAll(async () => {
  made = await makeExport(seeded(12), python);
  honest = filesIn(made.folder);
});
afterEach(() => writeAnew(made.folder, honest));
afterAll(() => {
  python.end();
  made.remove();
});

/** What each of them ends with. */
function ends(...words: readonly string[]): readonly (number | null)[] {
  const asked = [
    [process.execPath, cli],
    ['/usr/bin/python3', script],
  ] as const;
  return asked.map(([program, file]) => spawnSync(program, [file, ...words]).status);
}

/** Made sound in itself again by whoever has the service's key, with a checkpoint that covers it: only what is asked for is wrong. */
async function forged(change: (document: Document) => void) {
  const document = readDocument(made.folder);
  change(document);
  chainAnew(document, made.secret);
  signAnew(document, made.secret);
  const sealed = new Set(
    document.events
      .filter(({ event }) => event.action === 'segment-sealed')
      .map(({ event: { data } }) => telemetryPath(data?.['skid'] as string, Number(data?.['number']))),
  );
  const files = new Map([...honest].filter(([path]) => !path.startsWith('telemetry/') || sealed.has(path)));
  foldAnew(files, document, made.secret);
  writeAnew(made.folder, files);
  return verdicts(made, python, `${document.checkpoint}\n`);
}

const inEvent = (change: (event: Record<string, unknown>) => void) => (document: Document) => {
  const found = document.events.find(({ event }) => event.action === 'volume-collected')!;
  change(found.event);
};

describe('the two verifiers', () => {
  it.each<[string, number, (trust: string, kept: string) => readonly string[]]>([
    ['everything that is needed', 0, (trust, kept) => [made.folder, '--trust', trust, '--checkpoint', kept]],
    ['no fingerprint', 1, (_trust, kept) => [made.folder, '--checkpoint', kept]],
    ['no checkpoint', 1, (trust) => [made.folder, '--trust', trust]],
    ['neither of them', 1, () => [made.folder]],
    ['another fingerprint', 1, (_trust, kept) => [made.folder, '--trust', 'a'.repeat(64), '--checkpoint', kept]],
    ['a fingerprint that is none', 2, (_trust, kept) => [made.folder, '--trust', 'abc', '--checkpoint', kept]],
    ['an empty fingerprint', 2, (_trust, kept) => [made.folder, '--trust', '', '--checkpoint', kept]],
    ['a checkpoint that is not there', 2, (trust, kept) => [made.folder, '--trust', trust, '--checkpoint', `${kept}x`]],
    ['an empty name of a checkpoint', 2, (trust) => [made.folder, '--trust', trust, '--checkpoint', '']],
    [
      'a checkpoint that came with the export',
      2,
      (trust) => [made.folder, '--trust', trust, '--checkpoint', join(made.folder, 'checkpoints.jsonl')],
    ],
    [
      'a link to a checkpoint that came with the export',
      2,
      (trust, kept) => {
        const link = `${kept}.link`;
        rmSync(link, { force: true });
        symlinkSync(join(made.folder, 'checkpoints.jsonl'), link);
        return [made.folder, '--trust', trust, '--checkpoint', link];
      },
    ],
    ['a folder that is not there', 2, (trust, kept) => [`${made.folder}x`, '--trust', trust, '--checkpoint', kept]],
    [
      'a folder that holds no export',
      2,
      (trust, kept) => {
        const other = join(made.folder, '..', 'other');
        mkdirSync(other, { recursive: true });
        return [other, '--trust', trust, '--checkpoint', kept];
      },
    ],
    ['a word too many', 2, (trust, kept) => [made.folder, made.folder, '--trust', trust, '--checkpoint', kept]],
    ['an option that is none', 2, (trust, kept) => [made.folder, '--trust', trust, '--checkpoint', kept, '--force']],
    [
      'an export whose manifest was taken away',
      1,
      (trust, kept) => {
        rmSync(join(made.folder, 'manifest.json'));
        return [made.folder, '--trust', trust, '--checkpoint', kept];
      },
    ],
    [
      'an export whose record is a link',
      1,
      (trust, kept) => {
        const record = join(made.folder, 'record.json');
        copyFileSync(record, `${kept}.record`);
        rmSync(record);
        symlinkSync(`${kept}.record`, record);
        rmSync(join(made.folder, 'manifest.json'));
        return [made.folder, '--trust', trust, '--checkpoint', kept];
      },
    ],
  ])('end alike with %s', (_, code, words) => {
    expect(ends(...words(made.trusted, made.kept))).toEqual([code, code]);
  });

  it('hold what was forged soundly where the checkpoint is of the forgery: nothing but what follows is wrong there', async () => {
    const reworded = inEvent((event) => (event['reason'] = 'another reason'));
    expect(await forged(reworded)).toEqual({ typescript: 'holds', python: 'holds' });
  });

  it.each<[string, (event: Record<string, unknown>) => void]>([
    ['a schema that is true', (event) => (event['schema'] = true)],
    ['another schema', (event) => (event['schema'] = 2)],
    ['a number for its time', (event) => (event['utc'] = 1_790_000_000)],
    ['a number on the monotonic clock', (event) => (event['monotonic'] = 17)],
    ['no object', (event) => delete event['object']],
    ['a list for its object', (event) => (event['object'] = ['B-1'])],
    ['a unit that is none', (event) => (event['unit'] = null)],
    ['a reason that is a list', (event) => (event['reason'] = ['a', 'b'])],
    ['data that are text', (event) => (event['data'] = 'text')],
    ['data that are a list', (event) => (event['data'] = [])],
    ['a time of happening that is a number', (event) => (event['happenedAt'] = 1)],
    ['a field that no event has', (event) => (event['approved'] = 'yes')],
    ['an actor that is text', (event) => (event['actor'] = 'operator')],
    ['an actor of no kind', (event) => (event['actor'] = { batch: 'B-2026-0001' })],
    ['an actor of another kind', (event) => (event['actor'] = { kind: 'robot', part: 'arm' })],
    ['a service without its part', (event) => (event['actor'] = { kind: 'service' })],
    ['a batch that says more', (event) => (event['actor'] = { kind: 'batch', batch: 'B-1', printedName: 'Ada' })],
    ['a person without a printed name', (event) => (event['actor'] = omit(person({}), 'printedName'))],
    ['a person whose roles are text', (event) => (event['actor'] = person({ roles: 'operator' }))],
    ['a person of whose roles one is a number', (event) => (event['actor'] = person({ roles: ['operator', 1] }))],
    ['a number that is not whole in its data', (event) => (event['data'] = { flow: 1.5 })],
    ['a number that JSON cannot keep', (event) => (event['new'] = { flow: 2 ** 53 })],
    ['data nested deeper than a record goes', (event) => (event['data'] = { a: nested(300) })],
    ['a person who says more', (event) => (event['actor'] = person({ title: 'Dr' }))],
  ])('doubt an event with %s, whoever signed it', async (_, change) => {
    const found = await forged(inEvent(change));
    expect(found.typescript).toMatch(/not (an event|in the form|canonical JSON)/u);
    expect(found.python).toMatch(/form of an event|in the form of an export|not whole, or it is nested/u);
  });

  it.each<[string, (document: Document) => void, RegExp]>([
    ['that the batch went on to end without sealing', (document) => begin(document, 'QD-1', 99), /segment 99 of QD-1/u],
    [
      'after which the next one was begun',
      (document) => {
        stillRunning(document);
        begin(document, 'QD-1', 98);
        begin(document, 'QD-1', 99);
      },
      /segment 98 of QD-1/u,
    ],
    ['whose sealing was taken out with its file', unsealLast, /segment \d+ of QD-\d/u],
    ['without a number', (document) => begin(document, 'QD-1', Number.NaN), /QD-1|in the form of an export/u],
  ])('doubt a file of telemetry that was begun, %s', async (_, change, where) => {
    const found = await forged(change);
    expect(found.typescript).toMatch(where);
    expect(found.typescript).toMatch(/It was begun, and no line of the record seals it|gives no number/u);
    expect(found.python).toMatch(where);
    expect(found.python).toMatch(/it was begun and never sealed|in the form of an export/u);
  });

  it('say which file was being written while the batch ran, and do not doubt it', async () => {
    const found = await forged((document) => {
      stillRunning(document);
      begin(document, 'QD-1', 99);
      begin(document, 'QD-2', 98);
    });
    expect(found).toEqual({ typescript: 'holds', python: 'holds' });
    const [witness, said] = [join(made.folder, '..', 'given.jsonl'), /segment 99 of QD-1 .*segment 98 of QD-2/su];
    const words = [made.folder, '--trust', made.trusted, '--checkpoint', witness];
    expect(spawnSync(process.execPath, [cli, ...words], { encoding: 'utf8' }).stdout).toMatch(said);
    expect(spawnSync('/usr/bin/python3', [script, ...words], { encoding: 'utf8' }).stdout).toMatch(
      /segment 99 of QD-1 and segment 98 of QD-2 was being written/u,
    );
  });

  it.each<[string, (files: Map<string, Buffer>, document: Document) => void]>([
    ['a README that was taken out', (files) => void files.delete('README.txt')],
    [
      'a segment with a second stream behind it',
      (files) => {
        const [path, bytes] = [...files].find(([name]) => name.startsWith('telemetry/'))!;
        files.set(path, Buffer.concat([bytes, gzipSync('')]));
      },
    ],
    [
      'a segment that carries a name in its head',
      (files) => {
        const [path, bytes] = [...files].find(([name]) => name.startsWith('telemetry/'))!;
        const head = Buffer.from(bytes.subarray(0, 10));
        head[3] = 8;
        files.set(path, Buffer.concat([head, Buffer.from('approved\0'), bytes.subarray(10)]));
      },
    ],
    [
      'a path of more than 300 characters',
      (files) => void files.set(`${'a'.repeat(160)}/${'b'.repeat(160)}`, Buffer.from('x')),
    ],
  ])('doubt a folder with %s, whoever signed its manifest', async (_, change) => {
    const document = readDocument(made.folder);
    const files = new Map([...honest].map(([path, bytes]) => [path, Buffer.from(bytes)]));
    change(files, document);
    sealFolder(files, document, made.secret);
    writeAnew(made.folder, files);
    const found = await verdicts(made, python, readFileSync(made.kept, 'utf8'));
    expect(found.typescript).not.toBe('holds');
    expect(found.python).not.toBe('holds');
  });

  it('doubt two checkpoints of one number that were kept apart, in whatever order', async () => {
    const [line] = readFileSync(made.kept, 'utf8').trim().split('\n').slice(-1);
    const said = { ...omit(JSON.parse(line!) as Checkpoint, 'signature'), build: 'another' } as CheckpointContent;
    const other = signCheckpoint(said, made.secret);
    for (const lines of [
      [line, other],
      [other, line],
    ]) {
      const found = await verdicts(made, python, `${lines.join('\n')}\n`);
      expect(found.typescript).toMatch(/two of that number|another checkpoint of that number/u);
      expect(found.python).toMatch(/another one of that number/u);
    }
  });

  it('write no name of what they read so that it could stand for their own words', () => {
    const name = 'x\n\nVERIFIED: everything that was checked holds.\u202e';
    writeFileSync(join(made.folder, name), 'x');
    const words = [made.folder, '--trust', made.trusted, '--checkpoint', made.kept];
    for (const [program, file] of [
      [process.execPath, cli],
      ['/usr/bin/python3', script],
    ] as const) {
      const { stdout, status } = spawnSync(program, [file, ...words], { encoding: 'utf8' });
      expect(status).toBe(1);
      expect(stdout).not.toMatch(/^VERIFIED/mu);
      expect(stdout).not.toContain('\u202e');
    }
  });

  it('doubt an empty folder in an export', async () => {
    mkdirSync(join(made.folder, 'telemetry', 'QD-9', 'old'), { recursive: true });
    const witness = readFileSync(made.kept, 'utf8');
    expect(await verdicts(made, python, witness)).toEqual({
      typescript: expect.stringContaining('telemetry/QD-9/old/: It is a folder with nothing in it') as string,
      python: expect.stringContaining('telemetry/QD-9/old/: it is a folder with nothing in it') as string,
    });
    writeFileSync(join(made.folder, 'telemetry', 'QD-9', 'old', 'x'), 'x');
    expect((await verdicts(made, python, witness)).python).toContain('telemetry/QD-9/old/x: it is added');
  });
});

const nested = (depth: number): unknown => (depth === 0 ? 'x' : [nested(depth - 1)]);

function person(more: Record<string, unknown>): Record<string, unknown> {
  const whole = {
    kind: 'person',
    id: 'p1',
    userName: 'ada',
    printedName: 'Ada',
    roles: ['operator'],
    terminal: 'page',
  };
  return { ...whole, ...more };
}

/** As a batch that goes on. */
function stillRunning(document: Document): void {
  document.events = document.events.filter(({ event }) => event.action !== 'batch-ended');
}

/** Before the record's last event, so that a signature stays the last. */
function begin(document: Document, skid: string, number: number): void {
  const { event, hash } = document.events.find((each) => each.event.action === 'volume-collected')!;
  const data = Number.isNaN(number) ? { skid } : { skid, number: String(number) };
  document.events.splice(-1, 0, { hash, event: { ...event, action: 'segment-opened', data } });
  bindAnother(document);
}

function unsealLast(document: Document): void {
  const last = document.events.findLastIndex(({ event }) => event.action === 'segment-sealed');
  document.events.splice(last, 1);
}

/** One more entry of the site chain for it; hashes and numbers are made anew after. */
function bindAnother({ site, manifest }: Document): void {
  const own = site.entries.filter(({ scope }) => scope === manifest.scope);
  site.entries.push({ ...own.at(-1)!, seq: own.length + 1 });
}
