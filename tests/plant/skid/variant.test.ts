import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { MesolineError } from '../../../plant/errors.ts';
import type { SkidType } from '../../../plant/skid/definition.ts';
import { shippedSkidFolder } from '../../../plant/skid/folders.ts';
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

  it('cannot be without what an interlock goes by, nor without a device it never had', () => {
    expect(faultsOf(() => loaded(second, { without: ['PLC-1'] })).join()).toContain('PT-201A');
    expect(faultsOf(() => loaded(second, { without: ['PLC-7'] })).join()).toContain('no device of two');
  });
});
