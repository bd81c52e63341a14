/** People and trainings: what each holds and until when; QA records one by pressing where it belongs. */
import type { TrainingForm, TrainingView } from '../../../../plant/equipment-view.ts';
import type { EquipmentAnswerView } from '../../../api/equipment-requests.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { trainingText } from './equipment-text.ts';

type Props = Readonly<{
  people: EquipmentAnswerView['people'];
  trainings: readonly TrainingForm[];
  trained: readonly TrainingView[];
  onTrain: (personId: string, training: string) => void;
}>;

export function TrainingTable({ people, trainings, trained, onTrain }: Props) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Trainings of every person">
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Person</th>
            {trainings.map(({ name, title, acts }) => (
              <th key={name} scope="col" title={`Asked for: ${acts.join(', ')}`}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map(({ id, printedName }) => (
            <tr key={id} data-testid={`trained-${id}`}>
              <th scope="row">{printedName}</th>
              {trainings.map((training) => {
                const { text, isValid } = trainingText(training, id, trained);
                return (
                  <td key={training.name} class={isValid ? '' : 'faint'}>
                    {text}{' '}
                    <Press
                      refusedBy={blocked('record training')}
                      hideReason
                      onPress={() => onTrain(id, training.name)}
                      testid={`train-${id}-${training.name}`}
                    >
                      Record …
                    </Press>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
