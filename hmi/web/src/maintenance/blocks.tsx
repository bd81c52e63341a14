/** What keeps a skid from being commanded: locked out for maintenance, or switched to Local in the field. */
import type { Block } from '../../../../plant/block.ts';
import { skidNow } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { writeRefusal } from './lock-choices.ts';

export const blocksOf = (skid: string): readonly Block[] => skidNow(skid).value?.blocks ?? [];

/** Why nothing of the skid may be started or restarted now, or null. */
export const startBlock = (skid: string): string | null => blocksOf(skid)[0]?.message ?? null;

/** Why no set point of the skid's device may be written now, or null. */
export const writeBlock = (skid: string, device: string | null): string | null => writeRefusal(blocksOf(skid), device);

/** Why no safe state may be left now, or null: a lock-out of any device forbids it, Local does not. */
export const leaveBlock = (skid: string): string | null =>
  blocksOf(skid).find(({ kind }) => kind === 'locked out')?.message ?? null;

const words: Readonly<Record<Block['kind'], string>> = { 'locked out': 'LOCKED OUT', local: 'LOCAL' };

export const BlockMark = ({ block }: Readonly<{ block: Block }>) => (
  <strong class="tag-mark blocking" title={block.message}>
    <span aria-hidden="true">{block.kind === 'local' ? '◧' : '■'}</span> {words[block.kind]}
    {block.doubtful === true && '?'}
    {block.device === null ? '' : ` ${block.device}`}
  </strong>
);

/** On the skid's own page: every block, with who, why and since when. */
export function BlockBanner({ skid }: Readonly<{ skid: string }>) {
  const blocks = blocksOf(skid);
  if (blocks.length === 0) return null;
  return (
    <ul class="block-banner" role="status" data-testid={`blocks-${skid}`}>
      {blocks.map((block) => (
        <li key={`${block.kind} ${block.device ?? ''} ${block.by ?? ''}`}>
          <BlockMark block={block} /> {block.message}
          {block.kind === 'locked out' && (
            <>
              {' '}
              <Link to="/maintenance">To maintenance</Link>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
