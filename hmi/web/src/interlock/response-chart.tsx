/** Response times of trips: a mark a trip on a logarithmic scale, a line of its own for each row, its budget beside it. */
import { durationText } from './row-text.ts';
import { logScale, responseRows, type Measured } from './response-scale.ts';

const left = 210;
const right = 70;
const width = 960;
const lineHeight = 26;
const top = 24;

export function ResponseChart({ responses }: Readonly<{ responses: readonly Measured[] }>) {
  const rows = responseRows(responses);
  const scale = logScale(responses.flatMap(({ responseMs, budgetMs }) => [responseMs, budgetMs]));
  const height = top + rows.length * lineHeight + 6;
  const x = (ms: number): number => left + scale.at(ms) * (width - left - right);
  const beyond = responses.filter(({ within }) => within === false).length;
  return (
    <svg
      class="response-chart"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Response times of ${responses.length} trips of ${rows.length} rows; ${beyond} beyond the budget. The table below has them in figures.`}
    >
      {scale.ticks.map((ms) => (
        <g key={ms}>
          <line class="grid" x1={x(ms)} x2={x(ms)} y1={top - 4} y2={height} />
          <text x={x(ms)} y={14} text-anchor="middle">
            {durationText(ms)}
          </text>
        </g>
      ))}
      {rows.map(({ row, title, budgetMs, responses: own }, index) => {
        const y = top + (index + 0.5) * lineHeight;
        return (
          <g key={row}>
            <text x={left - 10} y={y + 4} text-anchor="end">
              {row} {title.length > 26 ? `${title.slice(0, 25)}…` : title}
            </text>
            <line class="grid" x1={left} x2={width - right} y1={y} y2={y} />
            <line class="budget" x1={x(budgetMs)} x2={x(budgetMs)} y1={y - 10} y2={y + 10}>
              <title>budget {durationText(budgetMs)}</title>
            </line>
            {own.map((one) => (
              <Dot key={one.sourceAt} x={x(one.responseMs)} y={y} response={one} />
            ))}
          </g>
        );
      })}
    </svg>
  );
}

/** Within the budget a disc, a proof test's a ring, beyond the budget a cross: told apart by shape. */
function Dot({ x, y, response }: Readonly<{ x: number; y: number; response: Measured }>) {
  const { responseMs, within, test } = response;
  const said = (
    <title>
      {durationText(responseMs)}
      {test ? ', proof test' : ''}
      {within === false ? ', beyond the budget' : ''}
    </title>
  );
  if (within === false) {
    return (
      <path class="beyond" d={`M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x - 5} ${y + 5}L${x + 5} ${y - 5}`}>
        {said}
      </path>
    );
  }
  return (
    <circle class={test ? 'ring' : 'disc'} cx={x} cy={y} r={4.5}>
      {said}
    </circle>
  );
}
