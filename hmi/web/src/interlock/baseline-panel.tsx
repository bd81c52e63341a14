/** Figures that a person takes from the skid itself, such as its clean flow resistance. */
import { useState } from 'preact/hooks';
import type { BaselineView } from '../../../../plant/ports/baseline-desk.ts';
import { dateTimeText } from '../zone.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { shortNumber } from './row-text.ts';
import { useWatched } from '../ui/use-watched.ts';
import { ask } from './work.ts';
import { WorkDialog } from './work-dialog.tsx';

const everyMs = 3000;

export function BaselinePanel({ skid }: Readonly<{ skid: string }>) {
  const { value, problem, again } = useWatched<readonly BaselineView[]>(`/api/skids/${skid}/baselines`, everyMs);
  const [taking, setTaking] = useState<BaselineView | null>(null);
  if (problem === null && (value === null || value.length === 0)) return null;
  return (
    <section class="panel" aria-label="Figures of the clean skid">
      <header>
        <h2>Figures of the clean skid</h2>
        <small>taken from its own readings of the time before</small>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      {value?.map((one) => (
        <div key={one.tag} class="baseline" data-testid={`baseline-${one.tag}`}>
          <div>
            <b>{one.title}</b> <small>{one.tag}</small>
            <br />
            <b class="channel">{shortNumber(one.value)}</b> {one.unit}{' '}
            {one.taken === null ? (
              <b class="degraded">NOT TAKEN: the skid type&apos;s own figure, which only a twin may go by</b>
            ) : (
              <small>
                taken {dateTimeText(one.taken.at)} by {one.taken.by}, spread {shortNumber(100 * one.taken.spread)} %
              </small>
            )}
          </div>
          <Press
            refusedBy={blocked('take baseline') ?? one.refusedBy}
            onPress={() => setTaking(one)}
            testid={`baseline-take-${one.tag}`}
          >
            Take it now …
          </Press>
        </div>
      ))}
      {taking !== null && <TakeDialog skid={skid} baseline={taking} onTaken={again} onClose={() => setTaking(null)} />}
    </section>
  );
}

type TakeProps = Readonly<{ skid: string; baseline: BaselineView; onTaken: () => void; onClose: () => void }>;

const TakeDialog = ({ skid, baseline: { tag, title, value, unit }, onTaken, onClose }: TakeProps) => (
  <WorkDialog
    title={`Take ${title}`}
    permission="take baseline"
    confirm="Take it"
    testid="baseline"
    missing={null}
    send={async () => {
      const refused = await ask(skid, 'baselines/take', { tag }, `${title} was taken.`);
      if (refused === null) onTaken();
      return refused;
    }}
    onClose={onClose}
  >
    <p>
      {tag} is now {shortNumber(value)} {unit}. It is taken anew from the readings of the time before now, recorded, and
      kept over a restart. Take it only while the skid is known to be clean: a fouled skid taken for clean hides its
      fouling from then on.
    </p>
  </WorkDialog>
);
