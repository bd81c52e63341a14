/** Approval of what changed, by a process engineer and one of QA: which files, the number of the change, why. */
import { useState } from 'preact/hooks';
import type { OpenConfiguration } from '../../../../plant/configuration-view.ts';
import type { ApproveConfigurationRequest } from '../../../api/configuration-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';
import { digestText, stepText } from './configuration-text.ts';

type Props = Readonly<{ steps: readonly OpenConfiguration[]; onDone: () => void; onClose: () => void }>;

export function ApproveDialog({ steps, onDone, onClose }: Props) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(steps.map(({ file }) => file)));
  const [changeNumber, setChangeNumber] = useState('');
  const meant = steps.filter(({ file }) => chosen.has(file));
  const choose = (file: string, is: boolean): void =>
    setChosen(new Set(steps.map((step) => step.file).filter((each) => (each === file ? is : chosen.has(each)))));
  return (
    <SignedDialog
      title="Approve changes of the configuration"
      permission="approve configuration"
      confirm="Sign and approve"
      testid="approve"
      roles={['process engineer', 'QA reviewer']}
      missing={
        meant.length === 0
          ? 'Choose what is approved.'
          : changeNumber.trim() === ''
            ? 'Give the number of the change.'
            : null
      }
      send={({ commandId, reason, signers }) => {
        const request: ApproveConfigurationRequest = {
          commandId,
          changeNumber: changeNumber.trim(),
          reason,
          steps: meant.map(({ file, old, new: now }) => ({ file, old, new: now })),
          signers,
        };
        return post('/api/configuration/approve', request);
      }}
      done={`${changeNumber.trim()} is approved.`}
      onDone={onDone}
      onClose={onClose}
      wide
    >
      <p>
        Two different people sign that these texts were read, and that product may be made by them. Meaning of both
        signatures: approved.
      </p>
      {steps.map((step) => (
        <label key={step.file} class="choice">
          <input
            type="checkbox"
            checked={chosen.has(step.file)}
            onChange={(event) => choose(step.file, event.currentTarget.checked)}
            data-testid={`approve-${step.file}`}
          />{' '}
          {step.file} {stepText(step)}: {digestText(step.old)} → {digestText(step.new)}
        </label>
      ))}
      <label>
        Number of the change
        <input
          value={changeNumber}
          maxLength={100}
          autocomplete="off"
          onInput={(event) => setChangeNumber(event.currentTarget.value)}
          data-testid="approve-number"
        />
      </label>
    </SignedDialog>
  );
}
