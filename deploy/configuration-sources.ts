/**
 * What is configuration here: data files by which the service runs, and which change control watches. Recipes are not among them, since
 * each version of one has its own approval; nor are people, certificates and keys, which are changed at their own pages.
 */
import { basename, join } from 'node:path';
import type { ConfigurationSource } from '../plant/ports/configuration.ts';
import type { SiteDefinition } from '../plant/skid/site.ts';

const shipped: readonly Readonly<{ as: string; is: ConfigurationSource['is'] }>[] = [
  { as: 'plant/skids', is: 'folder' },
  { as: 'gateway/devices', is: 'folder' },
  { as: 'pat/methods', is: 'folder' },
  { as: 'control/equipment/cleaning.yaml', is: 'file' },
  { as: 'control/equipment/training.yaml', is: 'file' },
  { as: 'control/exposure/limits.yaml', is: 'file' },
  { as: 'control/materials/materials.yaml', is: 'file' },
  { as: 'control/materials/labels/hazards.yaml', is: 'file' },
];

/** @param home the folder of the program */
export function configurationSources(
  home: string,
  site: Pick<SiteDefinition, 'file' | 'skidTypesFolder'>,
  dataFolder: string,
): readonly ConfigurationSource[] {
  const { file, skidTypesFolder } = site;
  return [
    ...shipped.map(({ as, is }): ConfigurationSource => ({ as, path: join(home, as), is })),
    { as: `site/${basename(file)}`, path: file, is: 'file' },
    ...(skidTypesFolder === null ? [] : [{ as: 'site/skids', path: skidTypesFolder, is: 'folder' } as const]),
    { as: 'data/exchange/settings.yaml', path: join(dataFolder, 'exchange', 'settings.yaml'), is: 'file' },
  ];
}
