/** `npm run skid:check -- FILE…`. npm runs it in the project's folder; files are named from where npm was called. */
import { proveFiles } from './check-files.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
process.exitCode = proveFiles(process.argv.slice(2), process.env['INIT_CWD'] ?? '.', say);
