/** Takes what a scanner types, to its Enter, and asks the server what it means. It is emptied, so that the next scan stands alone. */
import { useState } from 'preact/hooks';
import type { ScanMeaning } from '../../../../plant/material-view.ts';
import type { ScanAnswer, ScanRequest } from '../../../api/material-requests.ts';
import { post } from '../api.ts';

type Props = Readonly<{ label: string; testid: string; onScan: (meaning: ScanMeaning, scanned: string) => void }>;

export function ScanField({ label, testid, onScan }: Props) {
  const [text, setText] = useState('');
  const ask = async (): Promise<void> => {
    const scanned = text.trim();
    if (scanned === '') return;
    setText('');
    const request: ScanRequest = { text: scanned };
    const answer = await post<ScanAnswer>('/api/materials/scan', request);
    onScan(answer.ok ? answer.value.meaning : { kind: 'unknown', reason: answer.problem.message }, scanned);
  };
  return (
    <label>
      {label}
      <input
        value={text}
        maxLength={1000}
        autocomplete="off"
        placeholder="scan, or type the code and press Enter"
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          // A scanner ends with Enter: that sends no form around it.
          event.preventDefault();
          void ask();
        }}
        data-testid={testid}
      />
    </label>
  );
}
