/** Devices that say who they are: what each says, what is on record, and its acceptance where it is another. */
import type { InstrumentIdentity } from '../../../../plant/equipment-view.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { identityText, saidText } from './equipment-text.ts';
import { dateTimeText } from '../zone.ts';

type Props = Readonly<{
  devices: readonly InstrumentIdentity[];
  onAccept: (device: InstrumentIdentity) => void;
}>;

export function IdentityTable({ devices, onAccept }: Props) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Every device that says who it is">
      <table class="rows">
        <TableHead columns={['Skid', 'Device', 'State', 'It says', 'On record', '']} />
        <tbody>
          {devices.map((each) => (
            <tr key={`${each.skid} ${each.device}`} data-testid={`identity-${each.skid}-${each.device}`}>
              <td>{each.skid}</td>
              <th scope="row">
                {each.device} <small>{each.title}</small>
              </th>
              <td class={each.state === 'as recorded' ? '' : 'abnormal'}>{identityText(each)}</td>
              <td>{saidText(each.said)}</td>
              <td>
                {saidText(each.recorded)}{' '}
                <small>
                  {each.accepted === null
                    ? 'as first found'
                    : `${dateTimeText(each.accepted.at)}, ${each.accepted.by}, checked by ${each.accepted.checkedBy}`}
                </small>
              </td>
              <td>
                {each.state === 'another' && (
                  <Press
                    refusedBy={blocked('record calibration')}
                    hideReason
                    onPress={() => onAccept(each)}
                    testid={`accept-${each.skid}-${each.device}`}
                  >
                    Accept …
                  </Press>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
