/** Certificates of OPC UA clients, as an administrator keeps them. Made by gateway's OPC UA server; needed by hmi. */
import type { UtcMs } from '../clock.ts';
import type { Actor } from '../people.ts';

export type CertificateView = Readonly<{
  /** SHA-1 of the DER form in hexadecimal: what OPC UA calls the thumbprint. */
  thumbprint: string;
  /** A client program's own, or one by which a person tried to log in. */
  use: 'application' | 'user';
  state: 'trusted' | 'rejected';
  subject: string;
  applicationUri: string | null;
  validFrom: UtcMs;
  validTo: UtcMs;
  /** When it was last seen, or put there. */
  since: UtcMs | null;
}>;

export interface CertificateDesk {
  list(): Promise<readonly CertificateView[]>;
  /** In PEM, to compare it or to give it to a person. @throws MesolineError `certificate-unknown` */
  pem(thumbprint: string): Promise<string>;
  /** @throws MesolineError `not-permitted`, `certificate-unknown` */
  trust(thumbprint: string, actor: Actor): Promise<void>;
  /** Sessions that stand on it are ended. @throws MesolineError as `trust` */
  reject(thumbprint: string, actor: Actor): Promise<void>;
}
