/** The thread in which the rules of a review are run. Entered by `threads.ts` only. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../plant/errors.ts';
import type { Evidence } from './evidence.ts';
import type { TaskAnswer } from '../../plant/one-task-thread.ts';
import { rules } from './rules/index.ts';
import { runRules, type RuleRun } from './run-rules.ts';

export type RulesAnswer = TaskAnswer<readonly RuleRun[]>;

parentPort?.once('message', (evidence: Evidence) => {
  try {
    parentPort?.postMessage({ result: runRules(rules, evidence) } satisfies RulesAnswer);
  } catch (thrown) {
    parentPort?.postMessage({ failure: messageOf(thrown) } satisfies RulesAnswer);
  }
});
