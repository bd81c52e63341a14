/** Taking one channel out of its row's vote for a while: two people, a reason, and what is done instead. */
import { useState } from 'preact/hooks';
import type { InterlockRowView } from '../../../../plant/ports/interlock-desk.ts';
import type { BypassRequest } from '../../../api/requests.ts';
import { ChannelSelect } from './channel-select.tsx';
import { durationText } from './row-text.ts';
import { ask } from './work.ts';
import { Field, WorkDialog, numberIn } from './work-dialog.tsx';

type Props = Readonly<{ skid: string; row: InterlockRowView; onClose: () => void }>;

const usualMin = 60;

export function BypassDialog({ skid, row, onClose }: Props) {
  const rule = row.bypass === 'never' ? { by: [], forMs: 0, meanwhile: '' } : row.bypass;
  const longestMin = rule.forMs / 60_000;
  const [channel, setChannel] = useState(0);
  const [minutes, setMinutes] = useState(String(Math.min(usualMin, longestMin)));
  const [reason, setReason] = useState('');
  const [meanwhile, setMeanwhile] = useState(rule.meanwhile);
  const asked = numberIn(minutes);
  const missing =
    (asked > 0 && asked <= longestMin ? null : `Give the minutes, ${longestMin} at most.`) ??
    (reason.trim() === '' ? 'Give the reason; it is recorded.' : null) ??
    (meanwhile.trim() === '' ? 'Say what is done instead.' : null);
  return (
    <WorkDialog
      title={`Bypass a channel of row ${row.row}, ${row.title}`}
      permission="bypass interlock"
      confirm="Bypass"
      testid="bypass"
      people={['you who ask', 'second person']}
      missing={missing}
      send={(people) => {
        const request: BypassRequest = { row: row.row, channel, minutes: asked, reason, meanwhile, ...people };
        return ask(skid, 'interlocks/bypass', request, `Row ${row.row}: the channel does not vote.`);
      }}
      onClose={onClose}
    >
      <p>
        The channel does not vote; the others of the row do. It ends by itself after {durationText(rule.forMs)} at most,
        at once by anybody who may bypass, and with a restart. One of the two is {rule.by.join(' or ')}.
      </p>
      <ChannelSelect row={row} value={channel} onChange={setChannel} testid="bypass-channel" />
      <Field label="Minutes" value={minutes} onChange={setMinutes} decimal testid="bypass-minutes" />
      <Field label="Reason" value={reason} onChange={setReason} first testid="bypass-reason" />
      <Field label="Done instead, meanwhile" value={meanwhile} onChange={setMeanwhile} testid="bypass-meanwhile" />
    </WorkDialog>
  );
}
