/**
 * What maintenance and the switches in the field forbid a command. Pure.
 *
 * A lock-out of the skid or of any of its devices forbids to leave a safe state: behind a guard that is off, nothing may move.
 * A switch in Local does not; whoever stands there resets. The way into a safe state is never blocked.
 */
import { blockOf, type Block } from '../../plant/block.ts';
import { refused, type Refusal } from './refusal.ts';

/** For a write to these devices. */
export function blockedWrite(blocks: readonly Block[], devices: readonly string[]): Refusal | null {
  for (const device of devices) {
    const block = blockOf(blocks, device);
    if (block !== null) return refused('block', block.message);
  }
  return null;
}

/** For a reset or a release. */
export function blockedLeave(blocks: readonly Block[]): Refusal | null {
  const block = blocks.find(isLockOut);
  return block === undefined ? null : refused('block', block.message);
}

export const isLockOut = ({ kind }: Block): boolean => kind === 'locked out';
