/**
 * The latches of a skid in a file beside the record, so that a service that was killed in a trip still has its words and times.
 * Nothing waits for it, and it makes no latch by itself: what the field says and what is measured does.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { messageOf } from '../../plant/errors.ts';
import type { Log } from '../../plant/log.ts';
import { demands } from '../../plant/safe-state.ts';
import type { SkidName } from '../../plant/sample.ts';
import type { Latch } from './state.ts';

const latchSchema = Type.Object(
  {
    source: Type.Union([Type.Literal('row'), Type.Literal('boot'), Type.Literal('field')]),
    row: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    title: Type.String(),
    message: Type.String(),
    demand: Type.Enum([...demands]),
    /** Milliseconds since 1970 UTC. */
    at: Type.Integer({ minimum: 0 }),
    /** Those of one number came in one scan. */
    scan: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
);
const fileSchema = Type.Object(
  { version: Type.Literal(1), skid: Type.String(), latches: Type.Array(latchSchema, { maxItems: 200 }) },
  { additionalProperties: false },
);
const check = Compile(fileSchema);

/** In the order in which they came. */
export type KeptLatch = Static<typeof latchSchema>;

export class KeptLatches {
  readonly #skid: SkidName;
  readonly #folder: string;
  readonly #log: Log;
  #seen: readonly Latch[] | null = null;
  #text: string | null = null;
  /** What is to be written once the one before it is. */
  #next: string | null = null;
  #writing: Promise<void> | null = null;
  #failures = 0;

  constructor(skid: SkidName, folder: string, log: Log) {
    this.#skid = skid;
    this.#folder = folder;
    this.#log = log;
  }

  /** What was kept; nothing where there is no file. One that cannot be read is said, and set aside. */
  async read(): Promise<readonly KeptLatch[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (thrown) {
      if (!isMissing(thrown)) this.#say('cannot be read', thrown);
      return [];
    }
    const kept = parse(text);
    if (kept !== null && check.Check(kept) && kept.skid === this.#skid) {
      this.#text = text;
      return kept.latches;
    }
    await this.#setAside();
    return [];
  }

  /** Returns at once; the newest is what is on disk in the end. */
  keep(latches: readonly Latch[]): void {
    if (latches === this.#seen) return;
    this.#seen = latches;
    const kept = latches.map(({ source, row, title, message, demand, at, scan }): KeptLatch => {
      return { source, row, title, message, demand, at: Math.round(at), scan };
    });
    const text = `${JSON.stringify({ version: 1, skid: this.#skid, latches: kept })}\n`;
    if (text === this.#text) return;
    this.#text = text;
    this.#next = text;
    this.#writing ??= this.#write();
  }

  /** Settles when everything given is on disk, or could not be put there. */
  async settle(): Promise<void> {
    await this.#writing;
  }

  /** How often the file could not be written. */
  get failures(): number {
    return this.#failures;
  }

  get #path(): string {
    return join(this.#folder, `${this.#skid}.json`);
  }

  async #write(): Promise<void> {
    for (let text = this.#next; text !== null; text = this.#next) {
      this.#next = null;
      try {
        await mkdir(this.#folder, { recursive: true });
        const draft = `${this.#path}.new`;
        const file = await open(draft, 'w', 0o600);
        try {
          await file.writeFile(text);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, this.#path);
      } catch (thrown) {
        this.#failures++;
        // The next change writes all of it again.
        if (this.#text === text) this.#text = null;
        this.#say('cannot be written', thrown);
      }
    }
    this.#writing = null;
  }

  async #setAside(): Promise<void> {
    const aside = `${this.#path}.broken`;
    this.#log.error(
      { skid: this.#skid, aside },
      'What was kept of the interlocks is no longer whole and was set aside; the first-out is what the field and the record say.',
    );
    try {
      await rename(this.#path, aside);
    } catch (thrown) {
      this.#say('cannot be set aside', thrown);
    }
  }

  #say(what: string, thrown: unknown): void {
    this.#log.error(
      { skid: this.#skid, file: this.#path },
      `What is kept of the interlocks ${what}: ${messageOf(thrown)}`,
    );
  }
}

const isMissing = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
