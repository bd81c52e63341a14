import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { personActor } from '../../../plant/people.ts';
import { bea, by, olga, paul, quinn, World } from './world.ts';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

let world!: World;
beforeEach(() => {
  world = new World().write('a.yaml', 'flow: 1\n').write('deep/b.yaml', 'heat: 2\n');
});
afterEach(() => world.done());

describe('the first start on a data folder', () => {
  it('records every file as approved by installation, says so, and keeps each text', async () => {
    const { check, desk } = await world.started();
    expect(world.stored).toMatchObject([
      {
        scope: 'configuration',
        event: {
          actor: { kind: 'service' },
          action: 'configuration-installed',
          object: 'house',
          reason: expect.stringMatching(/approved by installation/) as string,
          data: {
            files: [
              { file: 'skids/a.yaml', digest: sha('flow: 1\n') },
              { file: 'skids/deep/b.yaml', digest: sha('heat: 2\n') },
            ],
          },
        },
      },
    ]);
    expect(readdirSync(join(world.dataFolder, 'configuration')).sort()).toEqual(
      [sha('flow: 1\n'), sha('heat: 2\n')].sort(),
    );
    expect(await check()).toMatchObject([{ gate: 'configuration', verdict: 'ok' }]);
    expect((await desk.view()).open).toEqual([]);
  });

  it('leaves out what is hidden, and takes a file that comes later for a change', async () => {
    world.write('.a.yaml.swp', 'x');
    await world.started();
    writeFileSync(join(world.folder, 'site.yaml'), 'site: house\n');
    const { desk } = await world.started();
    expect((await desk.view()).open).toMatchObject([{ file: 'site.yaml', old: null, new: sha('site: house\n') }]);
  });
});

describe('a start', () => {
  it('that finds everything as it was records nothing', async () => {
    await world.started();
    const { check } = await world.started();
    expect(world.actions()).toEqual(['configuration-installed']);
    expect(await check()).toMatchObject([{ verdict: 'ok' }]);
  });

  it('that finds a file changed records its old and its new digest, and both texts can be read', async () => {
    await world.started();
    const { desk } = await world.write('a.yaml', 'flow: 3\n').started();
    expect(world.stored.at(-1)).toMatchObject({
      event: { action: 'configuration-changed', object: 'skids/a.yaml', old: sha('flow: 1\n'), new: sha('flow: 3\n') },
    });
    expect(await desk.difference(sha('flow: 1\n'), sha('flow: 3\n'))).toEqual([
      { kind: 'removed', text: 'flow: 1', oldLine: 1, newLine: null },
      { kind: 'added', text: 'flow: 3', oldLine: null, newLine: 1 },
    ]);
    expect(await desk.difference(sha('flow: 1\n'), sha('never'))).toBeNull();
  });

  it('blocks product by each file that changed, was added or was taken away, and no rehearsal', async () => {
    await world.started();
    const { check } = await world.write('a.yaml', 'flow: 3\n').write('c.yaml', 'x\n').remove('deep/b.yaml').started();
    const product = await check();
    expect(product.map(({ object, verdict }) => [object, verdict])).toEqual([
      ['skids/a.yaml', 'blocked'],
      ['skids/c.yaml', 'blocked'],
      ['skids/deep/b.yaml', 'blocked'],
    ]);
    expect(product[0]?.found).toMatch(/changed from [0-9a-f]{12}… to [0-9a-f]{12}….*nobody has approved/);
    expect(product[0]?.remedy).toMatch(/process engineer and QA/);
    expect((await check('rehearsal')).map(({ verdict }) => verdict)).toEqual(Array(3).fill('not watched'));
  });

  it('with the approved text back needs nobody to approve it', async () => {
    await world.started();
    await world.write('a.yaml', 'flow: 3\n').started();
    const { check } = await world.write('a.yaml', 'flow: 1\n').started();
    expect(await check()).toMatchObject([{ verdict: 'ok' }]);
    expect(world.actions()).toEqual(['configuration-installed', 'configuration-changed', 'configuration-changed']);
  });

  it('says what was approved last as the old text, over however many steps', async () => {
    await world.started();
    await world.write('a.yaml', 'flow: 3\n').started();
    const { desk } = await world.write('a.yaml', 'flow: 4\n').started();
    expect((await desk.view()).open).toMatchObject([{ old: sha('flow: 1\n'), new: sha('flow: 4\n') }]);
  });

  it('puts right a kept text that was damaged, where the file still has it', async () => {
    await world.started();
    const kept = join(world.dataFolder, 'configuration', sha('flow: 1\n'));
    writeFileSync(kept, 'flow: 9\n');
    const { desk } = await world.started();
    expect(readFileSync(kept, 'utf8')).toBe('flow: 1\n');
    writeFileSync(kept, 'flow: 9\n');
    expect(await desk.difference(null, sha('flow: 1\n'))).toBeNull();
  });

  it('that cannot record what is installed is refused', async () => {
    world.full = 'configuration-installed';
    await expect(world.started()).rejects.toThrow('the disk is full');
  });

  it('reads what stands in its record alone: who says it must be the service', async () => {
    await world.started();
    const event = { scope: 'configuration', actor: personActor(olga, 'page'), action: 'configuration-installed', object: 'house', data: { files: [] } }; // prettier-ignore
    world.stored.push({ scope: 'configuration', seq: 2, hash: 'h2', utc: 2 as never, event });
    const { check } = await world.started();
    expect(await check()).toMatchObject([{ verdict: 'blocked', found: expect.stringMatching(/cannot be read/) as string }]); // prettier-ignore
  });
});

