/** What was approved: number, reason, by whom, and each file's difference on request. */
import { useState } from 'preact/hooks';
import type { ConfigurationStep, ConfigurationView } from '../../../../plant/configuration-view.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { dateTimeText } from '../zone.ts';
import { stepText } from './configuration-text.ts';
import { Lines } from './difference.tsx';

export function ApprovalTable({ view: { approvals } }: Readonly<{ view: ConfigurationView }>) {
  const [shown, setShown] = useState<ConfigurationStep | null>(null);
  return (
    <section class="touch" aria-label="Approved changes">
      <h2>Approved changes</h2>
      {approvals.length === 0 && <p class="faint">Nothing was changed and approved since the installation.</p>}
      {approvals.length > 0 && (
        <div class="wide" tabIndex={0} role="region" aria-label="Every approved change">
          <table class="rows" data-testid="approved-changes">
            <TableHead columns={['Change', 'Approved', 'Reason', 'Files', 'Process engineer', 'QA']} />
            <tbody>
              {approvals.map(({ seq, at, changeNumber, reason, steps, by, checkedBy }) => (
                <tr key={seq}>
                  <th scope="row">{changeNumber}</th>
                  <td>{dateTimeText(at)}</td>
                  <td>{reason}</td>
                  <td>
                    {steps.map((step) => (
                      <div key={step.file}>
                        <button type="button" class="plain" onClick={() => setShown(step)}>
                          {step.file}
                        </button>{' '}
                        <small>{stepText(step)}</small>
                      </div>
                    ))}
                  </td>
                  <td>{by}</td>
                  <td>{checkedBy}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown !== null && (
        <Dialog title={shown.file} onClose={() => setShown(null)} wide>
          <Lines step={shown} />
        </Dialog>
      )}
    </section>
  );
}
