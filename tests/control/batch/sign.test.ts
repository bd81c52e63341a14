import { expect, it } from 'vitest';
import { signRecord } from '../../../control/batch/sign.ts';
import type { Actor } from '../../../plant/people.ts';
import { Bench, operator } from './fake-skid.ts';

const person = (id: string): Actor => ({ ...operator, kind: 'person', id }) as Actor;

it('whoever started, signed or drove a batch does not check its record; whoever held it may', async () => {
  const { ledger, desk } = new Bench();
  const scope = 'batch/B-2026-0001';
  const said = (action: string, object: string, id: string) =>
    ledger.append({ scope, action, object, actor: person(id) });
  await said('batch-prepared', 'B-2026-0001', 'P-starter');
  await said('batch-commanded', 'Restart', 'P-checker');
  await said('batch-commanded', 'Hold', 'P-checker-2');
  const check = (userName: string, meaning = 'checked') => {
    const credentials = { userName, password: 'right', terminal: 'test' };
    return signRecord({ batch: 'B-2026-0001', meaning, credentials }, desk, ledger);
  };
  expect(await check('checker')).toMatchObject({ done: false });
  expect(await check('checker-2')).toMatchObject({ done: true });
});
