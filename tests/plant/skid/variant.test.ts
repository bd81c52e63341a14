import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { MesolineError, type Fault } from '../../../plant/errors.ts';
import type { SkidType } from '../../../plant/skid/definition.ts';
import { shippedSkidFolder } from '../../../plant/skid/folders.ts';
import { loadSite } from '../../../plant/skid/site.ts';
import { loadSkidType, type SkidFolders } from '../../../plant/skid/skid-loader.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mesoline-variant-'));
  writeFileSync(join(folder, 'cdse.yaml'), readFileSync(join(shippedSkidFolder, 'cdse.yaml')));
});

const loaded = (text: string, folders: SkidFolders = {}): SkidType => {
  const file = join(folder, 'own.yaml');
  writeFileSync(file, text);
  return loadSkidType(file, folders);
};

const faultsOf = (make: () => unknown): readonly string[] => {
  try {
    make();
  } catch (thrown) {
    if (thrown instanceof MesolineError) return thrown.faults.map(({ where, problem }) => `${where} ${problem}`);
  }
  return [];
};

describe('a skid file that is like another', () => {
  it('has what the other has, and says only what differs', () => {
    const base = loadSkidType(join(folder, 'cdse.yaml'));
    const own = loaded(
      'like: cdse.yaml\ntype: cds-line\ntitle: CdS line\ndefinition: 1\ntags:\n  F100/FT-101: { from: PLC-1.chalcogenFlow, title: TCEP=S flow, unit: mL/min, range: 0..50 }\n',
    );
    expect(own.type).toBe('cds-line');
    expect(own.tags.length).toBe(base.tags.length);
    expect(own.tags.find(({ name }) => name === 'F100/FT-101')?.title).toBe('TCEP=S flow');
    expect(own.interlocks.length).toBe(base.interlocks.length);
    expect(own.digest).not.toBe(base.digest);
  });

  it('is without what it writes nothing for, and told where something still needs it', () => {
    const faults = faultsOf(() =>
      loaded('like: cdse.yaml\ntype: a\ntitle: A\ndefinition: 1\ntags: { F100/FT-104: ~ }\n'),
    );
    expect(faults.some((fault) => /cdse\.yaml:\d+ .*F100\/FT-104/u.test(fault))).toBe(true);
  });

  it('is without the rows it leaves out, and told which there are where it leaves out another', () => {
    const head = 'like: cdse.yaml\ntype: a\ntitle: A\ndefinition: 1\n';
    const rows = loaded(`${head}interlocks: { 6: ~, 10: ~ }\n`).interlocks.map(({ row }) => row);
    expect(rows).toHaveLength(23);
    expect(rows).not.toContain(6);
    expect(faultsOf(() => loaded(`${head}interlocks:\n  6: ~\n  66: ~\n`))).toEqual([
      expect.stringMatching(/own\.yaml:7 "66" is left out, and cdse\.yaml has none under "interlocks"\.$/u),
    ]);
    expect(faultsOf(() => loaded(`${head}loops: { R201/TIC-202: ~ }\n`))).toEqual([
      expect.stringContaining('"R201/TIC-202" is left out'),
    ]);
  });

  it('names a row’s line in the file in which the row stands', () => {
    const head = 'like: cdse.yaml\ntype: a\ntitle: A\ndefinition: 1\n';
    const text = readFileSync(join(folder, 'cdse.yaml'), 'utf8').split('\n');
    const armed = text.findIndex((line) => line.includes('armed: F100/FQ-100 > 5 mL/min')) + 1;
    const faults = faultsOf(() =>
      loaded(`${head}tags:\n  F100/FQ-100: { is: F100/FT-101 / 1 mL, title: T, unit: 1/min }\n`),
    );
    expect(faults).toContainEqual(expect.stringMatching(new RegExp(`cdse\\.yaml:${armed} `, 'u')));
    const own = `${head}interlocks:\n  10: { title: T, vote: '1oo1 [R201/fouling]', trip: { when: value > 1 bar, for: 1 s }, action: A, processSafetyTime: 10 s, bypass: never, why: W. }\n`;
    expect(faultsOf(() => loaded(own))).toEqual([expect.stringMatching(/own\.yaml:6 .*value > 1 bar/u)]);
  });

  it('names the line of its own file where the fault is its own, and of the other where it is not', () => {
    const faults = faultsOf(() =>
      loaded('like: cdse.yaml\ntype: a\ntitle: A\ndefinition: 1\ndevices: { PLC-2: { model: no-such } }\n'),
    );
    expect(faults[0]).toMatch(/own\.yaml:5 .*no-such/u);
  });

  it('is not like a file that is not there, nor like one in another folder, nor like one that is like a third', () => {
    const head = (like: string): string => `like: ${like}\ntype: a\ntitle: A\ndefinition: 1\n`;
    expect(faultsOf(() => loaded(head('none.yaml'))).join()).toContain('cannot be read');
    expect(faultsOf(() => loaded(head('../cdse.yaml'))).join()).toContain('no file beside this one');
    writeFileSync(join(folder, 'second.yaml'), head('cdse.yaml'));
    expect(faultsOf(() => loaded(head('second.yaml'))).join()).toContain('itself like another');
  });
});

