/** The one logger: JSON lines on stdout, or readable lines where stdout is a terminal. */
import pino from 'pino';
import pretty from 'pino-pretty';
import type { Log } from '../plant/log.ts';

export function makeLog(terminal: boolean, level: string): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const stream = terminal
    ? pretty({ sync: true, ignore: 'room,ms', translateTime: 'SYS:HH:MM:ss' })
    : pino.destination({ dest: 1, sync: true });
  // Whoever read our lines may have gone; a plant does not stop for that.
  stream.on('error', () => undefined);
  process.stdout.on('error', () => undefined);
  return pino(options, stream);
}
