import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isGood } from '../../../plant/quality.ts';
import { skidName } from '../../../plant/sample.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { JulaboCirculator } from '../../../twin/instruments/julabo.ts';
import { KnauerPump } from '../../../twin/instruments/knauer.ts';
import type { LineInstrument } from '../../../twin/instruments/instrument.ts';
import { LineServer } from '../../../twin/instruments/line-server.ts';
import { folder } from '../../plant/skid/files.ts';
import { HandClock, House, set } from '../support/house.ts';

const bench = `type: bench
title: Bench
definition: 1
units:
  P1: { title: Feed }
  T1: { title: Bath }
devices:
  PUMP: { model: knauer-azura-50 }
  BATH: { model: julabo }
tags:
  P1/FIC-1.SP: { from: PUMP.flowSetpoint, title: Flow, unit: mL/min, range: 0..50, staleAfter: 2 s, write: { role: operator } }
  P1/PT-1: { from: PUMP.pressure, title: Pressure, unit: bar(g), range: 0..150, staleAfter: 2 s }
  T1/TIC-1.SP: { from: BATH.setpoint, title: Set point, unit: °C, range: 5..90, staleAfter: 3 s, write: { role: operator } }
  T1/run: { from: BATH.running, title: Bath, states: { 0: standing, 1: running }, staleAfter: 3 s, write: { role: operator } }
phases: [prime]
page: { overview: [P1/PT-1] }
`;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function served(instrument: LineInstrument) {
  const server = new LineServer({ host: '127.0.0.1', port: 0, instrument });
  open.push(() => server.stop());
  return { server, port: await server.start() };
}

async function house() {
  const clock = new HandClock();
  const pump = await served(new KnauerPump(50, clock));
  const bath = await served(new JulaboCirculator(clock));
  const type = loadSkidType(join(folder({ 'bench.yaml': bench }), 'bench.yaml'));
  const links = [
    { device: 'PUMP', protocol: 'tcp' as const, host: '127.0.0.1', port: pump.port },
    { device: 'BATH', protocol: 'tcp' as const, host: '127.0.0.1', port: bath.port },
  ];
  const made = new House([{ name: skidName('QD-1'), title: 'Bench', type, links, twin: false }]);
  open.push(() => made.gateway.stop());
  await made.gateway.start();
  const seen = (tag: string) => isGood(made.sample(tag)?.quality ?? (0x8000_0000 as never));
  await made.until(() => seen('P1/PT-1') && seen('T1/TIC-1.SP'), 'both instruments');
  return { made, pump: pump.server };
}

describe('a skid with instruments that speak in lines', () => {
  it('takes commands for them, sets them and reads them back', async () => {
    const { made } = await house();
    const outcome = await made.execute(set(['P1/FIC-1.SP', 12.5], ['T1/TIC-1.SP', 45], ['T1/run', true]));
    expect(outcome).toMatchObject({ status: 'done' });
    await made.until(() => made.sample('P1/FIC-1.SP')?.value === 12.5 && made.sample('T1/run')?.value === true);
  });

  it('refuses what lies between two steps of the instrument, and sends nothing', async () => {
    const { made, pump } = await house();
    const { requests } = pump;
    const outcome = await made.execute(set(['P1/FIC-1.SP', 12.5004]));
    expect(outcome).toMatchObject({ status: 'refused' });
    await made.until(() => pump.requests > requests);
    expect(made.sample('P1/FIC-1.SP')?.value).toBe(0);
  });
});
