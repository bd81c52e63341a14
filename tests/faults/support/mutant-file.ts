/** A skid file that is changed at random: its parts, and what the rules of such changes share. */
import type { Seeded } from '../../../control/interlocks/proof/seeded.ts';

/** A skid file as YAML reads it. */
export type File = {
  tags: Record<string, Tag>;
  interlocks: Record<string, Row>;
  devices: Record<string, { model: string; watchdog?: string }>;
  limits: Record<string, string>;
};
export type Tag = {
  from?: string;
  is?: string;
  unit?: string;
  range?: string;
  critical?: boolean;
  staleAfter?: string;
  states?: unknown;
  write?: { role: string | string[]; safe?: string };
};
export type Condition = {
  when: string;
  for: string;
  off?: string;
  also?: string[];
  action?: string;
  armed?: string;
  calls?: string;
};
export type Row = {
  vote?: string;
  stale?: string | string[];
  armed?: string;
  reference?: Record<string, string>;
  warn?: Condition;
  trip?: Condition | Condition[];
  action: string;
  latch?: boolean;
  reset?: { away?: string; inspection?: boolean };
  mirrors?: boolean;
  backup?: string;
  proofTest?: { every: string };
  processSafetyTime: string;
  bypass: 'never' | { by: string[]; for: string; meanwhile: string };
};

/** Changes the file in place. @returns what was changed, or null where the rule has nothing to change there */
export type Rule = (file: File, random: Seeded) => string | null;

export const rowsOf = (file: File): readonly (readonly [string, Row])[] => Object.entries(file.interlocks);
export const tripsOf = ({ trip }: Row): Condition[] => (trip === undefined ? [] : Array.isArray(trip) ? trip : [trip]);
export const channelsOf = ({ vote = '' }: Row): string[] => {
  const inside = /\[(.*)\]$/su.exec(vote)?.[1] ?? '';
  return inside === '' ? [] : split(inside);
};
export const setVote = (row: Row, name: string, channels: readonly string[]): void => {
  row.vote = `${name} [${channels.join(', ')}]`;
};
export const nameOfVote = ({ vote = '' }: Row): string => vote.slice(0, 4);

export function split(text: string): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (text[i] !== ',' || depth > 0) continue;
    parts.push(text.slice(from, i).trim());
    from = i + 1;
  }
  return [...parts, text.slice(from).trim()];
}

export const some = <T>(random: Seeded, from: readonly T[]): T | null => random.pick(from) ?? null;
export const between = (random: Seeded, low: number, high: number): number => low + (high - low) * random.next();
export const plain = (value: number): string => String(Number(value.toPrecision(4)));
export const inMs = (text: string): number => {
  const [number = '0', unit = 's'] = text.split(' ');
  return Number(number) * ({ ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 1000);
};
export const longer = (text: string, random: Seeded): string =>
  `${plain(Math.max(200, inMs(text) * between(random, 1.15, 8)) / 1000)} s`;
export const shorter = (text: string, random: Seeded): string =>
  `${plain((inMs(text) * between(random, 0, 0.9)) / 1000)} s`;

export const isOnlyPercent = (row: Row): boolean => channelsOf(row).every((channel) => /^percent\(/u.test(channel));

/** A limit beyond where it was: above for ">", below for "<". */
export function loosenedLimit(when: string, random: Seeded): string | null {
  const limits = [...when.matchAll(/(?<side>[<>]) (?<before>reference \+ |)(?<number>-?\d+(?:\.\d+)?)/gu)];
  const limit = some(random, limits);
  if (limit?.groups === undefined) return null;
  const { side = '', before = '', number = '0' } = limit.groups;
  const by = Math.max(0.01, Math.abs(Number(number))) * between(random, 0.01, 0.4);
  const moved = plain(Number(number) + (side === '>' ? by : -by));
  return `${when.slice(0, limit.index)}${side} ${before}${moved}${when.slice(limit.index + limit[0].length)}`;
}

export function aboutRow(
  change: (row: Row, random: Seeded, file: File) => string | null,
  fits: (row: Row, number: string) => boolean = () => true,
): Rule {
  return (file, random) => {
    const chosen = some(
      random,
      rowsOf(file).filter(([number, row]) => fits(row, number)),
    );
    if (chosen === null) return null;
    const said = change(chosen[1], random, file);
    return said === null ? null : `row ${chosen[0]}: ${said}`;
  };
}

export const votes = (row: Row): boolean => row.vote !== undefined;
export const stronger = ['B', 'H', 'Hcd', 'S', 'E'];
export const lowered = (action: string, random: Seeded): string | null => {
  const at = stronger.indexOf(action);
  return at < 0 ? null : (some(random, ['A', ...stronger].slice(0, at + 1)) ?? null);
};
