import { describe, expect, it } from 'vitest';
import { HuberThermostat } from '../../../twin/instruments/huber.ts';
import { JulaboCirculator } from '../../../twin/instruments/julabo.ts';
import { LaudaThermostat } from '../../../twin/instruments/lauda.ts';
import { HandClock } from '../../gateway/support/house.ts';

describe('the emulated Huber thermostat', () => {
  const huber = new HuberThermostat(new HandClock());

  it.each(['{M00', '{M00***', '{m00****', '{M0G****', '{S00****', '{M00fc18', 'M00****', '{M00****x', ''])(
    'does not answer "%s"',
    (line) => expect(huber.answer(line)).toBeNull(),
  );

  it('answers an address that it has not with 7FFF', () => {
    expect(huber.answer('{MEE****')).toBe('{SEE7FFF');
  });

  it('keeps the set point that it had where it does not take the new one, and says so', () => {
    expect(huber.answer('{M00FC18')).toBe('{S00FC18');
    expect(huber.answer('{M007000')).toBe('{S00FC18');
    expect(huber.answer('{M00****')).toBe('{S00FC18');
  });
});

describe('the emulated LAUDA thermostat', () => {
  const lauda = new LaudaThermostat(new HandClock());

  it.each([
    ['IN_SP_00', '20.00'],
    ['OUT_SP_00_35.5', 'OK'],
    ['OUT_SP_00_201', 'ERR_6'],
    ['OUT_SP_00_hot', 'ERR_5'],
    ['OUT_SP_01_9', 'ERR_6'],
    ['out_sp_00_20', 'ERR_3'],
    ['IN_PV_99', 'ERR_3'],
    ['TYPE', 'XT'],
  ])('answers %s with %s', (line, answer) => {
    expect(lauda.answer(line)).toBe(answer);
  });

  it('with an alarm of its own does not start', () => {
    lauda.control({ alarm: true });
    expect(lauda.answer('STATUS')).toBe('-1');
    expect(lauda.answer('START')).toBe('ERR_6');
  });
});

describe('the emulated JULABO circulator', () => {
  it('says nothing to a command, and at the next status what it did not take', () => {
    const julabo = new JulaboCirculator(new HandClock());
    for (const [line, said] of [
      ['out_sp_00 300', '-11 VALUE TOO LARGE'],
      ['out_sp_00 -50', '-10 VALUE TOO SMALL'],
      ['out_sp_00_20', '-08 INVALID COMMAND'],
      ['nonsense', '-08 INVALID COMMAND'],
    ] as const) {
      expect(julabo.answer(line)).toBeNull();
      expect(julabo.answer('status')).toBe(said);
      expect(julabo.answer('status')).toBe('02 REMOTE STOP');
    }
    expect(julabo.answer('IN_SP_00')).toBe('20.00');
  });

  it('heats towards its set point, no faster than it can, and stays there', () => {
    const clock = new HandClock();
    const julabo = new JulaboCirculator(clock);
    julabo.answer('out_sp_00 30');
    julabo.answer('out_mode_05 1');
    clock.now += 60_000;
    expect(julabo.answer('in_pv_00')).toBe('25.00');
    expect(julabo.answer('in_pv_01')).toBe('100');
    clock.now += 600_000;
    expect(julabo.answer('in_pv_00')).toBe('30.00');
    expect(Number(julabo.answer('in_pv_02'))).toBeGreaterThan(29);
  });
});
