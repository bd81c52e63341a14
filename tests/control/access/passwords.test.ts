import { describe, expect, it } from 'vitest';
import { createHasher, passwordFault, productCost, readablePassword } from '../../../control/access/passwords.ts';
import { InTurn } from '../../../control/access/in-turn.ts';

const nobodyLost = (): boolean => false;

describe('a password', () => {
  it('is kept as Argon2id with 64 MiB, three passes, one lane, and another salt each time', async () => {
    const hasher = createHasher();
    const [one, other] = await Promise.all([hasher.hash('the same password'), hasher.hash('the same password')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    expect(one).not.toBe(other);
    expect(productCost).toEqual({ memoryCost: 65_536, timeCost: 3, parallelism: 1 });
    expect(
      await Promise.all([hasher.verify(one, 'the same password'), hasher.verify(one, 'the same passwort')]),
    ).toEqual([true, false]);
  });

  it('is the same however a keyboard composes its letters', async () => {
    const hasher = createHasher({ memoryCost: 64, timeCost: 1, parallelism: 1 });
    expect(await hasher.verify(await hasher.hash('Gl\u00fchw\u00fcrmchen 7'), 'Glu\u0308hwu\u0308rmchen 7')).toBe(true);
  });

  it.each([
    ['elevenchars', /at least 12/],
    ['Process.Engineer', /is the user name/],
    ['x'.repeat(300), /at most/],
  ])('%s is refused', (password, words) => {
    expect(passwordFault(password, 'process.engineer', nobodyLost)).toMatch(words);
  });

  it('of twelve characters is taken', () => expect(passwordFault('twelve chars', 'operator', nobodyLost)).toBeNull());

  it('made for a first start can be read aloud, and draws every part of it', () => {
    const drawn: number[] = [];
    const password = readablePassword((choices) => {
      drawn.push(choices);
      return choices - 1;
    });
    expect(password).toBe('zuzu-zuzu-zuzu-zuzu-zuzu');
    expect(drawn.reduce((bits, choices) => bits + Math.log2(choices), 0)).toBeGreaterThan(60);
  });
});

describe('hashing', () => {
  it('turns away whoever comes when too many wait already', async () => {
    const hasher = createHasher({ memoryCost: 64, timeCost: 1, parallelism: 1 });
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => hasher.hash('a password of many')));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(34);
    expect(refused[0]!.reason).toMatchObject({ code: 'login-busy' });
    await expect(hasher.hash('and afterwards')).resolves.toContain('argon2id');
  });
});

describe('turns', () => {
  it('are taken one after another for the same name, and side by side for others', async () => {
    const turns = new InTurn();
    const order: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const first = turns.take('a', async () => {
      await gate.promise;
      order.push('a1');
    });
    const second = turns.take('a', () => Promise.resolve(order.push('a2')));
    await turns.take('b', () => Promise.resolve(order.push('b1')));
    gate.resolve(undefined);
    await Promise.all([first, second]);
    expect(order).toEqual(['b1', 'a1', 'a2']);
  });

  it('go on after one that failed', async () => {
    const turns = new InTurn();
    const failed = turns.take('a', () => Promise.reject(new Error('no')));
    await expect(turns.take('a', () => Promise.resolve(1))).resolves.toBe(1);
    await expect(failed).rejects.toThrow('no');
  });
});
