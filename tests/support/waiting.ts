/** Waiting for what will be, without sleeping for how long it might take. */
import { setTimeout as pause } from 'node:timers/promises';

/** Asks again until `holds`. @throws where it does not within `withinMs`, saying what was awaited. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  {
    withinMs = 20_000,
    everyMs = 50,
    what = 'a condition',
  }: { withinMs?: number; everyMs?: number; what?: string | (() => string) } = {},
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) {
      throw new Error(`Waited ${withinMs} ms for ${typeof what === 'function' ? what() : what}`);
    }
    await pause(everyMs);
  }
}
