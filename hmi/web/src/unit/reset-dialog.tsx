/** The reset of a skid's interlocks: only by somebody who has looked at the skid, and only once the causes have gone. */
import { useState } from 'preact/hooks';
import type { Demand } from '../../../../plant/safe-state.ts';
import { spanText } from '../format.ts';
import { useInterlocks } from '../interlock/use-interlocks.ts';
import { blocksOf, leaveBlock } from '../maintenance/blocks.tsx';
import { blocked, command } from '../ui/command.ts';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import { afterReset, skidState } from '../ui/skid-state.ts';

type Props = Readonly<{ skid: string; demand: Demand; onClose: () => void }>;

export function ResetDialog({ skid, demand, onClose }: Props) {
  const [inspected, setInspected] = useState(false);
  const [sending, setSending] = useState(false);
  const view = useInterlocks(skid);
  const lock = leaveBlock(skid);
  const refusals = [...(lock === null ? [] : [lock]), ...(view?.resetRefusedBy ?? [])];
  const standing = view?.rows.filter(({ state }) => state === 'tripped' || state === 'latched') ?? [];
  const refusedBy =
    blocked('reset interlocks') ??
    (refusals.length > 0 ? 'Something still refuses it, as said above.' : null) ??
    (inspected ? null : 'Say first that the skid was inspected.') ??
    (sending ? 'It has been sent.' : null);

  const send = async (): Promise<void> => {
    setSending(true);
    const answer = await command(skid, { kind: 'reset', inspected: true });
    setSending(false);
    if (answer.ok) onClose();
  };

  return (
    <Dialog title={`Reset the interlocks of ${skid}`} onClose={onClose}>
      <p>
        Now: <b>{skidState(demand, false, blocksOf(skid)).text}</b>. {afterReset(demand)}
      </p>
      {standing.length > 0 && (
        <ul>
          {standing.map((row) => (
            <li key={row.row}>
              Row {row.row}, {row.title}: {row.state === 'tripped' ? 'its cause is present' : 'its cause has gone'}
              {row.healthyForMs !== null && ` for ${spanText(row.healthyForMs)}`}
            </li>
          ))}
        </ul>
      )}
      {refusals.length > 0 && (
        <div class="problem" data-testid="reset-refused">
          <b>Refused now by</b>
          <ul>
            {refusals.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      <div class="form">
        <label class="check">
          <input
            type="checkbox"
            checked={inspected}
            onChange={(event) => setInspected(event.currentTarget.checked)}
            data-testid="reset-inspected"
          />
          I have inspected the skid on the spot.
        </label>
      </div>
      <DialogButtons
        confirm="Reset"
        refusedBy={refusedBy}
        onPress={() => void send()}
        testid="reset-confirm"
        onClose={onClose}
      />
    </Dialog>
  );
}
