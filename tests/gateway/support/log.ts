/** A log whose lines are there to be looked at. */
import type { Log } from '../../../plant/log.ts';

export type Line = readonly ['debug' | 'info' | 'warn' | 'error', string, Readonly<Record<string, unknown>>];

export function heard(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: Line[0]) => (fields: object, message: string) => void lines.push([level, message, { ...fields }]);
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child: () => log };
  return { log, lines };
}
