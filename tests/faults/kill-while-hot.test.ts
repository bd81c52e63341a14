import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/waiting.ts';
import { asksEquipment, LoneLine, words, type Noted } from './support/lone-line.ts';

/** The service is killed while the line is hot: the field goes on alone, and what comes up again adopts it and does not let go. */
const timeScale = 10;
/** The field's watchdog is 3 s of the wall; its cycle and our asking after it come on top. */
/** Twice the watchdog's own time: how near it comes to 3 s is a campaign's to say. */
const watchdogWithinMs = 2 * 3000;
let line!: LoneLine;

beforeAll(async () => {
  line = await LoneLine.start('killed', timeScale);
  await line.resetWhenTaken();
  await line.heat();
});

afterAll(async () => {
  await line.stop();
});

const isHotHold = (step: number): boolean => step >= 10 && step < 20;
const isRequest = ({ address, value }: Noted): boolean => address === words.request && value !== 0;

describe('a service that is killed while its line is hot', () => {
  it('leaves a field controller that runs HOT-HOLD by itself when the heartbeat has stood for 3 s', async () => {
    expect(await line.step()).toBe(0);
    await line.killService();
    expect(line.written.some(isRequest)).toBe(false);
    const lastBeat = line.written.findLast(({ address }) => address === words.heartbeat)?.at ?? Number.NaN;
    await until(async () => isHotHold(await line.step()), { withinMs: 10_000, everyMs: 20, what: 'HOT-HOLD' });
    const after = performance.now() - lastBeat;
    process.stdout.write(`HOT-HOLD ${after.toFixed(0)} ms after the last heartbeat\n`);
    expect(after).toBeGreaterThan(2500);
    expect(after).toBeLessThan(watchdogWithinMs);
  });

  it('comes up tripped, asks for HOT-HOLD itself, names what the field did, and lets nothing run', async () => {
    line.written.length = 0;
    await line.startAgain();
    await until(() => line.written.some(isRequest), { what: 'HOT-HOLD to be asked' });
    await until(async () => (await line.values()).demand === 'H', { what: 'the demand' });
    const { firstOut, resetRefusedBy } = await line.interlocks();
    expect(firstOut.map(({ title }) => title)).toContain('Service silent');
    expect(resetRefusedBy.join(' ')).toContain('Start of the service');
    expect(await line.set('F100/FIC-104.SP', 30)).toMatchObject({ status: 409 });
    expect(await line.command({ kind: 'release' })).toMatchObject({ status: 409 });
    expect(await line.reset()).toMatchObject({ status: 409 });
  });

  it('does not step down by itself, though it beats again, and is free after a reset', async () => {
    const beats = (): number => line.written.filter(({ address }) => address === words.heartbeat).length;
    const before = beats();
    await until(() => beats() > before + 20, { what: 'twenty heartbeats' });
    expect(isHotHold(await line.step())).toBe(true);
    expect((await line.values()).demand).toBe('H');
    const written = line.written.filter(
      (each) => asksEquipment(each) || (each.address === words.request && each.value !== 10),
    );
    expect(written).toEqual([]);
    await line.resetWhenTaken();
    expect(await line.step()).toBe(0);
    expect(await line.values()).toMatchObject({ demand: 'none', fieldDemand: 'none' });
    await until(() => line.recorded().some(({ action }) => action === 'interlock-reset'));
    const said = line.recorded().map(({ action, object }) => `${action} ${object}`);
    expect(said).toContain('interlock-tripped interlock 23');
    expect(said.filter((each) => each.startsWith('interlock-booted'))).toHaveLength(2);
  });
});
