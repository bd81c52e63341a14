/** Whether skids may be used: instruments in date, cleaning, and who is trained for what. */
import { useState } from 'preact/hooks';
import type { CleaningView, InstrumentIdentity, InstrumentView } from '../../../../plant/equipment-view.ts';
import type { EquipmentAnswerView } from '../../../api/equipment-requests.ts';
import { useWatched } from '../ui/use-watched.ts';
import { AcceptDialog } from './accept-dialog.tsx';
import { CalibrationDialog } from './calibration-dialog.tsx';
import { CalibrationsDialog } from './calibrations-dialog.tsx';
import { CleaningDialog } from './cleaning-dialog.tsx';
import { CleaningTable } from './cleaning-table.tsx';
import { IdentityTable } from './identity-table.tsx';
import { InstrumentsTable } from './instruments-table.tsx';
import { TrainingDialog } from './training-dialog.tsx';
import { TrainingTable } from './training-table.tsx';

const everyMs = 10_000;

type Doing =
  | Readonly<{ what: 'calibrate' | 'calibrations'; instrument: InstrumentView }>
  | Readonly<{ what: 'accept'; device: InstrumentIdentity }>
  | Readonly<{ what: 'clean'; skid: CleaningView }>
  | Readonly<{ what: 'train'; personId: string; training: string }>;

export function EquipmentPage() {
  const { value, problem, again } = useWatched<EquipmentAnswerView>('/api/equipment', everyMs);
  const [doing, setDoing] = useState<Doing | null>(null);
  const { instruments = [], identities = [], cleaning = [], trainings = [], trained = [], people = [] } = value ?? {};
  const end = { onDone: again, onClose: () => setDoing(null) };
  return (
    <>
      <header class="page-head touch">
        <h1>Equipment</h1>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      <section class="touch" aria-label="Cleaning">
        <h2>Cleaning</h2>
        <CleaningTable skids={cleaning} onState={(skid) => setDoing({ what: 'clean', skid })} />
      </section>
      <section class="touch" aria-label="Instruments">
        <h2>Instruments</h2>
        {value !== null && instruments.length === 0 && (
          <p class="faint">No skid file names an instrument to calibrate.</p>
        )}
        <InstrumentsTable
          instruments={instruments}
          onCalibrate={(instrument) => setDoing({ what: 'calibrate', instrument })}
          onHistory={(instrument) => setDoing({ what: 'calibrations', instrument })}
        />
      </section>
      {identities.length > 0 && (
        <section class="touch" aria-label="Who the devices are">
          <h2>Who the devices say they are</h2>
          <IdentityTable devices={identities} onAccept={(device) => setDoing({ what: 'accept', device })} />
        </section>
      )}
      <section class="touch" aria-label="Training">
        <h2>Training</h2>
        <TrainingTable
          people={people}
          trainings={trainings}
          trained={trained}
          onTrain={(personId, training) => setDoing({ what: 'train', personId, training })}
        />
      </section>
      {doing?.what === 'calibrate' && <CalibrationDialog instrument={doing.instrument} {...end} />}
      {doing?.what === 'calibrations' && (
        <CalibrationsDialog instrument={doing.instrument} onClose={() => setDoing(null)} />
      )}
      {doing?.what === 'accept' && <AcceptDialog device={doing.device} {...end} />}
      {doing?.what === 'clean' && <CleaningDialog skid={doing.skid} {...end} />}
      {doing?.what === 'train' && (
        <TrainingDialog
          person={people.find(({ id }) => id === doing.personId) ?? { id: doing.personId, printedName: doing.personId }}
          training={trainings.find(({ name }) => name === doing.training)}
          {...end}
        />
      )}
    </>
  );
}
