/** The one logger: JSON lines on stdout, or readable lines where stdout is a terminal. */
import pino from 'pino';
import pretty from 'pino-pretty';
import type { Log } from '../plant/log.ts';

export function makeLog(terminal: boolean, level: string): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return terminal
    ? pino(options, pretty({ sync: true, ignore: 'room,ms', translateTime: 'SYS:HH:MM:ss' }))
    : pino(options, pino.destination({ dest: 1, sync: true }));
}
