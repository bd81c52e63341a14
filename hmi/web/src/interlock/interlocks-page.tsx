/** The interlocks of one skid: how they stand, the whole matrix, work on them, and how fast they were. */
import { useState } from 'preact/hooks';
import type { InterlockRowView } from '../../../../plant/ports/interlock-desk.ts';
import { higherDemand } from '../../../../plant/safe-state.ts';
import type { SkidAnswer } from '../../../api/answers.ts';
import { skidNow } from '../live/stream.ts';
import { DemandLine } from '../pages/overview.tsx';
import { Link } from '../router.tsx';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { Twin } from '../ui/marks.tsx';
import { ResetDialog } from '../unit/reset-dialog.tsx';
import { BaselinePanel } from './baseline-panel.tsx';
import { BypassDialog } from './bypass-dialog.tsx';
import { ChangeoverDialog } from './changeover-dialog.tsx';
import { ForceDialog } from './force-dialog.tsx';
import { Matrix } from './matrix.tsx';
import { ProofDialog } from './proof-dialog.tsx';
import { ProofPanel } from './proof-panel.tsx';
import { ResponsePanel } from './response-panel.tsx';
import { StandingPanel } from './standing-panel.tsx';
import { useInterlocks } from './use-interlocks.ts';

type Open =
  | Readonly<{ kind: 'bypass' | 'proof'; row: InterlockRowView }>
  | Readonly<{ kind: 'force' | 'reset' | 'enter' | 'leave' }>;

export function InterlocksPage({ skid }: Readonly<{ skid: SkidAnswer }>) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const view = useInterlocks(skid.name);
  const changeover = view?.changeover === true;
  return (
    <>
      <header class="page-head">
        <h1>
          Interlocks of <Link to={`/skids/${skid.name}`}>{skid.name}</Link> <small>{skid.title}</small>
        </h1>
        {skid.twin && <Twin />}
        <DemandLine skid={skid.name} />
        {view !== undefined && view.rows.length > 0 && (
          <span class="buttons commands">
            <Press
              refusedBy={blocked('force input')}
              hideReason
              onPress={() => setOpen({ kind: 'force' })}
              testid="force-open"
            >
              Force an input …
            </Press>
            <Press
              refusedBy={blocked('enter changeover')}
              hideReason
              onPress={() => setOpen({ kind: changeover ? 'leave' : 'enter' })}
              testid="changeover-open"
            >
              {changeover ? 'Leave changeover …' : 'Changeover …'}
            </Press>
            <button type="button" onClick={() => setOpen({ kind: 'reset' })} data-testid="reset-open">
              Reset …
            </button>
          </span>
        )}
      </header>
      <p class="claim">
        Operational interlocks; hard-wired protection stands beside them. No safety integrity level is claimed for them.
      </p>
      {view === undefined ? (
        <p class="faint">The interlocks have not been heard yet.</p>
      ) : view.rows.length === 0 ? (
        <p data-testid="no-interlocks">{skid.name} has no interlocks.</p>
      ) : (
        <>
          <StandingPanel skid={skid.name} view={view} />
          <Matrix
            view={view}
            onBypass={(row) => setOpen({ kind: 'bypass', row })}
            onProof={(row) => setOpen({ kind: 'proof', row })}
          />
          <ResponsePanel skid={skid.name} />
          <ProofPanel skid={skid.name} />
          <BaselinePanel skid={skid.name} />
        </>
      )}
      {open !== null && <OpenDialog skid={skid} open={open} onClose={close} />}
    </>
  );
}

type DialogProps = Readonly<{ skid: SkidAnswer; open: Open; onClose: () => void }>;

function OpenDialog({ skid, open, onClose }: DialogProps) {
  const now = skidNow(skid.name).value;
  switch (open.kind) {
    case 'bypass':
      return <BypassDialog skid={skid.name} row={open.row} onClose={onClose} />;
    case 'proof':
      return <ProofDialog skid={skid.name} row={open.row} onClose={onClose} />;
    case 'force':
      return <ForceDialog skid={skid} onClose={onClose} />;
    case 'reset':
      return (
        <ResetDialog
          skid={skid.name}
          demand={higherDemand(now?.demand ?? 'none', now?.fieldDemand ?? 'none')}
          onClose={onClose}
        />
      );
    case 'enter':
    case 'leave':
      return <ChangeoverDialog skid={skid.name} to={open.kind} onClose={onClose} />;
  }
}
