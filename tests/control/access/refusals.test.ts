import { describe, expect, it } from 'vitest';
import { countedFor, Refusals } from '../../../control/access/refusals.ts';
import { monotonic } from '../../../plant/clock.ts';
import { personActor } from '../../../plant/people.ts';

const actor = (userName: string, terminal = '10.0.0.7') =>
  personActor(
    { id: `P-${userName}`, userName, printedName: userName, roles: ['observer'], mustChangePassword: false },
    terminal,
  );
const refusal = (userName = 'ada', what = 'POST /api/batches') => ({
  actor: actor(userName),
  what,
  why: 'may not start batch',
});
const at = (ms: number) => monotonic(1000 + ms);

describe('a refusal', () => {
  it('is on record at once: who, from where, what and why', () => {
    expect(new Refusals().take(refusal(), at(0))).toEqual([
      {
        scope: 'access',
        actor: actor('ada'),
        action: 'refused',
        object: 'POST /api/batches',
        reason: 'may not start batch',
        data: { times: '1' },
      },
    ]);
  });

  it('that comes a thousand times in a minute is two events, of which the second says how often', () => {
    const refusals = new Refusals();
    const events = Array.from({ length: 1000 }, (_, ms) => refusals.take(refusal(), at(ms))).flat();
    expect(events).toHaveLength(1);
    expect(refusals.due(at(countedFor - 1))).toEqual([]);
    expect(refusals.due(at(countedFor))).toMatchObject([{ actor: { id: 'P-ada' }, data: { times: '999' } }]);
    expect(refusals.due(at(countedFor))).toEqual([]);
    expect(refusals.take(refusal(), at(countedFor + 1))).toMatchObject([{ data: { times: '1' } }]);
  });

  it('hides no other person, place or thing behind it', () => {
    const refusals = new Refusals();
    refusals.take(refusal(), at(0));
    expect(refusals.take(refusal('grace'), at(1))).toHaveLength(1);
    expect(refusals.take(refusal('ada', 'POST /api/people'), at(2))).toHaveLength(1);
    expect(refusals.take({ ...refusal(), actor: actor('ada', '10.0.0.8') }, at(3))).toHaveLength(1);
  });

  it('that was counted when the service stops is not lost', () => {
    const refusals = new Refusals();
    for (const ms of [0, 1, 2]) refusals.take(refusal(), at(ms));
    expect(refusals.due(at(3), true)).toMatchObject([{ data: { times: '2' } }]);
  });
});
