/** Equipment that skids share: who has it, who waits in what order, and taking it from a unit that is held. */
import { useState } from 'preact/hooks';
import type { EquipmentUser, SharedEquipmentView } from '../../../../plant/shared-equipment.ts';
import type { EquipmentFailedRequest, ReleaseEquipmentRequest } from '../../../api/requests.ts';
import { post } from '../api.ts';
import { spanText } from '../format.ts';
import { batches, serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';
import { useWatched } from '../ui/use-watched.ts';
import { SignedDialog } from './signed-dialog.tsx';
import { useOutline } from './use-outline.ts';

const everyMs = 3000;

/** @param batch only what this one has or waits for, and no panel where that is nothing */
export function SharedEquipment({ batch }: Readonly<{ batch?: string }>) {
  const { value, problem, again } = useWatched<readonly SharedEquipmentView[]>('/api/shared-equipment', everyMs);
  const [releasing, setReleasing] = useState<SharedEquipmentView | null>(null);
  const [failed, setFailed] = useState<SharedEquipmentView | null>(null);
  const mine = (value ?? []).filter(
    ({ owner, queue }) => batch === undefined || [owner, ...queue].some((user) => user?.batch === batch),
  );
  if (mine.length === 0 && problem === null) return null;
  return (
    <section class="panel touch" aria-label="Shared equipment" data-testid="shared-equipment">
      <header>
        <h2>Shared equipment</h2>
      </header>
      {problem !== null && <p class="problem">{problem}</p>}
      <div class="wide" tabIndex={0} role="region" aria-label="Owners and queues">
        <table class="rows">
          <TableHead columns={['Equipment', 'Owner', 'Who waits', '']} />
          <tbody>
            {mine.map((one) => (
              <tr key={one.name} data-testid={`equipment-${one.name}`}>
                <th scope="row">
                  {one.name}{' '}
                  <small>
                    {one.title}, {one.is}
                  </small>
                </th>
                <td>
                  {one.use === 'all' && 'everyone at once'}
                  {one.use === 'one' &&
                    (one.owner === null ? <span class="faint">nobody</span> : <User user={one.owner} />)}
                  {one.inDoubt !== null && <p class="problem">In doubt: {one.inDoubt}</p>}
                </td>
                <td>
                  {one.queue.length === 0 ? (
                    <span class="faint">nobody</span>
                  ) : (
                    <ol class="queue">
                      {one.queue.map((user) => (
                        <li key={`${user.batch} ${user.skid} ${user.path} ${user.turn}`}>
                          <User user={user} />
                        </li>
                      ))}
                    </ol>
                  )}
                </td>
                <td>
                  {(one.owner !== null || one.inDoubt !== null) && (
                    <Press
                      refusedBy={blocked('command batch')}
                      hideReason
                      onPress={() => setReleasing(one)}
                      testid={`release-${one.name}`}
                    >
                      Take it back …
                    </Press>
                  )}{' '}
                  <Press
                    refusedBy={blocked('command batch')}
                    hideReason
                    onPress={() => setFailed(one)}
                    testid={`failed-${one.name}`}
                  >
                    It has failed …
                  </Press>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {failed !== null && <FailedDialog equipment={failed} onDone={again} onClose={() => setFailed(null)} />}
      {releasing !== null && <ReleaseDialog equipment={releasing} onDone={again} onClose={() => setReleasing(null)} />}
    </section>
  );
}

const User = ({ user }: Readonly<{ user: EquipmentUser & Readonly<{ since: number }> }>) => (
  <>
    <Link to={`/batches/${user.batch}`}>{user.batch}</Link> on {user.skid}{' '}
    <small>
      at {user.path}, {spanText(serverTime.value - user.since)}
    </small>
  </>
);

type DialogProps = Readonly<{ equipment: SharedEquipmentView; onDone: () => void; onClose: () => void }>;

function ReleaseDialog({ equipment: { name, owner }, onDone, onClose }: DialogProps) {
  const batch = owner === null ? undefined : batches.value.get(owner.batch);
  const { outline, problem } = useOutline(batch?.recipe ?? '', batch?.recipeVersion ?? null);
  return (
    <SignedDialog
      title={`Take back ${name}`}
      permission="command batch"
      confirm="Sign and take back"
      testid="release-equipment"
      roles={outline?.signatures['release shared equipment'] ?? []}
      missing={batch === undefined || outline !== null ? null : (problem ?? 'Who signs is being read.')}
      send={(signing) => {
        const request: ReleaseEquipmentRequest = signing;
        return post(`/api/shared-equipment/${encodeURIComponent(name)}/release`, request);
      }}
      done={`${name} is free.`}
      onDone={onDone}
      onClose={onClose}
    >
      <p>
        {owner === null ? 'Nobody has it.' : `${owner.skid} of ${owner.batch} has it, at ${owner.path}.`} It is taken
        only from a unit that is held; whoever waits first has it next. See on the spot that nothing flows through it.
      </p>
    </SignedDialog>
  );
}

function FailedDialog({ equipment: { name, failure, use }, onDone, onClose }: DialogProps) {
  const meant = use === 'all' ? 'every skid that it serves' : 'whoever has it or waits for it';
  return (
    <SignedDialog
      title={`${name} has failed`}
      permission="command batch"
      confirm={failure === 'hold' ? 'Hold them' : 'Note it'}
      testid="failed-equipment"
      roles={[]}
      missing={null}
      send={({ commandId, reason }) => {
        const request: EquipmentFailedRequest = { commandId, reason };
        return post(`/api/shared-equipment/${encodeURIComponent(name)}/failed`, request);
      }}
      done={failure === 'hold' ? `Whoever used ${name} is held.` : `Whoever waits for ${name} goes on waiting.`}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{failure === 'hold' ? `It holds ${meant}.` : `It holds nobody: ${meant} goes on waiting.`}</p>
    </SignedDialog>
  );
}
