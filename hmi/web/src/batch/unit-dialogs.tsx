/** What is signed at one unit of a batch: another mode, what was found after a restart of the service, a spare in its place. */
import { useState } from 'preact/hooks';
import {
  unitModes,
  type BatchView,
  type ReconcileLine,
  type UnitMode,
  type UnitView,
} from '../../../../plant/batch-view.ts';
import type { RecipeOutlineAnswer } from '../../../api/answers.ts';
import type { ReconcileRequest, ReplaceSkidRequest, UnitModeRequest } from '../../../api/requests.ts';
import { post } from '../api.ts';
import { TableHead } from '../ui/table-head.tsx';
import { SignedDialog } from './signed-dialog.tsx';

type Props = Readonly<{
  batch: BatchView;
  unit: UnitView;
  /** Null while it is being read: who signs is not known then. */
  outline: RecipeOutlineAnswer | null;
  onClose: () => void;
}>;

const unread = 'Who signs is being read.';
const urlOf = (batch: BatchView, path: string): string => `/api/batches/${encodeURIComponent(batch.id)}/${path}`;

const modeMeanings: Readonly<Record<UnitMode, string>> = {
  automatic: 'The recipe goes on by itself.',
  'semi-automatic': 'A step that has ended waits until a person lets it go on.',
  manual:
    'The engine sets nothing but what is safer, and product goes to waste. The interval is an exception of the record; a hot line is held and restarted afterwards.',
};

export function ModeDialog({ batch, unit, outline, onClose }: Props) {
  const [mode, setMode] = useState<UnitMode | ''>('');
  return (
    <SignedDialog
      title={`Mode of ${unit.skid}`}
      permission="command batch"
      confirm="Sign and change"
      testid="mode"
      roles={outline?.signatures['change mode'] ?? []}
      missing={outline === null ? unread : mode === '' ? 'Choose the mode.' : null}
      send={(signing) => {
        const request: UnitModeRequest = { ...signing, skid: unit.skid, mode: mode === '' ? unit.mode : mode };
        return post(urlOf(batch, 'mode'), request);
      }}
      done={`${unit.skid} is in ${mode}.`}
      onClose={onClose}
    >
      <label>
        From {unit.mode} to
        <select
          value={mode}
          onChange={({ currentTarget: { value } }) => setMode(unitModes.find((one) => one === value) ?? '')}
          data-testid="mode-choice"
        >
          <option value="">…</option>
          {unitModes
            .filter((one) => one !== unit.mode)
            .map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
        </select>
      </label>
      {mode !== '' && <p>{modeMeanings[mode]}</p>}
    </SignedDialog>
  );
}

const verdicts: Readonly<Record<ReconcileLine['verdict'], string>> = {
  agrees: '✓ agrees',
  differs: '■ DIFFERS',
  unknown: '? not known',
};

export function ReconcileTable({ lines }: Readonly<{ lines: readonly ReconcileLine[] }>) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Record and field">
      <table class="rows" data-testid="reconcile-table">
        <TableHead columns={['What', 'The record says', 'The field says', '']} />
        <tbody>
          {lines.map(({ what, record, field, verdict }) => (
            <tr key={what} data-verdict={verdict}>
              <th scope="row">{what}</th>
              <td>{record}</td>
              <td>{field}</td>
              <td class={verdict === 'agrees' ? 'state' : 'state abnormal'}>{verdicts[verdict]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ReconcileDialog({ batch, unit, outline, onClose }: Props) {
  const lines = unit.reconcile ?? [];
  const apart = lines.filter(({ verdict }) => verdict !== 'agrees').length;
  return (
    <SignedDialog
      title={`What was found on ${unit.skid}`}
      permission="command batch"
      confirm="Sign what was found"
      testid="reconcile"
      roles={outline?.signatures.reconcile ?? []}
      missing={unit.reconcile === null ? 'It has been reconciled.' : outline === null ? unread : null}
      send={(signing) => {
        const request: ReconcileRequest = { ...signing, skid: unit.skid };
        return post(urlOf(batch, 'reconcile'), request);
      }}
      done={`${unit.skid} is reconciled and may be restarted.`}
      onClose={onClose}
      wide
    >
      <p>
        The service was started anew, and nothing has been commanded since. Look at the skid: your signature says that
        the field is as it stands here{apart > 0 && `, and the reason what you found of the ${apart} that do not agree`}
        . Only then may it be restarted; Hold, Stop and Abort are open all the time.
      </p>
      <ReconcileTable lines={lines} />
    </SignedDialog>
  );
}

export function ReplaceDialog({ batch, unit, outline, onClose }: Props) {
  const [by, setBy] = useState('');
  return (
    <SignedDialog
      title={`A spare in the place of ${unit.skid}`}
      permission="command batch"
      confirm="Sign and replace"
      testid="replace"
      roles={outline?.signatures['replace a skid'] ?? []}
      missing={outline === null ? unread : by === '' ? 'Choose the spare.' : null}
      send={(signing) => {
        const request: ReplaceSkidRequest = { ...signing, skid: unit.skid, by };
        return post(urlOf(batch, 'replace'), request);
      }}
      done={`${by} takes the place of ${unit.skid}.`}
      onClose={onClose}
    >
      <label>
        Spare
        <select value={by} onChange={(event) => setBy(event.currentTarget.value)} data-testid="replace-by">
          <option value="">…</option>
          {batch.spares.map((skid) => (
            <option key={skid} value={skid}>
              {skid}
            </option>
          ))}
        </select>
      </label>
      <p>
        {unit.skid} is aborted through HOT-HOLD and given up; the spare begins the procedure from its line clearance.
        What is in order of it is looked at first.
      </p>
    </SignedDialog>
  );
}
