/** The control of the skids bench: as many bare timers of 100 ms as there are skids, with nothing to do. */
import { setTimeout as pause } from 'node:timers/promises';
import { answerAsks } from '../support/measuring-child.ts';
import { Cadence, type Steadiness } from './cadence.ts';

const count = Number(process.argv[2]);
const cadence = new Cadence();
const startedAt = performance.now();

/** On a grid, so that what comes late once does not stay late. */
function next(name: string, due: number): void {
  setTimeout(
    () => {
      cadence.turn(name);
      next(name, due + 100 * Math.max(1, Math.ceil((performance.now() - due) / 100)));
    },
    Math.max(0, due - performance.now()),
  );
}
for (let i = 0; i < count; i += 1) next(String(i), startedAt + (100 * i) / count);
cadence.start();

answerAsks(async ({ milliseconds }: Readonly<{ milliseconds: number }>): Promise<Steadiness> => {
  cadence.begin();
  await pause(milliseconds);
  return cadence.figures();
});
