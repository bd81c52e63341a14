import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import { change, faultsOf, folder, soundDevice, soundSkid } from './files.ts';

const sound = change(
  change(
    soundSkid,
    'units:\n',
    'calibration: { R1/PT-1: 365 d, PLC-1: 730 d }\nwasteTank: { level: X1/LT-1, volume: 20 L }\nunits:\n  X1: { title: Outlet }\n',
  ),
  'tags:\n',
  'tags:\n  X1/LT-1: { from: PLC-1.level, title: Waste level, unit: "%", range: 0..100 }\n',
);
const device = change(soundDevice, '    flow: {', '    level: { at: 20, type: float32, unit: "%" }\n    flow: {');

function load(skid: string) {
  const made = folder({ 'skids/s.yaml': skid, 'devices/small-plc.yaml': device });
  return loadSkidType(join(made, 'skids/s.yaml'), { deviceModelFolder: join(made, 'devices') });
}

describe('the upkeep of a skid in its file', () => {
  it('names instruments with their intervals, and what the waste tank holds', () => {
    const { calibration, wasteTank } = load(sound);
    expect(calibration).toMatchObject([
      { name: 'R1/PT-1', unit: 'bar(g)', every: 365 * 86_400_000 },
      { name: 'PLC-1', unit: null, every: 730 * 86_400_000 },
    ]);
    expect(wasteTank).toEqual({ level: 'X1/LT-1', volumeMl: 20_000, fullPercent: 90 });
    const without = load(soundSkid);
    expect([without.calibration, without.wasteTank]).toEqual([[], null]);
  });

  it.each([
    ['an instrument that is not there', 'R1/PT-1: 365 d', 'R1/PT-9: 365 d', /"R1\/PT-9" is neither/u],
    ['an interval in hours', '365 d', '12 h', /interval is "12 h"/u],
    ['an interval of a century', '365 d', '9999 d', /interval is "9999 d"/u],
    ['a derived tag', 'R1/PT-1: 365 d', 'R1/margin: 365 d', /R1\/margin is made of others/u],
    ['a level that is not there', 'level: X1/LT-1', 'level: X1/LT-2', /no tag "X1\/LT-2"/u],
    ['a level that is a pressure', 'level: X1/LT-1', 'level: R1/PT-1', /no level in %/u],
    ['a tank that holds nothing', '20 L', '0 L', /volume is 0 L/u],
    ['a tank that may overflow', 'volume: 20 L', 'volume: 20 L, full: 99 %', /full at 99 %/u],
  ])('refuses %s at its line', (_, from, to, says) => {
    const faults = faultsOf(() => load(change(sound, from, to)));
    expect(faults.map(({ problem }) => problem).join('\n')).toMatch(says);
  });
});
