import { existsSync, globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationSources } from '../../deploy/configuration-sources.ts';

const home = resolve('.');
const site = { file: '/etc/house/site.yaml', skidTypesFolder: '/etc/house/skids' };
const sources = configurationSources(home, site, '/var/data');

describe('what is watched as configuration', () => {
  it('is every data file of the rooms but recipes, which have an approval of their own', () => {
    const files = globSync('{plant,gateway,pat,alarms,historian,control}/**/*.{yaml,json}', { cwd: home });
    expect(files.length).toBeGreaterThan(40);
    const isWatched = (file: string): boolean =>
      sources.some(({ path, is }) => join(home, file) === path || (is === 'folder' && join(home, file).startsWith(`${path}/`))); // prettier-ignore
    expect(files.filter((file) => !isWatched(file) && !file.startsWith('control/recipes/shipped/'))).toEqual([]);
  });

  it('is all there, so that nothing drops out when a file is moved', () => {
    for (const { path } of sources.filter((source) => source.path.startsWith(home)))
      expect([path, existsSync(path)]).toEqual([path, true]);
  });

  it('is the site file, its own skid types and the settings of the exchange, by names without a machine path', () => {
    expect(sources.slice(-3)).toEqual([
      { as: 'site/site.yaml', path: '/etc/house/site.yaml', is: 'file' },
      { as: 'site/skids', path: '/etc/house/skids', is: 'folder' },
      { as: 'data/exchange/settings.yaml', path: '/var/data/exchange/settings.yaml', is: 'file' },
    ]);
    expect(configurationSources(home, { ...site, skidTypesFolder: null }, '/var/data')).toHaveLength(
      sources.length - 1,
    );
  });
});
