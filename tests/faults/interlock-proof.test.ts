/** The matrices that ship, gone through whole: every row through every state it can be in. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { proofOf } from '../../control/interlocks/proof/matrix-proof.ts';
import { shippedSkidFolder } from '../../plant/skid/folders.ts';
import { loadSkidType } from '../../plant/skid/skid-loader.ts';

const files = readdirSync(shippedSkidFolder).filter((name) => name.endsWith('.yaml'));

it.each(files)('the matrix of %s holds', (file) => {
  const type = loadSkidType(join(shippedSkidFolder, file));
  const { findings, figures } = proofOf(type);
  expect(findings).toEqual([]);
  expect(figures.rows).toBe(type.interlocks.length);
  // A balance has no row, and no state to be in.
  if (figures.rows > 0) expect(figures.states).toBeGreaterThan(figures.rows * 10);
});
