/** Trusting or rejecting a client: at a second press, with the certificate it is about. */
import { useState } from 'preact/hooks';
import type { CertificateView } from '../../../../plant/ports/certificate-desk.ts';
import { denied } from '../session.ts';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import { dateTimeText } from '../zone.ts';
import { trustQuestion } from './trust-question.ts';

type Props = Readonly<{
  /** As it stood when it was asked about. */
  certificate: CertificateView;
  send: (state: CertificateView['state']) => Promise<void>;
  onClose: () => void;
}>;

export function TrustDialog({ certificate, send, onClose }: Props) {
  const [sending, setSending] = useState(false);
  const { state, title, consequence, button } = trustQuestion(certificate.state);
  const { subject, applicationUri, thumbprint, validTo } = certificate;
  return (
    <Dialog title={title} onClose={onClose}>
      <p>
        {subject}
        <br />
        {applicationUri !== null && (
          <>
            {applicationUri}
            <br />
          </>
        )}
        Thumbprint <code class="long">{thumbprint}</code>
        <br />
        <small>valid to {dateTimeText(validTo)}</small>
      </p>
      <p>{consequence}</p>
      <DialogButtons
        confirm={button}
        refusedBy={denied('manage certificates') ?? (sending ? 'It has been sent.' : null)}
        onPress={() => {
          setSending(true);
          void send(state);
        }}
        testid="trust-confirm"
        onClose={onClose}
      />
    </Dialog>
  );
}
