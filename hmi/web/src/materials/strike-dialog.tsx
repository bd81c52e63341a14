/** Striking out a weighing that was wrong: what was entered stays to be read, and two people sign. */
import { useState } from 'preact/hooks';
import type { KitView, Weighing } from '../../../../plant/material-view.ts';
import type { StrikeRequest } from '../../../api/material-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';

type Props = Readonly<{ kit: KitView; weighing: Weighing; onDone: () => void; onClose: () => void }>;

export function StrikeDialog({ kit, weighing, onDone, onClose }: Props) {
  const { number, amount, material, lot, container } = weighing;
  const [gone, setGone] = useState<boolean | null>(null);
  const choice = (is: boolean, label: string, testid: string) => (
    <label>
      <input type="radio" name="gone" checked={gone === is} onChange={() => setGone(is)} data-testid={testid} />
      {label}
    </label>
  );
  return (
    <SignedDialog
      title={`Strike out weighing ${number} of ${kit.id}`}
      permission="dispense"
      confirm="Sign, and strike it out"
      testid="strike"
      roles={['strikes it out', 'checked, a second person']}
      missing={gone === null ? 'Say whether the substance has left its lot.' : null}
      send={({ commandId, reason, signers }) => {
        const request: StrikeRequest = { commandId, reason, number, gone: gone === true, signers };
        return post(`/api/materials/dispensings/${encodeURIComponent(kit.id)}/strike`, request);
      }}
      done={`Weighing ${number} of ${kit.id} counts no more.`}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        {amount} {material} from {lot} into {container}.
      </p>
      {choice(false, `The entry was wrong: ${lot} has the amount again`, 'strike-wrong')}
      {choice(true, 'The substance has left its lot all the same, such as spilt', 'strike-gone')}
    </SignedDialog>
  );
}
