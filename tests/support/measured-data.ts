/** Where the measurements lie that nobody here made. They are never part of the project; a test that needs them says so and skips. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env['MESOLINE_MEASURED_DATA'] ?? '../shared/data';

/** The file's path, or null, with the reason printed, where it is not on this machine. */
export function measuredData(name: string): string | null {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  process.stdout.write(`Skipped: the measured data ${name} is not here; set MESOLINE_MEASURED_DATA to its folder.\n`);
  return null;
}
