/** A security key in software: it makes and uses a key as an authenticator does (WebAuthn level 3 §6), for tests of whoever checks it. */
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { KeyAnswer, KeyOptions } from '../../../plant/ports/security-key.ts';

const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();
const hostOf = (origin: string): string => new URL(origin).hostname;
const userPresent = 0x01;
const withCredential = 0x40;

export class SoftwareKey {
  readonly #secret: KeyObject;
  readonly #coordinates: Readonly<{ x: Buffer; y: Buffer }>;
  readonly id: string;
  counter = 0;

  constructor(id: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.#secret = privateKey;
    this.#coordinates = { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
    this.id = Buffer.from(id).toString('base64url');
  }

  made(options: KeyOptions, origin: string): KeyAnswer {
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Uint8Array.from(this.#coordinates.x)],
      [-3, Uint8Array.from(this.#coordinates.y)],
    ]);
    const id = Buffer.from(this.id, 'base64url');
    const length = Buffer.from([0, id.length]);
    const key = Buffer.from(isoCBOR.encode(cose as never));
    const credential = Buffer.concat([Buffer.alloc(16), length, id, key]);
    const authData = Buffer.concat([this.#head(origin, userPresent | withCredential), credential]);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', Uint8Array.from(authData)],
    ]);
    return this.#answer({
      clientDataJSON: clientData('webauthn.create', options, origin),
      attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url'),
      transports: ['usb'],
    });
  }

  used(options: KeyOptions, origin: string, counter = (this.counter += 1)): KeyAnswer {
    const authData = this.#head(origin, userPresent, counter);
    const said = clientData('webauthn.get', options, origin);
    const signed = Buffer.concat([authData, sha256(Buffer.from(said, 'base64url'))]);
    return this.#answer({
      clientDataJSON: said,
      authenticatorData: authData.toString('base64url'),
      signature: sign('sha256', signed, this.#secret).toString('base64url'),
    });
  }

  #head(origin: string, flags: number, counter = this.counter): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(hostOf(origin)), Buffer.from([flags]), count]);
  }

  #answer(response: KeyAnswer['response']): KeyAnswer {
    return { id: this.id, rawId: this.id, type: 'public-key', response, clientExtensionResults: {} };
  }
}

const clientData = (type: string, { challenge }: KeyOptions, origin: string): string =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');
