/** What goes to the field controller, and what does not, over a real socket. */
import { afterEach, describe, expect, it } from 'vitest';
import type { GuardScan, GuardVerdict } from '../../plant/ports/scan-guard.ts';
import { badNoCommunication, good } from '../../plant/quality.ts';
import { skidName } from '../../plant/sample.ts';
import { free, House, operator, set, tripped } from './support/house.ts';
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

const requests = (plc: Plc): number[] =>
  plc.requests.filter(({ code, address }) => code === 16 && address === 1).map(({ words }) => words[0]!);
const pulses = (plc: Plc): number[] =>
  plc.requests.filter(({ code, address }) => code === 16 && address === 2).map(({ words }) => words[0]!);

/** A guard that demands H until a reset was accepted and the field has left. */
function latching(house: House): (scan: GuardScan) => GuardVerdict {
  let [latched, releasing] = [true, false];
  house.onReset = () => (releasing = true);
  return ({ fieldDemand }) => {
    if (releasing && fieldDemand === 'none') [latched, releasing] = [false, false];
    return latched ? { ...tripped('H'), releasing } : free;
  };
}

describe('the heartbeat', () => {
  it('counts up, one for a scan, and first differs from what the register held', async () => {
    const { plc, house } = await begin((each) => (each.holding[0] = 0xfffe));
    await house.until(() => plc.requests.filter(({ code, address }) => code === 16 && address === 0).length >= 4);
    const beats = plc.requests
      .filter(({ code, address }) => code === 16 && address === 0)
      .map(({ words }) => words[0]!);
    expect(beats.slice(0, 4)).toEqual([0xffff, 0, 1, 2]);
    expect(beats.length).toBeLessThanOrEqual(house.scans.length);
  });

  it('stops when the interlocks fail, and HOT-HOLD is asked', async () => {
    const { plc, house } = await begin();
    await house.until(() => plc.heartbeat > 1);
    house.step = () => {
      throw new Error('a fault in the interlocks');
    };
    await house.until(() => plc.step === 10);
    const beat = plc.heartbeat;
    const scan = house.news.length;
    await house.until(() => house.news.length >= scan + 3);
    expect(plc.heartbeat).toBe(beat);
    expect(house.news.at(-1)?.verdict).toMatchObject({ demand: 'H' });
  });
});

describe('the heartbeat, before the interlocks have seen the whole skid,', () => {
  it('is not written: silence keeps the field in its own safe state, or sends it there', async () => {
    const { plc, house } = await begin((_, each) => {
      each.verdict = { ...tripped('B', null), unseen: true };
    });
    const scan = house.news.length;
    await house.until(() => house.news.length >= scan + 3);
    expect(plc.heartbeat).toBe(0);
    house.verdict = tripped('B', null);
    await house.until(() => plc.heartbeat > 0);
  });
});

describe('a controller whose program has stopped while its registers are still answered for', () => {
  it('has no step and no Good value within 2 s, and is asked for a safe state until it runs again', async () => {
    const { plc, house } = await begin();
    expect(house.sample('R201/TT-201A')?.quality).toBe(good);
    plc.runs = false;
    await house.until(() => house.news.at(-1)?.fieldDemand === null);
    expect(house.sample('R201/TT-201A')?.quality).toBe(badNoCommunication);
    house.verdict = tripped('H', 22);
    await house.until(() => requests(plc).length >= 3);
    plc.runs = true;
    await house.until(() => plc.step === 10 && house.news.at(-1)?.fieldDemand === 'H');
  });
});

