import { describe, expect, it } from 'vitest';
import { measuredData } from '../support/measured-data.ts';
import { rigRound } from './rig.ts';

const recording = measuredData('rig/valve1-0.csv');

describe.runIf(recording !== null)('a recording of a real rig', () => {
  it('is in InfluxDB value by value, though influxd was away for a third of it and the service was killed twice, losing what was unsynced', async () => {
    const outcome = await rigRound(
      recording!,
      { speed: 80, kills: [0.25, 0.6], outage: true, loseUnsynced: true },
      (line) => process.stdout.write(`${line}\n`),
    );
    expect(outcome).toMatchObject({ rows: 1147, values: 1147 * 8, missing: 0, wrong: 0, extra: 0 });
  });
});
