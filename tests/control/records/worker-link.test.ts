import { describe, expect, it } from 'vitest';
import { unknownClock } from '../../../plant/ports/clock-source.ts';
import { WorkerLink } from '../../../control/records/worker-link.ts';
import { stamp } from './support.ts';

const listener = (died: (reason: string) => void) => ({ people: () => undefined, warning: () => undefined, died });

describe('the line to the records worker', () => {
  it('refuses what was asked before the ledger is open', async () => {
    const link = new WorkerLink(listener(() => undefined));
    await expect(link.call('scopes', '')).rejects.toMatchObject({ code: 'record-refused' });
    await link.close(() => Promise.resolve());
  });

  it('fails what waits, says why, and takes nothing more when the worker dies', async () => {
    const dying = "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(7))";
    const { promise: died, resolve } = Promise.withResolvers<string>();
    const link = new WorkerLink(listener(resolve), new URL(`data:text/javascript,${encodeURIComponent(dying)}`));
    await expect(link.call('checkpoint', stamp)).rejects.toMatchObject({
      code: 'record-refused',
      message: expect.stringContaining('ended with code 7') as string,
    });
    expect(await died).toContain('code 7');
    await expect(link.call('scopes', '')).rejects.toMatchObject({ code: 'record-refused' });
    expect(link.waiting).toBe(0);
  });

  it('brings an error over as it was thrown: a data folder that cannot be one', async () => {
    const link = new WorkerLink(listener(() => undefined));
    await expect(
      link.call('open', '/dev/null/data', 'x', stamp, { ledgerUrl: null, checkpointCopy: null }, unknownClock),
    ).rejects.toMatchObject({
      code: 'ledger-unreadable',
      faults: [{ where: '/dev/null/data/ledger/ledger.db' }],
    });
    await link.close(() => Promise.resolve());
  });
});
