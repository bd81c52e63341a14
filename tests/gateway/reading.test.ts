/** From the registers of a device to the scan's news, over a real socket. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  badNotConnected,
  badOutOfRange,
  badSensorFailure,
  badWaitingForInitialData,
  good,
  isGood,
} from '../../plant/quality.ts';
import { House } from './support/house.ts';
import { cdse, Plc, skidOf } from './support/plc.ts';

const open: { stop: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function begin(): Promise<{ plc: Plc; house: House }> {
  const plc = new Plc();
  await plc.listen();
  const house = new House([skidOf(cdse, plc.port)]);
  open.push({ stop: () => plc.close() }, { stop: () => house.gateway.stop() });
  await house.gateway.start();
  return { plc, house };
}

const seen = (house: House): boolean => isGood(house.sample('R201/TT-201A')?.quality ?? badWaitingForInitialData);

/** Its registers come by several reads: a scan may fall between them. */
const seenWhole = (house: House): boolean =>
  house.news.at(-1)?.batch.samples.every(({ quality }) => isGood(quality)) ?? false;

describe('the scan', () => {
  it('brings every tag of the skid, Good, with the value the device has', async () => {
    const { plc, house } = await begin();
    plc.say('reactorTemperatureA', 158.25);
    plc.say('heaterOutput', 41.7);
    await house.until(() => house.sample('R201/TT-201A')?.value === 158.25 && seenWhole(house));
    expect(house.sample('R201/TIC-201.OP')).toMatchObject({ value: 41.7, quality: good });
    expect(house.news.at(-1)?.batch.samples).toHaveLength(cdse.tags.length);
  });

  it('evaluates derived tags from their parts', async () => {
    const { plc, house } = await begin();
    plc.say('reactorTemperatureA', 120);
    plc.say('reactorTemperatureB', 121.5);
    await house.until(() => house.sample('R201/T.max')?.value === 121.5);
    expect(house.sample('R201/T.max')?.quality).toBe(good);
  });

  it('says that nothing is known before the first reading', async () => {
    const house = new House([skidOf(cdse, 1)]);
    open.push({ stop: () => house.gateway.stop() });
    await house.gateway.start();
    await house.until(() => house.news.length > 1);
    expect(house.sample('R201/TT-201A')).toMatchObject({ value: null, quality: badWaitingForInitialData });
    expect(house.gateway.health()).toMatchObject({ state: 'degraded' });
  });

  it('takes what a sensor cannot have measured for Bad, and keeps the last value where there is none', async () => {
    const { plc, house } = await begin();
    plc.say('reactorTemperatureA', 150);
    await house.until(() => house.sample('R201/TT-201A')?.value === 150);
    plc.say('reactorTemperatureA', NaN);
    plc.say('reactorTemperatureB', 900);
    await house.until(() => house.sample('R201/TT-201B')?.quality === badOutOfRange);
    expect(house.sample('R201/TT-201A')).toMatchObject({ value: 150, quality: badSensorFailure });
    expect(house.sample('R201/T.max')?.quality).not.toBe(good);
  });

  it('turns every tag Bad at once when the device goes, keeps the values, and Good within 2 s of its return', async () => {
    const { plc, house } = await begin();
    plc.say('reactorTemperatureA', 160);
    await house.until(() => house.sample('R201/TT-201A')?.value === 160);
    const { port } = plc;
    await plc.close();
    const goneAt = performance.now();
    await house.until(() => !seen(house));
    expect(performance.now() - goneAt).toBeLessThan(500);
    expect(house.sample('R201/TT-201A')).toMatchObject({ value: 160, quality: badNotConnected });
    expect(
      house.news.at(-1)?.batch.samples.filter(({ tag, quality }) => isGood(quality) && !tag.endsWith('/R201/R0')),
    ).toEqual([]);
    expect(house.news.at(-1)?.fieldDemand).toBeNull();

    await plc.listen(port);
    const backAt = performance.now();
    await house.until(() => seen(house));
    expect(performance.now() - backAt).toBeLessThan(2000);
  });

  it('shows the interlocks each scan before anyone else', async () => {
    const { house } = await begin();
    await house.until(() => house.news.length >= 3);
    expect(house.scans.length).toBeGreaterThanOrEqual(house.news.length);
    expect(house.news.map(({ batch }) => batch.scan)).toEqual(house.news.map((_, index) => index + 1));
    expect(house.news[0]?.verdict).toBe(house.verdict);
  });
});
