/** The formula of a batch: what it has by the recipe, and what it may be given instead, held against its range while it is typed. */
import type { RecipeOutlineAnswer } from '../../../api/answers.ts';
import { TableHead } from '../ui/table-head.tsx';
import { sayLimit, sayRange, sayValue } from './say.ts';
import { leavesProven, limitsOf, valueRefusal } from './start-order.ts';

type Props = Readonly<{
  outline: RecipeOutlineAnswer;
  typed: Readonly<Record<string, string>>;
  onChange: (typed: Record<string, string>) => void;
}>;

const Critical = ({ title, children }: Readonly<{ title: string; children: string }>) => (
  <b class="tag-mark" title={title}>
    {children}
  </b>
);

export function FormulaFields({ outline, typed, onChange }: Props) {
  const values = outline.formula.flatMap((each) => (each.kind === 'value' ? [each] : []));
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Formula">
      <table class="rows formula">
        <TableHead columns={['Parameter', 'Recipe', 'This batch', 'Range', 'Proven']} />
        <tbody>
          {values.map((parameter) => {
            const { name, value, unit, range, proven, critical } = parameter;
            const text = typed[name] ?? '';
            const refusal = valueRefusal(parameter, text);
            return (
              <tr key={name}>
                <th scope="row">
                  {name} {critical && <Critical title="critical process parameter">CPP</Critical>}
                </th>
                <td class="number">{sayValue(value, unit)}</td>
                <td>
                  {range === null ? (
                    <span class="faint">as the recipe has it</span>
                  ) : (
                    <>
                      <input
                        value={text}
                        maxLength={100}
                        inputMode="decimal"
                        aria-label={`${name} of this batch${unit === null ? '' : `, ${unit}`}`}
                        aria-invalid={refusal !== null}
                        onInput={(event) => onChange({ ...typed, [name]: event.currentTarget.value })}
                        data-testid={`value-${name}`}
                      />{' '}
                      {unit}
                      {refusal !== null && (
                        <span class="problem line-problem" role="alert" data-testid={`value-${name}-problem`}>
                          {refusal}
                        </span>
                      )}
                      {refusal === null && leavesProven(parameter, text) && (
                        <span class="abnormal line-problem">△ outside the proven range</span>
                      )}
                    </>
                  )}
                </td>
                <td class="number">{range === null ? '–' : sayRange(range, unit)}</td>
                <td class="number">{proven === null ? 'not proven' : sayRange(proven, unit)}</td>
              </tr>
            );
          })}
          {limitsOf(outline.formula).map((limit) => (
            <tr key={limit.name}>
              <th scope="row">
                {limit.name} {limit.critical && <Critical title="critical quality attribute">CQA</Critical>}
              </th>
              <td colSpan={4}>{sayLimit(limit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
