/**
 * One emulated instrument as a program: `npm run instrument -- --kind knauer --port 10001`.
 *
 * It takes JSON messages, over IPC or as lines on standard input: `{"manners": {"delayMs": 200, "pieceBytes": 3}}` for how it
 * answers, and what can be done to the instrument itself, such as `{"startIn": true}`. Each is answered.
 */
import { resolve } from 'node:path';
import { mesolineError, messageOf } from '../../plant/errors.ts';
import { systemClock } from '../../plant/system-clock.ts';
import { onMessages, runProgram, tell } from '../child.ts';
import type { CommandLine, Flags } from '../options.ts';
import { kinds } from './kinds.ts';

const flags = {
  kind: ['KIND', `which: ${Object.keys(kinds).join(', ')}`],
  host: ['ADDRESS', 'where it answers [127.0.0.1]'],
  port: ['N', 'its port [a free one]'],
  folder: ['DIR', 'where one that measures spectra puts them'],
} as const satisfies Flags;

async function main(line: CommandLine): Promise<void> {
  const name = line.text('kind', null);
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined)
    throw mesolineError('option-invalid', '--kind', `There is no "${name}".`, `Use ${Object.keys(kinds).join(', ')}.`);
  const host = line.text('host', '127.0.0.1');
  const instrument = await kind({
    host,
    port: line.number('port', 0, 0, 65_535),
    clock: systemClock(),
    random: Math.random,
    folder: () => resolve(line.text('folder', null)),
  });
  onMessages((message) => {
    try {
      instrument.take(message);
      tell({ taken: message, accepted: true }, `Accepted: ${JSON.stringify(message)}`);
    } catch (thrown) {
      tell({ taken: message, accepted: false, reason: messageOf(thrown) }, messageOf(thrown));
    }
  });
  const port = await instrument.start();
  tell({ ready: true, port }, `Instrument ${name} at ${host}:${port}.`);
}

await runProgram({ name: 'instrument', about: 'One emulated instrument over its own protocol.', flags, main });
