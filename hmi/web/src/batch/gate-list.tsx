/** What has to be in order before a batch starts, what is not first: the thing, what was found, and what to do. */
import type { GateCheck } from '../../../../plant/ports/start-gate.ts';
import { TableHead } from '../ui/table-head.tsx';
import { sortedGates } from './gates.ts';

const signs: Readonly<Record<GateCheck['verdict'], string>> = { ok: '✓', blocked: '■', 'not watched': '○' };
const words: Readonly<Record<GateCheck['verdict'], string>> = {
  ok: 'in order',
  blocked: 'BLOCKED',
  'not watched': 'not watched',
};

export function GateList({ gates }: Readonly<{ gates: readonly GateCheck[] }>) {
  const blocked = gates.filter(({ verdict }) => verdict === 'blocked').length;
  return (
    <section class="gates" aria-label="What has to be in order" data-testid="gates">
      <p role="status" class={blocked > 0 ? 'abnormal' : 'faint'} data-testid="gates-summary">
        {blocked === 0
          ? `None of the ${gates.length} below keeps it from starting.`
          : `■ ${blocked} of the ${gates.length} below ${blocked === 1 ? 'keeps' : 'keep'} it from starting.`}
      </p>
      <div class="wide" tabIndex={0} role="region" aria-label="Every gate">
        <table class="rows">
          <TableHead columns={['', 'What', 'Of', 'Found', 'What to do']} />
          <tbody>
            {sortedGates(gates).map((gate, index) => (
              <tr key={index} class={gate.verdict === 'blocked' ? 'blocked-gate' : ''} data-verdict={gate.verdict}>
                <td class="state">
                  <span aria-hidden="true">{signs[gate.verdict]}</span> {words[gate.verdict]}
                </td>
                <th scope="row">{gate.gate}</th>
                <td>{gate.object}</td>
                <td>{gate.found}</td>
                <td>{gate.verdict === 'blocked' ? gate.remedy : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
