/** Lots and dispensings: what is there and may be used, and a field in which a scan finds a lot, a container or an action. */
import { useState } from 'preact/hooks';
import type { KitView, LotView, MaterialAction, ScanMeaning, Weighing } from '../../../../plant/material-view.ts';
import type { MaterialsAnswer } from '../../../api/material-requests.ts';
import { Link } from '../router.tsx';
import { blocked, tell } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { useWatched } from '../ui/use-watched.ts';
import { CloseKitDialog } from './close-kit-dialog.tsx';
import { DecideDialog, type Decision } from './decide-dialog.tsx';
import { HistoryDialog } from './history-dialog.tsx';
import { KitPanel } from './kit-panel.tsx';
import { LotDialog } from './lot-dialog.tsx';
import { LotsTable } from './lots-table.tsx';
import { OpenDialog } from './open-dialog.tsx';
import { ScanField } from './scan-field.tsx';
import { StrikeDialog } from './strike-dialog.tsx';
import { WeighDialog } from './weigh-dialog.tsx';

const everyMs = 5000;

type Doing =
  | Readonly<{ what: 'lot'; lot: LotView | null }>
  | Readonly<{ what: 'decide'; lot: LotView; status: Decision }>
  | Readonly<{ what: 'open' }>
  | Readonly<{ what: 'weigh'; kit: KitView; material: string; lot: string }>
  | Readonly<{ what: 'strike'; kit: KitView; weighing: Weighing }>
  | Readonly<{ what: 'close'; kit: KitView; how: 'give-up' | 'give-back' }>
  | Readonly<{ what: 'history'; of: string }>;

export function MaterialsPage() {
  const { value, problem, again } = useWatched<MaterialsAnswer>('/api/materials', everyMs);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [seen, setSeen] = useState<string | null>(null);
  const [action, setAction] = useState<MaterialAction | null>(null);
  const { lots = [], kits = [], substances = [] } = value ?? {};
  const shown = kits.filter(({ status }) => status !== 'given up');
  const end = { onDone: again, onClose: () => setDoing(null) };
  const history = (of: string): void => setDoing({ what: 'history', of });

  const onScan = (meaning: ScanMeaning): void => {
    if (meaning.kind === 'unknown') tell(false, meaning.reason);
    else if (meaning.kind === 'delivery')
      tell(false, 'That is a supplier’s label.', 'Press “Receive a lot”, and scan it there.');
    else if (meaning.kind === 'container') history(meaning.container);
    else if (meaning.kind === 'action' && meaning.action !== 'receive') setAction(meaning.action);
    else if (meaning.kind === 'action') setDoing({ what: 'lot', lot: null });
    else {
      const lot = lots.find(({ id }) => id === meaning.lot);
      setSeen(meaning.lot);
      setAction(null);
      if (lot !== undefined) setDoing(doingOf(action, lot, shown));
    }
  };

  return (
    <>
      <header class="page-head touch">
        <h1>Materials</h1>
        <Press
          strong
          refusedBy={blocked('handle lots')}
          hideReason
          onPress={() => setDoing({ what: 'lot', lot: null })}
          testid="receive-open"
        >
          Receive a lot …
        </Press>
        <Press
          refusedBy={blocked('dispense')}
          hideReason
          onPress={() => setDoing({ what: 'open' })}
          testid="dispensing-open"
        >
          Open a dispensing …
        </Press>
        <Link to="/genealogy" testid="genealogy-open">
          Genealogy of a lot, batch, container or label
        </Link>
      </header>
      <form class="form touch" onSubmit={(event) => event.preventDefault()}>
        <ScanField label="Scan a lot, container or action" testid="scan" onScan={onScan} />
        {action !== null && (
          <p data-testid="scan-action">
            To {action}: scan the lot.{' '}
            <button type="button" class="quiet" onClick={() => setAction(null)}>
              Not now
            </button>
          </p>
        )}
      </form>
      {problem !== null && <p class="problem">{problem}</p>}
      <section class="touch" aria-label="Dispensings">
        <h2>Dispensings</h2>
        {value !== null && shown.length === 0 && (
          <p class="faint">None is open. A batch of a recipe that wants something weighed starts with one.</p>
        )}
        {shown.map((kit) => (
          <KitPanel
            key={kit.id}
            kit={kit}
            onWeigh={(material) => setDoing({ what: 'weigh', kit, material, lot: '' })}
            onStrike={(weighing) => setDoing({ what: 'strike', kit, weighing })}
            onClose={(how) => setDoing({ what: 'close', kit, how })}
            onHistory={history}
          />
        ))}
      </section>
      <section class="touch" aria-label="Lots">
        <h2>Lots</h2>
        {value !== null && lots.length === 0 && <p class="faint">No lot has been received yet.</p>}
        <LotsTable
          lots={lots}
          seen={seen}
          onDecide={(lot, status) => setDoing({ what: 'decide', lot, status })}
          onCorrect={(lot) => setDoing({ what: 'lot', lot })}
          onHistory={history}
        />
      </section>
      {doing?.what === 'lot' && <LotDialog lot={doing.lot} substances={substances} {...end} />}
      {doing?.what === 'decide' && <DecideDialog lot={doing.lot} status={doing.status} {...end} />}
      {doing?.what === 'open' && <OpenDialog {...end} />}
      {doing?.what === 'weigh' && <WeighDialog kit={doing.kit} material={doing.material} lot={doing.lot} {...end} />}
      {doing?.what === 'strike' && <StrikeDialog kit={doing.kit} weighing={doing.weighing} {...end} />}
      {doing?.what === 'close' && <CloseKitDialog kit={doing.kit} how={doing.how} {...end} />}
      {doing?.what === 'history' && <HistoryDialog of={doing.of} onClose={() => setDoing(null)} />}
    </>
  );
}

/** What a scanned lot opens: by the action that was scanned before it; by itself its history. */
function doingOf(action: MaterialAction | null, lot: LotView, kits: readonly KitView[]): Doing {
  switch (action) {
    case 'release':
      return { what: 'decide', lot, status: 'released' };
    case 'reject':
      return { what: 'decide', lot, status: 'rejected' };
    case 'correct':
      return { what: 'lot', lot };
    case 'dispense': {
      const wants = kits.flatMap((kit) => {
        if (kit.status !== 'open') return [];
        const line = kit.lines.find(({ enough, lots }) => !enough && lots.some((each) => each.lot === lot.id));
        return line === undefined ? [] : [{ kit, material: line.name }];
      });
      const [oldest] = wants.slice(-1);
      return oldest === undefined ? { what: 'history', of: lot.id } : { what: 'weigh', ...oldest, lot: lot.id };
    }
    default:
      return { what: 'history', of: lot.id };
  }
}
