/** What records say made them. */
import { readFileSync } from 'node:fs';

export function buildOfThis(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return `mesoline ${version}`;
}
