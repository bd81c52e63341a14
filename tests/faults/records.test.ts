import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../control/records/support.ts';
import { accuseHonest, atCommandLine, changeBytes, forge } from './records.ts';
import { makeLedger, type MadeLedger } from './support/made-ledger.ts';
import { killWhileRecording } from './support/recording-service.ts';

const folder = temporaryFolder();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
let made: MadeLedger;

beforeAll(async () => {
  made = await makeLedger(folder.path);
});
afterAll(() => folder.remove());

describe('the record of two batches', () => {
  it('shows any single changed byte, wherever it is stored, and names the event', () => {
    const { kinds, changes, missed, unnamed } = changeBytes(made, 20, say);
    expect([kinds, changes]).toEqual([16, 320]);
    expect(missed).toEqual([]);
    expect(unnamed).toEqual([]);
  });

  it('shows every forgery of the whole, and the service starts on none', async () => {
    const { missed, started } = await forge(made, 1, say);
    expect(missed).toEqual([]);
    expect(started).toEqual([]);
  });

  it('is judged at the command line as it is', () => {
    expect(atCommandLine(made, say)).toEqual({ asked: 5, wrong: 0 });
  });
});

it('accuses no honest ledger and no honest export', async () => {
  expect(await accuseHonest(5, say)).toMatchObject({ ledgers: 5, accused: 0 });
});

it('loses nothing it acknowledged when it is killed, unsynced writes thrown away, and starts on its ledger', async () => {
  const outcome = await killWhileRecording([600, 1200], say);
  expect(outcome).toMatchObject({ kills: 2, lost: [], refusedStarts: 0, notVerified: [] });
  expect(outcome.acknowledged).toBeGreaterThan(0);
});
