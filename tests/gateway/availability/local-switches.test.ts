import { describe, expect, it } from 'vitest';
import { LocalSwitches } from '../../../gateway/availability/local-switches.ts';
import { utcMs } from '../../../plant/clock.ts';
import { badNotConnected, good, type Quality } from '../../../plant/quality.ts';
import { localTag, skidName, tagName, type LocalTag, type Sample } from '../../../plant/sample.ts';
import { cdse, rig } from '../support/plc.ts';

const tag = localTag('PLC/local');
const says = (value: boolean | null, quality: Quality = good): ReadonlyMap<LocalTag, Sample> => {
  const time = utcMs(0);
  return new Map([[tag, { tag: tagName(skidName('QD-1'), tag), value, quality, sourceTime: time, serverTime: time }]]);
};

describe('the key switch of a skid', () => {
  it('blocks the whole skid while it stands in Local, since when it was turned', () => {
    const switches = new LocalSwitches(cdse);
    expect(switches.blocks(says(false), utcMs(1000))).toEqual([]);
    const expected = [{ device: null, kind: 'local', since: 2000, by: null }];
    expect(switches.blocks(says(true), utcMs(2000))).toMatchObject(expected);
    const [later] = switches.blocks(says(true), utcMs(9000));
    expect(later).toMatchObject(expected[0]!);
    expect(later?.message).toContain('since 1970-01-01 00:00:02 UTC');
    expect(switches.blocks(says(false), utcMs(10_000))).toEqual([]);
    expect(switches.blocks(says(true), utcMs(11_000))).toMatchObject([{ since: 11_000 }]);
  });

  it('that cannot be read is a doubt, naming its tag', () => {
    const switches = new LocalSwitches(cdse);
    for (const seen of [new Map(), says(false, badNotConnected), says(true, badNotConnected)]) {
      const [block] = switches.blocks(seen, utcMs(0));
      expect(block).toMatchObject({ device: null, kind: 'local', doubtful: true });
      expect(block?.message).toContain('PLC/local');
    }
  });

  it('is no block where there is none', () => {
    expect(new LocalSwitches(rig).blocks(new Map(), utcMs(0))).toEqual([]);
  });

  it('of a device blocks that device', () => {
    const [plc] = cdse.devices;
    const switches = new LocalSwitches({ local: null, devices: [{ ...plc!, local: tag }] });
    expect(switches.blocks(says(true), utcMs(0))).toMatchObject([{ device: 'PLC-1', kind: 'local' }]);
  });
});
