/** Every device of every skid: how its link stands, what it says of itself, and who has locked it out. */
import { useState } from 'preact/hooks';
import type { Block } from '../../../../plant/block.ts';
import type { LinkView } from '../../../../plant/ports/scan-consumer.ts';
import type { SkidAnswer } from '../../../api/answers.ts';
import { links, serverTime } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { session, skids } from '../session.ts';
import { blocked } from '../ui/command.ts';
import { Press } from '../ui/dialog.tsx';
import { timeText } from '../zone.ts';
import { BlockMark, blocksOf } from './blocks.tsx';
import { lockChoices } from './lock-choices.ts';
import { LockDialog, type LockTarget } from './lock-dialog.tsx';
import { TableHead } from '../ui/table-head.tsx';

export function MaintenancePage() {
  const [target, setTarget] = useState<LockTarget | null>(null);
  return (
    <>
      <h1>Maintenance</h1>
      {skids.value.map((skid) => (
        <SkidSection key={skid.name} skid={skid} onAsk={setTarget} />
      ))}
      {target !== null && <LockDialog target={target} onClose={() => setTarget(null)} />}
    </>
  );
}

type Ask = (target: LockTarget) => void;

function SkidSection({ skid, onAsk }: Readonly<{ skid: SkidAnswer; onAsk: Ask }>) {
  const blocks = blocksOf(skid.name);
  return (
    <section class="panel maintenance" aria-label={skid.name} data-testid={`maintenance-${skid.name}`}>
      <header>
        <h2>
          <Link to={`/skids/${skid.name}`}>{skid.name}</Link> <small>{skid.title}</small>
        </h2>
        <LockButtons skid={skid.name} device={null} blocks={blocks} onAsk={onAsk} />
      </header>
      <BlockList blocks={blocks.filter(({ device }) => device === null)} />
      <table class="rows">
        <TableHead columns={['Device', 'Link', 'What it says of itself', 'Figures', 'Lock']} />
        <tbody>
          {skid.devices.map((device) => {
            const link = links.value.find((one) => one.skid === skid.name && one.device === device.name);
            const own = blocks.filter((block) => block.device === device.name);
            return (
              <tr key={device.name} data-testid={`device-${skid.name}-${device.name}`}>
                <th scope="row">
                  {device.name}
                  <br />
                  <small>
                    {device.title}
                    {device.model === device.title ? '' : ` · ${device.model}`}
                  </small>
                </th>
                <LinkCell link={link} />
                <td>
                  <Identity link={link} />
                </td>
                <td>
                  <Figures link={link} />
                </td>
                <td>
                  <BlockList blocks={own} />
                  <LockButtons skid={skid.name} device={device.name} blocks={own} onAsk={onAsk} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function LinkCell({ link }: Readonly<{ link: LinkView | undefined }>) {
  if (link === undefined) return <td class="faint">not heard yet</td>;
  const stands = link.state === 'connected';
  return (
    <td class={stands ? '' : 'abnormal'}>
      {stands ? '○ connected' : `■ ${link.state}`}
      <br />
      <small>
        <code>{link.endpoint}</code>
        <br />
        read {timeText(link.lastGoodRead, serverTime.value)}
      </small>
      {link.problem !== null && <p class="block-line">{link.problem}</p>}
    </td>
  );
}

function Identity({ link }: Readonly<{ link: LinkView | undefined }>) {
  const identity = link?.identity ?? null;
  if (identity === null) return <span class="faint">nothing</span>;
  const { manufacturer, product, serial, firmware } = identity;
  const known = [manufacturer, product].filter((part) => part !== null).join(' ');
  return (
    <>
      {known}
      <br />
      <small>
        serial {serial ?? '–'} · firmware {firmware ?? '–'}
      </small>
    </>
  );
}

function Figures({ link }: Readonly<{ link: LinkView | undefined }>) {
  if (link === undefined) return null;
  const { latencyMs, requests, timeouts, malformed, exceptions, reconnects, late } = link;
  const counts = { requests, timeouts, malformed, exceptions, reconnects, late };
  return (
    <small>
      {latencyMs === null ? '' : `answers in ${latencyMs.toFixed(1)} ms · `}
      {Object.entries(counts)
        .map(([name, count]) => `${name} ${count}`)
        .join(' · ')}
    </small>
  );
}

const BlockList = ({ blocks }: Readonly<{ blocks: readonly Block[] }>) => (
  <>
    {blocks.map((block) => (
      <p key={`${block.kind} ${block.by ?? ''}`} class="block-line">
        <BlockMark block={{ ...block, device: null }} /> {block.message}
      </p>
    ))}
  </>
);

type ButtonsProps = Readonly<{ skid: string; device: string | null; blocks: readonly Block[]; onAsk: Ask }>;

function LockButtons({ skid, device, blocks, onAsk }: ButtonsProps) {
  const { lock, back } = lockChoices({ blocks, device }, session.value?.person.id ?? null, {
    lock: blocked('lock out for maintenance'),
    backOfOthers: blocked("give back another's lock"),
  });
  const id = device === null ? skid : `${skid}-${device}`;
  return (
    <span class="buttons">
      <Press refusedBy={lock} hideReason onPress={() => onAsk({ skid, device, back: false })} testid={`lock-${id}`}>
        Lock out{device === null ? ` ${skid}` : ''} …
      </Press>
      {back !== null && (
        <Press
          refusedBy={back.refusedBy}
          hideReason
          onPress={() => onAsk({ skid, device, back: true })}
          testid={`back-${id}`}
        >
          {back.others === null ? 'Give back …' : `Give back ${back.others}’s lock …`}
        </Press>
      )}
    </span>
  );
}
