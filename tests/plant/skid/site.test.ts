import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSite } from '../../../plant/skid/site.ts';
import { change, faultsOf, folder, lineOf, soundDevice, soundSkid } from './files.ts';

const sound = `site: demo
title: Demonstration
recipes: recipes
skids:
  QD-1: { type: small, title: Line 1, twin: { run: here, seed: 7 } }
  QD-2: { type: small, title: Line 2, twin: { run: here, port: 15002 } }
  QD-3: { type: small, title: Line 3, twin: { run: apart }, links: { PLC-1: modbus-tcp://127.0.0.1:15023/1 } }
  QD-4: { type: small, title: Line 4, links: { PLC-1: "modbus-tcp://[fd00::2]:502/255" } }
`;

function load(site: string, more: Readonly<Record<string, string>> = {}) {
  const made = folder({
    'site.yaml': site,
    'skids/s.yaml': soundSkid,
    'devices/small-plc.yaml': soundDevice,
    'recipes/r.yaml': '',
    ...more,
  });
  return loadSite(join(made, 'site.yaml'), {
    skidFolder: join(made, 'skids'),
    deviceModelFolder: join(made, 'devices'),
  });
}

describe('a site', () => {
  it('has its skids, their types, twins and links', () => {
    const site = load(sound);
    expect(site).toMatchObject({
      site: 'demo',
      title: 'Demonstration',
      recipesFolder: expect.stringMatching(/^\/.*\/recipes$/u),
    });
    expect(site.skids.map(({ name, type, twin, links }) => ({ name, type: type.type, twin, links }))).toEqual([
      { name: 'QD-1', type: 'small', twin: { run: 'here', seed: 7, port: null, control: null }, links: [] },
      { name: 'QD-2', type: 'small', twin: { run: 'here', seed: 1, port: 15_002, control: null }, links: [] },
      {
        name: 'QD-3',
        type: 'small',
        twin: { run: 'apart' },
        links: [{ device: 'PLC-1', protocol: 'modbus-tcp', host: '127.0.0.1', port: 15_023, unitId: 1 }],
      },
      {
        name: 'QD-4',
        type: 'small',
        twin: null,
        links: [{ device: 'PLC-1', protocol: 'modbus-tcp', host: 'fd00::2', port: 502, unitId: 255 }],
      },
    ]);
    expect(site.exposure).toBeNull();
    expect(site.digest).toMatch(/^[0-9a-f]{64}$/u);
  });

  it('finds types of its own in the folder it names', () => {
    const site = change(
      change(sound, 'recipes: recipes', 'skidTypes: own'),
      'QD-1: { type: small',
      'QD-1: { type: other',
    );
    const loaded = load(site, { 'own/o.yaml': change(soundSkid, 'type: small\n', 'type: other\n') });
    expect(loaded.skids.map(({ type }) => type.type)).toEqual(['other', 'small', 'small', 'small']);
    expect(loaded.recipesFolder).toBeNull();
  });

  it('is not troubled by a faulty skid file that it does not use', () => {
    expect(faultsOf(() => load(sound, { 'skids/broken.yaml': 'type: broken\nunits: [' }))).toEqual([]);
  });

  it('with a faulty skid type has its faults once, at their own lines', () => {
    const faults = faultsOf(() => load(sound, { 'skids/s.yaml': change(soundSkid, 'action: S', 'action: X') }));
    expect(faults.map(({ where }) => where)).toEqual([expect.stringMatching(/skids\/s\.yaml:27$/u)]);
  });
});

