/**
 * One skid's twin as a process of its own: `npm run twin -- --port 15021 --time-scale 5`, or forked by the service.
 *
 * Over IPC it says `{ready: true, port}` and takes faults (`twin/faults.ts`), each answered with `{fault, accepted}`; alone it
 * takes them as JSON lines on standard input.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MesolineError, mesolineError, messageOf } from '../plant/errors.ts';
import { systemClock } from '../plant/system-clock.ts';
import { onMessages, runProgram, tell } from './child.ts';
import type { Definition, DefinitionAnswer, DefinitionFiles } from './definition.ts';
import { CommandLine } from './options.ts';
import { createTwin } from './twin.ts';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function main(): Promise<void> {
  const line = new CommandLine(
    'twin',
    {
      'skid-type': 'text',
      device: 'text',
      parameters: 'text',
      host: 'text',
      port: 'text',
      'unit-id': 'text',
      seed: 'text',
      'time-scale': 'text',
    },
    process.argv.slice(2),
  );
  const definition = await readDefinition({
    skidTypeFile: line.text('skid-type', fromHere('../plant/skids/cdse.yaml')),
    device: line.text('device', 'PLC-1'),
    parametersFile: line.text('parameters', fromHere('parameters/cdse.yaml')),
  });
  const host = line.text('host', '127.0.0.1');
  const unitId = line.number('unit-id', 1, 0, 255);
  const timeScale = line.number('time-scale', 1, 1, 20, false);
  const twin = createTwin({
    ...definition,
    clock: systemClock(timeScale),
    seed: line.number('seed', 1, 0, 0xffff_ffff),
    host,
    port: line.number('port', 0, 0, 65_535),
    unitId,
    onBroken: (reason) => process.stderr.write(`A connection was closed: ${reason}.\n`),
  });

  onMessages((message) => {
    try {
      twin.fault(message);
      tell({ fault: message, accepted: true }, `Accepted: ${JSON.stringify(message)}`);
    } catch (thrown) {
      tell({ fault: message, accepted: false, reason: messageOf(thrown) }, messageOf(thrown));
    }
  });
  const port = await twin.start();
  tell(
    { ready: true, port },
    `Twin of ${definition.parameters.skidType} at modbus-tcp://${host}:${port}/${unitId}, process time ×${timeScale}.`,
  );
}

/** Has the files read by a process of its own, which ends with it. */
function readDefinition({ skidTypeFile, device, parametersFile }: DefinitionFiles): Promise<Definition> {
  return new Promise((resolve, reject) => {
    const reader = fork(fromHere('definition-child.ts'), [skidTypeFile, device, parametersFile], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    reader.once('message', (answer: DefinitionAnswer) => {
      if ('definition' in answer) resolve(answer.definition);
      else reject(new MesolineError(answer.code, answer.faults));
    });
    reader.once('error', reject);
    reader.once('exit', (code) =>
      reject(
        mesolineError(
          'twin-cannot-serve',
          skidTypeFile,
          `Its reader ended with ${code ?? 'a signal'}.`,
          'See the lines above.',
        ),
      ),
    );
  });
}

await runProgram(main);
