/** A person's certificate as it is handed in: read, and refused where it proves nobody. Pure. */
import { X509Certificate } from 'node:crypto';
import { utcMs, type UtcMs } from '../../plant/clock.ts';
import { mesolineError, type MesolineError } from '../../plant/errors.ts';
import type { PersonCertificate } from '../../plant/ports/people-desk.ts';
import type { RecordValue } from '../../plant/record-event.ts';

const longestCertificate = 20_000;
const longestSubject = 300;

/** @throws MesolineError `person-refused` where it is no certificate, or one of the past. */
export function readCertificate(pem: string, now: UtcMs): Omit<PersonCertificate, 'personId'> {
  let read: X509Certificate;
  try {
    if (pem.length > longestCertificate) throw new RangeError(`it has ${pem.length} characters`);
    read = new X509Certificate(pem);
  } catch (thrown) {
    throw certificateRefused(pem, 'It cannot be read as an X.509 certificate.', thrown);
  }
  const validTo = utcMs(read.validToDate.getTime());
  if (validTo <= now) throw certificateRefused(pem, `It expired on ${read.validTo}.`);
  return {
    thumbprint: read.fingerprint.replaceAll(':', '').toLowerCase(),
    subject: read.subject.replaceAll('\n', ', ').slice(0, longestSubject),
    validFrom: utcMs(read.validFromDate.getTime()),
    validTo,
  };
}

export const certificateRefused = (given: string, problem: string, cause?: unknown): MesolineError =>
  mesolineError(
    'person-refused',
    `certificate of ${given.length} characters`,
    problem,
    "Give the person's own certificate in PEM, from -----BEGIN CERTIFICATE----- on.",
    cause,
  );

export const recordedCertificate = ({ thumbprint, subject, validTo }: PersonCertificate): RecordValue => ({
  thumbprint,
  subject,
  validTo: new Date(validTo).toISOString(),
});
