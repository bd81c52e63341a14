/** Change control: what of the configuration changed and is not approved, with its differences; what was approved, by whom and why. */
import { useState } from 'preact/hooks';
import type { ConfigurationView } from '../../../../plant/configuration-view.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { useWatched } from '../ui/use-watched.ts';
import { dateTimeText } from '../zone.ts';
import { ApprovalTable } from './approval-table.tsx';
import { ApproveDialog } from './approve-dialog.tsx';
import './configuration.css';
import { summaryText } from './configuration-text.ts';
import { Difference } from './difference.tsx';

const everyMs = 10_000;

export function ConfigurationPage() {
  const { value, problem, again } = useWatched<ConfigurationView>('/api/configuration', everyMs);
  /** As it was read when the dialog was opened: that is what is signed. */
  const [approving, setApproving] = useState<ConfigurationView['open'] | null>(null);
  return (
    <>
      <header class="page-head touch">
        <h1>Configuration</h1>
        {value !== null && (
          <strong class={value.open.length === 0 ? '' : 'abnormal'} data-testid="configuration-summary">
            {summaryText(value)}
          </strong>
        )}
        {value !== null && value.open.length > 0 && (
          <Press
            strong
            refusedBy={blocked('approve configuration')}
            onPress={() => setApproving(value.open)}
            testid="approve-open"
          >
            Approve …
          </Press>
        )}
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      {value?.open.map((step) => (
        <Difference key={`${step.file} ${step.old} ${step.new}`} step={step} />
      ))}
      {value !== null && <ApprovalTable view={value} />}
      {value !== null && <Files view={value} />}
      {approving !== null && <ApproveDialog steps={approving} onDone={again} onClose={() => setApproving(null)} />}
    </>
  );
}

const Files = ({ view: { files, installedAt } }: Readonly<{ view: ConfigurationView }>) => (
  <section class="panel" aria-label="Files">
    <details>
      <summary>
        {files.length} files, compared at every start. Taken as installed {dateTimeText(installedAt)}; that was signed
        by nobody.
      </summary>
      <table class="rows">
        <tbody>
          {files.map(({ file, digest, approved }) => (
            <tr key={file}>
              <th scope="row">{file}</th>
              <td class={approved ? '' : 'abnormal'}>{approved ? '✓ as approved or installed' : '▲ not approved'}</td>
              <td>
                <code class="long">{digest}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  </section>
);
