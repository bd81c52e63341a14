/** What the alarms did in the last day, newest first; read anew with every change that the stream tells. */
import { useEffect, useState } from 'preact/hooks';
import type { AlarmTransition } from '../../../../plant/ports/alarm-desk.ts';
import { watch } from '../api.ts';
import { valueText } from '../format.ts';
import { timeText } from '../zone.ts';
import { alarms, serverTime } from '../live/stream.ts';

export function AlarmJournal() {
  const [lines, setLines] = useState<readonly AlarmTransition[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const standing = alarms.value;
  useEffect(() => {
    const read = async (): Promise<void> => {
      const answer = await watch<readonly AlarmTransition[]>('/api/alarms/journal?limit=300');
      setProblem(answer.ok ? null : answer.problem.message);
      if (answer.ok) setLines([...answer.value].sort((one, other) => other.at - one.at));
    };
    void read();
  }, [standing]);
  return (
    <section class="panel journal" aria-label="Journal">
      <header>
        <h2>Journal of the last 24 hours</h2>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      <table class="rows" data-testid="journal">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Alarm</th>
            <th scope="col">What</th>
            <th scope="col">Value</th>
            <th scope="col">By</th>
            <th scope="col">Note</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.at} ${line.alarm} ${line.what}`}>
              <td>{timeText(line.at, serverTime.value)}</td>
              <td>{line.alarm}</td>
              <td>{line.what}</td>
              <td>{valueText(line.value, { states: null, decimals: 2 })}</td>
              <td>{line.by}</td>
              <td>{line.note}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length === 0 && <p class="faint">Nothing.</p>}
    </section>
  );
}
