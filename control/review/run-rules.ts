/** Runs every rule over the evidence. A rule that fails finds that it failed: silence would be taken for order. Pure. */
import { messageOf } from '../../plant/errors.ts';
import type { Evidence } from './evidence.ts';
import type { Finding, Rule } from './rule.ts';

export type RuleRun = Readonly<{
  rule: string;
  version: string;
  title: string;
  counts: string;
  looked: number;
  found: readonly Finding[];
}>;

export function runRules(rules: readonly Rule[], evidence: Evidence): readonly RuleRun[] {
  return rules.map(({ name, version, title, counts, run }) => {
    try {
      const { looked, found } = run(evidence);
      return { rule: name, version, title, counts, looked, found: unique(name, found) };
    } catch (thrown) {
      const failed: Finding = {
        key: `failed/${version}`,
        skid: null,
        ...evidence.span,
        title: `The rule could not be run: ${title}`,
        detail: messageOf(thrown),
        lines: [],
        tags: [],
      };
      return { rule: name, version, title, counts, looked: 0, found: unique(name, [failed]) };
    }
  });
}

/** Keys are the rule's own, and each once: two findings of one key would be judged as one. */
function unique(rule: string, found: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, number>();
  return found.map((finding) => {
    const times = (seen.get(finding.key) ?? 0) + 1;
    seen.set(finding.key, times);
    return { ...finding, key: `${rule}:${finding.key}${times === 1 ? '' : `/${times}`}` };
  });
}
