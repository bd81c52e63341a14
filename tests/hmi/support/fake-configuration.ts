/** A desk of configuration with one file that changed and an approval before; it keeps what it was asked. */
import { utcMs } from '../../../plant/clock.ts';
import type { ConfigurationView, DifferenceLine } from '../../../plant/configuration-view.ts';
import type { ConfigurationDesk } from '../../../plant/ports/configuration.ts';

const sha = (digit: string): string => digit.repeat(64);
const hour = 3_600_000;

export const servedConfiguration = (now: number): ConfigurationView => ({
  installedAt: utcMs(now - 90 * 24 * hour),
  files: [
    { file: 'gateway/devices/huber-pb.yaml', digest: sha('a'), approved: true },
    { file: 'plant/skids/cdse.yaml', digest: sha('b'), approved: false },
    { file: 'site/demo.yaml', digest: sha('c'), approved: false },
  ],
  open: [
    { file: 'plant/skids/cdse.yaml', old: sha('d'), new: sha('b'), foundAt: utcMs(now - hour) },
    { file: 'site/demo.yaml', old: sha('f'), new: sha('c'), foundAt: utcMs(now - hour) },
  ],
  approvals: [
    {
      at: utcMs(now - 30 * 24 * hour),
      changeNumber: 'CC-2026-011',
      reason: 'The thermostat was exchanged for another model <img src=x onerror=alert(1)>',
      steps: [{ file: 'gateway/devices/huber-pb.yaml', old: sha('e'), new: sha('a') }],
      by: 'Paul Peters',
      checkedBy: 'Quinn Adler',
      seq: 5,
    },
  ],
});

export const servedDifference: readonly DifferenceLine[] = [
  { kind: 'left out', text: '217', oldLine: null, newLine: null },
  { kind: 'same', text: '  R201/TT-201A:', oldLine: 218, newLine: 218 },
  { kind: 'same', text: '    title: Reactor temperature A', oldLine: 219, newLine: 219 },
  { kind: 'removed', text: '    range: 0 to 200 °C', oldLine: 220, newLine: null },
  { kind: 'added', text: '    range: 0 to 185 °C', oldLine: null, newLine: 220 },
  { kind: 'added', text: '    # <b>after the change of the probe</b>', oldLine: null, newLine: 221 },
  { kind: 'same', text: '    staleAfter: 2 s', oldLine: 221, newLine: 222 },
  { kind: 'left out', text: '412', oldLine: null, newLine: null },
];

export function fakeConfiguration(asked: (what: string, input: unknown) => void): ConfigurationDesk {
  return {
    view: () => Promise.resolve(servedConfiguration(Date.now())),
    difference: (old) => Promise.resolve(old === sha('0') ? null : servedDifference),
    approve: (request) => {
      asked('approve configuration', request);
      const refusal = request.changeNumber === 'CC-0' ? 'CC-0 is no change.' : null;
      return Promise.resolve(refusal === null ? { done: true } : { done: false, reason: refusal });
    },
  };
}
