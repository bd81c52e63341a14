/** A small skid file of the CdSe kind with every kind of instrument beside its field controller, in a folder of its own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const skid = `type: cdse-two-stage
title: CdSe line with instruments
definition: 1
units: { PLC: { title: Field controller, modules: [PLC-1] } }
devices:
  PLC-1: { model: generic-skid-plc, watchdog: 3 s }
  NMR-9: { model: magritek-spinsolve }
  RA-9: { model: raman-spc-folder }
  UV-9: { model: uv-vis-folder }
  PL-9: { model: emission-folder }
  GD-9: { model: gas-detection-panel }
  PH-91: { model: ph-transmitter }
  PH-92: { model: ph-transmitter }
tags:
  PLC/step: { from: PLC-1.safeStateStep, title: Step, range: 0..100, staleAfter: 2 s }
page: { overview: [PLC/step], trend: [PLC/step] }
`;

/** @returns the file's path */
export function writeFullSkid(folder: string): string {
  const file = join(folder, 'full.yaml');
  writeFileSync(file, skid);
  return file;
}

/** One that says only that it is like it, under another type's name. */
export function writeVariant(folder: string): string {
  writeFullSkid(folder);
  const file = join(folder, 'variant.yaml');
  writeFileSync(file, 'like: full.yaml\ntype: cdse-of-ours\ntitle: CdSe line of ours\n');
  return file;
}
