/** `npm run ledger:prepare -- --url OWNER_URL --writer ROLE`: makes the ledger's tables and rules in PostgreSQL, once. */
import { parseArgs } from 'node:util';
import { messageOf } from '../../../plant/errors.ts';
import { preparePostgres } from './prepare-postgres.ts';

const usage = `Usage: npm run ledger:prepare -- --url postgres://OWNER@HOST/DATABASE --writer ROLE

  --url      the database, as the role that shall own the ledger; its password by PGPASSWORD or PGPASSFILE
  --writer   the role that the service is given (--ledger); it may read and append, nothing else
`;

try {
  const options = { url: { type: 'string' }, writer: { type: 'string' } } as const;
  const { url, writer } = parseArgs({ options }).values;
  if (url === undefined || writer === undefined) {
    process.stderr.write(usage);
    process.exitCode = 2;
  } else {
    await preparePostgres(url, writer);
    process.stdout.write(`The ledger is made. ${writer} may read it and append to it.\n`);
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n\n${usage}`);
  process.exitCode = 2;
}
