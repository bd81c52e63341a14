/**
 * Stories of batches, drawn at random: commands, failures, restarts, shared equipment; each held against table, procedure and
 * record: `npm run campaign -- batch-model --rounds 100000`.
 */
import fc from 'fast-check';
import { atLeast, atMost, type Run } from '../support/measured.ts';
import { story, tell } from '../control/batch/engine/model.ts';

export const run: Run = ({ rounds, say }) => {
  const seed = Date.now() % 2 ** 31;
  let told = 0;
  let happened = 0;
  const ends = new Map<string, number>();
  const begun = performance.now();
  const found = fc.check(
    fc.property(story, (one) => {
      const world = tell(one);
      told += 1;
      happened += one.happenings.length;
      for (const state of world.states()) ends.set(state, (ends.get(state) ?? 0) + 1);
      if (told % 5000 === 0) say(`${told} stories, ${((performance.now() - begun) / told).toFixed(1)} ms each`);
    }),
    { numRuns: rounds, seed },
  );
  if (found.failed) say(fc.defaultReportMessage(found) ?? 'a story failed');
  say(`seed ${seed}; units ended ${[...ends].map(([state, count]) => `${state} ${count}`).join(', ')}`);
  return Promise.resolve([
    atLeast('stories told', told, '', rounds),
    atLeast('things that happened in them', happened, ''),
    atMost('stories in which something was wrong', found.failed ? 1 : 0, '', 0),
    ...['Complete', 'Held', 'Stopped', 'Aborted', 'Running', 'Restarting'].map((state) =>
      atLeast(`units that were ${state} at the end`, ends.get(state) ?? 0, '', 1),
    ),
  ]);
};
