import { beforeEach, describe, expect, it } from 'vitest';
import { KnauerPump } from '../../../twin/instruments/knauer.ts';
import { HandClock } from '../../gateway/support/house.ts';

describe('the emulated Knauer pump', () => {
  let clock: HandClock;
  let pump: KnauerPump;
  beforeEach(() => {
    clock = new HandClock();
    pump = new KnauerPump(10, clock);
  });

  it.each([
    ['HEADTYPE?', 'HEADTYPE:10'],
    ['FLOW?', 'FLOW:0'],
    ['FLOW:10000', 'FLOW:OK'],
    ['PMAX10?', 'PMAX10:400'],
    ['ERRORS?', 'ERRORS:0,0,0,0,0'],
    ['STARTMODE:0', 'STARTMODE:OK'],
    ['OFF', 'OFF:OK'],
  ])('answers %s with %s', (line, answer) => {
    expect(pump.answer(line)).toBe(answer);
  });

  it.each(['flow?', 'FLOW ?', 'FLOW:', 'FLOW:1.5', 'FLOW:-1', 'WATER?', 'WATER:1', '', 'FLOW?FLOW?'])(
    'does not know "%s"',
    (line) => expect(pump.answer(line)).toBe('ERROR:1'),
  );

  it.each(['FLOW:10001', 'PMAX10:401', 'HEADTYPE:20', 'STARTLEVEL:2', 'ADJ10:99'])('does not take %s', (line) => {
    expect(pump.answer(line)).toBe('ERROR:2');
  });

  it('pumps only with its contact closed, once it is told to mind that', () => {
    for (const line of ['STARTLEVEL:0', 'FLOW:5000', 'ON']) pump.answer(line);
    clock.now += 10_000;
    expect(pump.answer('PRESSURE?')).toBe('PRESSURE:0');
    expect(pump.answer('IMOTOR?')).toBe('IMOTOR:0');
    pump.control({ startIn: true });
    clock.now += 1200;
    const rising = Number(pump.answer('PRESSURE?').split(':')[1]);
    clock.now += 20_000;
    expect(rising).toBeGreaterThan(10);
    expect(rising).toBeLessThan(55);
    expect(pump.answer('PRESSURE?')).toBe('PRESSURE:60');
    pump.control({ startIn: false });
    clock.now += 20_000;
    expect(pump.answer('PRESSURE?')).toBe('PRESSURE:0');
  });

  it('stops where its pressure falls below what it was given, as when it runs dry', () => {
    for (const line of ['STARTLEVEL:0', 'FLOW:5000', 'PMIN10:20']) pump.answer(line);
    pump.control({ startIn: true });
    clock.now += 20_000;
    expect(pump.running).toBe(true);
    pump.answer('FLOW:500');
    clock.now += 20_000;
    expect(pump.answer('ERRORS?')).toBe('ERRORS:9,0,0,0,0');
    expect(pump.running).toBe(false);
  });

  it('refuses what cannot be done to it', () => {
    for (const message of [{}, { startIn: 1 }, { startIn: true, water: true }])
      expect(() => pump.control(message)).toThrow('nothing that can be done');
  });
});
