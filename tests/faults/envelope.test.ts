import { describe, expect, it } from 'vitest';
import { judgeMutants } from './envelope.ts';

describe('a definition made looser than its envelope', () => {
  const judged = judgeMutants(60, 5);

  it('is seen in at least 95 of 100 cases', () => {
    const unseen = judged.filter(({ by }) => by === null).map(({ rule, change }) => `${rule}: ${change}`);
    expect(judged).toHaveLength(60);
    expect(unseen.length, unseen.join('\n')).toBeLessThanOrEqual(3);
  });

  it('is told in words that name the row or tag, or shown as it would happen', () => {
    for (const { by, message, change } of judged) {
      if (by === null) continue;
      expect(message, change).toMatch(
        by === 'counterexample' ? /Expected, by the envelope: .*\nWhat came: / : /\S+.*[.]/u,
      );
    }
  });
});
