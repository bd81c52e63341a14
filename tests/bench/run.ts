/** `npm run bench -- NAME [--json]`: measures one thing in one run, on this machine. */
import { runByName } from '../support/measured.ts';

process.exitCode = await runByName(
  'bench',
  { start: async () => (await import('./start.ts')).run },
  process.argv.slice(2),
);
