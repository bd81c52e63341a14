/** Results of personal samples, with their sampling times: the cadmium dose. */
import { useState } from 'preact/hooks';
import { agents, type FilterResult } from '../../../../plant/exposure.ts';
import type { ExposureZonesAnswer } from '../../../api/answers.ts';
import type { FilterResultRequest } from '../../../api/requests.ts';
import { post } from '../api.ts';
import { blocked, tell } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { dateTimeText, inUtc } from '../zone.ts';
import { amount, typedTime } from './exposure-text.ts';
import { TableHead } from '../ui/table-head.tsx';
import { PersonChoice } from './person-choice.tsx';

type Props = Readonly<{
  results: readonly FilterResult[];
  persons: ExposureZonesAnswer['persons'];
  changed: () => Promise<void>;
}>;

export function FilterPanel({ results, persons, changed }: Props) {
  const nameOf = (id: string): string => persons.find((person) => person.id === id)?.printedName ?? id;
  return (
    <section class="panel" aria-label="Personal samples">
      <header>
        <h2>Personal samples</h2>
        <small>
          For its agent and time a result takes the place of area instruments: the dose of cadmium comes from here.
        </small>
      </header>
      <FilterForm persons={persons} changed={changed} />
      {results.length > 0 && (
        <div class="wide" tabIndex={0} role="region" aria-label="Results">
          <table class="rows">
            <TableHead columns={['Person', 'Agent', 'From', 'To', 'Mean', 'Laboratory', 'Method']} />
            <tbody>
              {results.map((result) => (
                <tr key={result.id}>
                  <th scope="row">{nameOf(result.personId)}</th>
                  <td>
                    {result.agent} <small>{result.fraction}</small>
                  </td>
                  <td>{dateTimeText(result.from)}</td>
                  <td>{dateTimeText(result.to)}</td>
                  <td class="number">
                    {result.belowDetection === true && 'less than '}
                    {amount(result.concentration)} {result.unit}
                  </td>
                  <td>{result.laboratory}</td>
                  <td>{result.method}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** What a laboratory may find of an agent, and in what unit. */
const foundOf = (
  agent: FilterResult['agent'],
): Pick<FilterResult, 'unit'> & { fractions: FilterResult['fraction'][] } =>
  agent === 'Cd'
    ? { unit: 'µg/m³', fractions: ['inhalable', 'respirable', 'total'] }
    : { unit: 'ppm', fractions: ['gas'] };

const asks = {
  from: 'Say when the sampling began.',
  to: 'Say when the sampling ended.',
  concentration: 'Give the mean that was found.',
  laboratory: 'Name the laboratory.',
  method: 'Name the method.',
} as const;
const fields = ['from', 'to', 'concentration', 'laboratory', 'method'] as const;

function FilterForm({ persons, changed }: Pick<Props, 'persons' | 'changed'>) {
  const [personId, setPersonId] = useState(persons[0]?.id ?? '');
  const [agent, setAgent] = useState<FilterResult['agent']>('Cd');
  const { unit, fractions } = foundOf(agent);
  const [chosen, setFraction] = useState<FilterResult['fraction']>('inhalable');
  const fraction = fractions.find((one) => one === chosen) ?? fractions[0] ?? 'gas';
  const [text, setText] = useState({ from: '', to: '', concentration: '', laboratory: '', method: '' });
  const [belowDetection, setBelowDetection] = useState(false);
  const fill = (part: Partial<typeof text>): void => setText({ ...text, ...part });
  const missing = fields.find((field) => text[field].trim() === '');
  const mean = Number(text.concentration.replace(',', '.'));
  const refusedBy =
    blocked('record exposure') ??
    (missing === undefined ? null : asks[missing]) ??
    (Number.isFinite(mean) && mean >= 0 ? null : 'The mean is no number of 0 or more.');

  const send = async (): Promise<void> => {
    const request: FilterResultRequest = {
      personId,
      agent,
      fraction,
      from: typedTime(text.from, inUtc.value),
      to: typedTime(text.to, inUtc.value),
      concentration: mean,
      unit,
      laboratory: text.laboratory,
      method: text.method,
      ...(belowDetection ? { belowDetection } : {}),
    };
    const answer = await post('/api/exposure/filter-results', request);
    if (answer.ok) {
      tell(true, 'The result is recorded and counts.');
      setText({ ...text, from: '', to: '', concentration: '' });
      setBelowDetection(false);
    } else tell(false, answer.problem.message);
    await changed();
  };

  return (
    <form class="exposure-form" onSubmit={(event) => event.preventDefault()}>
      <PersonChoice persons={persons} value={personId} onChoose={setPersonId} testid="filter-person" />
      <label>
        Agent
        <select
          value={agent}
          onChange={({ currentTarget: { value } }) => setAgent(agents.find((one) => one === value) ?? 'Cd')}
          data-testid="filter-agent"
        >
          {agents.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <label>
        Fraction
        <select
          value={fraction}
          onChange={({ currentTarget: { value } }) => setFraction(fractions.find((one) => one === value) ?? fraction)}
          data-testid="filter-fraction"
        >
          {fractions.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <label>
        Sampled from{inUtc.value && ' (UTC)'}
        <input
          type="datetime-local"
          value={text.from}
          onInput={(event) => fill({ from: event.currentTarget.value })}
          data-testid="filter-from"
        />
      </label>
      <label>
        to{inUtc.value && ' (UTC)'}
        <input
          type="datetime-local"
          value={text.to}
          onInput={(event) => fill({ to: event.currentTarget.value })}
          data-testid="filter-to"
        />
      </label>
      <label>
        Mean, {unit}
        <input
          inputMode="decimal"
          value={text.concentration}
          onInput={(event) => fill({ concentration: event.currentTarget.value })}
          data-testid="filter-mean"
        />
      </label>
      <label>
        <input
          type="checkbox"
          checked={belowDetection}
          onChange={(event) => setBelowDetection(event.currentTarget.checked)}
          data-testid="filter-below"
        />{' '}
        less than that was found
      </label>
      <label>
        Laboratory
        <input
          value={text.laboratory}
          maxLength={200}
          onInput={(event) => fill({ laboratory: event.currentTarget.value })}
          data-testid="filter-laboratory"
        />
      </label>
      <label>
        Method
        <input
          value={text.method}
          maxLength={200}
          onInput={(event) => fill({ method: event.currentTarget.value })}
          data-testid="filter-method"
        />
      </label>
      <div class="buttons">
        <Press strong refusedBy={refusedBy} onPress={() => void send()} testid="filter-send">
          Record the result
        </Press>
      </div>
    </form>
  );
}
