/** The key that the secrets of second factors are encrypted with, kept outside the database. */
import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { mesolineError } from '../../../plant/errors.ts';
import { placeFile } from './durable-file.ts';

/** AES-256. */
const keyBytes = 32;

export class FactorKey {
  readonly #path: string;
  readonly #secretsKept: () => boolean;

  /** @param secretsKept whether there are secrets that were encrypted with the key before: then a lost one is not made anew */
  constructor(path: string, secretsKept: () => boolean) {
    this.#path = path;
    this.#secretsKept = secretsKept;
  }

  /** Read anew each time, so that one that was put back serves at once. @throws MesolineError `second-factor-unreadable` */
  read(): KeyObject {
    if (!existsSync(this.#path)) {
      if (this.#secretsKept()) throw this.#unreadable('It is gone, and there are second factors that need it.');
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      placeFile(this.#path, `${randomBytes(keyBytes).toString('hex')}\n`);
    }
    const text = this.#text();
    if (!/^[0-9a-f]{64}$/.test(text)) throw this.#unreadable('It is not 32 bytes in hexadecimal.');
    return createSecretKey(Buffer.from(text, 'hex'));
  }

  #text(): string {
    try {
      return readFileSync(this.#path, 'utf8').trim();
    } catch (error) {
      throw this.#unreadable('It cannot be read.', error);
    }
  }

  #unreadable(problem: string, cause?: unknown): Error {
    return mesolineError(
      'second-factor-unreadable',
      this.#path,
      problem,
      'Put the key back from the backup, or have an administrator remove every second factor.',
      cause,
    );
  }
}
