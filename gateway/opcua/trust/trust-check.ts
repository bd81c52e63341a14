/**
 * Whether a client's certificate is trusted, asked by the OPC UA thread at each secure channel. Trusted is what a person has
 * trusted, by itself: neither an authority's signature nor a name makes up for it.
 */
import { OPCUACertificateManager, StatusCodes, type StatusCode } from 'node-opcua';
import type { Clock } from '../../../plant/clock.ts';
import { firstOfChain, readDer, type TrustFolder } from './trust-folder.ts';

export type TrustCheck = (chain: Buffer | readonly Buffer[]) => StatusCode;

/** @param trustUnknown whether one that was never seen is trusted at once: for tests and trials on one machine. */
export const checkAgainst =
  (folder: TrustFolder, trustUnknown: boolean, clock: Clock): TrustCheck =>
  (chain) => {
    const given = Array.isArray(chain) ? Buffer.concat(chain as readonly Buffer[]) : (chain as Buffer);
    const certificate = readDer(firstOfChain(given));
    if (certificate === null) return StatusCodes.BadCertificateInvalid;
    const found = folder.find(certificate.thumbprint);
    if (found === null && !(trustUnknown && folder.add(certificate.der, 'trusted'))) {
      folder.add(certificate.der, 'rejected');
      return StatusCodes.BadCertificateUntrusted;
    }
    if (found?.state === 'rejected' || (found !== null && !found.der.equals(certificate.der))) {
      folder.touch(found, clock.utc());
      return StatusCodes.BadCertificateUntrusted;
    }
    const now = clock.utc();
    const { validFromDate, validToDate } = certificate.read;
    const valid = validFromDate.getTime() <= now && now < validToDate.getTime();
    return valid ? StatusCodes.Good : StatusCodes.BadCertificateTimeInvalid;
  };

type Done = (error: Error | null, status?: StatusCode) => void;
export type Verdict = (chain: Buffer | readonly Buffer[]) => StatusCode | Promise<StatusCode>;

/** The stack's keeper of keys and certificates, with its own judgement of others' replaced by `verdict`. */
export function certificatesJudgedBy(rootFolder: string, verdict: Verdict): OPCUACertificateManager {
  const manager = new OPCUACertificateManager({ rootFolder, keySize: 2048, disableFileWatchers: true });
  const check = async (chain: Buffer | readonly Buffer[]): Promise<StatusCode> => verdict(chain);
  // It is called both ways, with and without a callback.
  manager.checkCertificate = ((chain: Buffer | readonly Buffer[], done?: Done) => {
    const answer = check(chain).catch(() => StatusCodes.BadSecurityChecksFailed);
    if (done === undefined) return answer;
    answer.then((status) => done(null, status)).catch(() => undefined);
    return undefined;
  }) as OPCUACertificateManager['checkCertificate'];
  return manager;
}