describe('a skid that is not fitted with all the devices of its type', () => {
  const second =
    'like: cdse.yaml\ntype: two\ntitle: Two\ndefinition: 1\ndevices: { LOG-1: { model: row-logger } }\ntags:\n  X300/AT-309: { from: LOG-1.pressure, title: Logged, unit: bar, range: 0..25 }\n  X300/AT-310: { is: X300/AT-309 + 1 bar, title: Sum, unit: bar, range: 0..25 }\n';

  it('has neither their tags nor what is derived of them, and everything else', () => {
    const whole = loaded(second);
    const fitted = loaded(second, { without: ['LOG-1'] });
    const gone = whole.tags.filter(({ name }) => !fitted.tags.some((tag) => tag.name === name));
    expect(gone.map(({ name }) => name)).toEqual(['X300/AT-309', 'X300/AT-310']);
    expect(fitted.devices.map(({ name }) => name)).toEqual(
      whole.devices.map(({ name }) => name).filter((name) => name !== 'LOG-1'),
    );
    expect(fitted.digest).not.toBe(whole.digest);
  });

  it('may be without an analyser that another asks something of: that input is not known to it then', () => {
    const { analyses } = loadSkidType(join(shippedSkidFolder, 'cdse.yaml'), { without: ['UVV-1'] });
    expect(analyses.map(({ name, inputs }) => [name, inputs])).toContainEqual(['A400/AY-404', {}]);
    expect(analyses.map(({ name }) => name)).not.toContain('A400/AY-403');
  });

  it('cannot be without what interlocks, controllers or a switch to Local go by, and is told that and nothing else', () => {
    expect(faultsOf(() => loaded(second, { without: ['PLC-1', 'LOG-1'] }))).toEqual([
      expect.stringMatching(
        /own\.yaml:5 PLC-1 cannot be left out: interlocks 1, 2, .*, 25, controller R201\/TIC-201, .*the switch to Local go by it\.$/u,
      ),
    ]);
  });

  it.each([
    [
      'an interlock',
      'interlocks: { 30: { title: T, stale: [X300/AT-310], action: H, processSafetyTime: 1 s, bypass: never, why: W. } }',
      'interlock 30',
    ],
    [
      'a controller',
      'loops:\n  X300/PIC-1: { title: P, device: PLC-1, value: X300/AT-310, setpoint: R201/TIC-201.SP }',
      'controller X300/PIC-1',
    ],
    [
      'the delay of an analysis',
      'analyses:\n  A400/AY-401: { title: A, spectrum: A400/AT-401, method: p31-tcep-se, delay: { volume: 3 mL, flow: X300/AT-310 } }',
      'analysis A400/AY-401',
    ],
    ['a switch to Local', 'local: X300/AT-310', 'the switch to Local'],
  ])('cannot be without the only thing that %s goes by, through a derived tag too', (_, more, needs) => {
    const faults = faultsOf(() => loaded(`${second}${more}\n`, { without: ['LOG-1'] }));
    expect(faults).toEqual([expect.stringContaining(`LOG-1 cannot be left out: ${needs} goes by it.`)]);
  });

  it('has no figure left that would be taken from what is gone', () => {
    const figure = `${second}  X300/AT-311: { given: 1 bar, title: Clean, unit: bar, range: 0..5, taken: { from: X300/AT-310, while: R201/T.max < 60 °C, over: 60 s, within: 10 %, by: [operator] } }\n`;
    const gone = (without: readonly string[]) =>
      loaded(figure, { without }).tags.some(({ name }) => name === 'X300/AT-311');
    expect([gone([]), gone(['LOG-1'])]).toEqual([true, false]);
  });

  it('cannot be without a device that alone arms a trip', () => {
    const row =
      "interlocks: { 30: { title: T, vote: '1oo1 [R201/T.max]', trip: { when: value > 100 °C, for: 0 s, armed: X300/AT-310 > 1 bar }, action: H, processSafetyTime: 1 s, bypass: never, why: W. } }";
    expect(faultsOf(() => loaded(`${second}${row}\n`, { without: ['LOG-1'] }))).toEqual([
      expect.stringContaining('LOG-1 cannot be left out: interlock 30 goes by it.'),
    ]);
  });

  it('cannot be without the gas panel, by which rows go', () => {
    expect(faultsOf(() => loadSkidType(join(shippedSkidFolder, 'cdse.yaml'), { without: ['GDP-1'] }))).toEqual([
      expect.stringContaining('GDP-1 cannot be left out: interlocks 5, 6, 7 go by it.'),
    ]);
  });

  it('cannot be without a device it never had', () => {
    expect(faultsOf(() => loaded(second, { without: ['PLC-7'] })).join()).toContain('no device of two');
  });

  it('is told each at the line of the site file that says so, with the name that was meant', () => {
    const file = join(folder, 'site.yaml');
    const skid = (without: string) => `{ type: cdse-two-stage, title: T, twin: { run: here }, without: [${without}] }`;
    writeFileSync(
      file,
      `site: s\ntitle: S\nskids:\n  A: ${skid('UVV-1')}\n  B: ${skid('PLC-1')}\n  C: ${skid('NRM-1')}\n  D: ${skid('PLC-1')}\n`,
    );
    let faults: readonly Fault[] = [];
    try {
      loadSite(file);
    } catch (thrown) {
      if (thrown instanceof MesolineError) ({ faults } = thrown);
    }
    expect(faults.map(({ where, problem }) => `${where.slice(file.length)} ${problem.slice(0, 26)}`)).toEqual([
      ':5 PLC-1 cannot be left out: ',
      ':6 The skid is without NRM-1,',
      ':7 PLC-1 cannot be left out: ',
    ]);
    expect(faults[1]?.remedy).toBe('Did you mean "NMR-1"?');
  });
});