describe('a trip', () => {
  it('asks the field at the same scan, and only the request word and the heartbeat are written', async () => {
    const { plc, house } = await begin();
    house.verdict = tripped('Hcd', 17);
    await house.until(() => plc.step === 11);
    await house.until(() => house.news.at(-1)?.fieldDemand === 'H');
    expect(new Set(plc.written)).toEqual(new Set([1]));
    expect(requests(plc)[0]).toBe(11);
  });

  it('is asked again while the field does not follow, and no more once it does', async () => {
    const { plc, house } = await begin((each) => (each.obeys = false));
    house.verdict = tripped('S');
    await house.until(() => requests(plc).length >= 4);
    expect(new Set(requests(plc))).toEqual(new Set([20]));
    plc.step = 20;
    await house.until(() => house.news.at(-1)?.fieldDemand === 'S');
    const asked = requests(plc).length;
    const scan = house.news.length;
    await house.until(() => house.news.length >= scan + 3);
    expect(requests(plc)).toHaveLength(asked);
  });

  it('is asserted again when a lost device returns, with nothing else before a reset', async () => {
    const { plc, house } = await begin();
    house.verdict = tripped('H');
    await house.until(() => plc.step === 10);
    const { port } = plc;
    await plc.close();
    await house.until(() => house.news.at(-1)?.fieldDemand === null);
    const back = new Plc();
    back.step = 0;
    open.push({ stop: () => back.close() });
    await back.listen(port);
    expect(await house.execute(set(['F100/FIC-101.SP', 10]))).toMatchObject({ status: 'refused' });
    await house.until(() => back.step === 10);
    expect(new Set(back.written)).toEqual(new Set([1]));
  });

  it('of B asks nothing of the field', async () => {
    const { plc, house } = await begin();
    house.verdict = tripped('B');
    const scan = house.news.length;
    await house.until(() => house.news.length >= scan + 3);
    expect(plc.written).toEqual([]);
  });
});

describe('a reset pulse left from before', () => {
  it('is taken back when the link comes up, so that the next is an edge', async () => {
    const { plc, house } = await begin((each) => (each.holding[2] = 1));
    await house.until(() => plc.holding[2] === 0);
    expect(pulses(plc)[0]).toBe(0);
    expect(plc.step).toBe(0);
  });
});

describe('a reset', () => {
  it('takes the request back, pulses, waits for step 0 and takes the pulse back', async () => {
    const { plc, house } = await begin((_, each) => (each.step = latching(each)));
    await house.until(() => plc.step === 10);
    const outcome = await house.execute({ kind: 'reset', inspected: true });
    expect(outcome).toMatchObject({ status: 'done', readBack: 0 });
    await house.until(() => plc.holding[2] === 0);
    expect(requests(plc).at(-1)).toBe(0);
    expect(pulses(plc)).toEqual([0, 1, 0]);
    expect(house.scans.some(({ leaving, fieldDemand }) => leaving && fieldDemand === 'H')).toBe(true);
    expect(house.scans.at(-1)).toMatchObject({ leaving: false, asked: 'none' });
    expect(house.records.actions().filter((action) => action.startsWith('command'))).toEqual([
      'command-intended',
      'command-done',
    ]);
  });

  it('that the field does not follow fails, and the demand is asserted again', async () => {
    const { plc, house } = await begin((_, each) => (each.step = latching(each)));
    await house.until(() => plc.step === 10);
    plc.obeys = false;
    const reset = house.execute({ kind: 'reset', inspected: true });
    await house.until(() => pulses(plc).includes(1));
    const voided = tripped('H');
    house.step = () => voided;
    expect(await reset).toMatchObject({ status: 'failed' });
    await house.until(() => plc.request === 10 && plc.holding[2] === 0);
  });

  it('pulses nothing where the request word does not read back as let go', async () => {
    const { plc, house } = await begin((_, each) => (each.step = latching(each)));
    await house.until(() => plc.step === 10);
    plc.onWritten = () => (plc.holding[1] = 10);
    expect(await house.execute({ kind: 'reset', inspected: true })).toMatchObject({ status: 'failed' });
    expect(pulses(plc)).not.toContain(1);
    expect(plc.step).toBe(10);
  });

  it('is stopped by a new cause, and by whoever asks for a safe state', async () => {
    const { plc, house } = await begin((_, each) => (each.step = latching(each)));
    await house.until(() => plc.step === 10);
    plc.obeys = false;
    const reset = house.execute({ kind: 'reset', inspected: true });
    await house.until(() => plc.request === 0);
    const asked = house.execute({ kind: 'safe-state', action: 'S' });
    expect(await reset).toMatchObject({ status: 'failed' });
    await house.until(() => plc.request === 20);
    plc.step = 20;
    expect(await asked).toMatchObject({ status: 'done', readBack: 20 });
  });

  it('is stopped by a lock-out, and the safe state is asserted again; what comes after it is refused', async () => {
    const { plc, house } = await begin((_, each) => (each.step = latching(each)));
    await house.until(() => plc.step === 10);
    plc.obeys = false;
    const reset = house.execute({ kind: 'reset', inspected: true });
    await house.until(() => plc.request === 0);
    const lock = { skid: skidName('QD-1'), device: 'PLC-1', reason: 'Pump head changed', actor: operator };
    expect(await house.gateway.maintenance.lockOut(lock)).toEqual({ done: true });
    expect(await reset).toMatchObject({ status: 'failed', message: expect.stringContaining('Pump head changed') });
    await house.until(() => plc.request === 10);
    expect(await house.execute({ kind: 'reset', inspected: true })).toMatchObject({ status: 'refused', by: 'block' });
    expect(await house.execute({ kind: 'safe-state', action: 'S' })).not.toMatchObject({ status: 'refused' });
  });

  it('that the interlocks refuse writes nothing and names why', async () => {
    const { plc, house } = await begin((_, each) => (each.step = latching(each)));
    await house.until(() => plc.step === 10);
    house.resetRefusedBy = ['Temperature high: away for 12 s of 60 s.'];
    expect(await house.execute({ kind: 'reset', inspected: true })).toMatchObject({
      status: 'refused',
      by: 'interlock',
      message: 'Temperature high: away for 12 s of 60 s.',
    });
    expect(requests(plc)).not.toContain(0);
    expect(pulses(plc)).toEqual([]);
  });

  it('leaves nothing where a safe state is asked for while it is being recorded', async () => {
    const { plc, house } = await begin((_, each) => (each.step = latching(each)));
    await house.until(() => plc.step === 10);
    let recorded: () => void = () => undefined;
    house.records.onAppend = ({ action, data }) =>
      action === 'command-intended' && data?.kind === 'reset'
        ? new Promise((resolve) => (recorded = resolve))
        : undefined;
    const reset = house.execute({ kind: 'reset', inspected: true });
    await house.until(() => house.scans.length > 3);
    expect(await house.execute({ kind: 'safe-state', action: 'H' })).toMatchObject({ status: 'done' });
    recorded();
    expect(await reset).toMatchObject({ status: 'refused', by: 'state' });
    expect(pulses(plc)).toEqual([]);
    expect(plc.step).toBe(10);
  });

  it('that came to nothing while the field was let go leaves nothing, though only a start is blocked', async () => {
    const { plc, house } = await begin((each, rooms) => {
      each.step = 1;
      each.obeys = false;
      const latched = tripped('B', null);
      rooms.verdict = { ...latched, causes: latched.causes.map((cause) => ({ ...cause, latched: true as const })) };
    });
    expect(await house.execute({ kind: 'reset', inspected: true })).toMatchObject({ status: 'failed' });
    expect(pulses(plc)).not.toContain(1);
  });

  it('leaves the step after power-up', async () => {
    const { plc, house } = await begin((each, rooms) => {
      each.step = 1;
      let releasing = false;
      let latched = true;
      rooms.onReset = () => (releasing = true);
      rooms.step = ({ fieldDemand }) => {
        if (releasing && fieldDemand === 'none') [latched, releasing] = [false, false];
        return latched ? { ...tripped('B', null), releasing } : free;
      };
    });
    expect(await house.execute({ kind: 'reset', inspected: true })).toMatchObject({ status: 'done', readBack: 0 });
    expect(plc.step).toBe(0);
  });
});

