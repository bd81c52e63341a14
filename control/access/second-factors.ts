/**
 * One-time codes of a person's own device (TOTP, RFC 6238: SHA-1, 6 digits, 30 s) as second factor of a login. The secret is kept
 * encrypted with a key outside the database, so that a copy of the database makes no codes; each code counts once.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { UtcMs } from '../../plant/clock.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { FactorEnrolment } from '../../plant/ports/access.ts';
import type { PeopleStore, StoredPerson } from './people-store.ts';

const periodSeconds = 30;
/** Clocks of telephones go wrong by less than this many periods either way (RFC 6238 §5.2). */
const window = 1;
/** As long as the hash (RFC 4226 §4). */
const secretBytes = 20;
const nonceBytes = 12;
const tagBytes = 16;

type Parts = Readonly<{
  store: PeopleStore;
  /** AES-256, kept outside the database. @throws MesolineError `second-factor-unreadable` where it is lost */
  key: () => KeyObject;
  draw: (bytes: number) => Buffer;
}>;

export type CodeVerdict = 'right' | 'missing' | 'wrong';

export class SecondFactors {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * A new secret, which counts for nothing until a code of it was given. One that was begun before is forgotten.
   * @throws MesolineError `person-refused` where the person has a second factor already.
   */
  begin({ id, userName }: StoredPerson): FactorEnrolment {
    const { store, draw } = this.#parts;
    if (store.secondFactor(id)?.confirmed === true) {
      throw mesolineError(
        'person-refused',
        'second factor',
        'You have one already.',
        'Where the device is lost, ask an administrator to remove it.',
      );
    }
    const secret = new Secret({ buffer: Uint8Array.from(draw(secretBytes)).buffer });
    store.beginSecondFactor(id, this.#seal(id, secret.base32));
    return { secret: secret.base32.replace(/(.{4})(?=.)/g, '$1 '), uri: totp(secret.base32, userName).toString() };
  }

  /** The time step of a code of the secret that was begun; null where the code is wrong or nothing was begun. */
  firstStep(personId: string, code: string, utc: UtcMs): number | null {
    const factor = this.#parts.store.secondFactor(personId);
    if (factor === null || factor.confirmed) return null;
    return stepOf(this.#open(personId, factor.sealed), code, utc);
  }

  /** Whether the person's device makes codes that count. */
  has(personId: string): boolean {
    return this.#parts.store.secondFactor(personId)?.confirmed === true;
  }

  /** A right code is used up by this. @throws MesolineError `second-factor-unreadable` where the key is not that of the secret. */
  check(personId: string, code: string | undefined, utc: UtcMs): CodeVerdict {
    const { store } = this.#parts;
    const factor = store.secondFactor(personId);
    if (factor?.confirmed !== true) return 'right';
    if (code === undefined) return 'missing';
    const step = stepOf(this.#open(personId, factor.sealed), code, utc);
    if (step === null || step <= factor.lastStep) return 'wrong';
    store.useCode(personId, step);
    return 'right';
  }

  /** Whose secret cannot be read with the key that is there, by user name: they cannot log in. */
  unreadable(): readonly string[] {
    return this.#parts.store.secondFactors().flatMap(({ personId, userName, sealed }) => {
      try {
        this.#open(personId, sealed);
        return [];
      } catch {
        return [userName];
      }
    });
  }

  /** The person's id is bound in, so that a secret serves nobody else whose row it is put into. */
  #seal(personId: string, secret: string): string {
    const nonce = this.#parts.draw(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#parts.key(), nonce).setAAD(Buffer.from(personId));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
  }

  #open(personId: string, sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const nonce = bytes.subarray(0, nonceBytes);
    const key = this.#parts.key();
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
        .setAAD(Buffer.from(personId))
        .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      const text = decipher.update(bytes.subarray(nonceBytes + tagBytes));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch (error) {
      throw mesolineError(
        'second-factor-unreadable',
        'second factor',
        'Its secret cannot be read with the key that is there.',
        'Put keys/second-factor.key back from the backup, or have an administrator remove the second factor.',
        error,
      );
    }
  }
}

const totp = (secret: string, userName: string): TOTP =>
  new TOTP({ issuer: 'Mesoline', label: userName, secret, algorithm: 'SHA1', digits: 6, period: periodSeconds });

function stepOf(secret: string, code: string, utc: UtcMs): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const apart = totp(secret, '').validate({ token: code, timestamp: utc, window });
  return apart === null ? null : Math.floor(utc / 1000 / periodSeconds) + apart;
}
