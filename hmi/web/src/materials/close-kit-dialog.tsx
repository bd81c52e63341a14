/** Giving up a dispensing that no batch shall use, or giving back one whose batch never began. */
import type { KitView } from '../../../../plant/material-view.ts';
import type { CloseDispensingRequest } from '../../../api/material-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';

type Props = Readonly<{ kit: KitView; how: 'give-up' | 'give-back'; onDone: () => void; onClose: () => void }>;

export function CloseKitDialog({ kit, how, onDone, onClose }: Props) {
  const isUp = how === 'give-up';
  return (
    <SignedDialog
      title={isUp ? `Give up ${kit.id}` : `Give back ${kit.id}`}
      permission="dispense"
      confirm={isUp ? 'Give it up' : 'Give it back'}
      testid="close-kit"
      roles={[]}
      send={({ commandId, reason }) => {
        const request: CloseDispensingRequest = { commandId, reason };
        return post(`/api/materials/dispensings/${encodeURIComponent(kit.id)}/${how}`, request);
      }}
      done={isUp ? `${kit.id} is given up.` : `${kit.id} is open again.`}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        {isUp
          ? 'What was weighed is used for no batch, and does not go back into its lots: discard the containers.'
          : `A start of ${kit.batch ?? 'a batch'} took it and then failed. Another batch may take it.`}
      </p>
    </SignedDialog>
  );
}
