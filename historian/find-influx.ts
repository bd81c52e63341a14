/** Which store of history a machine has. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { mesolineError } from '../plant/errors.ts';

/** A server that somebody else runs, an influxd for us to start, or none. */
export type InfluxChoice = Readonly<{ url: string }> | Readonly<{ spawn: string }> | 'embedded';

/**
 * `INFLUX_URL` where it is set; else an `influxd` on the path; else the embedded store.
 * @throws MesolineError `influx-url-invalid`
 */
export function findInflux(env: Readonly<Record<string, string | undefined>>): InfluxChoice {
  const url = env['INFLUX_URL'];
  if (url !== undefined && url !== '') return { url: checkedUrl(url) };
  const program = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'influxd'))
    .find(isProgram);
  return program === undefined ? 'embedded' : { spawn: program };
}

function checkedUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && (parsed.protocol === 'http:' || parsed.protocol === 'https:')) return url;
  // A password may be in it: the value itself is not shown.
  const problem = parsed === null ? 'It is no address.' : `It begins with ${parsed.protocol}.`;
  throw mesolineError('influx-url-invalid', 'INFLUX_URL', problem, 'Write it as http://user:password@host:8086.');
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
