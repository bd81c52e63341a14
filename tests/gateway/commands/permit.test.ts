/** Which command is permitted under which demand, over everything there is. */
import { describe, expect, it } from 'vitest';
import { forbids, permitQuestions, permitStandings, type PermitQuestion } from '../../../plant/command-permit.ts';
import { asksField, demandRank } from '../../../plant/safe-state.ts';

const all = permitQuestions.flatMap((question) => permitStandings.map((standing) => ({ question, standing })));
const isWrite = (question: PermitQuestion) => question.kind === 'write';
const breaking = (broken: (one: (typeof all)[number]) => boolean) => all.filter(broken);

describe('a command', () => {
  it('is looked at in every standing that there is', () => {
    expect(permitStandings).toHaveLength(6 * 3 * 8 * 4);
    expect(new Set(permitStandings.map((standing) => JSON.stringify(standing))).size).toBe(permitStandings.length);
    expect(permitQuestions).toHaveLength(3 + 8);
  });

  it('that writes is refused wherever the interlocks or a command hold HOT-HOLD or more', () => {
    const broken = breaking(
      ({ question, standing }) =>
        isWrite(question) &&
        (asksField(standing.interlocks) || standing.asked !== 'none') &&
        forbids(question, standing) === null,
    );
    expect(broken).toEqual([]);
  });

  it('that starts something goes only where nothing demands and the field is ready or there is none', () => {
    const permitted = all.filter(
      ({ question, standing }) =>
        question.kind === 'write' && question.direction === 'running' && forbids(question, standing) === null,
    );
    expect(permitted.length).toBeGreaterThan(0);
    for (const { standing } of permitted) {
      expect(standing).toMatchObject({ interlocks: 'none', asked: 'none' });
      expect(['none', 'absent']).toContain(standing.field);
    }
  });

  it('in the safe direction is permitted up to B, whatever the field says', () => {
    const refused = breaking(
      ({ question, standing }) =>
        question.kind === 'write' &&
        question.direction === 'safe' &&
        !question.acid &&
        !question.forced &&
        demandRank(standing.interlocks) <= demandRank('B') &&
        standing.asked === 'none' &&
        forbids(question, standing) !== null,
    );
    expect(refused).toEqual([]);
  });

  it('puts no acid into the flush while that is blocked, and sets nothing that is forced', () => {
    const broken = breaking(
      ({ question, standing }) =>
        question.kind === 'write' &&
        ((question.acid && standing.measures.includes('block acid')) || question.forced) &&
        forbids(question, standing) === null,
    );
    expect(broken).toEqual([]);
  });

  it('for a safe state goes wherever there is a controller to ask', () => {
    for (const standing of permitStandings)
      expect(forbids({ kind: 'safe-state' }, standing)).toBe(standing.field === 'absent' ? 'no controller' : null);
  });

  it('is less permitted the more is demanded', () => {
    const order = ['none', 'B', 'H', 'Hcd', 'S', 'E'] as const;
    const broken = breaking(({ question, standing }) => {
      const more = order.slice(order.indexOf(standing.interlocks) + 1);
      return (
        forbids(question, standing) !== null &&
        more.some((interlocks) => forbids(question, { ...standing, interlocks }) === null)
      );
    });
    expect(broken).toEqual([]);
  });

  it('releases only what a command holds, and while no interlock demands', () => {
    for (const standing of permitStandings) {
      const permitted = forbids({ kind: 'release' }, standing) === null;
      expect(permitted).toBe(standing.interlocks === 'none' && standing.asked !== 'none');
    }
  });
});
