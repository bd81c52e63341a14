import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cycles, forbidden } from './support/architecture.ts';

const files = globSync('{plant,twin,pat,gateway,control,alarms,historian,hmi,deploy}/**/*.{ts,tsx}', {
  exclude: (path) => path.includes('node_modules') || path.includes('dist'),
});
const house = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

const withFile = (file: string, source: string): Map<string, string> => new Map([...house, [file, source]]);

describe('the house', () => {
  it('has no import that passes a wall', () => {
    expect(house.size).toBeGreaterThan(20);
    expect(forbidden(house)).toEqual([]);
  });

  it('has no cycle', () => {
    expect(cycles(house)).toEqual([]);
  });
});

describe('the walls', () => {
  it.each([
    ['a room that imports another', 'gateway/sneak.ts', "import '../historian/index.ts';"],
    ['a room that takes a type of another', 'alarms/sneak.ts', "import type { X } from '../gateway/index.ts';"],
    ['plant that imports a room', 'plant/sneak.ts', "export * from '../twin/main.ts';"],
    ['a page that imports the server', 'hmi/web/sneak.tsx', "import { x } from '../server/index.ts';"],
    ['a batch that reaches into the interlocks', 'control/batch/sneak.ts', "import '../interlocks/index.ts';"],
    [
      'a worker of another room, named by URL',
      'gateway/sneak.ts',
      "new Worker(new URL('../historian/a.worker.ts', import.meta.url));",
    ],
    ['a late import', 'twin/sneak.ts', "await import('../gateway/index.ts');"],
    ['main that passes by the door', 'deploy/main.ts', "import '../gateway/scan/scan.ts';"],
    ['another file of deploy that knows a room', 'deploy/sneak.ts', "import '../gateway/index.ts';"],
  ])('refuse %s', (_, file, source) => {
    expect(forbidden(withFile(file, source)).map(({ from }) => from)).toContain(file);
  });

  it('name a cycle by its files', () => {
    const circle = new Map([
      ['plant/one.ts', "import './two.ts';"],
      ['plant/two.ts', "import './one.ts';"],
    ]);
    expect(cycles(circle)).toEqual([['plant/one.ts', 'plant/two.ts', 'plant/one.ts']]);
  });
});
