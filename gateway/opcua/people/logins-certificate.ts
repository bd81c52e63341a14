/**
 * Users who come with a certificate. The stack checks that the client holds its key and then asks a folder whether it is
 * trusted; here the main thread is asked whose it is, by its thumbprint. What stands in it plays no part.
 */
import { StatusCodes } from 'node-opcua';
import type { OPCUACertificateManager, OPCUAServer, ServerSession, StatusCode } from 'node-opcua';
import type { Clock } from '../../../plant/clock.ts';
import type { Logins } from './logins.ts';
import { certificatesJudgedBy } from '../trust/trust-check.ts';
import { readDer, type TrustFolder } from '../trust/trust-folder.ts';

type Check = (channel: unknown, session: ServerSession, ...rest: readonly unknown[]) => void;

export class CertificateLogins {
  readonly #logins: Logins;
  readonly #seen: TrustFolder;
  readonly #clock: Clock;
  #asking: ServerSession | null = null;

  /** @param seen keeps those that are nobody's, so that an administrator can give them to somebody. */
  constructor(logins: Logins, seen: TrustFolder, clock: Clock) {
    this.#logins = logins;
    this.#seen = seen;
    this.#clock = clock;
  }

  manager(rootFolder: string): OPCUACertificateManager {
    return certificatesJudgedBy(rootFolder, (chain) => {
      // The stack asks before its check of the token returns, so that this is the session that it is about.
      const session = this.#asking;
      return session === null ? StatusCodes.BadIdentityTokenRejected : this.#judge(session, chain);
    });
  }

  watch(server: OPCUAServer): void {
    const stack = server as unknown as { isValidX509IdentityToken: Check };
    const check = stack.isValidX509IdentityToken.bind(server);
    stack.isValidX509IdentityToken = (channel, session, ...rest) => {
      this.#asking = session;
      try {
        check(channel, session, ...rest);
      } finally {
        this.#asking = null;
      }
    };
  }

  async #judge(session: ServerSession, chain: Buffer | readonly Buffer[]): Promise<StatusCode> {
    // With more than one certificate it is not clear which of them the signature was checked by.
    const certificate = readDer(Array.isArray(chain) ? Buffer.concat(chain as readonly Buffer[]) : (chain as Buffer));
    if (certificate === null) return StatusCodes.BadIdentityTokenInvalid;
    const { der, thumbprint } = certificate;
    if (await this.#logins.proveCertificate(session, thumbprint)) return StatusCodes.Good;
    const before = this.#seen.find(thumbprint);
    if (before === null) this.#seen.add(der, 'rejected');
    else this.#seen.touch(before, this.#clock.utc());
    return StatusCodes.BadIdentityTokenRejected;
  }
}
