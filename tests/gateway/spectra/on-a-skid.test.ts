import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createSpectrumReader } from '../../../pat/index.ts';
import { skidName } from '../../../plant/sample.ts';
import { shippedDeviceModelFolder } from '../../../plant/skid/folders.ts';
import { loadSkidType } from '../../../plant/skid/skid-loader.ts';
import type { Spectrum } from '../../../plant/spectrum.ts';
import { systemClock } from '../../../plant/system-clock.ts';
import { SpectraWriter } from '../../../twin/instruments/spectra-writer.ts';
import { SpinsolveInstrument } from '../../../twin/instruments/spinsolve.ts';
import { until } from '../../support/waiting.ts';
import { House, set, silentLog } from '../support/house.ts';

const skidFile = `type: analysers
title: Analysers
definition: 1
units: { A401: { title: Analysers } }
devices:
  AT-401: { model: spectra-folder }
  AT-402: { model: magritek-spinsolve }
  AT-403: { model: raman-adi }
tags:
  A401/AT-401.age: { from: AT-401.age, title: Age of the last spectrum, unit: s, range: 0..86400 }
  A401/AT-402.state: { from: AT-402.state, title: State, range: 0..3, states: { 0: ready, 1: running, 2: stopping, 3: failed } }
  A401/AT-402.run: { from: AT-402.run, title: Measure, range: 0..1, write: { role: operator } }
  A401/AT-402.protocol: { from: AT-402.protocol, title: Protocol }
  A401/AT-403.laser: { from: AT-403.laserPower, title: Laser power, unit: W, range: 0..2 }
spectra:
  A401/AT-401: { from: AT-401.spectrum, title: Raman spectrum, staleAfter: 10 min }
  A401/AT-402: { from: AT-402.spectrum, title: Phosphorus spectrum, staleAfter: 1 h }
  A401/AT-403: { from: AT-403.spectrum, title: Raman spectrum, staleAfter: 10 min }
page: { overview: [A401/AT-402.state], trend: [A401/AT-401.age] }
`;

const folder = mkdtempSync(join(tmpdir(), 'mesoline-analysers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function models(): string {
  const into = join(folder, 'models');
  mkdirSync(into);
  for (const name of ['spectra-folder', 'magritek-spinsolve', 'raman-adi']) {
    const text = readFileSync(join(shippedDeviceModelFolder, `${name}.yaml`), 'utf8');
    const here = text.replace('ours: /srv/spinsolve', `ours: ${folder}/nmr`);
    writeFileSync(join(into, `${name}.yaml`), here.replace(/^period: .*$/mu, 'period: 100 ms'));
  }
  return into;
}

it('a skid with analysers gives their values and spectra, and starts a measurement by command', async () => {
  const clock = systemClock();
  writeFileSync(join(folder, 'analysers.yaml'), skidFile);
  const type = loadSkidType(join(folder, 'analysers.yaml'), { deviceModelFolder: models() });
  const nmr = new SpinsolveInstrument({ host: '127.0.0.1', port: 0, folder: join(folder, 'nmr'), random: Math.random });
  nmr.take({ world: { durationMs: 400, pieceMs: 5 } });
  const raman = new SpectraWriter({ folder: join(folder, 'raman'), random: Math.random });
  await raman.start();
  const reader = createSpectrumReader({ clock, log: silentLog });
  await reader.start();
  const spectra: Spectrum[] = [];
  const withoutServer = { ...type, devices: type.devices.filter(({ name }) => name !== 'AT-403') };
  const skid = {
    name: skidName('QD-1'),
    title: 'QD-1',
    type: {
      ...withoutServer,
      tags: type.tags.filter(({ name }) => !name.includes('AT-403')),
      spectra: type.spectra.filter(({ device }) => device !== 'AT-403'),
    },
    links: [
      { device: 'AT-401', protocol: 'folder', path: join(folder, 'raman') },
      { device: 'AT-402', protocol: 'tcp', host: '127.0.0.1', port: await nmr.start() },
    ],
    twin: true,
  } as const;
  const consumer = { acceptSpectrum: (each: Spectrum) => void spectra.push(each), loseSpectrum: () => undefined };
  const house = new House([skid], { clock, reader, spectrumConsumers: [consumer], pkiFolder: join(folder, 'pki') });
  try {
    await house.gateway.start();
    await until(() => house.gateway.health().detail === 'Every device answers.', { everyMs: 10 });
    raman.take({ manners: { pieceMs: 5 } });
    raman.take({ write: true });
    await until(() => spectra.length === 1, { everyMs: 10 });
    expect([spectra[0]?.name, spectra[0]?.origin]).toEqual(['QD-1/A401/AT-401', 'raman_00001.spc']);

    expect(await house.execute(set(['A401/AT-402.run', 1]))).toMatchObject({ status: 'done' });
    expect(nmr.started).toEqual([{ protocol: '1D PHOSPHORUS', options: {} }]);
    await until(() => spectra.length === 2, { everyMs: 10 });
    expect([spectra[1]?.name, spectra[1]?.data.x.unit]).toEqual(['QD-1/A401/AT-402', 'ppm']);
    expect([house.sample('A401/AT-402.state')?.value, house.sample('A401/AT-402.protocol')?.value]).toEqual([
      0,
      '1D PHOSPHORUS',
    ]);
  } finally {
    await house.gateway.stop();
    await Promise.all([nmr.stop(), raman.stop(), reader.stop()]);
  }
});
