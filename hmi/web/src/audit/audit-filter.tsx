/** The form that says what of the audit trail is asked for. */
import { useState } from 'preact/hooks';
import { inUtc } from '../zone.ts';
import type { AuditForm } from './audit-query.ts';

type Props = Readonly<{
  scopes: readonly string[];
  /** What is asked for when the page opens. */
  first: AuditForm;
  looking: boolean;
  onAsk: (form: AuditForm) => void;
}>;

const texts = [
  ['person', 'Person', 'part of the name'],
  ['scope', 'Batch, skid or other record', 'batch/B-2026-0001'],
  ['action', 'Action', 'set-point-written'],
  ['object', 'Object', 'part of it'],
] as const;

export function AuditFilterForm({ scopes, first, looking, onAsk }: Props) {
  const [form, setForm] = useState<AuditForm>(first);
  return (
    <form
      class="audit-filter"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(form);
      }}
    >
      {texts.map(([field, title, placeholder]) => (
        <label key={field}>
          {title}
          <input
            value={form[field]}
            maxLength={200}
            autocomplete="off"
            placeholder={placeholder}
            list={field === 'scope' ? 'audit-scopes' : undefined}
            onInput={(event) => setForm({ ...form, [field]: event.currentTarget.value })}
            data-testid={`audit-${field}`}
          />
        </label>
      ))}
      <datalist id="audit-scopes">
        {scopes.map((scope) => (
          <option key={scope} value={scope} />
        ))}
      </datalist>
      {(['from', 'until'] as const).map((field) => (
        <label key={field}>
          {field === 'from' ? 'From' : 'Until'} ({inUtc.value ? 'UTC' : 'local time'})
          <input
            type="datetime-local"
            value={form[field]}
            onInput={(event) => setForm({ ...form, [field]: event.currentTarget.value })}
            data-testid={`audit-${field}`}
          />
        </label>
      ))}
      {(['withReason', 'onlyChanges'] as const).map((field) => (
        <label key={field} class="inline">
          <input
            type="checkbox"
            checked={form[field]}
            onChange={(event) => setForm({ ...form, [field]: event.currentTarget.checked })}
            data-testid={`audit-${field}`}
          />{' '}
          {field === 'withReason' ? 'only with a reason' : 'only changes'}
        </label>
      ))}
      <button type="submit" class="strong" disabled={looking} data-testid="audit-ask">
        Show
      </button>
    </form>
  );
}
