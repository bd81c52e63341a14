/** What a device model says of how its registers take being written, and what the loader makes of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadRegisterModel } from '../../support/register-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'writing-'));
afterAll(() => rmSync(folder, { recursive: true }));

const load = (points: string, more = '') => {
  const file = join(folder, 'd.yaml');
  const head = 'model: d\ntitle: D\nprotocol: modbus\nperiod: 1 s\ntimeout: 1 s\nsource: manual\nverified: false\n';
  writeFileSync(file, `${head}${more}registers:\n  holding:\n    ${points}\n`);
  return loadRegisterModel(file);
};

describe('a device model', () => {
  it('says which functions a device has, and by which a register is written', () => {
    const model = load('sp: { at: 1, type: uint16, write: true, function: 6 }', 'maskWrite: false\nreadWrite: true\n');
    expect(model).toMatchObject({ maskWrite: false, readWrite: true });
    expect(model.points[0]).toMatchObject({ function: 6 });
    expect(load('sp: { at: 1, type: uint16, wears: true }').points[0]).toMatchObject({ wears: true, access: 'read' });
  });

  it.each([
    ['a register that wears out', 'sp: { at: 1, type: uint16, wears: true, write: true }', '', /wears out/u],
    ['a bit without FC22', 'on: { at: 1, type: bool, bit: 3, write: true }', 'maskWrite: false\n', /FC22/u],
    ['two registers by FC6', 'sp: { at: 1, type: float32, write: true, function: 6 }', '', /FC6 writes one register/u],
  ])('is refused where it would write %s', (_, points, more, problem) => {
    expect(() => load(points, more)).toThrow(problem);
  });

  it('is refused where it says how to write what is only read', () => {
    expect(() => load('sp: { at: 1, type: uint16, function: 6 }')).toThrow(/Nothing is written by it/u);
  });

  it('takes no range that BCD cannot say', () => {
    expect(() => load('sp: { at: 1, type: bcd16, range: 0..10000 }')).toThrow(/more than a bcd16/u);
  });
});
