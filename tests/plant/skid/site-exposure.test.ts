import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSite } from '../../../plant/skid/site.ts';
import { change, faultsOf, folder, lineOf, soundDevice, soundSkid } from './files.ts';

const device = change(
  soundDevice,
  '    flow: {',
  '    h2s: { at: 20, type: float32, unit: ppm }\n    dust: { at: 22, type: float32, unit: mg/m³ }\n    flow: {',
);
const skid = change(
  soundSkid,
  '  F1/run:',
  '  F1/H2S: { from: PLC-1.h2s, title: H2S, unit: ppm, range: 0..20 }\n  F1/dust: { from: PLC-1.dust, title: Aerosol, unit: mg/m³, range: 0..10 }\n  F1/run:',
);
const sound = `site: demo
title: Demonstration
timeZone: Europe/Berlin
jurisdictions: [EU, OSHA]
shifts: [22:00, 06:00, 14:00]
skids:
  QD-1: { type: small, title: Line 1, twin: { run: here } }
  QD-2: { type: small, title: Line 2, twin: { run: here } }
zones:
  hall:
    title: Line hall
    skids: [QD-1]
    readings:
      Cd: { tag: QD-1/F1/dust, surrogate: true, cdShare: 30 % }
      H2S: { tag: QD-2/F1/H2S }
`;

function load(site: string) {
  const made = folder({ 'site.yaml': site, 'skids/s.yaml': skid, 'devices/small-plc.yaml': device });
  return loadSite(join(made, 'site.yaml'), {
    skidFolder: join(made, 'skids'),
    deviceModelFolder: join(made, 'devices'),
  });
}

describe('the zones of a site', () => {
  it('have their skids, and what is measured there of which agent', () => {
    expect(load(sound).exposure).toEqual({
      timeZone: 'Europe/Berlin',
      jurisdictions: ['EU', 'OSHA'],
      shifts: ['06:00', '14:00', '22:00'],
      zones: [
        {
          name: 'hall',
          title: 'Line hall',
          skids: ['QD-1'],
          readings: [
            { agent: 'Cd', tag: 'QD-1/F1/dust', surrogate: true, cdShare: 0.3 },
            { agent: 'H2S', tag: 'QD-2/F1/H2S', surrogate: false, cdShare: null },
          ],
        },
      ],
    });
  });

  it('are in the shipped demonstration, one a line, and not on the rig', () => {
    const site = (name: string) =>
      loadSite(fileURLToPath(new URL(`../../../deploy/sites/${name}.yaml`, import.meta.url)));
    expect(
      site('demo').exposure?.zones.map(({ skids, readings }) => [skids, readings.map(({ agent }) => agent)]),
    ).toEqual([
      [['QD-1'], ['Cd', 'H2S', 'H2Se']],
      [['QD-2'], ['Cd', 'H2S', 'H2Se']],
    ]);
    expect(site('rig').exposure).toBeNull();
  });

  it.each<[what: string, old: string, changed: string, said: string, at?: string]>([
    ['a time zone that is none', 'Europe/Berlin', 'Europe/Berlim', 'Did you mean "Europe/Berlin"?'],
    ['zones without a time zone', 'timeZone: Europe/Berlin\n', '', 'no "timeZone"', 'zones:'],
    ['a jurisdiction that is none', '[EU, OSHA]', '[EU, OSHAA]', 'Did you mean "OSHA"?'],
    ['a shift at no time', '06:00', '"25:00"', 'hours and minutes'],
    ['a shift that stands twice', '06:00', '14:00', 'stands twice', 'shifts:'],
    ['a zone that a page could not name', '  hall:', '  hall 1:', 'letters, digits and hyphens'],
    ['a skid that the site has not', 'skids: [QD-1]', 'skids: [QD-3]', 'none of the site'],
    ['an agent that is none', '      H2S: {', '      H2SO4: {', 'The key "H2SO4" is not known here'],
    ['a tag of no skid', 'QD-2/F1/H2S', 'QD-3/F1/H2S', 'none of the site'],
    ['a tag that is none', 'QD-2/F1/H2S', 'QD-2/F1/H2X', 'Did you mean "F1/H2S"?'],
    ['dust where a gas is meant', 'QD-2/F1/H2S', 'QD-2/F1/dust', 'H2S is measured in ppm'],
    ['a gas where dust is meant', 'QD-1/F1/dust', 'QD-1/F1/H2S', 'Cd is measured in mg/m³ or µg/m³'],
    ['a surrogate of which nothing is said', ', cdShare: 30 %', '', 'Add "cdShare', 'Cd: {'],
    ['a share above all of it', '30 %', '130 %', '100 % at most'],
    ['a share of nothing', '30 %', '0 %', 'more than 0', 'cdShare'],
    ['a share in another unit', '30 %', '30 s', 'no difference in %'],
    ['a share of what is no cadmium', 'QD-2/F1/H2S }', 'QD-2/F1/H2S, cdShare: 3 % }', 'this is H2S'],
    [
      'a zone in which nothing is measured',
      sound.slice(sound.indexOf('readings:')),
      'readings: {}\n',
      'Nothing is measured',
    ],
    ['a key that is not known', 'surrogate: true', 'surogate: true', 'Did you mean "surrogate"?'],
  ])('are refused, at their line: %s', (_, old, changed, said, at) => {
    const text = change(sound, old, changed);
    const faults = faultsOf(() => load(text));
    expect(`${faults[0]?.problem ?? ''} ${faults[0]?.remedy ?? ''}`).toContain(said);
    expect(faults[0]!.where).toMatch(new RegExp(`site\\.yaml:${lineOf(text, at ?? changed)}$`, 'u'));
  });

  it('are asked for where shifts are', () => {
    const faults = faultsOf(() => load(sound.slice(0, sound.indexOf('zones:'))));
    expect(faults.map(({ where }) => Number(where.split(':').at(-1)))).toEqual([3, 4, 5]);
  });

  it('say nothing of a tag whose skid is at fault itself', () => {
    const faults = faultsOf(() => load(change(sound, 'QD-2: { type: small', 'QD-2: { type: smal')));
    expect(faults.map(({ remedy }) => remedy)).toEqual(['Did you mean "small"?']);
  });
});
