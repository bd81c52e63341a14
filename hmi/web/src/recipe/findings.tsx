/** What is wrong with a text, or what a review waits for: by place, with what to do. */
import type { RecipeFinding } from '../../../../plant/recipe-view.ts';
import { byPlace, lineOf } from './recipe-text.ts';

const words: Readonly<Record<RecipeFinding['severity'], string>> = {
  error: '■ it cannot be imported',
  review: '△ a review cannot begin',
};

type Props = Readonly<{
  findings: readonly RecipeFinding[];
  /** Leads to the line that a finding names. */
  onLine?: (line: number) => void;
}>;

export function Findings({ findings, onLine }: Props) {
  return (
    <ul class="findings" data-testid="findings">
      {byPlace(findings).map(({ severity, where, problem, remedy }, index) => {
        const line = lineOf(where);
        return (
          <li key={index} data-severity={severity}>
            <b>{words[severity]}</b>{' '}
            {line === null || onLine === undefined ? (
              <code>{where}</code>
            ) : (
              <button type="button" class="quiet" onClick={() => onLine(line)} title="To this line">
                <code>{where}</code>
              </button>
            )}{' '}
            {problem} <span class="faint">{remedy}</span>
          </li>
        );
      })}
    </ul>
  );
}
