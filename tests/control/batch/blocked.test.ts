import { describe, expect, it } from 'vitest';
import type { Block } from '../../../plant/block.ts';
import { utcMs } from '../../../plant/clock.ts';
import { Bench } from './fake-skid.ts';

const lockOut: Block = {
  device: 'PLC-1',
  kind: 'locked out',
  message: 'QD-1/PLC-1 is locked out for maintenance by Mara Mill since 2026-10-02T09:30:00.000Z: Pump head changed.',
  by: 'Mara Mill',
  since: utcMs(0),
};
const local: Block = {
  device: null,
  kind: 'local',
  message: 'The skid is switched to Local.',
  by: null,
  since: utcMs(0),
};
const doubt: Block = {
  device: null,
  kind: 'local',
  message: 'The skid may be switched to Local: its switch PLC/local cannot be read.',
  by: null,
  since: null,
  doubtful: true,
};

async function priming(): Promise<Bench> {
  const bench = new Bench();
  await bench.begin();
  await bench.reach('prime');
  return bench;
}

describe('a block', () => {
  it.each([lockOut, local, doubt])('refuses the start of a batch and says why: $message', async (block) => {
    const bench = new Bench();
    await bench.batches.start();
    bench.blocks = [block];
    await bench.scan();
    expect(await bench.start()).toMatchObject({
      done: false,
      reason: expect.stringContaining(block.message) as string,
    });
    bench.blocks = [];
    await bench.scan();
    expect((await bench.start()).done).toBe(true);
  });

  it.each([lockOut, local])(
    'that comes while a batch runs holds it in HOT-HOLD, naming the cause: $message',
    async (block) => {
      const bench = await priming();
      bench.blocks = [block];
      await bench.scan();
      await bench.scan();
      const view = await bench.view();
      expect(view).toMatchObject({ state: 'Held', message: block.message });
      expect(bench.plant.field).toBe('H');
      expect(
        bench.ledger.events.some(({ event }) => event.action === 'exception-raised' && event.object === 'block'),
      ).toBe(true);
    },
  );

  it('lets no batch restart while it stands, and tells so beside the command', async () => {
    const bench = await priming();
    bench.blocks = [lockOut];
    await bench.until(({ state }) => state === 'Held', 10);
    const restart = (await bench.view()).commands.find(({ command }) => command === 'Restart');
    expect(restart).toEqual({ command: 'Restart', legal: true, refusedBy: lockOut.message });
    expect(await bench.command('Restart')).toEqual({ done: false, reason: lockOut.message });
    bench.blocks = [];
    await bench.scan();
    expect((await bench.command('Restart')).done).toBe(true);
    await bench.until(({ state }) => state === 'Complete');
  });

  it('that is only feared holds nothing that runs', async () => {
    const bench = await priming();
    bench.blocks = [doubt];
    for (let scans = 0; scans < 5; scans += 1) await bench.scan();
    expect((await bench.view()).state).toBe('Running');
  });

  it('comes second to an interlock, which asks the field by itself', async () => {
    const bench = await priming();
    bench.blocks = [lockOut];
    bench.verdict = {
      demand: 'H',
      causes: [{ row: 14, title: 'No flow', message: 'No flow while heating.' }],
      releasing: false,
    };
    await bench.scan();
    expect((await bench.view()).message).toBe('No flow while heating.');
  });
});
