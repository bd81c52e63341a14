/** Which channel of a row, with what it reads now. */
import type { InterlockRowView } from '../../../../plant/ports/interlock-desk.ts';
import { isGood, qualityName } from '../../../../plant/quality.ts';
import { channelValue } from './row-text.ts';

type Props = Readonly<{ row: InterlockRowView; value: number; onChange: (channel: number) => void; testid: string }>;

export const ChannelSelect = ({ row, value, onChange, testid }: Props) => (
  <label>
    Channel
    <select value={value} onChange={(event) => onChange(Number(event.currentTarget.value))} data-testid={testid}>
      {row.channels.map((channel, index) => (
        <option key={channel.text} value={index}>
          {channel.text}: {channelValue(channel)} {channel.unit ?? ''}
          {isGood(channel.quality) ? '' : ` (${qualityName(channel.quality)})`}
        </option>
      ))}
    </select>
  </label>
);
