/** What is asked before a client is trusted or rejected, in words. Pure. */
import type { CertificateView } from '../../../../plant/ports/certificate-desk.ts';

export type TrustQuestion = Readonly<{
  /** What it will be. */
  state: CertificateView['state'];
  title: string;
  consequence: string;
  button: string;
}>;

export const trustQuestion = (now: CertificateView['state']): TrustQuestion =>
  now === 'trusted'
    ? {
        state: 'rejected',
        title: 'Reject an OPC UA client',
        consequence: 'Its sessions end within two seconds, and it is turned away until somebody trusts it again.',
        button: 'Reject',
      }
    : {
        state: 'trusted',
        title: 'Trust an OPC UA client',
        consequence:
          'It may connect from then on; whoever logs in through it still shows who they are. Compare the thumbprint with what the client itself shows.',
        button: 'Trust',
      };
