/** What an analysis stands on, folded: its method, how fit it is, its figures of merit, its inputs and its last results. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { AnalysisAnswer } from '../../../api/answers.ts';
import { compactText } from './compact-text.ts';
import { RecentResults } from './recent-results.tsx';

type Props = Readonly<{ skid: string; analysis: AnalysisAnswer }>;
type OfAnalysis = Readonly<{ analysis: AnalysisAnswer }>;

export function MethodDetails({ skid, analysis }: Props) {
  const { method, required } = analysis;
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)} data-testid="details">
      <summary>
        Method {method.method} version {method.version} · {required ? 'a batch needs it' : 'no batch waits for it'} ·
        figures and last results
      </summary>
      <p>{method.source}</p>
      <Checks suitability={analysis.suitability} />
      <Figures analysis={analysis} />
      <Origins analysis={analysis} />
      <h3>Last results</h3>
      {open && <RecentResults skid={skid} analysis={analysis} />}
    </details>
  );
}

function Checks({ suitability }: Pick<AnalysisAnswer, 'suitability'>) {
  if (suitability === null) return null;
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">Suitability</th>
          <th scope="col">Found</th>
          <th scope="col">Asked</th>
          <th scope="col">Passed</th>
        </tr>
      </thead>
      <tbody>
        {suitability.checks.map(({ what, found, asked, passed }) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>{found}</td>
            <td>{asked}</td>
            <td class={passed ? '' : 'abnormal'}>{passed ? '○ yes' : '■ no'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Those that suitability is not judged on; its checks show the others. */
function Figures({ analysis: { latest, method } }: OfAnalysis) {
  const others = Object.entries(latest?.figures ?? {}).filter(([name]) => !method.judged.includes(name));
  if (others.length === 0) return null;
  return (
    <>
      <h3>Other figures of merit</h3>
      <dl class="facts" data-testid="figures">
        {others.map(([name, value]) => (
          <div key={name}>
            <dt title={method.figureTitles[name]}>{name}</dt>
            <dd>{compactText(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Origins({ analysis: { spectrum, delay, inputs, method, latest } }: OfAnalysis) {
  return (
    <>
      <h3>What it is made of</h3>
      <dl class="facts" data-testid="origins">
        <Fact name="Spectrum">{spectrum}</Fact>
        <Fact name="Dead time to the probe">
          {delay === null
            ? 'none: the probe looks right at the liquid'
            : `${delay.volumeMl} mL at the flow ${delay.flow}`}
        </Fact>
        {inputs.map(({ name, tag, unit, range: [low, high], at }) => (
          <Fact key={name} name={name}>
            {tag ?? 'no tag: not known'}, {low} to {high}
            {unit === null ? '' : ` ${unit}`}, {at === 'sample' ? 'when the liquid left' : 'when it was measured'}
          </Fact>
        ))}
        <Fact name="Calibration set">
          {method.calibrationSet === null ? 'none' : <code>{method.calibrationSet}</code>}
        </Fact>
        <Fact name="Method file">
          <code>{method.digest}</code>
        </Fact>
        {latest !== null && (
          <Fact name="File of the last spectrum">
            <code>{latest.input}</code>
          </Fact>
        )}
      </dl>
    </>
  );
}

const Fact = ({ name, children }: Readonly<{ name: string; children: ComponentChildren }>) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
