/** Honest exports of any shape: a real ledger, real signatures, the product's own folder as a ZIP, opened on the disk. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { recordFolder } from '../../../control/review/record-folder.ts';
import { digestOf } from '../../../control/records/format/chain.ts';
import type { Records } from '../../../control/records/ledger/records.ts';
import { isoUtc, utcMs, type UtcMs } from '../../../plant/clock.ts';
import type { ExportedRecord } from '../../../plant/ports/record-export.ts';
import type { SealedSegment } from '../../../plant/ports/sealed-telemetry.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { skidName } from '../../../plant/sample.ts';
import {
  later,
  movableClock,
  openQuickly,
  ownPassword,
  temporaryFolder,
  trustOf,
} from '../../control/records/support.ts';
import type { Draw } from './made-ledger.ts';
import type { PythonVerifier } from './python-verifier.ts';

export type MadeExport = Readonly<{
  /** The folder of the export, and a file of checkpoints that was kept apart. */
  folder: string;
  kept: string;
  trusted: string;
  /** The service's own key: what an insider has. */
  secret: KeyObject;
  /** Lines of the kept checkpoints before the export was made. */
  keptBefore: readonly string[];
  remove: () => void;
}>;

/** `grow`: events of the batch after the first export: the folder is of the record before them, the kept checkpoints of after. */
export type Wanted = Readonly<{ batch?: string; grow?: number }>;

const texts = [
  '',
  'Δp ≤ 2 bar',
  'a "quoted" word\nand a second line',
  '漢字 😀',
  '\u2028',
  '-0',
  '=1+1',
  '-0.5',
  '1e21',
  '\u007f',
  '\ue000',
];

export async function makeExport(draw: Draw, python: PythonVerifier, wanted: Wanted = {}): Promise<MadeExport> {
  const { batch = 'B-2026-0001', grow = 0 } = wanted;
  const home = temporaryFolder();
  const data = join(home.path, 'data');
  const records = await openQuickly(data);
  const told = new Telling(records, batch, draw, await ownPassword(records, data, 'operator'));
  await told.tell();
  const exported = await records.export(`batch/${batch}`, later(told.seconds + 1), ['alarms', 'skid/']);
  const keptAt = (): string => readFileSync(join(data, 'checkpoints', 'checkpoints.jsonl'), 'utf8');
  const honest = keptAt();
  await writeFolder(home.path, records, { batch, record: exported, sealed: told.segments }, draw, python);
  for (let index = 0; index < grow; index += 1) await told.happened('late-entry');
  await records.close(later(told.seconds + 60));
  const kept = join(home.path, 'kept.jsonl');
  writeFileSync(kept, grow > 0 ? keptAt() : honest);
  const secret = createPrivateKey(readFileSync(join(data, 'keys', 'service-ed25519.pem')));
  const keptBefore = honest.trimEnd().split('\n');
  return { folder: join(home.path, batch), kept, trusted: trustOf(data), secret, keptBefore, remove: home.remove };
}

type Sealed = Readonly<{ segment: SealedSegment; bytes: Buffer }>;

/** A record that grows as honest use makes it grow. */
class Telling {
  readonly segments: Sealed[] = [];
  seconds = 0;
  readonly #records: Records;
  readonly #batch: string;
  readonly #draw: Draw;
  readonly #password: string;

  constructor(records: Records, batch: string, draw: Draw, password: string) {
    this.#records = records;
    this.#batch = batch;
    this.#draw = draw;
    this.#password = password;
  }

