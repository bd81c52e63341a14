/** The service itself: its rooms, the links to the field, where OPC UA clients connect, and the key that signs. */
import { useEffect, useState } from 'preact/hooks';
import type { HealthAnswer, SystemAnswer } from '../../../api/answers.ts';
import { watch } from '../api.ts';
import { timeText } from '../zone.ts';
import { links, serverTime } from '../live/stream.ts';
import { TableHead } from '../ui/table-head.tsx';

const healthEveryMs = 5000;

export function SystemPage() {
  const [system, setSystem] = useState<SystemAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const read = async (): Promise<void> => {
      const answer = await watch<SystemAnswer>('/api/system');
      setProblem(answer.ok ? null : answer.problem.message);
      if (answer.ok) setSystem(answer.value);
    };
    void read();
    const timer = setInterval(() => void read(), healthEveryMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <h1>System</h1>
      {problem !== null && <p class="problem">{problem}</p>}
      {system !== null && (
        <div class="unit-grid">
          <Rooms health={system.health} />
          <section class="panel" aria-label="Site">
            <h2>{system.site.title}</h2>
            <dl>
              <dt>Build</dt>
              <dd>{system.site.build}</dd>
              <dt>Time scale</dt>
              <dd>×{system.site.timeScale}</dd>
              <dt>OPC UA endpoint</dt>
              <dd>
                <code>{system.site.opcuaEndpoint ?? 'none'}</code>
              </dd>
              <dt>Fingerprint of the signing key</dt>
              <dd>
                <code class="long">{system.fingerprint}</code>
              </dd>
            </dl>
          </section>
        </div>
      )}
      <Links />
    </>
  );
}

const roomMarks: Readonly<Record<string, string>> = {
  ready: '○',
  degraded: '△',
  failed: '■',
  starting: '…',
  stopping: '…',
};

function Rooms({ health }: Readonly<{ health: HealthAnswer }>) {
  return (
    <section class="panel" aria-label="Rooms">
      <header>
        <h2>Rooms</h2> <small>{health.status}</small>
      </header>
      <table class="rows">
        <tbody>
          {Object.entries(health.rooms).map(([name, room]) => (
            <tr key={name} data-testid={`room-${name}`} data-state={room.state}>
              <th scope="row">{name}</th>
              <td class={room.state === 'ready' ? 'state' : 'state abnormal'}>
                {roomMarks[room.state] ?? ''} {room.state}
              </td>
              <td>
                {room.detail}
                <br />
                <small>
                  {Object.entries(room.figures ?? {})
                    .map(([figure, value]) => `${figure} ${Number.isInteger(value) ? value : value.toPrecision(4)}`)
                    .join(' · ')}
                </small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Links() {
  return (
    <section class="panel" aria-label="Links to the field">
      <header>
        <h2>Links to the field</h2>
      </header>
      <table class="rows" data-testid="links">
        <TableHead
          columns={[
            'Skid',
            'Device',
            'Endpoint',
            'State',
            'Last good read',
            'Latency',
            'Requests',
            'Timeouts',
            'Malformed',
            'Exceptions',
            'Reconnects',
          ]}
        />
        <tbody>
          {links.value.map((link) => (
            <tr key={`${link.skid} ${link.device}`}>
              <th scope="row">{link.skid}</th>
              <td>{link.device}</td>
              <td>{link.endpoint}</td>
              <td class={link.state === 'connected' ? '' : 'abnormal'}>
                {link.state === 'connected' ? '○ connected' : `■ ${link.state}`}
              </td>
              <td>{timeText(link.lastGoodRead, serverTime.value)}</td>
              <td>{link.latencyMs === null ? '–' : `${link.latencyMs.toFixed(1)} ms`}</td>
              <td>{link.requests}</td>
              <td>{link.timeouts}</td>
              <td>{link.malformed}</td>
              <td>{link.exceptions}</td>
              <td>{link.reconnects}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
