/** Gives a badge to a person, so that a reader at the door can log who goes in. */
import { useState } from 'preact/hooks';
import type { ExposureZonesAnswer } from '../../../api/answers.ts';
import type { BadgeRequest } from '../../../api/requests.ts';
import { post } from '../api.ts';
import { blocked, tell } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { PersonChoice } from './person-choice.tsx';

export function BadgeForm({ persons }: Readonly<{ persons: ExposureZonesAnswer['persons'] }>) {
  const [personId, setPersonId] = useState(persons[0]?.id ?? '');
  const [badge, setBadge] = useState('');
  const refusedBy = blocked('record exposure') ?? (badge.trim() === '' ? 'Give the number of the badge.' : null);

  const send = async (): Promise<void> => {
    const request: BadgeRequest = { personId, badge: badge.trim() };
    const answer = await post('/api/exposure/badges', request);
    if (answer.ok) {
      tell(
        true,
        `Badge ${request.badge} is ${persons.find(({ id }) => id === personId)?.printedName ?? personId}’s now.`,
      );
      setBadge('');
    } else tell(false, answer.problem.message);
  };

  return (
    <details>
      <summary>Give a badge …</summary>
      <form class="exposure-form" onSubmit={(event) => event.preventDefault()}>
        <PersonChoice persons={persons} value={personId} onChoose={setPersonId} testid="badge-person" />
        <label>
          Badge
          <input
            value={badge}
            maxLength={200}
            onInput={(event) => setBadge(event.currentTarget.value)}
            data-testid="badge-number"
          />
        </label>
        <div class="buttons">
          <Press refusedBy={refusedBy} onPress={() => void send()} testid="badge-give">
            Give the badge
          </Press>
        </div>
      </form>
    </details>
  );
}
