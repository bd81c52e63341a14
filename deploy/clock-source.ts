/** Asks the machine about its clock: chrony where it runs, systemd-timesyncd otherwise; where neither does, nobody can say. */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';
import { unknownClock, type ClockSource, type ClockState } from '../plant/ports/clock-source.ts';

const patienceMs = 2000;
/** Made by systemd-timesyncd once it has set the clock (systemd-timesyncd.service(8)). */
const timesyncMark = '/run/systemd/timesync/synchronized';

export const machineClock: ClockSource = { read: async () => (await chrony()) ?? (await timesyncd()) };

async function chrony(): Promise<ClockState | null> {
  try {
    const { stdout } = await promisify(execFile)('chronyc', ['-c', 'tracking'], { timeout: patienceMs });
    return chronyState(stdout);
  } catch {
    return null;
  }
}

/**
 * @param line of `chronyc -c tracking`: reference id, name, stratum, reference time, system time offset in seconds, …, leap status last
 * (chronyc(1)); null where it is none.
 */
export function chronyState(line: string): ClockState | null {
  const fields = line.trim().split(',');
  const offsetS = Number(fields[4]);
  const leap = fields.at(-1);
  if (fields.length < 14 || !Number.isFinite(offsetS) || leap === undefined) return null;
  return { source: 'chrony', synchronised: leap !== 'Not synchronised', offsetMs: Math.round(offsetS * 1e6) / 1000 };
}

async function timesyncd(): Promise<ClockState> {
  try {
    await access(timesyncMark);
    return { source: 'systemd-timesyncd', synchronised: true, offsetMs: null };
  } catch {
    return unknownClock;
  }
}
