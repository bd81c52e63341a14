/** What an export folder has to be, rule by rule; whatever can be forged in it is the campaign's (tests/faults/attack-export.ts). */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listFolder } from '../../../control/records/verify/plain-files.ts';
import { seeded } from '../../faults/attack-export.ts';
import { foldAnew, readDocument, sealFolder, signAnew, type Files } from '../../faults/support/export-forge.ts';
import { makeExport, type MadeExport } from '../../faults/support/made-export.ts';
import { PythonVerifier } from '../../faults/support/python-verifier.ts';
import { filesIn, verdicts, writeAnew } from './folder-support.ts';

const python = new PythonVerifier();
let made: MadeExport;
let honest: Files;

const written = (files: Files): void => writeAnew(made.folder, files);
/** By the service's own key, as an insider could. */
const resealed = (change: (files: Files) => void): void => {
  const files = new Map(honest);
  change(files);
  sealFolder(files, readDocument(made.folder), made.secret);
  written(files);
};

beforeAll(async () => {
  made = await makeExport(seeded(11), python);
  honest = filesIn(made.folder);
});
afterEach(() => written(honest));
afterAll(() => {
  python.end();
  made.remove();
});

/** What both say of the folder as it lies there now. */
async function said(witness = readFileSync(made.kept, 'utf8')): Promise<{ typescript: string; python: number }> {
  const { typescript, python: words } = await verdicts(made, python, witness);
  return { typescript, python: words === 'holds' ? 0 : 1 };
}

describe('an export folder', () => {
  it('holds as it was handed out', async () => {
    expect(await said()).toEqual({ typescript: 'holds', python: 0 });
  });

  it('is told from one whose manifest was taken away', async () => {
    rmSync(join(made.folder, 'manifest.json'));
    expect(await said()).toMatchObject({
      typescript: expect.stringContaining('manifest.json: It is missing'),
      python: 1,
    });
  });

  it('with a pipe in it is answered, and not waited for', async () => {
    execFileSync('mkfifo', [join(made.folder, 'pipe')]);
    expect(await said()).toMatchObject({ typescript: expect.stringContaining('pipe: It is neither'), python: 1 });
  });

  it.each(['audit.csv', 'signatures.json', 'checkpoints.jsonl', 'keys/service-ed25519.json', 'record.pdf'])(
    'without %s does not hold, even where its manifest was signed anew without it',
    async (path) => {
      resealed((files) => files.delete(path));
      expect(await said()).toMatchObject({ typescript: expect.stringContaining(path), python: 1 });
    },
  );

  it('whose audit trail was edited and signed anew does not hold: it is compared with the record', async () => {
    resealed((files) => files.set('audit.csv', Buffer.from(`${files.get('audit.csv')!.toString()}x\r\n`)));
    expect(await said()).toMatchObject({
      typescript: expect.stringContaining('audit.csv: It says something else'),
      python: 1,
    });
  });

  it('with a segment packed anew holds where the manifest was signed over it: what was sealed is the content', async () => {
    const path = [...honest.keys()].find((name) => name.startsWith('telemetry/'))!;
    resealed((files) => files.set(path, gzipSync(gunzipSync(files.get(path)!), { level: 1 })));
    expect(await said()).toEqual({ typescript: 'holds', python: 0 });
  });

  it.each([
    ['two gzip streams in one file', (bytes: Buffer) => Buffer.concat([bytes, gzipSync('more')])],
    ['something behind the gzip stream', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('more')])],
    ['a gzip stream that opens to more than was sealed', () => gzipSync(Buffer.alloc(64 * 1024 * 1024))],
  ])('with %s does not hold, whoever signed it', async (_, change) => {
    const path = [...honest.keys()].find((name) => name.startsWith('telemetry/'))!;
    resealed((files) => files.set(path, change(files.get(path)!)));
    expect(await said()).toMatchObject({ typescript: expect.stringContaining('segment'), python: 1 });
  });
});

describe('a checkpoint kept apart', () => {
  const lines = (): readonly string[] => readFileSync(made.kept, 'utf8').trimEnd().split('\n');

  it('of before the record was whole does not cover it, and says so', async () => {
    const early = `${lines().slice(0, -1).join('\n')}\n`;
    expect(await said(early)).toMatchObject({
      typescript: expect.stringContaining('the checkpoint kept apart'),
      python: 1,
    });
  });

  it('of before shows by its head alone that the record was made anew since', async () => {
    const document = readDocument(made.folder);
    document.events[1] = { ...document.events[1]!, event: { ...document.events[1]!.event, reason: 'another reason' } };
    const files = new Map(honest);
    const { chainAnew } = await import('../../faults/support/export-forge.ts');
    chainAnew(document, made.secret);
    signAnew(document, made.secret);
    foldAnew(files, document, made.secret);
    written(files);
    // Without the line of the export's own number: only heads and counts of earlier ones are left to speak.
    const earlier = lines().filter(
      (line) => !line.includes(`"number":${(JSON.parse(document.checkpoint) as { number: number }).number},`),
    );
    const witness = `${[...earlier, document.checkpoint].join('\n')}\n`;
    const answer = await said(witness);
    expect(answer.python).toBe(1);
    expect(answer.typescript).toMatch(/made anew|another site chain|names another checkpoint/u);
  });

  it('that another key has signed shows nothing', async () => {
    const forged = lines().map((line) =>
      line.replace(/"signature":"./u, (part) => `${part.slice(0, -1)}${part.endsWith('0') ? '1' : '0'}`),
    );
    expect(await said(`${forged.join('\n')}\n`)).toMatchObject({ python: 1 });
  });
});

describe('the names in a folder', () => {
  it('are counted with its folders, and no more of them are read than are allowed', () => {
    for (const name of ['a', 'a/b', 'a/b/c', 'd']) mkdirSync(join(made.folder, 'names', name), { recursive: true });
    writeFileSync(join(made.folder, 'names', 'a', 'b', 'file'), '');
    const names = join(made.folder, 'names');
    expect(listFolder(names, 5)).toEqual({
      files: ['a/b/file'],
      others: [],
      empty: expect.arrayContaining(['a/b/c/', 'd/']) as string[],
      closed: [],
      tooMany: false,
    });
    expect(listFolder(names, 4)).toMatchObject({ tooMany: true });
  });

  it('that are no UTF-8 are told, and not stumbled over', async () => {
    mkdirSync(Buffer.concat([Buffer.from(`${made.folder}/telemetry/`), Buffer.from([0xff, 0xfe])]));
    expect(await said()).toMatchObject({ typescript: expect.stringContaining('cannot be read') as string, python: 1 });
  });
});
