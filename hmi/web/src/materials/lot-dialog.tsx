/** Taking in a lot, or correcting what was entered of one. A scan of the supplier's label fills what it tells. */
import { useState } from 'preact/hooks';
import { amountUnits, type LotView } from '../../../../plant/material-view.ts';
import type { CorrectLotRequest, MaterialsAnswer, ReceiveLotRequest } from '../../../api/material-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';
import { containersOf, dayText, filledBy, lotMissing, nothingTyped, type LotTyped } from './material-text.ts';
import { ScanField } from './scan-field.tsx';

type Props = Readonly<{
  /** Null where it is taken in. */
  lot: LotView | null;
  substances: MaterialsAnswer['substances'];
  onDone: () => void;
  onClose: () => void;
}>;

const typedOf = (lot: LotView): LotTyped => ({
  ...lot,
  expires: dayText(lot.expires),
  containers: lot.containers.join(' '),
});

export function LotDialog({ lot, substances, onDone, onClose }: Props) {
  const [typed, setTyped] = useState<LotTyped>(lot === null ? nothingTyped : typedOf(lot));
  const [scanProblem, setScanProblem] = useState<string | null>(null);
  const set = (part: Partial<LotTyped>): void => setTyped({ ...typed, ...part });
  const text = (key: 'supplier' | 'supplierLot' | 'received' | 'containers', label: string) => (
    <label>
      {label}
      <input
        value={typed[key]}
        autocomplete="off"
        onInput={(event) => set({ [key]: event.currentTarget.value })}
        data-testid={`lot-${key}`}
      />
    </label>
  );
  return (
    <SignedDialog
      title={lot === null ? 'Receive a lot' : `Correct ${lot.id}`}
      permission="handle lots"
      confirm={lot === null ? 'Receive into quarantine' : 'Correct'}
      testid="lot"
      roles={[]}
      {...(lot === null ? { reason: 'optional' as const } : {})}
      missing={lotMissing(typed)}
      send={({ commandId, reason }) => {
        const { supplier, supplierLot, received, expires, material } = typed;
        const details = { supplier, supplierLot, received, expires, containers: containersOf(typed.containers) };
        const correction: CorrectLotRequest = { commandId, reason, ...details };
        if (lot !== null) return post(`/api/materials/lots/${encodeURIComponent(lot.id)}/correct`, correction);
        const unit = amountUnits.find((each) => each === typed.unit) ?? 'g';
        const request: ReceiveLotRequest = { ...correction, material, unit };
        return post('/api/materials/lots', request);
      }}
      done={lot === null ? 'Received. The lot is in quarantine until QA releases it.' : `${lot.id} is corrected.`}
      onDone={onDone}
      onClose={onClose}
    >
      {lot === null && (
        <ScanField
          label="Supplier’s label"
          testid="lot-scan"
          onScan={(meaning) => {
            const isDelivery = meaning.kind === 'delivery';
            if (isDelivery) setTyped(filledBy(typed, meaning));
            setScanProblem(
              isDelivery ? null : meaning.kind === 'unknown' ? meaning.reason : 'That is a code of our own.',
            );
          }}
        />
      )}
      {scanProblem !== null && <p class="problem">{scanProblem}</p>}
      {lot === null ? (
        <label>
          Substance
          <select
            value={typed.material}
            onChange={(event) => set({ material: event.currentTarget.value })}
            data-testid="lot-material"
          >
            <option value="">…</option>
            {substances.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <p>
          {lot.material} in {lot.unit}. A correction puts the lot back into quarantine; what was entered first stays in
          its record.
        </p>
      )}
      {text('supplier', 'Supplier')}
      {text('supplierLot', 'Supplier’s lot')}
      {text('received', lot === null ? 'Quantity' : `Quantity received, ${lot.unit}`)}
      {lot === null && (
        <label>
          Unit
          <select
            value={typed.unit}
            onChange={(event) => set({ unit: event.currentTarget.value })}
            data-testid="lot-unit"
          >
            <option value="">…</option>
            {amountUnits.map((unit) => (
              <option key={unit} value={unit}>
                {unit}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        Last day of use
        <input
          type="date"
          value={typed.expires}
          onInput={(event) => set({ expires: event.currentTarget.value })}
          data-testid="lot-expires"
        />
      </label>
      {text('containers', 'Containers it came in (codes, with spaces between)')}
    </SignedDialog>
  );
}
