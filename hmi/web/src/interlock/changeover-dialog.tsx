/** Entering or leaving changeover. */
import { ask } from './work.ts';
import { WorkDialog } from './work-dialog.tsx';

type Props = Readonly<{ skid: string; to: 'enter' | 'leave'; onClose: () => void }>;

export const ChangeoverDialog = ({ skid, to, onClose }: Props) => (
  <WorkDialog
    title={to === 'enter' ? `Enter changeover of ${skid}` : `Leave changeover of ${skid}`}
    permission="enter changeover"
    confirm={to === 'enter' ? 'Enter changeover' : 'Leave changeover'}
    testid="changeover"
    missing={null}
    send={() =>
      ask(
        skid,
        'interlocks/changeover',
        { to },
        to === 'enter' ? `${skid} is in changeover.` : `${skid} has left changeover.`,
      )
    }
    onClose={onClose}
  >
    {to === 'enter' ? (
      <p>
        Taken only without a batch, with feeds isolated, every wetted temperature Good and below 90 °C, and without
        pressure. While it lasts no batch starts; a door that opens blocks starts instead of de-energising the skid, and
        a loss of ventilation means: stop, close, evacuate. A restart of the service ends it.
      </p>
    ) : (
      <p>The rows of running hold again from the next scan on. Close the doors first; nothing starts by itself.</p>
    )}
  </WorkDialog>
);