describe('commands that come within one scan', () => {
  it('are held to the limits of what they make together', async () => {
    const { plc, house } = await begin();
    const outcomes = await Promise.all([
      house.execute(set(['F100/FIC-104.SP', 40])),
      house.execute(set(['F100/FIC-103.SP', 40])),
      house.execute(set(['F100/FIC-102.SP', 1])),
    ]);
    expect(outcomes).toMatchObject([{ status: 'done' }, { status: 'done' }, { status: 'refused', by: 'limits' }]);
    expect(plc.written).toEqual([26, 24]);
  });
});

describe('a write that the device refuses', () => {
  it('fails with its exception', async () => {
    const { plc, house } = await begin((each) => (each.onWrite = (address) => (address === 20 ? 4 : null)));
    expect(await house.execute(set(['F100/FIC-101.SP', 10]))).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('exception 4') as string,
    });
    expect(plc.holding[20]).toBe(0);
  });

  it('is not tried across a lost link: refused at once without one, failed where it goes in between', async () => {
    const { plc, house } = await begin();
    plc.mangle = (answer, { code, address }, socket) => {
      if (code !== 16 || address !== 20) return answer;
      socket.destroy();
      return null;
    };
    expect(await house.execute(set(['F100/FIC-101.SP', 10]))).toMatchObject({ status: 'failed' });
    expect(await house.execute(set(['F100/FIC-101.SP', 11]))).toMatchObject({ status: 'refused', by: 'link' });
  });
});

