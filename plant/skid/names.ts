/** The form of names in our files. */
import type { Path, Source } from './source.ts';

/** Notes a fault where a name has not its form. */
export function checkName(source: Source, path: Path, name: string, form: RegExp, remedy: string): void {
  if (!form.test(name)) source.fault(path, `The name "${name}" has not the form of one.`, remedy);
}
