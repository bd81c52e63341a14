/** Holding an input at a value for a while: whoever looks sees the held value, and that it is held. */
import { useState } from 'preact/hooks';
import type { SkidAnswer, TagView } from '../../../api/answers.ts';
import type { ForceRequest } from '../../../api/requests.ts';
import { rangeText, unitText } from '../format.ts';
import { TagValueCell } from '../ui/tag-value.tsx';
import { ask } from './work.ts';
import { Field, WorkDialog, numberIn } from './work-dialog.tsx';

type Props = Readonly<{ skid: SkidAnswer; onClose: () => void }>;

/** What is read from a device and not set by anybody. */
const inputsOf = ({ tags }: SkidAnswer): readonly TagView[] =>
  tags.filter(({ device, writableBy, valueType }) => device !== null && writableBy === null && valueType !== 'text');

const longestMin = 15;

export function ForceDialog({ skid, onClose }: Props) {
  const inputs = inputsOf(skid);
  const [name, setName] = useState(inputs[0]?.name ?? '');
  const [text, setText] = useState('');
  const [minutes, setMinutes] = useState('10');
  const [reason, setReason] = useState('');
  const tag = inputs.find((one) => one.name === name);
  const value = valueOf(text, tag);
  const asked = numberIn(minutes);
  const missing =
    (value === null ? 'Give the value it is held at.' : null) ??
    (asked > 0 && asked <= longestMin ? null : `Give the minutes, ${longestMin} at most.`) ??
    (reason.trim() === '' ? 'Give the reason; it is recorded.' : null);
  const choose = (chosen: string): void => {
    setName(chosen);
    setText('');
  };
  return (
    <WorkDialog
      title={`Force an input of ${skid.name}`}
      permission="force input"
      confirm="Force"
      testid="force"
      people={['you who ask', 'second person']}
      missing={missing}
      send={(people) => {
        const request: ForceRequest = { tag: name, value: value ?? 0, minutes: asked, reason, ...people };
        return ask(skid.name, 'interlocks/force', request, `${name} is held at ${String(value)}.`);
      }}
      onClose={onClose}
    >
      <p>
        The service goes by the held value instead of what the field says. Never of an input that a row stands on which
        must not be bypassed; it counts as that row&apos;s bypass otherwise. It ends by itself, and with a restart.
      </p>
      <label>
        Input
        <select value={name} onChange={(event) => choose(event.currentTarget.value)} data-testid="force-tag">
          {inputs.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name} {one.title}
            </option>
          ))}
        </select>
      </label>
      {tag !== undefined && (
        <>
          <p class="line">
            Reads now <TagValueCell skid={skid.name} tag={tag} />
          </p>
          <ValueField tag={tag} text={text} onChange={setText} />
        </>
      )}
      <Field
        label={`Minutes (${longestMin} at most)`}
        value={minutes}
        onChange={setMinutes}
        decimal
        testid="force-minutes"
      />
      <Field label="Reason" value={reason} onChange={setReason} testid="force-reason" />
    </WorkDialog>
  );
}

function valueOf(text: string, tag: TagView | undefined): number | boolean | null {
  if (tag === undefined || text === '') return null;
  if (tag.valueType === 'boolean') return text === 'true';
  const value = numberIn(text);
  return Number.isFinite(value) ? value : null;
}

type ValueProps = Readonly<{ tag: TagView; text: string; onChange: (text: string) => void }>;

function ValueField({ tag, text, onChange }: ValueProps) {
  const choices = choicesOf(tag);
  if (choices === null) {
    const hint = rangeText(tag);
    const label = `Held at${tag.unit === null ? '' : `, ${unitText(tag.unit)}`}`;
    return <Field label={label} value={text} onChange={onChange} hint={hint} decimal testid="force-value" />;
  }
  return (
    <label>
      Held at
      <select value={text} onChange={(event) => onChange(event.currentTarget.value)} data-testid="force-value">
        <option value="">…</option>
        {choices.map(({ value, word }) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The states of a tag that has such; a boolean's two. */
function choicesOf({ valueType, states }: TagView): readonly Readonly<{ value: string; word: string }>[] | null {
  if (valueType === 'boolean') {
    return [true, false].map((value) => ({ value: String(value), word: states?.[Number(value)] ?? String(value) }));
  }
  return states === null ? null : Object.entries(states).map(([value, word]) => ({ value, word }));
}
