/**
 * A logging device that replays a recording: `npm run replay -- --csv FILE --port 15040 --speed 20`.
 *
 * `--hold` waits with the first row until somebody reads, or until it is told `{"start": true}`. After the last row it keeps
 * serving and says `{done: true, rows}`. `--tear` lets every tenth row be seen half written once.
 */
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../plant/system-clock.ts';
import { onMessages, runProgram, tell } from '../child.ts';
import { createModbusServer } from '../modbus/server.ts';
import type { CommandLine, Flags } from '../options.ts';
import { play } from './player.ts';
import { countRows, linesOf, rowsOf } from './recording.ts';
import { RowRing } from './ring.ts';

const flags = {
  csv: ['FILE', 'the recording'],
  host: ['ADDRESS', 'where it answers [127.0.0.1]'],
  port: ['N', 'its port [a free one]'],
  'unit-id': ['0..255', 'its Modbus unit [1]'],
  speed: ['0.001..1000', 'so many times as fast as it was recorded [1]'],
  hold: [null, 'waits with the first row until somebody reads'],
  tear: [null, 'every tenth row is seen half written once'],
} as const satisfies Flags;

async function main(line: CommandLine): Promise<void> {
  const file = line.text('csv', null);
  const host = line.text('host', '127.0.0.1');
  const unitId = line.number('unit-id', 1, 0, 255);
  const speed = line.number('speed', 1, 0.001, 1000, false);
  const clock = systemClock();
  const ring = new RowRing(1600, Math.floor(clock.utc() / 1000));
  const server = createModbusServer({ host, port: line.number('port', 0, 0, 65_535), unitId, bank: ring.bank });

  // Read through once before anyone relies on it: a fault in its last line is told at the start.
  const recorded = await countRows(rowsOf(linesOf(file), file));

  const port = await server.start();
  tell(
    { ready: true, port, rows: recorded },
    `Logging device at modbus-tcp://${host}:${port}/${unitId}, ${recorded} rows of ${file}, speed ×${speed}.`,
  );
  const told = new Promise<void>((resolve) =>
    onMessages((message) => {
      if (typeof message === 'object' && message !== null && 'start' in message) resolve();
    }),
  );
  if (line.has('hold')) await Promise.race([ring.nextRead(null), told]);
  const rows = await play(
    rowsOf(linesOf(file), file),
    ring,
    { speed, tearEvery: line.has('tear') ? 10 : 0 },
    { now: () => clock.monotonic(), sleep: (ms) => sleep(ms), turn: () => turn() },
  );
  tell({ done: true, rows }, JSON.stringify({ done: true, rows }));
}

await runProgram({ name: 'replay', about: 'A logging device that replays a recording.', flags, main });
