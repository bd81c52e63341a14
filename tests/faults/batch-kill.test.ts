import { expect, it } from 'vitest';
import { killBatches } from './batch-kill.ts';
import { commandIdsOf, doubledCommands, doubledSteps, lostOf, type Recorded } from './batch-kill-record.ts';

const step = (action: string, object: string, skid = 'QD-1', more: Recorded['data'] = {}): Recorded => ({
  action,
  object,
  data: { skid, purpose: 'procedure', ...more },
});

it('sees a step that ended twice, and takes neither another skid nor another turn for that', () => {
  const [begun, ended] = [step('step-started', 'run/prime'), step('step-ended', 'run/prime')];
  expect(doubledSteps([begun, ended])).toEqual([]);
  expect(doubledSteps([begun, ended, ended])).toContain('QD-1 run/prime ended without having begun');
  expect(doubledSteps([begun, ended, begun, ended])).toEqual(['QD-1 run/prime ended twice in one turn']);
  const other = [step('step-started', 'run/prime', 'QD-2'), step('step-ended', 'run/prime', 'QD-2')];
  expect(doubledSteps([begun, ended, ...other])).toEqual([]);
  const turned = step('turn-ended', 'run', 'QD-1', { again: true });
  expect(doubledSteps([begun, ended, turned, begun, ended])).toEqual([]);
});

it('sees a command that was answered and is not on record, and one that was carried out twice', () => {
  const held: Recorded = { action: 'batch-commanded', object: 'Hold', data: { commandId: 'hold-1' } };
  const refused: Recorded = { action: 'command-refused', object: 'Hold', data: { commandId: 'hold-2' } };
  const records = new Map([['B-1', [held, refused]]]);
  expect(commandIdsOf(records.get('B-1') ?? [])).toEqual(['hold-1']);
  expect(lostOf(records, [{ commandId: 'hold-1', what: 'Hold' }])).toEqual([]);
  expect(lostOf(records, [{ commandId: 'hold-2', what: 'Hold' }])).toHaveLength(1);
  expect(doubledCommands(records)).toEqual([]);
  expect(doubledCommands(new Map([...records, ['B-2', [held]]]))).toHaveLength(1);
});

/** The short form of `npm run campaign -- batch-kill`: two kills of a batch, which is stopped then. */
it('a service killed twice in a batch has lost and doubled nothing, and stands still until people have looked', async () => {
  const said: string[] = [];
  const options = {
    moments: 2,
    batches: [1],
    killWithinMs: 12_000,
    to: 'Stopped',
    say: (line: string) => said.push(line),
  } as const;
  const { wrong, openBatches } = await killBatches(options);
  process.stdout.write(`${said.join('\n')}\n`);
  expect(openBatches).toBeGreaterThanOrEqual(2);
  expect(wrong).toEqual([]);
}, 180_000);
