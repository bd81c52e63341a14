/** Earlier records "stay readable": at the desk nobody finds them. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import type { RecordEvent } from '../../../../plant/record-event.ts';
import { looking } from './recipes.ts';
import { RoomBench } from './support.ts';
let bench: RoomBench;
afterEach(() => bench.close());
it('the sections of an earlier record are shown by the desk', async () => {
  bench = await RoomBench.open({ recipes: [looking()] });
  const lines = readFileSync(new URL('earlier-form.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const events = lines
    .map((line) => JSON.parse(line) as RecordEvent)
    .filter(({ action }) => action !== 'record-signed');
  await bench.keeper.appendAll(events);
  await bench.restart();
  expect(await bench.batches.desk.sections('B-2026-0001')).toHaveLength(18);
});
