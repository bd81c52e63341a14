/** One file that changed: what it was by the last approval, and what it is. */
import type { ConfigurationStep, DifferenceLine } from '../../../../plant/configuration-view.ts';
import type { DifferenceAnswer } from '../../../api/configuration-requests.ts';
import { useWatched } from '../ui/use-watched.ts';
import { dateTimeText } from '../zone.ts';
import { differenceUrl, digestText, lineText, signOf, stepText } from './configuration-text.ts';

/** Two texts differ for ever as they do. */
const everyMs = 600_000;

type Props = Readonly<{ step: ConfigurationStep & Readonly<{ foundAt?: number }> }>;

export function Difference({ step }: Props) {
  const { file, old, new: now, foundAt } = step;
  return (
    <section class="panel" aria-label={`Change of ${file}`} data-testid={`change-${file}`}>
      <header>
        <h2>{file}</h2>
        <span class={foundAt === undefined ? '' : 'abnormal'}>
          {foundAt === undefined ? '' : '▲ '}
          {stepText(step)}
        </span>
        <small>
          {digestText(old)} → {digestText(now)}
          {foundAt !== undefined && `, found ${dateTimeText(foundAt)}`}
        </small>
      </header>
      <Lines step={step} />
    </section>
  );
}

export function Lines({ step }: Readonly<{ step: ConfigurationStep }>) {
  const { value, problem } = useWatched<DifferenceAnswer>(differenceUrl(step), everyMs);
  if (value === null) return <p class={problem === null ? 'faint' : 'problem'}>{problem ?? 'Asking …'}</p>;
  return (
    <div class="difference" tabIndex={0} role="region" aria-label={`Lines of ${step.file}`}>
      <table>
        <tbody>
          {value.lines.map((line, index) => (
            <Line key={index} line={line} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Line = ({ line }: Readonly<{ line: DifferenceLine }>) => (
  <tr class={line.kind.replace(' ', '-')}>
    <td class="line-number">{line.oldLine ?? ''}</td>
    <td class="line-number">{line.newLine ?? ''}</td>
    <td class="sign">{signOf(line)}</td>
    <td>
      <code>{lineText(line)}</code>
    </td>
  </tr>
);
