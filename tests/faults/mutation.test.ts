import { expect, it } from 'vitest';
import { mutate } from './mutation.ts';

it('sees nine of ten changes of the limit alarm’s logic; the campaign looks at the interlocks too', async () => {
  const { killed, survivors } = await mutate({ files: ['alarms/limit.ts'], tests: ['tests/alarms/limit.test.ts'] });
  expect(killed).toBeGreaterThan(20);
  expect(survivors.length / (killed + survivors.length), survivors.join('\n')).toBeLessThanOrEqual(0.1);
});
