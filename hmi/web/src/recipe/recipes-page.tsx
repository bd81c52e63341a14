/** Every recipe of the store, and those that came with the program and nobody has imported: what runs, and what is newest. */
import { useState } from 'preact/hooks';
import type { RecipeHeadView } from '../../../../plant/recipe-view.ts';
import type { RecipeTextAnswer } from '../../../api/recipe-requests.ts';
import { get } from '../api.ts';
import { go, Link } from '../router.tsx';
import { blocked, tell } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { useWatched } from '../ui/use-watched.ts';
import { dateTimeText } from '../zone.ts';
import { ImportDialog } from './import-dialog.tsx';
import { isShipped, versionText } from './recipe-text.ts';

const everyMs = 10_000;

type Begin = Readonly<{ text: string; basedOn: string | null }>;

export function RecipesPage() {
  const { value, problem, again } = useWatched<readonly RecipeHeadView[]>('/api/recipes', everyMs);
  const [importing, setImporting] = useState<Begin | 'empty' | null>(null);
  const heads = value ?? [];
  const beginShipped = async (head: RecipeHeadView): Promise<void> => {
    const answer = await get<RecipeTextAnswer>(`/api/recipes/${encodeURIComponent(head.name)}/versions/0/text`);
    if (answer.ok) setImporting({ text: answer.value.text, basedOn: null });
    else tell(false, answer.problem.message);
  };
  return (
    <>
      <header class="page-head touch">
        <h1>Recipes</h1>
        <Press strong refusedBy={blocked('import recipe')} onPress={() => setImporting('empty')} testid="import-open">
          Import …
        </Press>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      <div class="wide touch" tabIndex={0} role="region" aria-label="Every recipe">
        <table class="rows">
          <TableHead columns={['Recipe', 'Effective', 'Newest', 'Brought by', 'Versions', '']} />
          <tbody>
            {heads.map((head) => (
              <tr key={head.name} data-testid={`recipe-${head.name}`}>
                <th scope="row">
                  <Link to={`/recipes/${encodeURIComponent(head.name)}`}>{head.name}</Link> <small>{head.title}</small>
                </th>
                <td>{head.effective === null ? <span class="faint">none</span> : `v${head.effective}`}</td>
                <td>{versionText(head.newest)}</td>
                <td>
                  {isShipped(head.newest) ? (
                    <span class="faint">the program</span>
                  ) : (
                    <>
                      {head.newest.importedBy} <small>{dateTimeText(head.newest.importedAt)}</small>
                    </>
                  )}
                </td>
                <td class="number">{isShipped(head.newest) ? 0 : head.versions}</td>
                <td>
                  {isShipped(head.newest) && (
                    <Press
                      refusedBy={blocked('import recipe')}
                      hideReason
                      onPress={() => void beginShipped(head)}
                      testid={`import-shipped-${head.name}`}
                    >
                      Import as shipped …
                    </Press>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {value !== null && heads.length === 0 && <p class="faint">No recipe is here yet.</p>}
      {importing !== null && (
        <ImportDialog
          heads={heads}
          {...(importing === 'empty' ? {} : { begin: importing })}
          onDone={({ name }) => {
            again();
            go(`/recipes/${encodeURIComponent(name)}`);
          }}
          onClose={() => setImporting(null)}
        />
      )}
    </>
  );
}
