/** One skid: its state and commands, every value by unit, the interlocks and a trend. */
import { useState } from 'preact/hooks';
import { asksField, higherDemand } from '../../../../plant/safe-state.ts';
import type { SkidAnswer } from '../../../api/answers.ts';
import { batches, skidNow } from '../live/stream.ts';
import { DemandLine } from '../pages/overview.tsx';
import { Link } from '../router.tsx';
import { currentText, unitOn } from '../batch/states.ts';
import { BlockBanner, leaveBlock } from '../maintenance/blocks.tsx';
import { blocked, command } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { useInterlocks } from '../interlock/use-interlocks.ts';
import { Rehearsal, Twin } from '../ui/marks.tsx';
import { InterlockPanel } from './interlock-panel.tsx';
import { ResetDialog } from './reset-dialog.tsx';
import { TagTable } from './tag-table.tsx';
import { TrendPanel } from './trend-panel.tsx';

export function UnitPage({ skid }: Readonly<{ skid: SkidAnswer }>) {
  const [trend, setTrend] = useState<readonly string[]>(skid.page.trend);
  const guarded = useInterlocks(skid.name);
  const on = unitOn(skid.name, batches.value.values());
  const toggle = (tag: string): void =>
    setTrend(trend.includes(tag) ? trend.filter((one) => one !== tag) : [...trend, tag].slice(-6));
  return (
    <>
      <header class="page-head">
        <h1>
          {skid.name} <small>{skid.title}</small>
        </h1>
        {skid.twin && <Twin />}
        {on?.batch.purpose === 'rehearsal' && <Rehearsal />}
        <DemandLine skid={skid.name} />
        {on !== undefined && (
          <span>
            <Link to={`/batches/${on.batch.id}`}>{on.batch.id}</Link> {on.unit.state}
            {currentText(on.unit) === '' ? '' : `, ${currentText(on.unit)}`}
          </span>
        )}
        {skid.analyses.length > 0 && (
          <Link to={`/spectra/${skid.name}`} testid="spectra-open">
            Spectra
          </Link>
        )}
        <SkidCommands skid={skid.name} controlled={skid.controlled} />
      </header>
      <BlockBanner skid={skid.name} />
      <div class="unit-grid">
        <div class="column">
          {skid.units.map((unit) => (
            <TagTable key={unit.name} skid={skid} unit={unit} shown={trend} onTrend={toggle} />
          ))}
        </div>
        <div class="column">
          <TrendPanel skid={skid} tags={trend} onReset={() => setTrend(skid.page.trend)} />
          <InterlockPanel skid={skid.name} view={guarded ?? null} />
        </div>
      </div>
    </>
  );
}

/**
 * HOT-HOLD goes at one press: whoever asks for the safe direction is not asked back. It is not offered where no field
 * controller could carry it out.
 */
function SkidCommands({ skid, controlled }: Readonly<{ skid: string; controlled: boolean }>) {
  const [resetting, setResetting] = useState(false);
  const now = skidNow(skid).value;
  const held = now?.fieldDemand !== undefined && now.fieldDemand !== null && asksField(now.fieldDemand);
  const interlocked = now !== null && asksField(now.demand);
  const ask = blocked('ask safe state');
  const noRelease = held
    ? interlocked
      ? 'An interlock holds the safe state; reset it.'
      : (leaveBlock(skid) ?? blocked('release safe state'))
    : 'No safe state is held.';
  return (
    <span class="buttons commands">
      {controlled && (
        <>
          <button
            type="button"
            class="safe"
            disabled={ask !== null}
            title={ask ?? 'Heater and reagents off, flush with water under pressure'}
            onClick={() => void command(skid, { kind: 'safe-state', action: 'H' })}
            data-testid="hot-hold"
          >
            HOT-HOLD
          </button>
          <Press
            refusedBy={noRelease}
            hideReason
            onPress={() => void command(skid, { kind: 'release' })}
            testid="release"
          >
            Release
          </Press>
        </>
      )}
      <button type="button" onClick={() => setResetting(true)} data-testid="reset-open">
        Reset …
      </button>
      {resetting && (
        <ResetDialog
          skid={skid}
          demand={higherDemand(now?.demand ?? 'none', now?.fieldDemand ?? 'none')}
          onClose={() => setResetting(false)}
        />
      )}
    </span>
  );
}
