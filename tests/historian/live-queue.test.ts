import { describe, expect, it } from 'vitest';
import { LiveQueue, mostWaiting, type Live } from '../../historian/live-queue.ts';
import type { HistoryGap } from '../../plant/ports/history.ts';
import { mesolineError } from '../../plant/errors.ts';
import type { Sample } from '../../plant/sample.ts';
import { quietLog, sample, temperature, type Said } from './world.ts';

const samples = (count: number, from = 0): Sample[] =>
  Array.from({ length: count }, (_, i) => sample(temperature, i, from + i));

/** A queue before a spool that refuses while `full`. */
function queueTo() {
  const spool = { full: false, samples: [] as Sample[], gaps: [] as HistoryGap[], seen: [] as Live['seen'][] };
  const said: Said[] = [];
  const append = ({ samples: points, gaps, seen }: Live): Promise<void> => {
    if (spool.full) return Promise.reject(mesolineError('spool-refused', 'the spool', 'It is full.', 'Make room.'));
    spool.samples.push(...points);
    spool.gaps.push(...gaps);
    spool.seen.push(seen);
    return Promise.resolve();
  };
  return { spool, said, queue: new LiveQueue(append, quietLog(said)) };
}

describe('points of live skids', () => {
  it('reach the spool in order', async () => {
    const { spool, queue } = queueTo();
    queue.push(samples(3));
    queue.push(samples(2, 3));
    await queue.flush();
    expect(spool.samples).toEqual([...samples(3), ...[0, 1].map((i) => sample(temperature, i, 3 + i))]);
    expect(queue.waiting).toBe(0);
  });

  it('wait while the spool refuses, which is said once, and are all kept when it takes them again', async () => {
    const { spool, queue, said } = queueTo();
    spool.full = true;
    queue.push(samples(10));
    await queue.flush();
    await queue.flush();
    expect(queue.refusal).toContain('It is full.');
    expect(said.filter(({ level }) => level === 'error')).toHaveLength(1);
    spool.full = false;
    await queue.flush();
    expect(spool.samples).toEqual(samples(10));
    expect(spool.gaps).toEqual([]);
    expect(queue.refusal).toBeNull();
  });

  it('are given up when memory is full, the newest of them, and the gap is written when the spool works again', async () => {
    const { spool, queue } = queueTo();
    spool.full = true;
    queue.push(samples(mostWaiting));
    await queue.flush();
    queue.push(samples(5, mostWaiting));
    await queue.flush();
    expect(queue.givenUp).toBe(5);
    spool.full = false;
    await queue.flush();
    expect(spool.samples).toHaveLength(mostWaiting);
    expect(spool.samples.at(-1)?.sourceTime).toBe(mostWaiting - 1);
    expect(spool.gaps).toMatchObject([{ skid: 'QD-1', from: mostWaiting + 3, to: mostWaiting + 7, points: 5 }]);
    expect(spool.gaps[0]?.reason).toContain('It is full.');
  });
});
