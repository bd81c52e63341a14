/** What other rooms tell the OPC UA server: links of devices, batches, spectra. */
import { utcMs } from '../../../../plant/clock.ts';
import type { LinkView } from '../../../../plant/ports/scan-consumer.ts';
import { good } from '../../../../plant/quality.ts';
import { localTag, skidName, tagName } from '../../../../plant/sample.ts';
import type { Spectrum } from '../../../../plant/spectrum.ts';

export const linkOf = (skid: string, device: string, more: Partial<LinkView> = {}): LinkView => ({
  skid: skidName(skid),
  device,
  endpoint: 'modbus-tcp://127.0.0.1:502/1',
  state: 'connected',
  lastGoodRead: 0,
  requests: 10,
  timeouts: 0,
  malformed: 0,
  exceptions: 0,
  reconnects: 0,
  late: 0,
  latencyMs: 4.5,
  identity: { manufacturer: 'Works', product: 'W-1', serial: '4711', firmware: '2.3' },
  problem: null,
  ...more,
});

export const spectrumOf = (skid: string, y: readonly number[], more: Partial<Spectrum> = {}): Spectrum => ({
  skid: skidName(skid),
  name: tagName(skidName(skid), localTag('A401/AT-401.spectrum')),
  data: {
    x: { title: 'Raman shift', unit: 'nm', values: Float64Array.from(y, (_, i) => 500 + 0.5 * i * i) },
    y: { title: 'Intensity', unit: null, values: Float64Array.from(y) },
    takenAt: null,
    facts: { laser: '785 nm' },
  },
  quality: good,
  sourceTime: utcMs(1_700_000_000_000),
  serverTime: utcMs(1_700_000_000_500),
  origin: 'run-7.spc',
  digest: 'cd'.repeat(32),
  ...more,
});
