import { describe, expect, it } from 'vitest';
import type { WorkerSetup } from '../../../gateway/opcua/worker/messages.ts';
import { mostSilentLooks, Silence } from '../../../gateway/opcua/worker/worker-silence.ts';
import { WorkerThread } from '../../../gateway/opcua/worker/worker-thread.ts';

describe('a thread that says nothing', () => {
  it('is given up once, after so many looks in a row', () => {
    const silence = new Silence();
    const looks = (count: number): boolean[] => Array.from({ length: count }, () => silence.look());
    expect(looks(mostSilentLooks - 1)).not.toContain(true);
    silence.heard();
    expect(looks(mostSilentLooks - 1)).not.toContain(true);
    expect(looks(3)).toEqual([true, false, false]);
  });

  it('has died of that, once, and its thread is gone', async () => {
    const died: string[] = [];
    const thread = new WorkerThread({} as WorkerSetup, {
      take: () => undefined,
      said: () => undefined,
      died: (reason) => died.push(reason),
    });
    thread.giveUp('its thread has said nothing');
    await expect(thread.ready(1000)).rejects.toThrow('said nothing');
    await thread.end(0);
    expect(died).toEqual(['its thread has said nothing']);
  });
});
