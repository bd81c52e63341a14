/** Setting one tag: what it is now, what it shall be, within which limits, and what it reads afterwards. */
import { useState } from 'preact/hooks';
import type { TagValue } from '../../../../plant/sample.ts';
import type { TagView } from '../../../api/answers.ts';
import { rangeText, unitText, valueText } from '../format.ts';
import { tagNow } from '../live/stream.ts';
import { writeBlock } from '../maintenance/blocks.tsx';
import { blocked, command, problemText } from '../ui/command.ts';
import { Dialog, Press } from '../ui/dialog.tsx';
import { wantedOf } from './wanted-value.ts';

type Props = Readonly<{ skid: string; tag: TagView; onClose: () => void }>;

export function WriteDialog({ skid, tag, onClose }: Props) {
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const [result, setResult] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const current = tagNow(skid, tag.name).value?.[0] ?? null;
  const wanted = wantedOf(tag, text);
  const refusedBy =
    blocked('write set point') ??
    writeBlock(skid, tag.device) ??
    wanted.fault ??
    (reason.trim() === '' ? 'Give the reason; it is recorded.' : null) ??
    (sending ? 'It has been sent.' : null);

  const send = async (value: number | boolean): Promise<void> => {
    setSending(true);
    setResult(null);
    const answer = await command(skid, { kind: 'write', writes: [{ tag: tag.name, value }] }, reason);
    setSending(false);
    if (answer.ok) {
      setText('');
      setReason('');
    }
    setResult(answer.ok ? `Done. It reads ${withUnit(answer.value.readBack, tag)} now.` : problemText(answer.problem));
  };

  return (
    <Dialog title={`Set ${tag.title}`} onClose={onClose}>
      <p>
        {skid}/{tag.name}: <b>{withUnit(current, tag)}</b> →{' '}
        <b>{wanted.value === null ? '…' : withUnit(wanted.value, tag)}</b>
      </p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (refusedBy === null && wanted.value !== null) void send(wanted.value);
        }}
      >
        <label>
          New value {tag.states === null && <small>{rangeText(tag)}</small>}
          <ValueInput
            tag={tag}
            text={text}
            onText={(next) => {
              setText(next);
              setResult(null);
            }}
          />
        </label>
        <label>
          Reason <small>recorded with the change</small>
          <input
            value={reason}
            maxLength={1000}
            onInput={(event) => setReason(event.currentTarget.value)}
            data-testid="reason"
          />
        </label>
      </form>
      {result !== null && (
        <p role="status" data-testid="write-result">
          {result}
        </p>
      )}
      <div class="buttons">
        <Press
          strong
          refusedBy={refusedBy}
          onPress={() => {
            if (wanted.value !== null) void send(wanted.value);
          }}
          testid="command-confirm"
        >
          Write
        </Press>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function ValueInput({ tag, text, onText }: Readonly<{ tag: TagView; text: string; onText: (text: string) => void }>) {
  if (tag.states === null) {
    return (
      <input
        inputMode="decimal"
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
        data-testid="write-value"
        autofocus
      />
    );
  }
  return (
    <select value={text} onChange={(event) => onText(event.currentTarget.value)} data-testid="write-value">
      <option value="">…</option>
      {Object.entries(tag.states).map(([number, state]) => (
        <option key={number} value={number}>
          {state}
        </option>
      ))}
    </select>
  );
}

const withUnit = (value: TagValue, tag: TagView): string => `${valueText(value, tag)} ${unitText(tag.unit)}`.trim();
