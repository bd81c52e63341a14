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

const linkMark = Buffer.of(0x00);

/** @param content the canonical text, or its bytes as they are stored. */
export function chainHash(previous: string, content: string | Uint8Array): string {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return hash('sha256', Buffer.concat([linkMark, Buffer.from(previous, 'hex'), bytes]), 'hex');
}

export const digestOf = (content: string | Uint8Array): string => hash('sha256', content, 'hex');

/** An event as the site chain names it. */
export type BoundEvent = Readonly<{ scope: string; seq: number; hash: string }>;

/** The canonical text of one entry of the site chain; `position` counts all events of the site from 1. */
export const siteText = (position: number, event: BoundEvent): string =>
  canonicalText({
    schema: 1,
    scope: 'site',
    seq: position,
    event: { scope: event.scope, seq: event.seq, hash: event.hash },
  });
