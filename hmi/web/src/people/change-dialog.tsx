/** What is done to a person with nothing but a reason: leaving, and a new first password. */
import type { FirstPasswordAnswer, PersonView } from '../../../api/answers.ts';
import { post } from '../api.ts';
import { ReasonDialog } from '../ui/reason-dialog.tsx';

export type Change = 'deactivate' | 'reset-password' | 'remove-second-factor';

const words = {
  deactivate: {
    title: 'has left',
    confirm: 'Deactivate',
    said: 'Every session ends now. The id and the user name are never given to another, and what was signed stays signed.',
  },
  'reset-password': {
    title: 'gets a new first password',
    confirm: 'Make a first password',
    said: 'Every session ends now, and a name that was locked is open again.',
  },
  'remove-second-factor': {
    title: 'has lost the second factor',
    confirm: 'Remove the second factor',
    said: 'Every session ends now. The password alone lets this person in until another device is enrolled.',
  },
} as const;

type Props = Readonly<{
  change: Change;
  person: PersonView;
  onPassword: (said: Readonly<{ printedName: string; firstPassword: string }>) => void;
  onClose: () => void;
}>;

export function ChangeDialog({ change, person, onPassword, onClose }: Props) {
  const { printedName } = person;
  const send = async (reason: string): Promise<string | null> => {
    const answer = await post<Partial<FirstPasswordAnswer>>(`/api/people/${person.id}/${change}`, { reason });
    if (!answer.ok) return answer.problem.message;
    const { firstPassword } = answer.value;
    if (firstPassword !== undefined) onPassword({ printedName, firstPassword });
    return null;
  };
  return (
    <ReasonDialog
      title={`${printedName} ${words[change].title}`}
      permission="manage people"
      confirm={words[change].confirm}
      testid={change}
      send={send}
      onClose={onClose}
    >
      <p>{words[change].said}</p>
    </ReasonDialog>
  );
}
