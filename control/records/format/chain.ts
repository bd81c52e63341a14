/**
 * The chains. An event's hash is SHA-256(0x00 ‖ hash of the event before it ‖ its canonical text); a scope begins at the
 * genesis hash. The site chain has one entry for every event of every scope, in the order they were recorded, so that an
 * event, or a whole scope, cannot go missing unseen.
 */
import { hash } from 'node:crypto';
import { canonicalText } from './canonical.ts';

/** What stands before the first link of every chain. */
export const genesis = '0'.repeat(64);

/** A SHA-256 as records write it: 64 hexadecimal digits in lower case, nothing else. */
export const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Links are hashed by the million: one place to put them together, made once. A zero byte stands first in it for good. */
const link = Buffer.alloc(64 * 1024);
const bytesOfACharacter = 3;

/** @param text canonical */
export function chainHash(previous: string, text: string): string {
  const begin = 1 + link.write(previous, 1, 'hex');
  if (begin + text.length * bytesOfACharacter > link.length)
    return hash('sha256', Buffer.concat([link.subarray(0, begin), Buffer.from(text, 'utf8')]), 'hex');
  return hash('sha256', link.subarray(0, begin + link.write(text, begin, 'utf8')), 'hex');
}

export const digestOf = (content: string | Uint8Array): string => hash('sha256', content, 'hex');

/** An event as the site chain names it. */
export type BoundEvent = Readonly<{ scope: string; seq: number; hash: string }>;

/**
 * The canonical text of one entry of the site chain, as `canonicalText` would say it; `position` counts all events of the site from 1.
 * @throws MesolineError `not-canonical` where the scope is no text that can be said.
 */
export function siteText(position: number, { scope, seq, hash: bound }: BoundEvent): string {
  if (!scope.isWellFormed() || !bound.isWellFormed()) return canonicalText([scope, bound]);
  const event = `{"hash":${JSON.stringify(bound)},"scope":${JSON.stringify(scope)},"seq":${JSON.stringify(seq)}}`;
  return `{"event":${event},"schema":1,"scope":"site","seq":${JSON.stringify(position)}}`;
}
