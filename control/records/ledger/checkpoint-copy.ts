/**
 * The checkpoints' second place, on another disk or machine: whoever puts an old backup of the data folder back puts the
 * checkpoints in it back too, but not these. A place that is not there holds nobody up; it is said, and caught up later.
 */
import { existsSync } from 'node:fs';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { ledgerDamaged } from './ledger-database.ts';

export class CheckpointCopy {
  readonly #folder: string;
  readonly #file: CheckpointFile;
  readonly #tell: (fault: string | null) => void;
  /** How many lines are known to be there; null while that is not known. */
  #count: number | null = null;

  /** @param tell is given what is wrong with the place each time it was tried, null where nothing is. */
  constructor(folder: string, tell: (fault: string | null) => void) {
    this.#folder = folder;
    this.#file = new CheckpointFile(folder);
    this.#tell = tell;
  }

  /**
   * Compares it with the checkpoints in the data folder, before anything is written.
   * @throws MesolineError `ledger-damaged` where these are behind the copy, or others.
   */
  compare(lines: readonly string[]): void {
    let kept: readonly string[];
    try {
      kept = this.#read().lines;
    } catch (error) {
      this.#tell(messageOf(error));
      return;
    }
    const fault = departure(kept, lines);
    if (fault !== null) throw ledgerDamaged(this.#file.path, fault);
  }

  /** Brings it up to `lines`; what keeps that from being done is told, never thrown. */
  follow(lines: () => readonly string[], count: number): void {
    if (this.#count === count) return;
    try {
      this.#catchUp(lines());
      this.#tell(null);
    } catch (error) {
      this.#count = null;
      this.#tell(messageOf(error));
    }
  }

  #catchUp(lines: readonly string[]): void {
    if (this.#count === null) {
      const { lines: kept, torn, mended } = this.#read();
      const fault = departure(kept, lines);
      if (fault !== null) throw ledgerDamaged(this.#file.path, fault);
      if (torn !== '' || mended) this.#file.mend(torn);
      this.#count = kept.length;
    }
    this.#mustBeThere();
    for (const line of lines.slice(this.#count)) {
      this.#file.append(line);
      this.#count += 1;
    }
  }

  #read(): ReturnType<CheckpointFile['read']> {
    this.#mustBeThere();
    return this.#file.read();
  }

  /** It is never made here: an empty folder where another disk should be mounted is no second place. */
  #mustBeThere(): void {
    if (existsSync(this.#folder)) return;
    const remedy = 'Mount it, or make the folder; what it lacks is written then.';
    throw mesolineError(
      'checkpoint-copy-missing',
      this.#folder,
      'The second place of the checkpoints is not there.',
      remedy,
    );
  }
}

/** How the copy contradicts the checkpoints in the data folder, or null where it is as they are, or behind. */
function departure(kept: readonly string[], lines: readonly string[]): string | null {
  if (kept.length > lines.length) {
    return `It holds ${kept.length} checkpoints, the data folder only ${lines.length}: an old backup was put back, or the end was cut off.`;
  }
  const other = kept.findIndex((line, index) => line !== lines[index]);
  return other < 0 ? null : `Its checkpoint ${other + 1} is not the one in the data folder: one of them was made anew.`;
}
