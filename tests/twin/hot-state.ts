/** A saved state of a hot line that collects, for whoever begins there: made as anyone can make one, by the shipped set points. */
import { milliseconds } from '../../plant/clock.ts';
import { runHeadless } from '../../twin/runs/headless.ts';
import { loadSetPoints } from '../../twin/runs/set-points.ts';
import { model, parameters, repository } from './skid-in-hand.ts';

let kept: string | null = null;

/**
 * The text for `PUT /state` or a file for `--state`, of a CdSe line eight minutes after power-up, with no service silent and no request
 * standing. Made once a process.
 */
export function hotCollectingState(): string {
  if (kept !== null) return kept;
  const { state, refused } = runHeadless({
    ...{ model, parameters, watchdog: milliseconds(3000) },
    seed: 1,
    forS: 480,
    everyS: 60,
    setPoints: loadSetPoints(repository('twin/set-points/hot-collecting.yaml')),
    script: [],
    trace: () => undefined,
  });
  if (refused.length > 0) throw new Error(`the line did not take ${refused[0]?.points.join(', ') ?? ''}`);
  kept = state;
  return state;
}
