/** What goes to the field with a safe state, and inputs that are held, over a real socket. */
import { afterEach, describe, expect, it } from 'vitest';
import { goodLocalOverride } from '../../plant/quality.ts';
import { localTag } from '../../plant/sample.ts';
import { free, House, set, tripped } from './support/house.ts';
import { cdse, Plc, skidOf } from './support/plc.ts';

const open: { stop: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.stop();
});

async function begin(prepare: (plc: Plc, house: House) => void = () => undefined) {
  const plc = new Plc();
  plc.step = 0;
  await plc.listen();
  const house = new House([skidOf(cdse, plc.port)]);
  prepare(plc, house);
  open.push({ stop: () => plc.close() }, { stop: () => house.gateway.stop() });
  await house.gateway.start();
  await house.until(() => house.news.at(-1)?.fieldDemand != null, 'the first step');
  return { plc, house };
}

describe('what goes with a trip', () => {
  it('is one frame, in the same turn as the scan: request, reset 0, diverter at waste, measures, row', async () => {
    const { plc, house } = await begin((each) => (each.holding[3] = 1));
    house.verdict = { ...tripped('S', 16), row: 16, measures: ['divert waste'] };
    await house.until(() => plc.step === 20);
    const frame = plc.requests.find(({ code, address }) => code === 16 && address === 1);
    expect(frame?.words).toEqual([20, 0, 0, 1, 16]);
    expect(plc.holding[3]).toBe(0);
    await house.until(() => house.scans.at(-1)?.firstOutRow === 16);
    const { commanded, fieldDemand } = house.scans.at(-1)!;
    expect(fieldDemand).toBe('S');
    expect(commanded?.demand).toBe('S');
  });

  it('reaches a controller that refuses what goes with it: the request alone, at once', async () => {
    const { plc, house } = await begin((each) => {
      each.onWrite = (address, words) => (address === 1 && words.length > 1 ? 4 : null);
    });
    house.verdict = { ...tripped('S', 16), row: 16 };
    await house.until(() => plc.step === 20);
    await house.until(() => plc.holding[5] === 16, 'the row behind it');
    expect(plc.requests.filter(({ code, address }) => code === 16 && address === 1).map(({ words }) => words)).toEqual([
      [20, 0, 0, 0, 16],
      [20],
    ]);
  });

  it('of B is the measure alone, held until it is asked for no more', async () => {
    const { plc, house } = await begin();
    house.verdict = { ...tripped('B', 16), measures: ['divert waste', 'block acid'] };
    await house.until(() => plc.holding[4] === 3);
    plc.holding[4] = 0;
    await house.until(() => plc.holding[4] === 3);
    expect(new Set(plc.written)).toEqual(new Set([4]));
    house.verdict = free;
    await house.until(() => plc.holding[4] === 0);
  });

  it('is asked again as soon as a lost device is back', async () => {
    const { plc, house } = await begin();
    house.verdict = { ...tripped('B', 16), measures: ['divert waste'] };
    await house.until(() => plc.holding[4] === 1);
    const { port } = plc;
    await plc.close();
    await house.until(() => house.news.at(-1)?.fieldDemand === null);
    const back = new Plc();
    back.step = 0;
    open.push({ stop: () => back.close() });
    await back.listen(port);
    await house.until(() => back.holding[4] === 1);
  });

  it('leaves a measure from before a restart alone until nothing is demanded', async () => {
    const { plc, house } = await begin((each, rooms) => {
      each.holding[4] = 1;
      rooms.verdict = tripped('B', null);
    });
    const scan = house.news.length;
    await house.until(() => house.news.length >= scan + 3);
    house.verdict = { ...tripped('H', 12), row: 12 };
    await house.until(() => plc.step === 10);
    expect(plc.holding.slice(1, 6)).toEqual(Uint16Array.of(10, 0, 0, 1, 12));
    plc.step = 0;
    house.verdict = free;
    await house.until(() => plc.holding[4] === 0);
  });
});

describe('an input that two people hold', () => {
  it('stands in the place of what the field says, and what is derived of it follows', async () => {
    const { plc, house } = await begin();
    plc.say('reactorTemperatureA', 25);
    house.forces = new Map([[localTag('R201/TT-201A'), 150]]);
    await house.until(() => house.sample('R201/TT-201A')?.value === 150);
    expect(house.sample('R201/TT-201A')?.quality).toBe(goodLocalOverride);
    expect(house.scans.at(-1)?.samples.get(localTag('R201/T.max'))?.value).toBe(150);
    house.forces = new Map();
    await house.until(() => house.sample('R201/TT-201A')?.value === 25);
  });

  it('is not set: what is written there could not be seen', async () => {
    const { house, plc } = await begin();
    house.forces = new Map([[localTag('F100/FIC-101.SP'), 0]]);
    const scan = house.news.length;
    await house.until(() => house.news.length > scan);
    const outcome = await house.execute(set(['F100/FIC-101.SP', 5]));
    expect(outcome).toMatchObject({ status: 'refused', by: 'interlock' });
    expect(plc.written).toEqual([]);
  });
});