  async tell(): Promise<void> {
    await this.happened('batch-prepared');
    await this.#sign('start of batch');
    const skids = ['QD-1', 'QD-2'].slice(0, 1 + this.#draw(2));
    for (let step = 3 + this.#draw(8); step > 0; step -= 1) {
      await this.happened('volume-collected');
      if (this.#draw(2) === 0) await this.#alarm();
      if (this.#draw(3) === 0) await this.#records.checkpoint(later((this.seconds += 1)));
      for (const skid of skids) if (this.#draw(2) === 0) await this.#seal(skid);
    }
    for (const skid of skids) {
      await this.#seal(skid);
      await this.#seal(skid);
    }
    await this.#alarm();
    // One of four is of a batch that still runs: each skid has a file that is being written.
    if (this.#draw(4) === 0) for (const skid of skids) await this.#begin(skid);
    else await this.happened('batch-ended');
    await this.#sign('record of batch');
  }

  async happened(action: string, more: Partial<RecordEvent> = {}): Promise<void> {
    const text = (): string => texts[this.#draw(texts.length)] ?? '';
    const said = { old: text(), new: { [text()]: [text(), null, true] }, unit: 'mL', reason: text() };
    const batch = this.#batch;
    const of = { scope: `batch/${batch}`, actor: { kind: 'batch', batch }, object: batch } as const;
    await this.#append({ ...of, action, ...said, ...more });
  }

  async #append(event: RecordEvent): Promise<void> {
    this.seconds += 1;
    await this.#records.append(event, later(this.seconds));
  }

  #alarm(): Promise<void> {
    const actor = { kind: 'service', part: 'alarms' } as const;
    return this.#append({ scope: 'alarms', actor, action: 'alarm-raised', object: 'QD-1/PT-110/high', new: '4.2' });
  }

  async #sign(subject: string): Promise<void> {
    const who = { userName: 'operator', password: this.#password, terminal: 'page', role: 'operator', notPersons: [] };
    this.seconds += 1;
    await this.#records.sign(
      { ...who, scope: `batch/${this.#batch}`, meaning: 'performed', subject },
      later(this.seconds),
    );
  }

  async #begin(skid: string): Promise<number> {
    const number = this.segments.filter(({ segment }) => segment.skid === skid).length + 1;
    const data = { skid, number: String(number), from: isoUtc(utcMs(later(this.seconds).utc)) };
    await this.happened('segment-opened', { data });
    return number;
  }

  async #seal(skid: string): Promise<void> {
    const number = await this.#begin(skid);
    const from = utcMs(later(this.seconds).utc);
    const header = {
      format: 'mesoline-telemetry/1',
      batch: this.#batch,
      skid,
      number,
      from: isoUtc(from),
      definition: 'd',
      tags: [],
    };
    const scans = Array.from({ length: 1 + this.#draw(20) }, (_, scan) => ({
      scan,
      utc: from + scan,
      samples: [[0, String(this.#draw(1e6)), 0, from]],
    }));
    const content = Buffer.from([header, ...scans].map((line) => `${JSON.stringify(line)}\n`).join(''));
    const digest = digestOf(content);
    const data = { skid, number: String(number), digest, bytes: String(content.length), from: isoUtc(from) };
    await this.happened('segment-sealed', { data });
    const segment = segmentOf(this.#batch, skid, number, from, digest);
    this.segments.push({ segment, bytes: gzipSync(content) });
  }
}

const segmentOf = (batch: string, skid: string, number: number, from: UtcMs, digest: string): SealedSegment => ({
  batch,
  skid: skidName(skid),
  number,
  from,
  to: from,
  scans: 0,
  samples: 0,
  digest,
  file: `telemetry/${batch}/${skid}/${number}`,
  gaps: [],
  dropped: 0,
  aside: null,
  recovered: false,
  seq: 1,
});

/** By the product's own way: the ZIP that the page hands out. */
async function writeFolder(
  home: string,
  records: Records,
  { batch, record, sealed }: Readonly<{ batch: string; record: ExportedRecord; sealed: readonly Sealed[] }>,
  draw: Draw,
  python: PythonVerifier,
): Promise<void> {
  const ports = {
    clock: movableClock(),
    exports: { signFolder: (folder: Parameters<Records['signFolder']>[0]) => records.signFolder(folder, later(1)) },
    sealed: {
      file: (wanted: SealedSegment) =>
        Promise.resolve(sealed.find(({ segment }) => segment === wanted)?.bytes ?? Buffer.alloc(0)),
    },
  };
  const paper = Buffer.from(`%PDF-1.7 ${Array.from({ length: 1 + draw(400) }, () => draw(10)).join('')}`);
  const segments = sealed.map(({ segment }) => segment);
  const { content } = await recordFolder(ports, { batch, record, paper, segments });
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  mkdirSync(home, { recursive: true });
  const zip = join(home, 'export.zip');
  writeFileSync(zip, Buffer.concat(chunks));
  await python.unzip(zip, home);
}
