/** The command line and the environment of `npm start`: flags win over `MESOLINE_*` variables, these over the defaults. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MesolineError, mesolineError, messageOf, type Fault } from '../plant/errors.ts';

export type Options = Readonly<{
  siteFile: string;
  dataFolder: string;
  host: string;
  httpPort: number;
  opcuaPort: number;
  timeScale: number;
}>;

export const usage = `npm start -- [--site FILE] [--data DIR] [--http-port N] [--opcua-port N] [--host ADDRESS] [--time-scale 1..20]

  --site FILE       the site file                      MESOLINE_SITE         deploy/sites/demo.yaml
  --data DIR        where records and history are kept MESOLINE_DATA         data
  --http-port N     pages and API; 0: any free port    MESOLINE_HTTP_PORT    8080
  --opcua-port N    OPC UA server; 0: any free port    MESOLINE_OPCUA_PORT   4840
  --host ADDRESS    address the pages listen on        MESOLINE_HOST         127.0.0.1
  --time-scale N    1 to 20, all-twin sites only       MESOLINE_TIME_SCALE   1
`;

const flags = ['site', 'data', 'http-port', 'opcua-port', 'host', 'time-scale'] as const;
type Flag = (typeof flags)[number];

const defaults: Readonly<Record<Flag, string>> = {
  site: 'deploy/sites/demo.yaml',
  data: 'data',
  'http-port': '8080',
  'opcua-port': '4840',
  host: '127.0.0.1',
  'time-scale': '1',
};

/** @throws MesolineError `options-invalid` with every fault. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv, folder: string): Options {
  const given = parse(args);
  const text = (flag: Flag): string =>
    given[flag] ?? environment[`MESOLINE_${flag.toUpperCase().replaceAll('-', '_')}`] ?? defaults[flag];
  const faults: Fault[] = [];
  const number = (flag: Flag, low: number, high: number, whole: boolean): number => {
    const value = Number(text(flag));
    if (text(flag).trim() === '' || !(value >= low && value <= high) || (whole && !Number.isInteger(value))) {
      faults.push({
        where: `--${flag}`,
        problem: `"${text(flag)}" is not a ${whole ? 'whole number' : 'number'} from ${low} to ${high}.`,
        remedy: `Give --${flag} a value in that range.`,
      });
    }
    return value;
  };
  const options = {
    siteFile: resolve(folder, text('site')),
    dataFolder: resolve(folder, text('data')),
    host: text('host'),
    httpPort: number('http-port', 0, 65_535, true),
    opcuaPort: number('opcua-port', 0, 65_535, true),
    timeScale: number('time-scale', 1, 20, false),
  };
  if (faults.length > 0) throw new MesolineError('options-invalid', faults);
  return options;
}

function parse(args: readonly string[]): Partial<Record<Flag, string>> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: Object.fromEntries(flags.map((flag) => [flag, { type: 'string' as const }])),
      strict: true,
    });
    return values;
  } catch (thrown) {
    throw mesolineError('options-invalid', 'command line', `${messageOf(thrown)}.`, `Usage:\n${usage}`, thrown);
  }
}
