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
  /** An OPC UA endpoint without encryption as well; on loopback only. */
  opcuaNone: boolean;
  /** OPC UA clients that were never seen are trusted; on loopback only. */
  opcuaTrustUnknown: boolean;
  /** OPC UA clients that the server dials. */
  opcuaReverse: readonly string[];
  timeScale: number;
  /** A PostgreSQL database that keeps the ledger; null: SQLite in the data folder. */
  ledger: string | null;
  /** A folder elsewhere that every checkpoint is written to as well, or null. */
  checkpointCopy: string | null;
}>;

export const usage = `npm start -- [--site FILE] [--data DIR] [--http-port N] [--opcua-port N] [--host ADDRESS] [--time-scale 1..20]

  --site FILE       the site file                      MESOLINE_SITE         deploy/sites/demo.yaml
  --data DIR        where records and history are kept MESOLINE_DATA         data
  --http-port N     pages and API; 0: any free port    MESOLINE_HTTP_PORT    8080
  --opcua-port N    OPC UA server; 0: any free port    MESOLINE_OPCUA_PORT   4840
  --host ADDRESS    address the pages listen on        MESOLINE_HOST         127.0.0.1
  --time-scale N    1 to 20, all-twin sites only       MESOLINE_TIME_SCALE   1

  --ledger URL      a PostgreSQL database for the       MESOLINE_LEDGER       SQLite in the data folder
                    ledger: postgres://ROLE@HOST/DATABASE, its password by PGPASSFILE or PGPASSWORD
  --checkpoint-copy DIR   a second place for checkpoints, on another disk: MESOLINE_CHECKPOINT_COPY

  --opcua-reverse opc.tcp://CLIENT:PORT   an OPC UA client that the server dials; may be given again
                                          MESOLINE_OPCUA_REVERSE, parted by commas
  For trials, on loopback only (MESOLINE_OPCUA_NONE=yes, MESOLINE_OPCUA_TRUST_UNKNOWN=yes):
  --opcua-none             an OPC UA endpoint without encryption as well
  --opcua-trust-unknown    OPC UA clients are trusted that nobody has trusted
`;

const flags = ['site', 'data', 'http-port', 'opcua-port', 'host', 'time-scale'] as const;
type Flag = (typeof flags)[number];

const switches = ['opcua-none', 'opcua-trust-unknown'] as const;
type Switch = (typeof switches)[number];

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
  /** A switch for trials, refused where another machine could come in by it. */
  const asked = (name: Switch, host: string): boolean => {
    const variable = environment[`MESOLINE_${name.toUpperCase().replaceAll('-', '_')}`];
    const on = given[name] === true || variable === 'yes';
    if (on && !isLoopback(host)) {
      faults.push({
        where: `--${name}`,
        problem: `It was asked for, but the service listens on ${host}.`,
        remedy: 'Leave it out, or listen on loopback: --host 127.0.0.1.',
      });
    }
    return on;
  };
  const reverse = (): readonly string[] => {
    const urls = given['opcua-reverse'] ?? (environment['MESOLINE_OPCUA_REVERSE'] ?? '').split(',');
    const named = urls.map((url) => url.trim()).filter((url) => url !== '');
    for (const url of named) {
      if (/^opc\.tcp:\/\/[^\s/@?#]+:\d{1,5}\/?$/u.test(url)) continue;
      faults.push({
        where: '--opcua-reverse',
        problem: `"${url}" is no address to dial.`,
        remedy: 'Give the address on which the client listens, such as opc.tcp://client:4841.',
      });
    }
    return named.map((url) => url.replace(/\/$/u, ''));
  };
  const ledger = (): string | null => {
    const url = given.ledger ?? environment['MESOLINE_LEDGER'] ?? '';
    if (url === '') return null;
    const read = URL.canParse(url) ? new URL(url) : null;
    // Not repeated: it may hold a password.
    const problem =
      read === null || !/^postgres(ql)?:$/u.test(read.protocol) || read.hostname === '' || read.pathname.length < 2
        ? 'It is no address of a PostgreSQL database.'
        : read.username === ''
          ? 'It names no role.'
          : read.password !== '' && given.ledger !== undefined
            ? 'It holds a password, which everybody on this machine could read in the list of processes.'
            : null;
    if (problem !== null) {
      const remedy = 'Give postgres://ROLE@HOST/DATABASE, and the password by PGPASSFILE or PGPASSWORD.';
      faults.push({ where: '--ledger', problem, remedy });
    }
    return url;
  };
  const copy = given['checkpoint-copy'] ?? environment['MESOLINE_CHECKPOINT_COPY'] ?? '';
  const options = {
    siteFile: resolve(folder, text('site')),
    dataFolder: resolve(folder, text('data')),
    host: text('host'),
    httpPort: number('http-port', 0, 65_535, true),
    opcuaPort: number('opcua-port', 0, 65_535, true),
    timeScale: number('time-scale', 1, 20, false),
    opcuaNone: asked('opcua-none', text('host')),
    opcuaTrustUnknown: asked('opcua-trust-unknown', text('host')),
    opcuaReverse: reverse(),
    ledger: ledger(),
    checkpointCopy: copy === '' ? null : resolve(folder, copy),
  };
  if (faults.length > 0) throw new MesolineError('options-invalid', faults);
  return options;
}

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/u.test(host);

type Given = Partial<Record<Flag, string>> &
  Partial<Record<Switch, boolean>> & { 'opcua-reverse'?: string[]; ledger?: string; 'checkpoint-copy'?: string };

function parse(args: readonly string[]): Given {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries(flags.map((flag) => [flag, { type: 'string' as const }])),
        ...Object.fromEntries(switches.map((name) => [name, { type: 'boolean' as const }])),
        ledger: { type: 'string' },
        'checkpoint-copy': { type: 'string' },
        'opcua-reverse': { type: 'string', multiple: true },
      },
      strict: true,
    });
    return values;
  } catch (thrown) {
    throw mesolineError('options-invalid', 'command line', `${messageOf(thrown)}.`, `Usage:\n${usage}`, thrown);
  }
}
