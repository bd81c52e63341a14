import { describe, expect, it } from 'vitest';
import { skidAnswer } from '../../hmi/server/skid-view.ts';
import { lockChoices, writeRefusal } from '../../hmi/web/src/maintenance/lock-choices.ts';
import { trustQuestion } from '../../hmi/web/src/pages/trust-question.ts';
import { afterReset, skidState } from '../../hmi/web/src/ui/skid-state.ts';
import type { Block } from '../../plant/block.ts';
import { utcMs } from '../../plant/clock.ts';
import { demands } from '../../plant/safe-state.ts';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';
import { smallSkid } from './support/skid.ts';

const lockBy = (holder: string, device: string | null = 'P-1'): Block => ({
  device,
  kind: 'locked out',
  message: `QD-1/${device ?? ''} is locked out by ${holder}.`,
  by: holder.toUpperCase(),
  holder,
  since: utcMs(0),
});
const local: Block = { device: null, kind: 'local', message: 'QD-1 is in Local.', by: null, since: null };

describe('the state of a skid', () => {
  it('is "Free to run" only where nothing keeps it from being started', () => {
    expect(skidState('none', false, [])).toMatchObject({ level: 'calm', text: 'Free to run' });
    expect(skidState('none', false, [lockBy('mara', null)])).toMatchObject({ level: 'blocked', text: 'Locked out' });
    expect(skidState('none', false, [lockBy('mara')]).text).toBe('Locked out: P-1');
    expect(skidState('none', false, [local]).text).toBe('In Local');
    expect(skidState('none', false, [{ ...local, doubtful: true }]).text).toBe('In Local?');
  });

  it('names what is known to stand before what is only feared', () => {
    expect(skidState('none', false, [{ ...local, doubtful: true }, lockBy('mara')]).text).toBe('Locked out: P-1');
  });

  it('is what is demanded of it first, and then that it runs', () => {
    expect(skidState('H', true, [lockBy('mara')])).toMatchObject({ level: 'tripped', text: 'HOT-HOLD' });
    expect(skidState('B', true, [])).toMatchObject({ level: 'blocked', text: 'Start blocked' });
    expect(skidState('none', true, [local]).text).toBe('Running');
  });

  it.each(demands)('at demand %s is left by a reset only where it is a safe one', (demand) => {
    expect(afterReset(demand).includes('leaves its safe state')).toBe(demand !== 'none' && demand !== 'B');
  });
});

describe('a set point', () => {
  it('may not be written while its skid or its own device is blocked', () => {
    expect(writeRefusal([lockBy('mara')], 'P-1')).toContain('QD-1/P-1');
    expect(writeRefusal([lockBy('mara')], 'P-2')).toBeNull();
    expect(writeRefusal([lockBy('mara'), local], 'P-2')).toContain('in Local');
    expect(writeRefusal([lockBy('mara')], null)).toBeNull();
  });

  it('comes to the page with the device that it is written to', () => {
    const { tags } = skidAnswer(smallSkid('QD-1', { type: loadSkidType('plant/skids/cdse.yaml') }));
    const devices = tags.filter(({ writableBy }) => writableBy !== null).map(({ device }) => device);
    expect(devices.length).toBeGreaterThan(0);
    expect(new Set(devices)).toEqual(new Set(['PLC-1', 'NMR-1']));
  });
});

describe('the locks of a device', () => {
  const free = { lock: null, backOfOthers: null };
  const notOthers = { lock: null, backOfOthers: 'That takes the role process engineer.' };
  const at = (...blocks: Block[]) => ({ blocks, device: 'P-1' });

  it('are one for each person: nobody is offered a second, and another’s hinders nobody', () => {
    expect(lockChoices(at(lockBy('mara')), 'mara', free).lock).toMatch(/already/);
    expect(lockChoices(at(lockBy('max')), 'mara', free).lock).toBeNull();
    expect(lockChoices(at(lockBy('mara', null)), 'mara', free).lock).toBeNull();
  });

  it('are told apart by the id of who holds them, not by the name', () => {
    expect(lockChoices(at({ ...lockBy('max'), by: 'MARA' }), 'mara', notOthers)).toEqual({
      lock: null,
      back: { refusedBy: notOthers.backOfOthers, others: 'MARA' },
    });
  });

  it('are given back by whoever holds them, or by who may give back another’s', () => {
    expect(lockChoices(at(), 'mara', free).back).toBeNull();
    expect(lockChoices(at(local), 'mara', free).back).toBeNull();
    expect(lockChoices(at(lockBy('max'), lockBy('mara')), 'mara', notOthers).back).toEqual({
      refusedBy: null,
      others: null,
    });
    expect(lockChoices(at(lockBy('max')), 'petra', free).back).toEqual({ refusedBy: null, others: 'MAX' });
    expect(lockChoices(at(lockBy('max')), 'max', { ...free, lock: 'The link is lost.' }).back?.refusedBy).toMatch(
      /link/,
    );
  });
});

describe('before a client is trusted or rejected', () => {
  it('is said what comes of it', () => {
    expect(trustQuestion('trusted')).toMatchObject({
      state: 'rejected',
      button: 'Reject',
      consequence: expect.stringContaining('sessions end') as string,
    });
    expect(trustQuestion('rejected')).toMatchObject({
      state: 'trusted',
      consequence: expect.stringContaining('thumbprint') as string,
    });
  });
});
