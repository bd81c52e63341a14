/** Which store of history a machine has. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { mesolineError } from '../plant/errors.ts';

/** A server that somebody else runs, an influxd for us to start, or none. */
export type InfluxChoice = Readonly<{ url: string; organisation?: string }> | Readonly<{ spawn: string }> | 'embedded';

/**
 * `INFLUX_URL` where it is set, with `INFLUX_TOKEN` and `INFLUX_ORG` for 2.x and 3 Core; else an `influxd` on the path; else the embedded store.
 * @throws MesolineError `influx-url-invalid`
 */
export function findInflux(env: Readonly<Record<string, string | undefined>>): InfluxChoice {
  const url = env['INFLUX_URL'];
  if (url !== undefined && url !== '') {
    const [token, organisation] = [env['INFLUX_TOKEN'] ?? '', env['INFLUX_ORG'] ?? ''];
    const whole = token === '' ? checkedUrl(url) : withToken(checkedUrl(url), token);
    return organisation === '' ? { url: whole } : { url: whole, organisation };
  }
  const program = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'influxd'))
    .find(isProgram);
  return program === undefined ? 'embedded' : { spawn: program };
}

/** A token goes where a password goes: of 2.x and 3 Core they are the same. */
function withToken(url: string, token: string): string {
  const whole = new URL(url);
  if (whole.username === '') whole.username = 'token';
  whole.password = encodeURIComponent(token);
  return whole.href;
}

/** `MESOLINE_SECOND_SINK`, or null. @throws MesolineError `influx-url-invalid` */
export function findSecondSink(env: Readonly<Record<string, string | undefined>>): string | null {
  const url = env['MESOLINE_SECOND_SINK'] ?? '';
  return url === '' ? null : checkedUrl(url, 'MESOLINE_SECOND_SINK');
}

function checkedUrl(url: string, variable = 'INFLUX_URL'): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed !== null && (parsed.protocol === 'http:' || parsed.protocol === 'https:')) return url;
  // A password may be in it: the value itself is not shown.
  const problem = parsed === null ? 'It is no address.' : `It begins with ${parsed.protocol}.`;
  throw mesolineError('influx-url-invalid', variable, problem, 'Write it as http://user:password@host:8086.');
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
