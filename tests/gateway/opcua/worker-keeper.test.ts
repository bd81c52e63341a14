import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkerKeeper } from '../../../gateway/opcua/worker/worker-keeper.ts';
import { milliseconds } from '../../../plant/clock.ts';
import type { Log } from '../../../plant/log.ts';
import { HandClock } from '../support/house.ts';

const silent: Log = { debug: say, info: say, warn: say, error: say, child: () => silent };
function say(): void {
  return;
}

class Threads {
  readonly clock = new HandClock();
  readonly health: Readonly<{ again: boolean; detail: string }>[] = [];
  opened = 0;
  opens: () => Promise<void> = () => Promise.resolve();
  die: (reason: string) => void = () => undefined;
  readonly keeper = new WorkerKeeper({
    clock: this.clock,
    log: silent,
    pauses: [100, 200].map(milliseconds),
    open: async (died) => {
      this.opened += 1;
      this.die = died;
      await this.opens();
    },
    lost: (health) => this.health.push(health),
  });

  async pass(ms: number): Promise<void> {
    this.clock.now += ms;
    await vi.advanceTimersByTimeAsync(ms);
  }
}

describe('a thread that is kept', () => {
  let threads: Threads;
  beforeEach(() => {
    vi.useFakeTimers();
    threads = new Threads();
  });
  afterEach(() => {
    threads.keeper.letGo();
    vi.useRealTimers();
  });

  it('is started again after a pause that grows', async () => {
    await threads.keeper.start();
    threads.die('heap');
    expect(threads.health).toMatchObject([{ again: true, detail: expect.stringContaining('heap') }]);
    await threads.pass(99);
    expect(threads.opened).toBe(1);
    await threads.pass(1);
    expect(threads.opened).toBe(2);
    threads.die('heap');
    await threads.pass(199);
    expect(threads.opened).toBe(2);
    await threads.pass(1);
    expect(threads.opened).toBe(3);
  });

  it('is given up where it dies five times within ten minutes, and not where it takes longer', async () => {
    await threads.keeper.start();
    for (let i = 0; i < 4; i++) {
      threads.die('heap');
      await threads.pass(200);
    }
    await threads.pass(10 * 60_000);
    for (let i = 0; i < 4; i++) {
      threads.die('heap');
      await threads.pass(200);
    }
    expect(threads.health.every(({ again }) => again)).toBe(true);
    threads.die('heap');
    expect(threads.health.at(-1)).toMatchObject({ again: false, detail: expect.stringMatching(/5 times.*Restart/) });
    const { opened } = threads;
    await threads.pass(60_000);
    expect(threads.opened).toBe(opened);
  });

  it('that cannot be started again counts as dead again', async () => {
    await threads.keeper.start();
    threads.opens = () => Promise.reject(new Error('the port is taken'));
    threads.die('heap');
    await threads.pass(100);
    expect(threads.health).toHaveLength(2);
    expect(threads.health[1]?.detail).toContain('the port is taken');
    await threads.pass(10_000);
    expect(threads.health.at(-1)).toMatchObject({ again: false });
  });

  it('that was let go stays away, whatever it says', async () => {
    await threads.keeper.start();
    threads.keeper.letGo();
    threads.die('heap');
    await threads.pass(10_000);
    expect([threads.opened, threads.health.length]).toEqual([1, 0]);
  });

  it('whose first start fails says so, and is not tried again', async () => {
    threads.opens = () => Promise.reject(new Error('the port is taken'));
    await expect(threads.keeper.start()).rejects.toThrow('the port is taken');
    await threads.pass(10_000);
    expect([threads.opened, threads.health.length]).toEqual([1, 0]);
  });
});
