/** The campaign of `npm run campaign -- fuzz` in short; it feeds a million messages. */
import { expect, it } from 'vitest';
import { fuzz, fuzzDrivers, sumOf } from './fuzz.ts';

const seed = 20_260_101;

it('accepts nothing that a strict parser refuses, refuses nothing that it accepts, and never falls over', async () => {
  const outcome = await fuzz(40_000, seed, () => undefined);
  expect(outcome.examples).toEqual([]);
  expect(sumOf(outcome, 'messages')).toBeGreaterThanOrEqual(40_000);
  expect([sumOf(outcome, 'crashed'), sumOf(outcome, 'wrong'), sumOf(outcome, 'tooStrict')]).toEqual([0, 0, 0]);
  // One that accepts nothing, or everything, would prove nothing.
  for (const [name, { messages, accepted, refused }] of outcome.tallies) {
    expect(accepted / messages, name).toBeGreaterThan(0.15);
    expect(refused / messages, name).toBeGreaterThan(0.3);
  }
});

it('lets no value into the image as Good that no right answer said, and its drivers come back', async () => {
  const { wrong, crashes, lost, damaged, fewestGood, malformed, bad } = await fuzzDrivers(3000, seed);
  expect({ wrong, crashes, lost }).toEqual({ wrong: [], crashes: [], lost: [] });
  expect(damaged).toBeGreaterThan(300);
  expect(fewestGood).toBeGreaterThan(0);
  expect(malformed).toBeGreaterThan(100);
  expect(bad).toBeGreaterThan(0);
});
