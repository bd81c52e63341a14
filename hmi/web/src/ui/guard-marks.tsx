/** What of any skid's interlocks is not as the field says it, on every page: a bypass, a forced input, a test, changeover. */
import { serverTime, skidNow } from '../live/stream.ts';
import { skids } from '../session.ts';
import { spanText } from '../format.ts';

export function GuardMarks() {
  const marks = skids.value.flatMap(({ name }) => (skidNow(name).value?.marks ?? []).map((mark) => ({ name, mark })));
  if (marks.length === 0) return null;
  return (
    <ul class="guard-marks" role="status" aria-label="Interlocks not as usual" data-testid="guard-marks">
      {marks.map(({ name, mark }) => (
        <li key={`${name} ${mark.kind} ${mark.row ?? ''} ${mark.tag ?? ''}`}>
          <b>
            {name} {mark.kind.toUpperCase()}
          </b>{' '}
          {mark.message}
          {mark.expiresAt !== null && <> · ends in {spanText(mark.expiresAt - serverTime.value)}</>}
        </li>
      ))}
    </ul>
  );
}
