/** A sound method's file with a head of its own; its parameters are those of a shipped method of the kind. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shipped = readFileSync(fileURLToPath(new URL('../../../pat/methods/uv-vis-cdse.yaml', import.meta.url)), 'utf8');
const parameters = shipped.slice(shipped.search(/^parameters:/mu));

export const soundMethod = `method: dots
version: 3
title: Size of the dots
source: A paper
kind: uv-vis
calibrationSet: null
approved: null
reviewBy: 2027-01-31
outputs:
  diameter: { title: Diameter, unit: nm }
  share: { title: Share, unit: '%' }
inputs:
  pH: { range: 3..12 }
  flow: { range: 1..50 mL/min, at: probe }
suitability:
  within: 10 min
  checks:
    signalToNoise: { title: Signal to noise, least: 20 }
    blankOffset: { title: Drift of the lamp, least: -0.1, most: 0.1 }
maintenance:
  blankOffset: { title: Drift of the lamp, most: 0.05 }
${parameters}`;
