/** On every page, above everything: which zones are to be left now. */
import { alarms } from '../live/stream.ts';
import { Link } from '../router.tsx';

export function EvacuateBand() {
  const calls = [...alarms.value.values()].filter(
    ({ id, active, priority }) => active && priority === 1 && id.includes('exposure.'),
  );
  if (calls.length === 0) return null;
  return (
    <div class="evacuate-band" role="alert" data-testid="evacuate">
      {calls.map(({ id, title, cause }) => (
        <p key={id}>
          <strong>■ {title}</strong> {cause} <Link to="/exposure">To exposure</Link>
        </p>
      ))}
    </div>
  );
}
