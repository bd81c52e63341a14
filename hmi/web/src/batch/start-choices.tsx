/** Which recipe in which version, what for, and on which skids. */
import { useEffect, useState } from 'preact/hooks';
import type { RecipeHeadView, RecipeVersionView } from '../../../../plant/recipe-view.ts';
import type { RecipeOutlineAnswer } from '../../../api/answers.ts';
import { get } from '../api.ts';
import { demandText } from '../format.ts';
import { skidNow } from '../live/stream.ts';
import { startBlock } from '../maintenance/blocks.tsx';
import { skids } from '../session.ts';
import { Rehearsal } from '../ui/marks.tsx';
import { skidRefusal, takesSpares, type Chosen } from './start-order.ts';

type Props = Readonly<{
  chosen: Chosen;
  outline: RecipeOutlineAnswer | null;
  onChange: (chosen: Chosen) => void;
}>;

export function StartChoices({ chosen, outline, onChange }: Props) {
  const [heads, setHeads] = useState<readonly RecipeHeadView[]>([]);
  const [versions, setVersions] = useState<readonly RecipeVersionView[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const read = async (): Promise<void> => {
      const answer = await get<readonly RecipeHeadView[]>('/api/recipes');
      if (answer.ok) setHeads(answer.value);
      else setProblem(answer.problem.message);
    };
    void read();
  }, []);
  useEffect(() => {
    const head = heads.find(({ name }) => name === chosen.recipe);
    setVersions(head === undefined ? [] : [head.newest]);
    if (head === undefined) return;
    let stopped = false;
    const read = async (): Promise<void> => {
      const answer = await get<readonly RecipeVersionView[]>(`/api/recipes/${encodeURIComponent(head.name)}/versions`);
      // What was shipped and not imported has no versions: its head stands for it.
      if (!stopped && answer.ok && answer.value.length > 0) setVersions(answer.value);
    };
    void read();
    return () => {
      stopped = true;
    };
  }, [chosen.recipe, heads]);
  return (
    <>
      {problem !== null && <p class="problem">{problem}</p>}
      <label>
        Recipe
        <select
          value={chosen.recipe}
          onChange={(event) => onChange({ ...chosen, recipe: event.currentTarget.value, version: null, values: {} })}
          data-testid="start-recipe"
        >
          <option value="">…</option>
          {heads.map(({ name, title, effective }) => (
            <option key={name} value={name}>
              {title} ({name}, {effective === null ? 'none effective' : `v${effective} effective`})
            </option>
          ))}
        </select>
      </label>
      <label>
        Version
        <select
          value={chosen.version === null ? '' : String(chosen.version)}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...chosen, version: value === '' ? null : Number(value), values: {} })
          }
          data-testid="start-version"
        >
          <option value="">…</option>
          {versions.map(({ version, status }) => (
            <option key={version} value={String(version)}>
              {version === 0 ? 'as shipped, not imported' : `v${version}, ${status}`}
            </option>
          ))}
        </select>
      </label>
      <label>
        Purpose
        <select
          value={chosen.purpose ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...chosen, purpose: value === 'production' || value === 'rehearsal' ? value : null })
          }
          data-testid="start-purpose"
        >
          <option value="">…</option>
          <option value="production">production: makes product, by an effective version</option>
          <option value="rehearsal">rehearsal: on twins only, by any version</option>
        </select>
      </label>
      {outline !== null && (
        <p class="summary" data-testid="start-outline">
          {chosen.purpose === 'rehearsal' && <Rehearsal />} <b>{outline.title}</b> v{outline.version}, {outline.status}{' '}
          <small>
            digest <code>{outline.digest.slice(0, 12)}</code>
          </small>
          <br />
          {outline.operations.map(({ name, phases }) => `${name}: ${phases.join(' → ')}`).join(' · ')}
          <br />
          <small>needs {outline.needs.join(', ')}</small>
        </p>
      )}
    </>
  );
}

/** Skids that run it, and those that stand by for one that fails. */
export function SkidTicks({ chosen, outline, onChange }: Props & Readonly<{ outline: RecipeOutlineAnswer }>) {
  const tick = (key: 'skids' | 'spares', skid: string, on: boolean): void => {
    const without = {
      skids: chosen.skids.filter((one) => one !== skid),
      spares: chosen.spares.filter((one) => one !== skid),
    };
    onChange({ ...chosen, ...without, ...(on ? { [key]: [...without[key], skid] } : {}) });
  };
  const keys: readonly ('skids' | 'spares')[] = takesSpares(outline) ? ['skids', 'spares'] : ['skids'];
  return (
    <fieldset class="ticks">
      <legend>Skids</legend>
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">Skid</th>
            <th scope="col">Runs it</th>
            {takesSpares(outline) && <th scope="col">Stands by</th>}
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody>
          {skids.value.map((skid) => {
            const refused = skidRefusal(outline, chosen.purpose, skid);
            const now = refused ?? startBlock(skid.name) ?? demandText(skidNow(skid.name).value?.demand ?? 'none');
            return (
              <tr key={skid.name}>
                <th scope="row">
                  {skid.name}{' '}
                  <small>
                    {skid.title}
                    {skid.twin ? ', TWIN' : ''}
                  </small>
                </th>
                {keys.map((key) => (
                  <td key={key}>
                    <label class="tick">
                      <input
                        type="checkbox"
                        checked={chosen[key].includes(skid.name)}
                        disabled={refused !== null && !chosen[key].includes(skid.name)}
                        onChange={(event) => tick(key, skid.name, event.currentTarget.checked)}
                        aria-label={`${skid.name} ${key === 'skids' ? 'runs it' : 'stands by'}`}
                        data-testid={`start-${key === 'skids' ? 'skid' : 'spare'}-${skid.name}`}
                      />
                    </label>
                  </td>
                ))}
                <td class={refused === null ? '' : 'faint'}>{now}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <small>When a skid fails: {outline.whenSkidFails}.</small>
    </fieldset>
  );
}
