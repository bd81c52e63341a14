/** One recipe: its versions with their signatures and moves, what differs between two, and the text as it was imported. */
import { useState } from 'preact/hooks';
import type { RecipeHeadView, RecipeMove, RecipeVersionView } from '../../../../plant/recipe-view.ts';
import type { RecipeTextAnswer } from '../../../api/recipe-requests.ts';
import { get } from '../api.ts';
import { serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { blocked, tell } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { useWatched } from '../ui/use-watched.ts';
import { dateTimeText, timeText } from '../zone.ts';
import { Differences } from './differences.tsx';
import { Findings } from './findings.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { isShipped, moveWords, shownMoves, versionText } from './recipe-text.ts';

const everyMs = 10_000;

export function RecipePage({ name }: Readonly<{ name: string }>) {
  const url = `/api/recipes/${encodeURIComponent(name)}`;
  const heads = useWatched<readonly RecipeHeadView[]>('/api/recipes', everyMs);
  const versions = useWatched<readonly RecipeVersionView[]>(`${url}/versions`, everyMs);
  const [shown, setShown] = useState<number | null>(null);
  const [moving, setMoving] = useState<Readonly<{ version: RecipeVersionView; move: RecipeMove }> | null>(null);
  const [importing, setImporting] = useState<Readonly<{ text: string; basedOn: string | null }> | null>(null);
  const head = heads.value?.find((one) => one.name === name);
  const shipped = head !== undefined && isShipped(head.newest) ? [head.newest] : [];
  const all = [...(versions.value ?? shipped)].sort((one, other) => other.version - one.version);
  const [newest] = all;
  const again = (): void => {
    heads.again();
    versions.again();
  };
  const next = async (): Promise<void> => {
    if (newest === undefined) return;
    const answer = await get<RecipeTextAnswer>(`${url}/versions/${newest.version}/text`);
    if (!answer.ok) tell(false, answer.problem.message);
    else setImporting({ text: answer.value.text, basedOn: isShipped(newest) ? null : newest.digest });
  };
  if (newest === undefined) {
    const problem = versions.problem ?? heads.problem;
    return <p class={problem === null ? 'faint' : 'problem'}>{problem ?? 'Asking …'}</p>;
  }
  return (
    <>
      <header class="page-head touch">
        <h1>
          {name} <small>{newest.title}</small>
        </h1>
        <Link to="/recipes">All recipes</Link>
        <Press strong refusedBy={blocked('import recipe')} onPress={() => void next()} testid="import-next">
          {isShipped(newest) ? 'Import as shipped …' : `Make a version from v${newest.version} …`}
        </Press>
      </header>
      {all.map((version) => (
        <VersionPanel
          key={version.version}
          version={version}
          shown={shown === version.version}
          onText={() => setShown(shown === version.version ? null : version.version)}
          onMove={(move) => setMoving({ version, move })}
        />
      ))}
      {all.length > 1 && <Differences name={name} versions={all} />}
      {moving !== null && <MoveDialog {...moving} onDone={again} onClose={() => setMoving(null)} />}
      {importing !== null && (
        <ImportDialog heads={heads.value ?? []} begin={importing} onDone={again} onClose={() => setImporting(null)} />
      )}
    </>
  );
}

type PanelProps = Readonly<{
  version: RecipeVersionView;
  shown: boolean;
  onText: () => void;
  onMove: (move: RecipeMove) => void;
}>;

function VersionPanel({ version, shown, onText, onMove }: PanelProps) {
  const { importedBy, importedAt, basedOn, reason, digest, findings, signatures } = version;
  const isFromHere = !isShipped(version);
  return (
    <section class="panel" aria-label={versionText(version)} data-testid={`version-${version.version}`}>
      <header>
        <h2>{isFromHere ? `Version ${version.version}` : 'As shipped'}</h2>
        <strong class="tag-mark" data-testid={`status-${version.version}`}>
          {isFromHere ? version.status.toUpperCase() : 'NOT IMPORTED'}
        </strong>
        <small>
          digest <code title={digest}>{digest.slice(0, 12)}</code>
        </small>
      </header>
      {isFromHere && (
        <p>
          Imported by <b>{importedBy}</b>, {dateTimeText(importedAt)}
          {basedOn === null ? ', a new name' : `, made from v${basedOn}`}: {reason}
        </p>
      )}
      {findings.length > 0 && <Findings findings={findings} />}
      {signatures.length > 0 && (
        <ul class="signatures" aria-label="Signatures">
          {signatures.map((one) => (
            <li key={one.receipt.hash}>
              <b>{one.printedName}</b>, {one.meaning}: {one.subject}{' '}
              <small>
                {timeText(one.utc, serverTime.value)} · <code>{one.signedHash.slice(0, 16)}</code>
              </small>
            </li>
          ))}
        </ul>
      )}
      <div class="buttons touch">
        <button type="button" aria-expanded={shown} onClick={onText} data-testid={`text-${version.version}`}>
          {shown ? 'Hide the text' : 'Show the text'}
        </button>
        {shownMoves(version).map(({ move, role, refusedBy }) => (
          <Press
            key={move}
            refusedBy={refusedBy ?? blocked('view')}
            onPress={() => onMove(move)}
            testid={`${move.replaceAll(' ', '-')}-${version.version}`}
          >
            {moveWords[move].button} … <small>{role}</small>
          </Press>
        ))}
      </div>
      {shown && <VersionText version={version} />}
    </section>
  );
}

function VersionText({ version: { name, version } }: Readonly<{ version: RecipeVersionView }>) {
  const url = `/api/recipes/${encodeURIComponent(name)}/versions/${version}/text`;
  const { value, problem } = useWatched<RecipeTextAnswer>(url, 600_000);
  if (value === null) return <p class={problem === null ? 'faint' : 'problem'}>{problem ?? 'Asking …'}</p>;
  return (
    <pre class="recipe-text" tabIndex={0} data-testid="recipe-text">
      {value.text}
    </pre>
  );
}
