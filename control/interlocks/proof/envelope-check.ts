/** A skid type beside its envelope: everything in which it is looser. */
import type { SkidType } from '../../../plant/skid/definition.ts';
import { looserSkid, looserTags, looserWords } from './looser-words.ts';
import type { Finding } from './looser.ts';
import { looserRow, type Effort } from './row-differential.ts';
import { seenRows } from './row-run.ts';

export function looserThan(envelope: SkidType, actual: SkidType, effort?: Effort): readonly Finding[] {
  const [asked, made] = [seenRows(envelope), seenRows(actual)];
  const found: Finding[] = [...looserSkid(envelope, actual), ...looserTags(envelope, actual)];
  for (const one of asked.rows) {
    const { row, title } = one.row.definition;
    const other = made.rows.find(({ row: { definition } }) => definition.row === row);
    if (other === undefined) {
      const problem = `Row ${row}, ${title}, is missing, and the envelope has it.`;
      found.push({ path: ['interlocks'], problem, remedy: 'Put it back.' });
      continue;
    }
    const done = looserRow(one, other, effort);
    found.push(...(done === null ? [] : [done]), ...looserWords(one, other));
  }
  return found;
}
