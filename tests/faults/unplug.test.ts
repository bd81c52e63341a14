import { expect, it } from 'vitest';
import { unplugRound } from './unplug.ts';

/** A wall-clock promise of 2 s is held here at twice its bound; `npm run campaign -- unplug` holds it as it is. */
const withinMs = 4000;

it('turns every tag Bad everywhere when a twin is unplugged, trips, asserts the trip again on its return, and writes nothing else until the reset', async () => {
  const outcome = await unplugRound(10, (line) => process.stdout.write(`${line}\n`));
  expect(outcome.badAtApiMs).toBeLessThan(withinMs);
  expect(outcome.badAtOpcUaMs).toBeLessThan(withinMs);
  expect(outcome.badAtPageMs).toBeLessThan(withinMs);
  expect(outcome).toMatchObject({ calledOverOpcUa: 'Good', calledWhileTripped: 'BadInvalidState' });
  expect(outcome).toMatchObject({ demandUnplugged: 'H', strayWrites: [], resetDone: true, runsAfterReset: true });
  expect(outcome.commandRefusedBy).toMatch(/409.*(HOT-HOLD|[Ii]nterlock|[Ss]tale|reset)/);
});
