/** What a site exchanges files for: `settings.yaml` in the folder of the exchange. Without it no file is exchanged. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { mesolineError } from '../../../plant/errors.ts';

const settings = Type.Object({ laboratory: Type.Enum(['xml', 'csv']) }, { additionalProperties: false });
const form = Compile(settings);
export type ExchangeSettings = Static<typeof settings>;

/** Null where there are none. @throws MesolineError `exchange-settings-invalid` */
export function loadExchangeSettings(folder: string): ExchangeSettings | null {
  const file = join(folder, 'settings.yaml');
  if (!existsSync(file)) return null;
  const read: unknown = parse(readFileSync(file, 'utf8'));
  if (form.Check(read)) return read;
  const [first] = form.Errors(read);
  throw mesolineError(
    'exchange-settings-invalid',
    file,
    first?.message ?? 'It says nothing.',
    'Write "laboratory: xml" or "laboratory: csv".',
  );
}
