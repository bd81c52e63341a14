/** A skid's state in one sign and a few words: what is demanded of it, or else what it does or what keeps it from being started. */
import { standingBlock, type Block } from '../../../../plant/block.ts';
import { demandRank, type Demand } from '../../../../plant/safe-state.ts';
import { demandText } from '../format.ts';

export type SkidState = Readonly<{ level: 'calm' | 'blocked' | 'tripped'; sign: string; text: string }>;

/** @param running whether a batch runs there, which only shows where nothing is demanded */
export function skidState(demand: Demand, running: boolean, blocks: readonly Block[]): SkidState {
  const rank = demandRank(demand);
  if (rank > 1) return { level: 'tripped', sign: '■', text: demandText(demand) };
  if (rank === 1) return { level: 'blocked', sign: '◧', text: demandText(demand) };
  if (running) return { level: 'calm', sign: '▶', text: 'Running' };
  const [first] = blocks;
  if (first === undefined) return { level: 'calm', sign: '○', text: demandText(demand) };
  return { level: 'blocked', sign: '◧', text: blockText(standingBlock(blocks) ?? first) };
}

function blockText({ kind, device, doubtful }: Block): string {
  const word = kind === 'local' ? 'In Local' : 'Locked out';
  return `${word}${doubtful === true ? '?' : ''}${device === null ? '' : `: ${device}`}`;
}

/** What a reset brings about; it starts nothing. */
export function afterReset(demand: Demand): string {
  const rank = demandRank(demand);
  if (rank > 1) return 'After the reset the skid leaves its safe state; nothing starts by itself.';
  if (rank === 1) return 'After the reset the interlocks block no start any longer; nothing starts by itself.';
  return 'The skid is in no safe state, so it leaves none; nothing starts by itself.';
}
