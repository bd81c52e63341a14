/** On every page, above everything: which zones and which skids are to be left now. */
import { alarms, interlocks } from '../live/stream.ts';
import { Link } from '../router.tsx';

export function EvacuateBand() {
  const calls = [...alarms.value.values()].filter(
    ({ id, active, priority }) => active && priority === 1 && id.includes('exposure.'),
  );
  const skids = [...interlocks.value.values()].filter(({ demand }) => demand === 'E');
  if (calls.length + skids.length === 0) return null;
  return (
    <div class="evacuate-band" role="alert" data-testid="evacuate">
      {skids.map(({ skid, firstOut, underTest }) => (
        <p key={skid}>
          <strong>■ Leave {skid}</strong> {firstOut.map(({ title }) => title).join(', ')}
          {underTest && ', in a proof test'}: de-energised, extraction at maximum.{' '}
          <Link to={`/interlocks/${skid}`}>To its interlocks</Link>
        </p>
      ))}
      {calls.map(({ id, title, cause }) => (
        <p key={id}>
          <strong>■ {title}</strong> {cause} <Link to="/exposure">To exposure</Link>
        </p>
      ))}
    </div>
  );
}
