/** When a batch began is one moment: as it runs, and as a restart of the service finds it. */
import { afterEach, expect, it } from 'vitest';
import { looking } from './recipes.ts';
import { RoomBench } from './support.ts';
let bench: RoomBench;
afterEach(() => bench.close());
it('the start of a batch whose first line was written late is when it was decided, before and after a restart', async () => {
  bench = await RoomBench.open({ recipes: [looking()] });
  bench.keeper.fate = (events) => {
    if (events.some(({ action }) => action === 'batch-started')) bench.keeper.hold();
    return 'written';
  };
  const first = bench.start();
  while (!bench.keeper.isHolding) await bench.scan(0.001);
  for (let i = 0; i < 3; i++) await bench.scan();
  bench.keeper.letGo();
  await first;
  const { startedAt } = await bench.view();
  await bench.restart();
  expect((await bench.view()).startedAt).toBe(startedAt);
});
