/** The checkpoints' file outside the database: one line each, on disk before anything relies on it. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { checkpointFileName, readCheckpoint } from '../format/checkpoint.ts';
import { syncFolder } from './durable-file.ts';

export class CheckpointFile {
  readonly path: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, checkpointFileName);
  }

  /** Where ends of lines that a kill cut short are kept. */
  get tornPath(): string {
    return join(this.#folder, 'torn-tails.txt');
  }

  /**
   * The whole lines, without their ends. What a kill in the middle of a write left after them is either a line that only
   * lacks its end (`mended`, counted among the lines) or `torn`.
   */
  read(): { lines: readonly string[]; torn: string; mended: boolean } {
    if (!existsSync(this.path)) return { lines: [], torn: '', mended: false };
    const lines = readFileSync(this.path, 'utf8').split('\n');
    const rest = lines.pop() ?? '';
    const mended = rest !== '' && readCheckpoint(rest) !== null;
    if (mended) lines.push(rest);
    return { lines, torn: mended ? '' : rest, mended };
  }

  /** Appends a line and waits for the disk. A line that does not fit is taken back. */
  append(line: string): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const isNew = !existsSync(this.path);
    const file = openSync(this.path, 'a', 0o600);
    try {
      const length = fstatSync(file).size;
      try {
        writeAll(file, Buffer.from(`${line}\n`, 'utf8'));
        fsyncSync(file);
      } catch (error) {
        ftruncateSync(file, length);
        throw error;
      }
    } finally {
      closeSync(file);
    }
    if (isNew) syncFolder(this.#folder);
  }

  /** Mends the end of the file: keeps what is torn elsewhere and cuts it off, or gives the last line its end. */
  mend(torn: string): void {
    if (torn !== '') appendFileSync(this.tornPath, `${torn}\n`, { mode: 0o600, flush: true });
    const bytes = readFileSync(this.path);
    const file = openSync(this.path, 'r+');
    try {
      if (torn === '') writeSync(file, '\n', bytes.length);
      else ftruncateSync(file, bytes.lastIndexOf(0x0a) + 1);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}
