/** The instrument that is there belongs there: two people sign who it says it is. */
import type { InstrumentIdentity } from '../../../../plant/equipment-view.ts';
import type { AcceptInstrumentRequest } from '../../../api/equipment-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';
import { saidText } from './equipment-text.ts';

type Props = Readonly<{ device: InstrumentIdentity; onDone: () => void; onClose: () => void }>;

export function AcceptDialog({ device: { skid, device, title, said, recorded }, onDone, onClose }: Props) {
  return (
    <SignedDialog
      title={`Accept ${device} of ${skid}`}
      permission="record calibration"
      confirm="Sign and accept"
      testid="accept"
      roles={['who looked (maintenance or process engineer)', 'who checked']}
      missing={said === null ? 'It does not say now who it is.' : null}
      send={({ commandId, reason, signers }) => {
        const request: AcceptInstrumentRequest = {
          commandId,
          reason,
          signers,
          device,
          said: { serial: said?.serial ?? null, firmware: said?.firmware ?? null },
        };
        return post(`/api/equipment/${encodeURIComponent(skid)}/instruments`, request);
      }}
      done={`${device} of ${skid} is accepted.`}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        {title}. On record: {saidText(recorded)}. It says: <b>{saidText(said)}</b>.
      </p>
      <p class="faint">An instrument that was exchanged has a calibration of its own: record that too.</p>
    </SignedDialog>
  );
}