describe('a safe state asked by command', () => {
  it('is held and shown to the interlocks until it is released', async () => {
    const { plc, house } = await begin();
    expect(await house.execute({ kind: 'safe-state', action: 'H' })).toMatchObject({ status: 'done', readBack: 10 });
    await house.until(() => house.scans.at(-1)?.asked === 'H');
    expect(await house.execute(set(['F100/FIC-101.SP', 5]))).toMatchObject({ status: 'refused', by: 'interlock' });
    expect(await house.execute({ kind: 'release' })).toMatchObject({ status: 'done', readBack: 0 });
    expect(plc.step).toBe(0);
    expect(await house.execute({ kind: 'release' })).toMatchObject({ status: 'refused', by: 'state' });
    await house.until(() => house.scans.at(-1)?.asked === 'none');
  });

  it('again while its release is being recorded stands', async () => {
    const { plc, house } = await begin();
    await house.execute({ kind: 'safe-state', action: 'H' });
    let recorded: () => void = () => undefined;
    house.records.onAppend = ({ action, data }) =>
      action === 'command-intended' && data?.kind === 'release'
        ? new Promise((resolve) => (recorded = resolve))
        : undefined;
    const release = house.execute({ kind: 'release' });
    const scan = house.news.length;
    await house.until(() => house.news.length > scan);
    expect(await house.execute({ kind: 'safe-state', action: 'H' })).toMatchObject({ status: 'done', readBack: 10 });
    recorded();
    expect(await release).toMatchObject({ status: 'refused', by: 'state' });
    expect(pulses(plc)).toEqual([]);
    expect(plc.step).toBe(10);
  });

  it('is not released while an interlock demands', async () => {
    const { plc, house } = await begin();
    await house.execute({ kind: 'safe-state', action: 'H' });
    house.verdict = tripped('B', 22);
    await house.until(() => house.news.at(-1)?.verdict.demand === 'B');
    expect(await house.execute({ kind: 'release' })).toMatchObject({ status: 'refused', by: 'interlock' });
    expect(plc.step).toBe(10);
  });

  it('without a link fails, is kept, and asked as soon as the device answers', async () => {
    const { plc, house } = await begin();
    const { port } = plc;
    await plc.close();
    await house.until(() => house.news.at(-1)?.fieldDemand === null);
    expect(await house.execute({ kind: 'safe-state', action: 'H' })).toMatchObject({ status: 'failed' });
    await plc.listen(port);
    await house.until(() => plc.step === 10);
  });
});

describe('a stop', () => {
  it('hands a running skid over to its field controller, and says so', async () => {
    const { plc, house } = await begin();
    await house.gateway.stop();
    expect(plc.step).toBe(10);
    expect(house.gateway.health()).toMatchObject({
      state: 'stopped',
      detail: expect.stringContaining('HOT-HOLD') as string,
    });
  });

  it('leaves a cold skid that waits for a reset alone', async () => {
    const { plc, house } = await begin((each, rooms) => {
      each.step = 1;
      rooms.verdict = tripped('B', null);
    });
    await house.gateway.stop();
    expect(plc.step).toBe(1);
    expect(plc.written).toEqual([]);
  });

  it('takes back a reset that is just letting the field go', async () => {
    const { plc, house } = await begin((_, each) => (each.step = latching(each)));
    await house.until(() => plc.step === 10);
    plc.obeys = false;
    const reset = house.execute({ kind: 'reset', inspected: true });
    await house.until(() => pulses(plc).includes(1));
    expect(plc.request).toBe(0);
    await house.gateway.stop();
    expect(await reset).toMatchObject({ status: 'failed' });
    expect(plc.request).toBe(10);
  });

  it('hands a hot skid over though it does not run', async () => {
    const { plc, house } = await begin((each, rooms) => {
      each.step = 1;
      each.say('reactorTemperatureIndependent', 91);
      rooms.verdict = tripped('B', null);
    });
    await house.gateway.stop();
    expect(plc.step).toBe(10);
  });

  it('is quick without a device, and may come twice and before a start', async () => {
    const house = new House([skidOf(cdse, 1)]);
    await house.gateway.stop();
    await house.gateway.start();
    const began = performance.now();
    await Promise.all([house.gateway.stop(), house.gateway.stop()]);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(house.gateway.health().state).toBe('stopped');
    expect(await house.execute(set(['F100/FIC-101.SP', 5]))).toMatchObject({ status: 'refused', by: 'busy' });
  });
});
