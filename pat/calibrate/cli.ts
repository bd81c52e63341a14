/** `npm run method:calibrate -- raman | pls | correct …`. npm runs it in the project's folder; files are named from where npm was called. */
import { calibrateCommand } from './command.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
process.exitCode = calibrateCommand(process.argv.slice(2), process.env['INIT_CWD'] ?? '.', say);
