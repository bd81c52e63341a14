import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { event, later, ledgerFile, openQuickly, stamp, tamper, temporaryFolder } from './support.ts';

let folder: ReturnType<typeof temporaryFolder>;
let backup: ReturnType<typeof temporaryFolder>;

/** A ledger in which somebody changed an event, and a backup from before. */
beforeEach(async () => {
  folder = temporaryFolder();
  backup = temporaryFolder();
  const records = await openQuickly(folder.path);
  await records.append(event('batch/B-1'), stamp);
  await records.close(later(1));
  cpSync(folder.path, backup.path, { recursive: true });
  tamper(ledgerFile(folder.path), (database) =>
    database.exec(`UPDATE event SET body = replace(body, 'heat up', 'heat on') WHERE scope = 'batch/B-1'`),
  );
});

afterEach(() => {
  folder.remove();
  backup.remove();
});

const evidence = (): string => join(folder.path, 'evidence');

describe('a start on a damaged ledger', () => {
  it('is refused, and says where what was found is kept, word for word', async () => {
    const found = readFileSync(ledgerFile(folder.path));
    await expect(openQuickly(folder.path)).rejects.toMatchObject({
      code: 'ledger-damaged',
      message: expect.stringMatching(/batch\/B-1 #1[^]*evidence/),
    });
    const [name] = readdirSync(evidence());
    expect(readFileSync(join(evidence(), name!, 'ledger', 'ledger.db')).equals(found)).toBe(true);
    expect(readFileSync(join(evidence(), name!, 'report.txt'), 'utf8')).toMatch(/DOES NOT {3}event batch\/B-1 #1/);
  });

  it('keeps the same evidence once, however often it is tried', async () => {
    for (const seconds of [0, 10, 20]) await expect(openQuickly(folder.path, later(seconds))).rejects.toThrow();
    expect(readdirSync(evidence())).toHaveLength(1);
  });

  it('is refused also where nothing can be copied aside, and says so', async () => {
    writeFileSync(evidence(), 'a file where the folder should be');
    await expect(openQuickly(folder.path)).rejects.toThrow(/could not be copied aside/);
  });

  it('is recorded once by the next sound start', async () => {
    await expect(openQuickly(folder.path)).rejects.toThrow();
    for (const part of ['ledger', 'checkpoints']) {
      rmSync(join(folder.path, part), { recursive: true });
      cpSync(join(backup.path, part), join(folder.path, part), { recursive: true });
    }
    const [name] = readdirSync(evidence());
    for (const seconds of [30, 60]) await (await openQuickly(folder.path, later(seconds))).close(later(seconds + 1));
    const records = await openQuickly(folder.path, later(90));
    const told = (await records.read('service', 1, 100)).filter(
      (stored) => stored.event.action === 'ledger-damage-found',
    );
    await records.close(later(91));
    expect(told.map((stored) => stored.event.object)).toEqual([`evidence/${name!}`]);
  });
});
