/**
 * `npm run recipe:check -- FILE… [--site FILE]`: what an import of the files would say. They are held against the skid types
 * of the site, or of all that are shipped. npm runs it in the project's folder; files are named from where npm was called.
 * Exit codes: 0 all may be imported · 1 one may not · 2 nothing to check.
 */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../plant/errors.ts';
import { checkRecipeFiles } from '../plant/recipe/check-files.ts';
import type { SkidType } from '../plant/skid/definition.ts';
import { shippedSkidFolder } from '../plant/skid/folders.ts';
import { loadSite } from '../plant/skid/site.ts';
import { loadSkidType } from '../plant/skid/skid-loader.ts';

const folder = process.env['INIT_CWD'] ?? '.';
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

const shippedTypes = (): readonly SkidType[] =>
  readdirSync(shippedSkidFolder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => loadSkidType(join(shippedSkidFolder, file)));

const typesOf = (site: string | undefined): readonly SkidType[] =>
  site === undefined ? shippedTypes() : loadSite(resolve(folder, site)).skids.map(({ type }) => type);

try {
  const { values, positionals } = parseArgs({ options: { site: { type: 'string' } }, allowPositionals: true });
  if (positionals.length === 0) {
    complain('npm run recipe:check -- FILE… [--site FILE]');
    process.exitCode = 2;
  } else {
    const types = [...new Map(typesOf(values.site).map((type) => [type.digest, type])).values()];
    process.exitCode = checkRecipeFiles(positionals, folder, types, say);
  }
} catch (thrown) {
  complain(messageOf(thrown));
  process.exitCode = 2;
}
