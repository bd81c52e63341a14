/** Signing and handing out records. Made by control/records; needed by control/batch and hmi. */
import type { RecordEvent, RecordReceipt } from '../record-event.ts';
import type { KeyProof } from './security-key.ts';

/** What a person enters to sign. */
export type Credentials = Readonly<{
  userName: string;
  password: string;
  terminal: string;
  /** Six digits of the person's device: asked at a login of whoever has a second factor, and nowhere else. */
  code?: string;
  /** What a security key answered, in place of a code. */
  securityKey?: KeyProof;
}>;

export type SignRequest = Credentials &
  Readonly<{
    scope: string;
    /** `performed`, `checked`, `reviewed`, `released`: what the signature means. */
    meaning: string;
    /** What is signed, in words that stand beside the signature: `start of batch B-2026-0001`. */
    subject: string;
    /** The role the signer must hold. */
    role: string;
    /** People who may not be the signer, because they signed beside or acted. */
    notPersons: readonly string[];
    /** Hash of the scope's head that the signer has read; where another event has come since, nothing is signed. */
    readHash?: string;
    /** What is signed, where it is not yet in the scope: recorded with the signature in one, both or neither. `readHash` is the head before. */
    acts?: readonly Omit<RecordEvent, 'scope' | 'actor'>[];
  }>;

export type SignatureView = Readonly<{
  receipt: RecordReceipt;
  /** Hash of the scope's head that was signed: everything in the scope before the signature. */
  signedHash: string;
  personId: string;
  printedName: string;
  meaning: string;
  subject: string;
  utc: number;
}>;

export interface RecordDesk {
  /** Re-authenticates, then signs the scope's head. @throws MesolineError `signature-refused`; failed signings count to the lockout. */
  sign(request: SignRequest): Promise<SignatureView>;
  signatures(scope: string): Promise<readonly SignatureView[]>;
  /** The scope's record as one self-verifying document (bytes of UTF-8 text), with the name to save it under. */
  export(scope: string): Promise<Readonly<{ fileName: string; mediaType: string; text: string }>>;
  /** Fingerprint of the service's public key, to be noted apart by whoever will verify. */
  fingerprint(): Promise<string>;
}
