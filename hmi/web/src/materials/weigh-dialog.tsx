/** One weighing: from which lot, how much, into which container; signed by whoever weighs and, where it is asked, who checks. */
import { useState } from 'preact/hooks';
import type { KitView } from '../../../../plant/material-view.ts';
import type { WeighRequest } from '../../../api/material-requests.ts';
import { post } from '../api.ts';
import { SignedDialog } from '../batch/signed-dialog.tsx';
import { dayText, lineText, weighMissing, weighScan, type WeighTyped } from './material-text.ts';
import { Balances } from './balances.tsx';
import { ScanField } from './scan-field.tsx';

type Props = Readonly<{ kit: KitView; material: string; lot: string; onDone: () => void; onClose: () => void }>;

export function WeighDialog({ kit, material, lot, onDone, onClose }: Props) {
  const begin = { material, lot, amount: '', tare: '', scale: '', container: '' };
  const [typed, setTyped] = useState<WeighTyped>(begin);
  const [scanProblem, setScanProblem] = useState<string | null>(null);
  const line = kit.lines.find(({ name }) => name === typed.material);
  const unit = line?.lots.find((each) => each.lot === typed.lot)?.unit ?? null;
  const set = (part: Partial<WeighTyped>): void => setTyped({ ...typed, ...part });
  const text = (key: 'amount' | 'tare' | 'scale' | 'container', label: string) => (
    <label>
      {label}
      <input
        value={typed[key]}
        autocomplete="off"
        onInput={(event) => set({ [key]: event.currentTarget.value })}
        data-testid={`weigh-${key}`}
      />
    </label>
  );
  return (
    <SignedDialog
      title={`Weigh for ${kit.id}`}
      permission="dispense"
      confirm="Sign the weighing"
      testid="weigh"
      roles={line?.checked === false ? ['weighed'] : ['weighed', 'checked, a second person']}
      reason="optional"
      missing={weighMissing(typed)}
      send={({ commandId, reason, signers }) => {
        const request: WeighRequest = { commandId, reason, ...typed, signers };
        return post(`/api/materials/dispensings/${encodeURIComponent(kit.id)}/weighings`, request);
      }}
      done={`${typed.amount} ${unit ?? ''} ${typed.material} from ${typed.lot} into ${typed.container}.`}
      onDone={onDone}
      onClose={onClose}
    >
      <ScanField
        label="Lot, then container"
        testid="weigh-scan"
        onScan={(meaning, scanned) => {
          const next = weighScan(typed, scanned, meaning);
          if ('typed' in next) setTyped(next.typed);
          setScanProblem('typed' in next ? null : next.problem);
        }}
      />
      {scanProblem !== null && <p class="problem">{scanProblem}</p>}
      <label>
        Material
        <select
          value={typed.material}
          onChange={(event) => set({ material: event.currentTarget.value, lot: '' })}
          data-testid="weigh-material"
        >
          <option value="">…</option>
          {kit.lines.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}: {lineText(each)}
            </option>
          ))}
        </select>
      </label>
      <label>
        Lot
        <select value={typed.lot} onChange={(event) => set({ lot: event.currentTarget.value })} data-testid="weigh-lot">
          <option value="">…</option>
          {line?.lots.map((each) => (
            <option key={each.lot} value={each.lot}>
              {each.lot}: {each.substance}, {each.left} {each.unit} left, by {dayText(each.expires)}
            </option>
          ))}
          {unit === null && typed.lot !== '' && <option value={typed.lot}>{typed.lot}: not fit for this</option>}
        </select>
      </label>
      <Balances unit={unit} onTake={set} />
      {text('amount', `Net amount${unit === null ? '' : `, ${unit}`}`)}
      {text('tare', `Tare${unit === null ? '' : `, ${unit}`}`)}
      {text('scale', 'Scale')}
      {text('container', 'Container that is filled')}
    </SignedDialog>
  );
}
