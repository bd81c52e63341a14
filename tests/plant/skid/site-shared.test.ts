import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSite } from '../../../plant/skid/site.ts';
import { change, faultsOf, folder, soundDevice, soundSkid } from './files.ts';

const sound = `site: demo
title: Demonstration
skids:
  QD-1: { type: small, title: Line 1, twin: { run: here } }
  QD-2: { type: small, title: Line 2, twin: { run: here } }
shared:
  WASTE-1: { title: Waste line, is: waste-line, serves: [QD-1, QD-2], order: 2, failure: wait }
  FEED-1: { title: Feed header, is: feed-header, serves: [QD-1, QD-2], use: all, order: 1 }
`;

function load(site: string) {
  const made = folder({ 'site.yaml': site, 'skids/s.yaml': soundSkid, 'devices/small-plc.yaml': soundDevice });
  return loadSite(join(made, 'site.yaml'), {
    skidFolder: join(made, 'skids'),
    deviceModelFolder: join(made, 'devices'),
  });
}

describe('equipment that the skids of a site share', () => {
  it('is read in the order in which it is taken', () => {
    expect(load(sound).shared).toEqual([
      {
        name: 'FEED-1',
        title: 'Feed header',
        is: 'feed-header',
        serves: ['QD-1', 'QD-2'],
        use: 'all',
        order: 1,
        failure: 'hold',
      },
      {
        name: 'WASTE-1',
        title: 'Waste line',
        is: 'waste-line',
        serves: ['QD-1', 'QD-2'],
        use: 'one',
        order: 2,
        failure: 'wait',
      },
    ]);
    expect(load(sound.slice(0, sound.indexOf('shared:'))).shared).toEqual([]);
  });

  it.each([
    [
      'serves a skid that is not there',
      'serves: [QD-1, QD-2], order: 2',
      'serves: [QD-1, QD-3], order: 2',
      /QD-3, which is none/u,
    ],
    ['has the place of another', 'order: 2', 'order: 1', /both 1 in the order/u],
    ['is nothing that skids share', 'is: waste-line', 'is: waste-lin', /"waste-lin" is nothing/u],
    [
      'is an analyser that a skid is not fitted for',
      'is: waste-line',
      'is: nmr-31p',
      /QD-1 is not fitted for nmr-31p/u,
    ],
    ['is the second of its kind for a skid', 'is: waste-line', 'is: feed-header', /has feed-header from/u],
    ['stands beside a skid that is called like the record of it', 'QD-2: {', 'shared: {', /has "shared" for itself/u],
    ['has a name that no page can carry', 'WASTE-1:', "'waste 1':", /waste 1/u],
  ])('is refused at its line where it %s', (_, from, to, says) => {
    const faults = faultsOf(() => load(change(sound, from, to)));
    expect(faults.map(({ problem }) => problem).join('\n')).toMatch(says);
    expect(faults[0]?.where).toMatch(/site\.yaml:\d+$/u);
  });
});
