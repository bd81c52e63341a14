/** A proof test: the stimulus is put beside what a channel reads, and the row trips for real. */
import { useState } from 'preact/hooks';
import type { InterlockRowView } from '../../../../plant/ports/interlock-desk.ts';
import type { ProofTestRequest } from '../../../api/requests.ts';
import { actionText } from '../format.ts';
import { ChannelSelect } from './channel-select.tsx';
import { ask } from './work.ts';
import { Field, WorkDialog } from './work-dialog.tsx';

type Props = Readonly<{ skid: string; row: InterlockRowView; onClose: () => void }>;

export function ProofDialog({ skid, row, onClose }: Props) {
  const [channel, setChannel] = useState(0);
  const [asFound, setAsFound] = useState('');
  const [asLeft, setAsLeft] = useState('');
  const missing =
    (asFound.trim() === '' ? 'Say how the instrument was found.' : null) ??
    (asLeft.trim() === '' ? 'Say how the instrument was left.' : null);
  return (
    <WorkDialog
      title={`Proof test of row ${row.row}, ${row.title}`}
      permission="proof test"
      confirm="Begin the test"
      testid="proof"
      people={['tester (you)', 'witness']}
      missing={missing}
      send={(people) => {
        const request: ProofTestRequest = { row: row.row, channel, asFound, asLeft, ...people };
        return ask(skid, 'interlocks/proof-test', request, `The proof test of row ${row.row} has begun.`);
      }}
      onClose={onClose}
    >
      <p>
        <b>
          The row trips for real: {row.action}, {actionText(row.action)}.
        </b>{' '}
        The stimulus stands beside this channel and as many after it as the vote asks for; what they read goes on
        voting. The trip value and the response time are measured here; how the instrument itself was found and left is
        yours to say. Afterwards the row is reset as after any trip.
      </p>
      <ChannelSelect row={row} value={channel} onChange={setChannel} testid="proof-channel" />
      <Field
        label="As found"
        value={asFound}
        onChange={setAsFound}
        first
        hint="The instrument against a reference before anything was adjusted."
        testid="proof-found"
      />
      <Field label="As left" value={asLeft} onChange={setAsLeft} testid="proof-left" />
    </WorkDialog>
  );
}
