/** What differs between two versions, as sentences; what is critical first. */
import { useState } from 'preact/hooks';
import type { RecipeDifference, RecipeVersionView } from '../../../../plant/recipe-view.ts';
import type { RecipeDifferencesAnswer } from '../../../api/recipe-requests.ts';
import { useWatched } from '../ui/use-watched.ts';
import { byWeight, versionText } from './recipe-text.ts';

type Props = Readonly<{ name: string; versions: readonly RecipeVersionView[] }>;

/** @param versions the newest first, at least two */
export function Differences({ name, versions }: Props) {
  const [from, setFrom] = useState(versions[1]?.version ?? 0);
  const [to, setTo] = useState(versions[0]?.version ?? 0);
  const url = `/api/recipes/${encodeURIComponent(name)}/differences?from=${from}&to=${to}`;
  return (
    <section class="panel" aria-label="Differences" data-testid="differences">
      <header class="touch">
        <h2>What differs</h2>
        <Choice label="from" value={from} versions={versions} onChoose={setFrom} />
        <Choice label="to" value={to} versions={versions} onChoose={setTo} />
      </header>
      <Between key={url} url={url} />
    </section>
  );
}

/** What two versions said once they say for ever. */
const everyMs = 600_000;

/** @param url of the differences; where it changes, so does the key */
export function Between({ url }: Readonly<{ url: string }>) {
  const { value, problem } = useWatched<RecipeDifferencesAnswer>(url, everyMs);
  if (value === null) return <p class={problem === null ? 'faint' : 'problem'}>{problem ?? 'Asking …'}</p>;
  return <DifferenceList differences={value.differences} />;
}

function DifferenceList({ differences }: Readonly<{ differences: readonly RecipeDifference[] }>) {
  if (differences.length === 0) return <p>Nothing that means anything: they run alike.</p>;
  return (
    <ol class="differences">
      {byWeight(differences).map(({ area, place, critical, text }, index) => (
        <li key={index} class={critical ? 'critical' : ''}>
          {critical && <b>CRITICAL </b>}
          {text}{' '}
          <small>
            {area}, {place}
          </small>
        </li>
      ))}
    </ol>
  );
}

type ChoiceProps = Readonly<{
  label: string;
  value: number;
  versions: readonly RecipeVersionView[];
  onChoose: (version: number) => void;
}>;

const Choice = ({ label, value, versions, onChoose }: ChoiceProps) => (
  <label>
    {label}{' '}
    <select
      value={String(value)}
      onChange={(event) => onChoose(Number(event.currentTarget.value))}
      data-testid={`differences-${label}`}
    >
      {versions.map((version) => (
        <option key={version.version} value={String(version.version)}>
          {versionText(version)}
        </option>
      ))}
    </select>
  </label>
);
