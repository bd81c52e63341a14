/** Begins a dispensing for one batch of a recipe. */
import { useEffect, useState } from 'preact/hooks';
import type { RecipeHeadView, RecipeVersionView } from '../../../../plant/recipe-view.ts';
import type { RecipeOutlineAnswer } from '../../../api/answers.ts';
import type { OpenDispensingRequest } from '../../../api/material-requests.ts';
import { get, post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';
import { useWatched } from '../ui/use-watched.ts';

const everyMs = 30_000;

export function OpenDialog({ onDone, onClose }: Readonly<{ onDone: () => void; onClose: () => void }>) {
  const { value: heads, problem } = useWatched<readonly RecipeHeadView[]>('/api/recipes', everyMs);
  const [recipe, setRecipe] = useState('');
  const head = heads?.find(({ name }) => name === recipe);
  const version = head?.effective ?? head?.newest.version ?? null;
  const materials = useMaterials(recipe, version);
  const missing =
    version === null ? 'Choose the recipe.' : materials?.length === 0 ? 'It wants nothing weighed.' : null;
  return (
    <SignedDialog
      title="Open a dispensing"
      permission="dispense"
      confirm="Open"
      testid="open"
      roles={[]}
      reason="optional"
      missing={missing}
      send={({ commandId, reason }) => {
        const request: OpenDispensingRequest = { commandId, reason, recipe, version: version ?? 0 };
        return post('/api/materials/dispensings', request);
      }}
      done={`A dispensing for ${recipe} is open.`}
      onDone={onDone}
      onClose={onClose}
    >
      {problem !== null && <p class="problem">{problem}</p>}
      <label>
        Recipe
        <select value={recipe} onChange={(event) => setRecipe(event.currentTarget.value)} data-testid="open-recipe">
          <option value="">…</option>
          {heads?.map(({ name, effective, newest }) => (
            <option key={name} value={name}>
              {name}, {effective === null ? whichText(newest) : `v${effective} effective`}
            </option>
          ))}
        </select>
      </label>
      {materials !== null && materials.length > 0 && (
        <p>
          It wants {materials.map(({ name, amount, unit }) => `${amount} ${unit} ${name}`).join(', ')}. A start of this
          recipe takes the oldest dispensing that has everything.
        </p>
      )}
    </SignedDialog>
  );
}

const whichText = ({ version, status }: RecipeVersionView): string =>
  version === 0 ? 'as shipped' : `v${version} ${status}`;

function useMaterials(recipe: string, version: number | null): RecipeOutlineAnswer['materials'] | null {
  const [materials, setMaterials] = useState<RecipeOutlineAnswer['materials'] | null>(null);
  useEffect(() => {
    setMaterials(null);
    if (version === null) return;
    let stopped = false;
    const read = async (): Promise<void> => {
      const query = `recipe=${encodeURIComponent(recipe)}&version=${version}`;
      const answer = await get<RecipeOutlineAnswer>(`/api/recipe-outline?${query}`);
      if (!stopped && answer.ok) setMaterials(answer.value.materials);
    };
    void read();
    return () => {
      stopped = true;
    };
  }, [recipe, version]);
  return materials;
}