describe('the check of a site names', () => {
  it.each<[what: string, old: string, changed: string, said: string, at?: string]>([
    ['a type that does not exist', 'QD-1: { type: small', 'QD-1: { type: smal', 'Did you mean "small"?'],
    [
      'a device without a link',
      ', links: { PLC-1: modbus-tcp://127.0.0.1:15023/1 }',
      '',
      'The device PLC-1 has no link',
      'QD-3',
    ],
    [
      'a link to no device',
      'PLC-1: "modbus',
      'PLC-1: modbus-tcp://10.0.0.1:502/1, PLC-2: "modbus',
      'has no device PLC-2',
    ],
    [
      'a link of a protocol that the device does not speak',
      'modbus-tcp://127.0.0.1:15023/1',
      'tcp://127.0.0.1:15023',
      'PLC-1 is a small-plc, which is not reached by tcp. Write modbus-tcp://',
    ],
    ['a link that cannot be read', 'modbus-tcp://127.0.0.1:15023/1', 'modbus://127.0.0.1:15023', 'cannot be read'],
    ['a port that is none', '127.0.0.1:15023/1', '127.0.0.1:70000/1', 'a port 1 to 65535'],
    [
      'links beside a twin that runs here',
      'seed: 7 } }',
      'seed: 7 }, links: { PLC-1: modbus-tcp://127.0.0.1:1/1 } }',
      'reached without links',
    ],
    ['a seed for a twin apart', 'run: apart }', 'run: apart, seed: 3 }', 'when you start it'],
    [
      'two skids on one controller',
      '"modbus-tcp://[fd00::2]:502/255"',
      'modbus-tcp://127.0.0.1:15023/1',
      'taken by QD-3 > links > PLC-1',
      'QD-4',
    ],
    ['a skid that stands twice', 'QD-2:', 'QD-1:', '"QD-1" stands twice', 'QD-1: { type: small, title: Line 2'],
    ['a skid name that tags could not carry', 'QD-2:', 'QD/2:', 'letters, digits and hyphens'],
    ['recipes that are not there', 'recipes: recipes', 'recipes: recipies', 'cannot be read'],
    ['an unknown key', 'run: here, port', 'run: here, prot', 'Did you mean "port"?'],
    ['types that are not there', 'recipes: recipes', 'skidTypes: nowhere', 'cannot be read'],
  ])('%s, at its line', (_, old, changed, said, at) => {
    const text = change(sound, old, changed);
    const faults = faultsOf(() => load(text));
    expect(faults.map(({ problem, remedy }) => `${problem} ${remedy}`)).toEqual([expect.stringContaining(said)]);
    expect(faults[0]!.where).toMatch(new RegExp(`site\\.yaml:${lineOf(text, at ?? changed)}$`, 'u'));
  });

  it('a controller that shares its bus, at every line concerned', () => {
    const text = change(sound, '"modbus-tcp://[fd00::2]:502/255"', 'modbus-tcp://127.0.0.1:15023/2');
    const faults = faultsOf(() => load(text));
    expect(faults.map(({ where, problem }) => `${where.split(':').at(-1) ?? ''} ${problem}`)).toEqual([
      '7 PLC-1 holds the run-enables and shares its bus with QD-4 > PLC-1.',
      '8 PLC-1 holds the run-enables and shares its bus with QD-3 > PLC-1.',
    ]);
  });

  it('a meter on the bus of a controller, and none where it has its own', () => {
    const meter = change(
      change(soundDevice, 'small-plc', 'meter'),
      /controller:[^]*?(?=registers:)/u.exec(soundDevice)![0],
      '',
    );
    const both = change(soundSkid, 'watchdog: 3 s }', 'watchdog: 3 s }\n  METER: { model: meter }');
    const at = (link: string) =>
      faultsOf(() =>
        load(
          `site: a\ntitle: A\nskids:\n  QD-1:\n    type: small\n    title: Line\n    links:\n      PLC-1: modbus-tcp://10.0.0.1:502/1\n      METER: ${link}\n`,
          { 'skids/s.yaml': both, 'devices/meter.yaml': meter },
        ),
      ).map(({ problem }) => problem);
    expect(at('modbus-rtu:/dev/ttyUSB0?line=19200-8E1&unit=2')).toEqual([]);
    expect(at('modbus-tcp://10.0.0.1:502/2')).toEqual([
      'PLC-1 holds the run-enables and shares its bus with QD-1 > METER.',
    ]);
    expect(at('modbus-tcp://10.0.0.1:502/1')).toHaveLength(1);
  });

  it('no skids at all', () => {
    expect(faultsOf(() => load('site: a\ntitle: A\nskids: {}\n'))).toMatchObject([
      { problem: 'The site has no skids.' },
    ]);
  });
});
