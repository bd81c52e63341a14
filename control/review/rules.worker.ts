/** The thread in which the rules of a review are run. Entered by `rules-thread.ts` only. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../plant/errors.ts';
import type { Evidence } from './evidence.ts';
import { rules } from './rules/index.ts';
import { runRules, type RuleRun } from './run-rules.ts';

export type RulesAnswer = Readonly<{ runs: readonly RuleRun[] } | { failure: string }>;

parentPort?.once('message', (evidence: Evidence) => {
  try {
    parentPort?.postMessage({ runs: runRules(rules, evidence) } satisfies RulesAnswer);
  } catch (thrown) {
    parentPort?.postMessage({ failure: messageOf(thrown) } satisfies RulesAnswer);
  }
});
