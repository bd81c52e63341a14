/**
 * Security keys and passkeys (WebAuthn level 3) as second factor of a login, besides one-time codes. A key belongs to the host name it was
 * enrolled at and answers to no other, so that a page which passes itself off as this one gets nothing of it.
 */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { elapsed, milliseconds, type Monotonic } from '../../plant/clock.ts';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import type { KeyOptions, KeyProof } from '../../plant/ports/security-key.ts';
import type { Moment } from './audit.ts';
import type { PeopleStore, StoredKey, StoredPerson } from './people-store.ts';
import type { CodeVerdict } from './second-factors.ts';

/** What was asked and not answered in this time is asked anew. */
const answeredWithin = milliseconds(120_000);
const asksAtMost = 1000;
/** EdDSA, ES256, RS256 (IANA COSE): what keys that can be bought make. */
const algorithms = [-8, -7, -257] as const;

type Asked = Readonly<{ challenge: string; since: Monotonic }>;
type Transport = 'usb' | 'nfc' | 'ble' | 'smart-card' | 'hybrid' | 'internal' | 'cable';

export class SecurityKeys {
  readonly #store: PeopleStore;
  readonly #asked = new Map<string, Asked>();

  constructor(store: PeopleStore) {
    this.#store = store;
  }

  /** What the browser makes a key by; it counts for nothing before `confirm`. @throws MesolineError `security-key-refused` */
  async begin({ id, userName, printedName }: StoredPerson, origin: string, { monotonic }: Moment): Promise<KeyOptions> {
    const options = await generateRegistrationOptions({
      rpName: 'Mesoline',
      rpID: hostOf(origin),
      userName,
      userDisplayName: printedName,
      userID: Uint8Array.from(Buffer.from(id)),
      attestationType: 'none',
      supportedAlgorithmIDs: [...algorithms],
      excludeCredentials: this.#store.securityKeys(id).map(({ credentialId }) => ({ id: credentialId })),
      authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
    });
    this.#ask(`enrol ${id}`, options.challenge, monotonic);
    return { ...options };
  }

  /** The key that answered, to be kept. @throws MesolineError `security-key-refused` */
  async confirm(personId: string, name: string, { answer, origin }: KeyProof, moment: Moment): Promise<StoredKey> {
    const challenge = this.#challengeOf(`enrol ${personId}`, moment.monotonic);
    if (challenge === null) throw refused('Nothing was asked of it, or too long ago.');
    const rpId = hostOf(origin);
    try {
      const { registrationInfo, verified } = await verifyRegistrationResponse({
        response: answer as never,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: rpId,
        requireUserVerification: false,
        supportedAlgorithmIDs: [...algorithms],
      });
      if (!verified) throw refused('Its answer does not hold.');
      const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
      if (this.#store.securityKey(id) !== null) throw refused('It is enrolled already.');
      return {
        credentialId: id,
        personId,
        rpId,
        publicKey: Buffer.from(publicKey),
        counter,
        transports,
        name,
        addedUtc: moment.utc,
      };
    } catch (error) {
      throw refused(messageOf(error), error);
    }
  }

  /** What one of the person's keys has to answer; null where the person has none for this host name. */
  async ask(personId: string, origin: string, { monotonic }: Moment): Promise<KeyOptions | null> {
    const rpID = hostOf(origin);
    const keys = this.#store.securityKeys(personId).filter(({ rpId }) => rpId === rpID);
    if (keys.length === 0) return null;
    const options = await generateAuthenticationOptions({
      rpID,
      allowCredentials: keys.map(({ credentialId, transports }) => ({
        id: credentialId,
        transports: transports as Transport[],
      })),
      userVerification: 'preferred',
    });
    this.#ask(`login ${personId}`, options.challenge, monotonic);
    return { ...options };
  }

  /** Each challenge is answered once; a key whose counter went back may have been copied, and is not taken. */
  async check(personId: string, { answer, origin }: KeyProof, { monotonic }: Moment): Promise<CodeVerdict> {
    const challenge = this.#challengeOf(`login ${personId}`, monotonic);
    const key = this.#store.securityKey(answer.id);
    if (challenge === null || key === null || key.personId !== personId) return 'wrong';
    try {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response: answer as never,
        expectedChallenge: challenge,
        expectedOrigin: origin,
        expectedRPID: key.rpId,
        credential: { id: key.credentialId, publicKey: Uint8Array.from(key.publicKey), counter: key.counter },
        requireUserVerification: false,
      });
      if (!verified || hostOf(origin) !== key.rpId) return 'wrong';
      this.#store.useSecurityKey(key.credentialId, authenticationInfo.newCounter);
      return 'right';
    } catch {
      return 'wrong';
    }
  }

  #ask(what: string, challenge: string, since: Monotonic): void {
    this.#asked.delete(what);
    this.#asked.set(what, { challenge, since });
    if (this.#asked.size > asksAtMost) this.#asked.delete(this.#asked.keys().next().value ?? '');
  }

  #challengeOf(what: string, now: Monotonic): string | null {
    const asked = this.#asked.get(what);
    this.#asked.delete(what);
    return asked === undefined || elapsed(asked.since, now) > answeredWithin ? null : asked.challenge;
  }
}

/** The host name a page was opened at, by its origin. @throws MesolineError `security-key-refused` */
function hostOf(origin: string): string {
  const host = URL.canParse(origin) ? new URL(origin).hostname : '';
  if (host !== '' && !/^[\d.]+$|:/u.test(host)) return host;
  throw refused('Pages that are opened by a number, or in no browser, have no security keys.');
}

const refused = (problem: string, cause?: unknown) =>
  mesolineError(
    'security-key-refused',
    'security key',
    problem,
    'Open the page by the name of the server, over HTTPS or on this machine, and try again.',
    cause,
  );
