/** Signing a move of a version: what is signed, by its digest, what it means, and what differs from what it was made from. */
import type { RecipeMove, RecipeVersionView } from '../../../../plant/recipe-view.ts';
import type { RecipeMoveRequest } from '../../../api/recipe-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';
import { Between } from './differences.tsx';
import { asksReason, moveWords } from './recipe-text.ts';

type Props = Readonly<{ version: RecipeVersionView; move: RecipeMove; onDone: () => void; onClose: () => void }>;

export function MoveDialog({ version, move, onDone, onClose }: Props) {
  const { name, version: number, digest, moves, basedOn, title } = version;
  const role = moves.find((one) => one.move === move)?.role ?? 'process engineer';
  const words = moveWords[move];
  return (
    <SignedDialog
      title={`${words.button}: ${name} v${number}`}
      permission="view"
      confirm={`Sign: ${words.button.toLowerCase()}`}
      testid="move"
      roles={[role]}
      {...(asksReason(move) ? {} : { reason: 'optional' })}
      send={({ commandId, reason, signers: [signer] }) => {
        const { userName, password } = signer ?? { userName: '', password: '' };
        const request: RecipeMoveRequest = { commandId, digest, move, reason, userName, password };
        return post(`/api/recipes/${encodeURIComponent(name)}/versions/${number}/moves`, request);
      }}
      done={`${name} v${number}: ${words.button.toLowerCase()}, signed.`}
      onDone={onDone}
      onClose={onClose}
      wide
    >
      <p>
        <b>
          {name} v{number}, {title}
        </b>{' '}
        <small>
          digest <code>{digest}</code>
        </small>
        <br />
        {words.says} Your signature is of the text with this digest, and as binding as one on paper.
      </p>
      {basedOn !== null && <FromBase name={name} from={basedOn} to={number} />}
    </SignedDialog>
  );
}

function FromBase({ name, from, to }: Readonly<{ name: string; from: number; to: number }>) {
  const url = `/api/recipes/${encodeURIComponent(name)}/differences?from=${from}&to=${to}`;
  return (
    <section aria-label={`What differs from v${from}`}>
      <h3>What differs from v{from}</h3>
      <Between url={url} />
    </section>
  );
}
