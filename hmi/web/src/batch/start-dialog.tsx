/** Starting a batch: which skid, which recipe with which parameters, and who signs for it. Nothing is prefilled. */
import { useEffect, useState } from 'preact/hooks';
import type { BatchView, RecipeView } from '../../../../plant/batch-view.ts';
import type { StartBatchRequest } from '../../../api/requests.ts';
import { commandId, get, post } from '../api.ts';
import { demandText } from '../format.ts';
import { skidNow } from '../live/stream.ts';
import { startBlock } from '../maintenance/blocks.tsx';
import { go } from '../router.tsx';
import { skids } from '../session.ts';
import { blocked, tell } from '../ui/command.ts';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import { Rehearsal } from '../ui/marks.tsx';
import { SignerFields, type Signer } from './signer-fields.tsx';
import { SubmitOnEnter } from './submit-on-enter.tsx';

export function StartDialog({ onClose }: Readonly<{ onClose: () => void }>) {
  const [recipes, setRecipes] = useState<readonly RecipeView[]>([]);
  const [skid, setSkid] = useState('');
  const [name, setName] = useState('');
  const [signers, setSigners] = useState<readonly Signer[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [id, setId] = useState(commandId);
  const [sending, setSending] = useState(false);
  useEffect(() => {
    const read = async (): Promise<void> => {
      const answer = await get<readonly RecipeView[]>('/api/recipes');
      if (answer.ok) setRecipes(answer.value);
      else setProblem(answer.problem.message);
    };
    void read();
  }, []);

  const recipe = recipes.find((one) => one.name === name);
  const needed = recipe?.startSignatures ?? [];
  const given = needed.map((_, index) => signers[index] ?? { userName: '', password: '' });
  const refusedBy =
    blocked('start batch') ??
    (skid === '' ? null : startBlock(skid)) ??
    missing(skid, recipe, given) ??
    (sending ? 'It has been sent.' : null);

  const start = async (): Promise<void> => {
    setSending(true);
    const request: StartBatchRequest = { commandId: id, skid, recipe: name, signers: [...given] };
    const answer = await post<Readonly<{ batch: BatchView }>>('/api/batches', request);
    setSending(false);
    if (answer.ok) {
      tell(true, `${answer.value.batch.id} has been started.`);
      onClose();
      go(`/batches/${answer.value.batch.id}`);
      return;
    }
    // A refusal is an answer: what is asked next is something new. Without an answer the same is asked again.
    if (answer.problem.status !== 0) setId(commandId());
    setSigners(given.map(({ userName }) => ({ userName, password: '' })));
    setProblem(answer.problem.message);
  };

  return (
    <Dialog title="Start a batch" onClose={onClose} wide>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (refusedBy === null) void start();
        }}
      >
        <label>
          Skid
          <select value={skid} onChange={(event) => setSkid(event.currentTarget.value)} data-testid="start-skid">
            <option value="">…</option>
            {skids.value.map((one) => (
              <option key={one.name} value={one.name}>
                {one.name} {one.title},{' '}
                {startBlock(one.name) === null ? demandText(skidNow(one.name).value?.demand ?? 'none') : 'blocked'}
                {one.twin ? ', TWIN' : ''}
              </option>
            ))}
          </select>
        </label>
        <label>
          Recipe
          <select value={name} onChange={(event) => setName(event.currentTarget.value)} data-testid="start-recipe">
            <option value="">…</option>
            {recipes.map((one) => (
              <option key={one.name} value={one.name}>
                {one.title} ({one.status}
                {one.rehearsalOnly ? ', rehearsal only' : ''})
              </option>
            ))}
          </select>
        </label>
        {recipe !== undefined && <RecipeSummary recipe={recipe} />}
        <SignerFields roles={needed} signers={given} onChange={setSigners} />
        <SubmitOnEnter refused={refusedBy !== null} />
        {problem !== null && (
          <p class="problem" role="alert" data-testid="start-problem">
            {problem}
          </p>
        )}
      </form>
      <DialogButtons
        confirm="Sign and start"
        refusedBy={refusedBy}
        onPress={() => void start()}
        testid="start-confirm"
        onClose={onClose}
      />
    </Dialog>
  );
}

function missing(skid: string, recipe: RecipeView | undefined, signers: readonly Signer[]): string | null {
  if (skid === '') return 'Choose the skid.';
  if (recipe === undefined) return 'Choose the recipe.';
  if (signers.some(({ userName, password }) => userName === '' || password === '')) return 'A signature is missing.';
  const names = signers.map(({ userName }) => userName.trim().toLowerCase());
  return new Set(names).size < names.length ? 'Two different people must sign.' : null;
}

function RecipeSummary({ recipe }: Readonly<{ recipe: RecipeView }>) {
  return (
    <section class="summary">
      <p>
        {recipe.rehearsalOnly && <Rehearsal />} {recipe.phases.join(' → ')}{' '}
        <small>
          digest <code>{recipe.digest.slice(0, 12)}</code>
        </small>
      </p>
      <table class="rows">
        <tbody>
          {recipe.parameters.map((parameter) => (
            <tr key={parameter.name}>
              <th scope="row">
                {parameter.name} {parameter.critical && <b title="critical process parameter">CPP</b>}
              </th>
              <td>
                {parameter.value} {parameter.unit}
              </td>
              <td class="faint">{parameter.range}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
