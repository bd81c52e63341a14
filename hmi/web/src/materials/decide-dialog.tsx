/** QA decides of a lot, and signs: released, rejected, or back to quarantine. */
import type { LotView } from '../../../../plant/material-view.ts';
import type { DecideLotRequest } from '../../../api/material-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';
import { serverTime } from '../live/stream.ts';
import { expiryText } from './material-text.ts';

export type Decision = DecideLotRequest['status'];

const words: Readonly<Record<Decision, string>> = {
  released: 'Release',
  rejected: 'Reject',
  quarantine: 'Put back into quarantine',
};

type Props = Readonly<{ lot: LotView; status: Decision; onDone: () => void; onClose: () => void }>;

export function DecideDialog({ lot, status, onDone, onClose }: Props) {
  return (
    <SignedDialog
      title={`${words[status]}: ${lot.id}`}
      permission="release lots"
      confirm={`Sign: ${words[status].toLowerCase()}`}
      testid="decide"
      roles={['QA']}
      {...(status === 'released' ? { reason: 'optional' as const } : {})}
      send={({ commandId, reason, signers: [signer] }) => {
        const request: DecideLotRequest = {
          commandId,
          reason,
          status,
          signer: signer ?? { userName: '', password: '' },
        };
        return post(`/api/materials/lots/${encodeURIComponent(lot.id)}/decide`, request);
      }}
      done={`${lot.id}: ${status}, signed.`}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        <b>{lot.material}</b>, {lot.left} of {lot.received} {lot.unit} left
        <br />
        {lot.supplier}, their lot {lot.supplierLot}
        <br />
        to be used by {expiryText(lot.expires, serverTime.value)}
      </p>
      {status === 'rejected' && <p>No start goes by a dispensing that took of it.</p>}
    </SignedDialog>
  );
}
