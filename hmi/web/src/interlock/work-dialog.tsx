/** A dialog for work on the interlocks: what it is, who proves themselves anew for it, and everything that refused it. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Permission } from '../../../../plant/ports/access.ts';
import type { Signer } from '../batch/signer.ts';
import { SignerFields } from '../batch/signer-fields.tsx';
import { SubmitOnEnter } from '../batch/submit-on-enter.tsx';
import { blocked } from '../ui/command.ts';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import type { Refusals } from './refusals.ts';

type Props = Readonly<{
  title: string;
  permission: Permission;
  /** The word on the button that sends it. */
  confirm: string;
  /** Begins the test ids. */
  testid: string;
  /** Who gives name and password, the first being whoever is logged in; nobody for what one person may do. */
  people?: readonly [first: string, second: string];
  /** What has not been filled in yet, or null. */
  missing: string | null;
  /** Gives what refused it, or null where it was done: then the dialog closes. */
  send: (people: Readonly<{ first: Signer; second: Signer }>) => Promise<Refusals | null>;
  onClose: () => void;
  children: ComponentChildren;
}>;

const nobody: Signer = { userName: '', password: '' };

export function WorkDialog({ title, permission, confirm, testid, people, missing, send, onClose, children }: Props) {
  const [signers, setSigners] = useState<readonly Signer[]>([nobody, nobody]);
  const [refusals, setRefusals] = useState<Refusals>([]);
  const [sending, setSending] = useState(false);
  const [first = nobody, second = nobody] = signers;
  const unproven = people !== undefined && [first, second].some((one) => one.userName === '' || one.password === '');
  const refusedBy =
    blocked(permission) ??
    (sending ? 'It has been sent.' : null) ??
    missing ??
    (unproven ? 'Both give user name and password.' : null) ??
    (people !== undefined && first.userName === second.userName ? 'It takes two different people.' : null);

  const act = async (): Promise<void> => {
    setSending(true);
    setRefusals([]);
    setSigners(signers.map((signer) => ({ ...signer, password: '' })));
    const refused = await send({ first, second });
    setSending(false);
    if (refused === null) onClose();
    else setRefusals(refused);
  };

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (refusedBy === null) void act();
        }}
      >
        {children}
        {people !== undefined && <SignerFields roles={people} signers={signers} onChange={setSigners} />}
        <SubmitOnEnter refused={refusedBy !== null} />
      </form>
      {refusals.length > 0 && (
        <div class="problem" role="alert" data-testid={`${testid}-problem`}>
          <b>Refused</b>
          <ul>
            {refusals.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
      <DialogButtons
        confirm={confirm}
        refusedBy={refusedBy}
        onPress={() => void act()}
        testid={`${testid}-confirm`}
        onClose={onClose}
      />
    </Dialog>
  );
}

type FieldProps = Readonly<{
  label: string;
  value: string;
  onChange: (value: string) => void;
  testid: string;
  hint?: string;
  decimal?: boolean;
  first?: boolean;
}>;

/** A line of text that is recorded. */
export const Field = ({ label, value, onChange, testid, hint, decimal, first }: FieldProps) => (
  <label>
    {label}
    <input
      value={value}
      maxLength={1000}
      autofocus={first === true}
      inputMode={decimal === true ? 'decimal' : undefined}
      onInput={(event) => onChange(event.currentTarget.value)}
      data-testid={testid}
    />
    {hint !== undefined && <small>{hint}</small>}
  </label>
);

/** A number as people type it, comma or point; NaN where it is none. */
export const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text.replace(',', '.')));
