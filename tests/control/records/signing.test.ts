import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Records } from '../../../control/records/ledger/records.ts';
import type { SignRequest } from '../../../plant/ports/record-desk.ts';
import { certificationText } from '../../../plant/people.ts';
import { event, firstPasswords, later, openQuickly, ownPassword, stamp, temporaryFolder } from './support.ts';

const made = temporaryFolder();
let records: Records;
let password: string;

beforeAll(async () => {
  records = await openQuickly(made.path);
  password = await ownPassword(records, made.path, 'operator');
  await records.append(event('batch/B-1', 'batch-started'), stamp);
});

afterAll(async () => {
  await records.close(later(9000));
  made.remove();
});

const request = (more: Partial<SignRequest> = {}): SignRequest => ({
  userName: 'operator',
  password,
  terminal: 'page 1',
  scope: 'batch/B-1',
  meaning: 'performed',
  subject: 'start of batch B-1',
  role: 'operator',
  notPersons: [],
  ...more,
});

const refusal = { code: 'signature-refused' };

describe('signing', () => {
  it('waits until the person has said, once and on record, that the signature binds as one by hand', async () => {
    const first = firstPasswords(made.path).get('qa-reviewer')!;
    const person = await records.identify(
      { userName: 'qa-reviewer', password: first, terminal: 'page 1' },
      'password',
      stamp,
    );
    const own = `${first} of my own`;
    await records.changePassword(person.id, first, own, 'test', stamp);
    const by = { userName: 'qa-reviewer', password: own, role: 'QA reviewer', subject: 'review of batch B-1' };
    await expect(records.sign(request(by), later(50))).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining('has not certified yet'),
    });
    await expect(records.certify(person.id, 'not mine', 'page 1', later(51))).rejects.toMatchObject({
      code: 'login-refused',
    });
    await records.certify(person.id, own, 'page 1', later(52));
    await records.certify(person.id, own, 'page 1', later(53));
    const said = (await records.read('access', 1, 1000)).filter(
      ({ event: { action, object } }) => action === 'signature-certified' && object === 'qa-reviewer',
    );
    expect(said).toMatchObject([{ event: { new: certificationText, actor: { id: person.id, terminal: 'page 1' } } }]);
    const { count } = (await records.scopes('batch/B-1'))[0]!;
    expect(count).toBe(1);
  });

  it('covers everything the record held until then, and names the signer, the meaning and the time', async () => {
    const [head] = await records.scopes('batch/B-1');
    const view = await records.sign(request(), later(60));
    expect(view).toMatchObject({
      signedHash: head!.head,
      printedName: 'Operator (first start)',
      meaning: 'performed',
      subject: 'start of batch B-1',
      utc: later(60).utc,
      receipt: { scope: 'batch/B-1', seq: head!.count + 1 },
    });
    expect(await records.signatures('batch/B-1')).toEqual([view]);
    const [stored] = await records.read('batch/B-1', view.receipt.seq, 1);
    expect(stored!.event).toMatchObject({
      action: 'signed',
      actor: { kind: 'person', userName: 'operator', terminal: 'page 1' },
      data: { components: ['user id', 'password'], signedAt: '2026-10-02T09:31:00.000+00:00', signer: view.personId },
    });
  });

  it('is followed by a checkpoint', async () => {
    const before = await records.checkpoint(later(70));
    await records.sign(request(), later(80));
    const after = await records.checkpoint(later(80));
    expect(after.checkpoints).toBe(before.checkpoints + 1);
  });

  it.each(['batch-held', 'batch-ended'])(
    'is not the only thing a checkpoint follows: %s is another',
    async (action) => {
      const before = await records.checkpoint(later(85));
      await records.append(event('batch/B-2', action), later(86));
      await new Promise((resolve) => setImmediate(resolve));
      expect((await records.checkpoint(later(87))).checkpoints).toBe(before.checkpoints + 1);
      expect(readFileSync(join(made.path, 'checkpoints', 'checkpoints.jsonl'), 'utf8')).toContain('09:31:26.000');
    },
  );

  it('covers what many append at the same moment, in one order', async () => {
    const others = Array.from({ length: 20 }, () => records.append(event('batch/B-1'), later(90)));
    const [view] = await Promise.all([records.sign(request(), later(90)), ...others]);
    const [before] = await records.read('batch/B-1', view.receipt.seq - 1, 1);
    expect(view.signedHash).toBe(before!.hash);
  });

  it.each<[string, Partial<SignRequest>, RegExp]>([
    ['for a role the person does not hold', { role: 'QA releaser' }, /does not hold the role QA releaser/],
    ['of a record that does not exist', { scope: 'batch/B-9' }, /no record of that name/],
    ['without a meaning', { meaning: ' ' }, /meaning/],
    ['with a wrong password', { password: 'not the password' }, /wrong/],
  ])('is refused %s', async (_what, more, words) => {
    await expect(records.sign(request(more), later(100))).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(words) as string,
    });
  });

  it('is refused where something came into the record after it was read', async () => {
    const [read] = await records.scopes('batch/B-1');
    await records.append(event('batch/B-1', 'phase-started'), later(83));
    await expect(records.sign(request({ readHash: read!.head }), later(84))).rejects.toMatchObject(refusal);
    const [now] = await records.scopes('batch/B-1');
    expect(now!.count).toBe(read!.count + 1);
    await expect(records.sign(request({ readHash: now!.head }), later(85))).resolves.toMatchObject({
      signedHash: now!.head,
    });
  });

  it('records an act and its signature together, and the signature covers the act', async () => {
    const [read] = await records.scopes('batch/B-1');
    const act = { action: 'deviation-raised', object: 'D-1', data: { title: 'too warm' } };
    const view = await records.sign(request({ acts: [act], readHash: read!.head }), later(86));
    const [stored, signed] = await records.read('batch/B-1', read!.count + 1, 10);
    expect(stored!.event).toMatchObject({ ...act, actor: { userName: 'operator', terminal: 'page 1' } });
    expect(view.signedHash).toBe(stored!.hash);
    expect(signed!.seq).toBe(view.receipt.seq);
  });

  it('records neither where the record has changed, the act cannot be one, or the signer is not the one', async () => {
    const [read] = await records.scopes('batch/B-1');
    const act = { action: 'deviation-raised', object: 'D-2' };
    const refused = [
      request({ acts: [act], readHash: 'f'.repeat(64) }),
      request({ acts: [act, { action: 'signed', object: 'D-2' }] }),
      request({ acts: [act], password: 'somebody else' }),
    ];
    for (const asked of refused) await expect(records.sign(asked, later(87))).rejects.toThrow();
    expect((await records.scopes('batch/B-1'))[0]).toEqual(read);
  });

  it('lets one of two at the same moment through, and tells the other', async () => {
    const [read] = await records.scopes('batch/B-1');
    const asked = ['released', 'rejected'].map((what) =>
      records.sign(
        request({ acts: [{ action: 'batch-disposed', object: 'B-1', new: what }], readHash: read!.head }),
        later(88),
      ),
    );
    const results = await Promise.allSettled(asked);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'signature-refused', message: expect.stringContaining('changed') as string },
    });
    expect((await records.scopes('batch/B-1'))[0]!.count).toBe(read!.count + 2);
  });

  it('is refused to somebody who signed beside it, and the refusal is recorded', async () => {
    const { personId } = (await records.signatures('batch/B-1'))[0]!;
    await expect(records.sign(request({ notPersons: [personId] }), later(110))).rejects.toMatchObject(refusal);
    const audit = await records.read('access', 1, 1000);
    expect(audit.at(-1)!.event).toMatchObject({
      action: 'signature-refused',
      actor: { userName: 'operator' },
      object: 'batch/B-1',
    });
  });

  it('is refused to an administrator, whatever role is asked', async () => {
    const admin = await ownPassword(records, made.path, 'admin');
    const asked = request({ userName: 'admin', password: admin, role: 'administrator' });
    await expect(records.sign(asked, later(120))).rejects.toMatchObject(refusal);
  });

  it('is refused while the first password stands', async () => {
    const first = firstPasswords(made.path).get('checker')!;
    const asked = request({ userName: 'checker', password: first, role: 'checker' });
    await expect(records.sign(asked, later(130))).rejects.toMatchObject({
      message: expect.stringContaining('first password') as string,
    });
  });

  it('is locked after five failures, and a login with it', async () => {
    const wrong = request({ userName: 'maintenance', password: 'wrong' });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(records.sign(wrong, later(140))).rejects.toMatchObject(refusal);
    }
    const right = {
      userName: 'maintenance',
      password: firstPasswords(made.path).get('maintenance')!,
      terminal: 'page',
    };
    await expect(records.identify(right, 'password', later(150))).rejects.toMatchObject({ code: 'login-locked' });
    await expect(records.identify(right, 'password', later(140 + 15 * 60))).resolves.toMatchObject({
      userName: 'maintenance',
    });
  });

  it('cannot be put into the record by any other way', async () => {
    await expect(records.append(event('batch/B-1', 'signed'), stamp)).rejects.toMatchObject({ code: 'record-refused' });
  });
});
