/**
 * One skid's twin as a process of its own: `npm run twin -- --port 15021 --time-scale 5`, or forked by the service.
 *
 * Over IPC it says `{ready: true, port, links}` and takes faults (`twin/fault-messages.ts`), each answered with
 * `{fault, accepted}`; alone it takes them as JSON lines on standard input.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeviceModel } from '../plant/device-model.ts';
import { MesolineError, mesolineError, messageOf } from '../plant/errors.ts';
import { systemClock } from '../plant/system-clock.ts';
import { onMessages, runProgram, tell } from './child.ts';
import type { Definition, DefinitionAnswer, DefinitionFiles } from './definition.ts';
import type { CommandLine, Flags } from './options.ts';
import { createTwin, type Twin } from './twin.ts';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const flags = {
  'skid-type': ['FILE', 'the skid type [the CdSe line]'],
  parameters: ['FILE', "the skid's parameters [those of its type]"],
  devices: ['A,B', 'the devices it is fitted with [all of the type]'],
  device: ['NAME', 'the field controller [the device that holds the run-enables]'],
  host: ['ADDRESS', 'where it answers [127.0.0.1]'],
  port: ['N', 'the port of the field controller [a free one]'],
  ports: ['JSON', 'the ports of devices, such as \'{"GDP-1": 15031}\' [free ones]'],
  'unit-id': ['0..255', 'the Modbus unit of the field controller [1]'],
  folder: ['DIR', 'where spectra and results are put [a folder that goes with the twin]'],
  'time-scale': ['1..1000', 'so many times as fast as it happens [1]'],
  seed: ['N', 'the same seed gives the same numbers [1]'],
  script: ['FILE', 'a fault script, from the start on'],
  state: ['FILE', 'a saved state to go on from'],
  'control-port': ['N', 'steered by HTTP there, on 127.0.0.1 only; 0 is a free one [by nobody]'],
  headless: [null, 'as fast as it can, without a link; then too:'],
  for: ['TIME', 'how long, such as "2 h"'],
  every: ['TIME', 'between two rows of the trace ["1 s"]'],
  'set-points': ['FILE', 'what is set at which time'],
  out: ['FILE', 'where the trace goes'],
  'save-state': ['FILE', 'where the state goes in which it ends'],
} as const satisfies Flags;

async function main(line: CommandLine): Promise<void> {
  const definition = await readDefinition({
    skidTypeFile: line.text('skid-type', fromHere('../plant/skids/cdse.yaml')),
    fitted: line
      .text('devices', '')
      .split(',')
      .filter((name) => name !== ''),
    controller: line.text('device', ''),
    parametersFile: line.text('parameters', ''),
    parametersFolder: fromHere('parameters'),
  });
  const seed = line.number('seed', 1, 0, 0xffff_ffff);
  if (line.has('headless')) {
    const { runHeadlessFiles } = await import('./runs/headless-run.ts');
    const file = (name: string): string => line.text(name, '');
    const said = runHeadlessFiles(
      { ...definition, seed },
      {
        ...{ for: line.text('for', null), every: file('every'), script: file('script'), setPoints: file('set-points') },
        ...{ state: file('state'), out: file('out'), saveState: file('save-state') },
      },
    );
    process.stdout.write(`${said}\n`, () => process.exit(0));
    return;
  }
  const host = line.text('host', '127.0.0.1');
  const unitId = line.number('unit-id', 1, 0, 255);
  const timeScale = line.number('time-scale', 1, 1, 1000, false);
  const folder = folderOf(line.text('folder', ''), definition);
  const port = line.number('port', 0, 0, 65_535);
  const twin = createTwin({
    ...definition,
    clock: systemClock(timeScale),
    seed,
    host,
    ports: { ...line.ports('ports'), ...(port === 0 ? {} : { [definition.controller]: port }) },
    unitId,
    folder,
    onFault: (reason) => process.stderr.write(`${reason}\n`),
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
  const stateFile = line.text('state', '');
  if (stateFile !== '') {
    const { readState } = await import('./runs/headless-run.ts');
    twin.load(readState(stateFile));
  }
  const scriptFile = line.text('script', '');
  if (scriptFile !== '') {
    const { loadFaultScript } = await import('./faults/fault-script.ts');
    twin.script(loadFaultScript(scriptFile));
  }
  const started = await twin.start();
  const controlPort = await startControl(line, definition, twin);
  const reached = Object.entries(started.links).map(([device, link]) => `  ${device}: ${link}`);
  tell(
    { ready: true, ...started, ...(controlPort === null ? {} : { controlPort }) },
    [
      `Twin of ${definition.parameters.skidType}, process time ×${timeScale}, at`,
      ...reached,
      ...(controlPort === null ? [] : [`  steered at http://127.0.0.1:${controlPort}`]),
    ].join('\n'),
  );
}

const writing: readonly string[] = [
  'spinsolve',
  'opcua',
  'spectra-folder',
] satisfies readonly DeviceModel['protocol'][];

/** Where nobody says where spectra shall lie they lie in a folder that goes with the twin; null where nothing writes any. */
function folderOf(given: string, { others }: Definition): string | null {
  if (given !== '') return resolve(given);
  if (!others.some(({ model }) => writing.includes(model.protocol))) return null;
  const folder = mkdtempSync(join(tmpdir(), 'mesoline-twin-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Gives the port at which it is steered; null where nobody asked for that. */
async function startControl(line: CommandLine, { parameters }: Definition, twin: Twin): Promise<number | null> {
  if (line.text('control-port', '') === '') return null;
  // It brings readers of schemas with it, which a twin of a service does without.
  const { createControl } = await import('./runs/control.ts');
  return createControl(line.number('control-port', 0, 0, 65_535), parameters, twin).start();
}

/** Has the files read by a process of its own, which ends with it. */
function readDefinition(files: DefinitionFiles): Promise<Definition> {
  return new Promise((settle, reject) => {
    const reader = fork(fromHere('definition-child.ts'), [JSON.stringify(files)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    reader.once('message', (answer: DefinitionAnswer) => {
      if ('definition' in answer) settle(answer.definition);
      else reject(new MesolineError(answer.code, answer.faults));
    });
    reader.once('error', reject);
    reader.once('exit', (code) =>
      reject(
        mesolineError(
          'twin-cannot-serve',
          files.skidTypeFile,
          `Its reader ended with ${code ?? 'a signal'}.`,
          'See the lines above.',
        ),
      ),
    );
  });
}

await runProgram({
  name: 'twin',
  about: 'A twin of a skid: its process, its field controller and every instrument, each over its own protocol.',
  flags,
  main,
});