describe('a change', () => {
  it('is approved by a process engineer and one of QA, each act with its signature, and product may start, over a restart too', async () => {
    await world.started();
    const first = await world.write('a.yaml', 'flow: 3\n').started();
    expect(await first.approve()).toEqual({ done: true });
    expect(await first.check()).toMatchObject([{ verdict: 'ok' }]);
    expect(world.actions().slice(2)).toEqual([
      'configuration-approval-proposed',
      'signed',
      'configuration-approved',
      'signed',
    ]);
    const { check, desk } = await world.started();
    expect(await check()).toMatchObject([{ verdict: 'ok' }]);
    expect((await desk.view()).approvals).toMatchObject([
      {
        changeNumber: 'CC-17',
        reason: 'the pump was replaced',
        by: 'Paul',
        checkedBy: 'Quinn',
        steps: [{ file: 'skids/a.yaml', old: sha('flow: 1\n'), new: sha('flow: 3\n') }],
      },
    ]);
  });

  it.each([
    ['nobody of QA', by(paul, paul), /role QA reviewer/],
    ['one person who holds both roles', by(bea, bea), /another person/],
    ['the two the other way round', by(quinn, paul), /role process engineer/],
    ['one alone', by(paul), /signed by two/],
    ['a wrong password', [...by(paul), { userName: 'quinn', password: 'wrong', terminal: 'page' }], /password/],
  ])('is approved by two different people, and not with %s', async (_, signers, why) => {
    await world.started();
    const { approve, check } = await world.write('a.yaml', 'flow: 3\n').started();
    const actor = personActor(signers[0]?.userName === 'bea' ? bea : signers[0]?.userName === 'quinn' ? quinn : paul, 'page'); // prettier-ignore
    expect(await approve({ actor, signers })).toEqual({ done: false, reason: expect.stringMatching(why) as string });
    expect(await check()).toMatchObject([{ verdict: 'blocked' }]);
    expect(await (await world.started()).check()).toMatchObject([{ verdict: 'blocked' }]);
    expect(await approve({ signers: by(paul, quinn) })).toEqual({ done: true });
  });

  it.each([
    ['no number', { changeNumber: ' ' }, /number of the change/],
    ['no reason', { reason: '' }, /Say why/],
    ['nothing named', { steps: [] }, /Nothing is named/],
    ['another text than was read', { steps: [{ file: 'skids/a.yaml', old: sha('flow: 1\n'), new: sha('flow: 9\n') }] }, /not as it was read/],
    ['somebody who may not', { actor: personActor(olga, 'page') }, /Olga may not approve configuration/],
    ['somebody who does not sign', { actor: personActor(bea, 'page') }, /one of the two who sign/],
  ] as const)('is not approved with %s, and nobody is asked to sign', async (_, more, why) => {
    await world.started();
    const { approve } = await world.write('a.yaml', 'flow: 3\n').started();
    expect(await approve(more)).toEqual({ done: false, reason: expect.stringMatching(why) as string });
    expect(world.actions()).not.toContain('signed');
  }); // prettier-ignore

  it('is not approved by whoever lacks a training that it asks', async () => {
    await world.started();
    const { approve } = await world.write('a.yaml', 'flow: 3\n').started();
    world.untrained = 'quinn';
    expect(await approve()).toEqual({ done: false, reason: 'Quinn may not approve configuration.' });
  });

  it('may be approved file by file', async () => {
    await world.started();
    const { approve, desk, check } = await world
      .write('a.yaml', 'flow: 3\n')
      .write('deep/b.yaml', 'heat: 3\n')
      .started();
    const { open } = await desk.view();
    expect(await approve({ steps: open.slice(0, 1) })).toEqual({ done: true });
    expect((await check()).map(({ object }) => object)).toEqual(['skids/deep/b.yaml']);
  });

  it('that was taken away is approved as gone', async () => {
    await world.started();
    const { approve } = await world.remove('a.yaml').started();
    expect(await approve()).toEqual({ done: true });
    const { check, desk } = await world.started();
    expect(await check()).toMatchObject([{ verdict: 'ok' }]);
    expect((await desk.view()).files.map(({ file }) => file)).toEqual(['skids/deep/b.yaml']);
  });

  it('is approved once under a command, and the same id asks nothing else', async () => {
    await world.started();
    const { approve, desk } = await world.write('a.yaml', 'flow: 3\n').started();
    const { open } = await desk.view();
    const asked = { commandId: 'one-and-the-same', steps: open };
    expect(await approve(asked)).toEqual({ done: true });
    expect(await approve(asked)).toEqual({ done: true });
    expect(await approve({ ...asked, reason: 'another' })).toMatchObject({ done: false });
    expect(world.actions().filter((action) => action === 'configuration-approved')).toHaveLength(1);
  });

  it('holds by acts that were signed with them alone, and by nothing that somebody wrote beside', async () => {
    await world.started();
    const { approve } = await world.write('a.yaml', 'flow: 3\n').started();
    expect(await approve()).toEqual({ done: true });
    const forged = world.stored.filter(({ event }) => event.action !== 'signed');
    world.stored.splice(0, world.stored.length, ...forged.map((each, i) => ({ ...each, seq: i + 1 })));
    expect(await (await world.started()).check()).toMatchObject([{ verdict: 'blocked' }]);
  });

  it('of which the second signature could not be recorded does not hold, and that is on record', async () => {
    await world.started();
    const { approve, check } = await world.write('a.yaml', 'flow: 3\n').started();
    world.full = 'configuration-approved';
    expect(await approve()).toEqual({ done: false, reason: 'the disk is full' });
    expect(world.stored.at(-1)).toMatchObject({ event: { action: 'configuration-approval-dropped', reason: 'the disk is full' } }); // prettier-ignore
    expect(await check()).toMatchObject([{ verdict: 'blocked' }]);
    expect(existsSync(join(world.dataFolder, 'configuration', sha('flow: 3\n')))).toBe(true);
  });
});
