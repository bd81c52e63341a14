/** QA records that a person was trained, and signs. */
import { useState } from 'preact/hooks';
import type { TrainingForm } from '../../../../plant/equipment-view.ts';
import type { EquipmentAnswerView, TrainingRequest } from '../../../api/equipment-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';
import { serverTime } from '../live/stream.ts';
import { dayText, momentOf } from './equipment-text.ts';

type Props = Readonly<{
  person: EquipmentAnswerView['people'][number];
  training: TrainingForm | undefined;
  onDone: () => void;
  onClose: () => void;
}>;

export function TrainingDialog({ person, training, onDone, onClose }: Props) {
  const [day, setDay] = useState(dayText(serverTime.value));
  if (training === undefined) return null;
  return (
    <SignedDialog
      title={`Training of ${person.printedName}`}
      permission="record training"
      confirm="Sign and record"
      testid="training"
      roles={['QA']}
      missing={day === '' ? 'Give the day of the training.' : null}
      send={({ commandId, reason, signers }) => {
        const given = momentOf(day, serverTime.value);
        const request: TrainingRequest = {
          commandId,
          reason,
          signers,
          personId: person.id,
          training: training.name,
          given,
        };
        return post('/api/equipment/trainings', request);
      }}
      done={`The training of ${person.printedName} is recorded.`}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        <b>{training.title}</b>, valid {training.validDays} d
        <br />
        asked for: {training.acts.join(', ')}
      </p>
      <label>
        Day of the training
        <input
          type="date"
          value={day}
          onInput={(event) => setDay(event.currentTarget.value)}
          data-testid="training-day"
        />
      </label>
    </SignedDialog>
  );
}
