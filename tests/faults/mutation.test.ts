import { expect, it } from 'vitest';
import { mutate } from './mutation.ts';

it('sees nine of ten changes of the limit alarm’s logic; the campaign looks at every file of the interlocks too', async () => {
  const judged = await mutate({ files: ['alarms/limit.ts'], tests: ['tests/alarms/limit.test.ts'] });
  expect(judged.map(({ file }) => file)).toEqual(['alarms/limit.ts']);
  for (const { killed, survivors } of judged) {
    expect(killed).toBeGreaterThan(20);
    expect(survivors.length / (killed + survivors.length), survivors.join('\n')).toBeLessThanOrEqual(0.1);
  }
});
