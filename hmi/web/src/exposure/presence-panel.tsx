/** The log of presence: who goes into a zone and who leaves, by name or by badge. */
import { useState } from 'preact/hooks';
import type { ZoneView } from '../../../../plant/ports/exposure-desk.ts';
import type { ExposureZonesAnswer } from '../../../api/answers.ts';
import type { PresenceRequest } from '../../../api/requests.ts';
import { post } from '../api.ts';
import { session } from '../session.ts';
import { lostSince } from '../live/stream.ts';
import { tell } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { inUtc } from '../zone.ts';
import { BadgeForm } from './badge-form.tsx';
import { typedTime } from './exposure-text.ts';
import { PersonChoice } from './person-choice.tsx';

type Props = Readonly<{
  zones: readonly ZoneView[];
  persons: ExposureZonesAnswer['persons'];
  changed: () => Promise<void>;
}>;

export function PresencePanel({ zones, persons, changed }: Props) {
  const [personId, setPersonId] = useState(session.value?.person.id ?? '');
  const [badge, setBadge] = useState('');
  const [zone, setZone] = useState(zones[0]?.zone ?? '');
  const [time, setTime] = useState('');
  const refusedBy =
    (lostSince.value === null ? null : 'The link to the server is lost.') ??
    (personId === '' && badge.trim() === '' ? 'Say who it is.' : null);

  const send = async (to: string | null): Promise<void> => {
    const who = badge.trim() === '' ? { personId } : { badge: badge.trim() };
    const request: PresenceRequest = { ...who, zone: to, ...(time === '' ? {} : { at: typedTime(time, inUtc.value) }) };
    const answer = await post('/api/exposure/presence', request);
    if (answer.ok) {
      tell(true, to === null ? 'Left; it is in the log.' : 'Inside; it is in the log.');
      setBadge('');
      setTime('');
    } else tell(false, answer.problem.message);
    await changed();
  };

  return (
    <section class="panel" aria-label="Log of presence">
      <header>
        <h2>Log presence</h2>
      </header>
      <form class="exposure-form" onSubmit={(event) => event.preventDefault()}>
        <PersonChoice persons={persons} value={personId} onChoose={setPersonId} testid="presence-person" />
        <label>
          or badge
          <input
            value={badge}
            maxLength={200}
            onInput={(event) => setBadge(event.currentTarget.value)}
            data-testid="presence-badge"
          />
        </label>
        <label>
          Zone
          <select value={zone} onChange={(event) => setZone(event.currentTarget.value)} data-testid="presence-zone">
            {zones.map((one) => (
              <option key={one.zone} value={one.zone}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
        <label>
          {inUtc.value ? 'At (UTC; empty: now)' : 'At (empty: now)'}
          <input
            type="datetime-local"
            value={time}
            onInput={(event) => setTime(event.currentTarget.value)}
            data-testid="presence-at"
          />
        </label>
        <div class="buttons">
          <Press strong refusedBy={refusedBy} onPress={() => void send(zone)} testid="presence-enter">
            Goes in
          </Press>
          <Press refusedBy={refusedBy} hideReason onPress={() => void send(null)} testid="presence-leave">
            Leaves
          </Press>
        </div>
      </form>
      <BadgeForm persons={persons} />
    </section>
  );
}
