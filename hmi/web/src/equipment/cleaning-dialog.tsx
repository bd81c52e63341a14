/** What people state of a skid: clean, not fouled, acid out (two sign), or to be cleaned, which one alone is believed. */
import { useState } from 'preact/hooks';
import type { CleaningView } from '../../../../plant/equipment-view.ts';
import { cleaningStatements, type CleaningStatement } from '../../../../plant/ports/equipment-desk.ts';
import type { CleaningRequest } from '../../../api/equipment-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';
import { cleaningText } from './equipment-text.ts';

type Props = Readonly<{ skid: CleaningView; onDone: () => void; onClose: () => void }>;

const meanings: Readonly<Record<CleaningStatement, string>> = {
  clean: 'It was cleaned beside a batch, and looked at: any recipe of the skid may start.',
  'to be cleaned': 'Something is wrong with it: nothing but a cleaning starts. You alone are believed.',
  'not fouled': 'Its flow was looked at and is that of a clean line.',
  'acid out': 'Water has followed the acid, and what comes out was measured.',
};

export function CleaningDialog({ skid, onDone, onClose }: Props) {
  const [state, setState] = useState<CleaningStatement>('to be cleaned');
  return (
    <SignedDialog
      title={`State of ${skid.skid}`}
      permission="state cleaning"
      confirm="Sign"
      testid="cleaning"
      roles={state === 'to be cleaned' ? ['who found it'] : ['who cleaned or looked', 'who checked']}
      send={({ commandId, reason, signers }) => {
        const request: CleaningRequest = { commandId, reason, signers, state };
        return post(`/api/equipment/${encodeURIComponent(skid.skid)}/cleaning`, request);
      }}
      done={`${skid.skid}: ${state}, signed.`}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        By the record it is: {cleaningText(skid)}. {skid.found}
      </p>
      <label>
        It is
        <select
          value={state}
          onChange={(event) => {
            const chosen = cleaningStatements.find((each) => each === event.currentTarget.value);
            if (chosen !== undefined) setState(chosen);
          }}
          data-testid="cleaning-state"
        >
          {cleaningStatements.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <p class="faint">{meanings[state]}</p>
    </SignedDialog>
  );
}
