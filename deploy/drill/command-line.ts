/** What the commands of archives share: how they are asked, and how they end. */
import { MesolineError, messageOf } from '../../plant/errors.ts';

export class UsageError extends Error {}

/** @throws UsageError with what `read` has against the words */
export function asked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** Ends the process with what `main` gives; 2 where it was asked wrongly, 1 with `closing` where it failed. */
export async function endWith(
  main: () => Promise<number>,
  usage: string,
  failed: string,
  closing: string,
): Promise<void> {
  // prettier-ignore
  try {
    process.exitCode = await main();
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      process.stderr.write(`${thrown.message}\n\n${usage}`);
      process.exitCode = 2;
      return;
    }
    process.stdout.write(`${thrown instanceof MesolineError ? thrown.message : `${failed}: ${messageOf(thrown)}`}\n${closing}\n`);
    process.exitCode = 1;
  }
}
