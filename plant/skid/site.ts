/** Reads and checks a site file: which skids there are, of which type, and how their devices are reached. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { controllerOf } from '../device-model.ts';
import { messageOf } from '../errors.ts';
import { skidName, type SkidName } from '../sample.ts';
import type { SharedEquipment } from '../shared-equipment.ts';
import { parseDuration } from '../quantity.ts';
import { didYouMean } from '../suggest.ts';
import type { DeviceLink, SkidType } from './definition.ts';
import { busOf, linkForms, linksOf, parseLink, placeOf, wayOf, wireOf } from './device-link.ts';
import { shippedDeviceModelFolder, shippedSkidFolder } from './folders.ts';
import { checkName } from './names.ts';
import { readRepairedForm } from './repair.ts';
import { siteSchema, type SiteFile } from './schema.ts';
import { readSiteExposure, type SiteExposure } from './site-exposure.ts';
import { readShared } from './site-shared.ts';
import { loadSkidType } from './skid-loader.ts';
import { Source, type Path } from './source.ts';

export type SiteTwin =
  /** The service forks the twin; the port is any free one where the file gives none. */
  | Readonly<{ run: 'here'; seed: number; port: number | null; control: number | null }>
  /** Someone else runs the twin, at the skid's links. */
  | Readonly<{ run: 'apart' }>;

export type SiteSkid = Readonly<{
  name: SkidName;
  title: string;
  type: SkidType;
  /** The file the type was read from. */
  typeFile: string;
  /** Null for a real skid. */
  twin: SiteTwin | null;
  /** One a device; empty where the twin runs here. */
  links: readonly DeviceLink[];
}>;

export type SiteDefinition = Readonly<{
  site: string;
  title: string;
  /** Where it was read from. */
  file: string;
  /** Of its own skid types, absolute; null where it has none. */
  skidTypesFolder: string | null;
  /** Absolute; null where the site makes no batches. */
  recipesFolder: string | null;
  skids: readonly SiteSkid[];
  /** Null where the site has no zones in which people are watched. */
  exposure: SiteExposure | null;
  /** In the order in which it is taken; empty where skids share nothing. */
  shared: readonly SharedEquipment[];
  /** Days for which the points of history are kept; null: for good. */
  rawHistoryDays: number | null;
  /** SHA-256 of the site file and the digests of its skid types, in hexadecimal. */
  digest: string;
}>;

export type SiteFolders = Readonly<{ skidFolder?: string; deviceModelFolder?: string }>;

type Types = ReadonlyMap<string, string>;
type Loaded = Map<string, SkidType | null>;

/**
 * @param folders where skid types and device models lie; without it, where the shipped ones do
 * @throws MesolineError `site-file-invalid` with every fault of the file, of the skid types it uses and of their device
 *   models, each at `file:line`
 */
export function loadSite(file: string, folders: SiteFolders = {}): SiteDefinition {
  const source = new Source(file, 'site-file-invalid');
  const form = readRepairedForm(source, siteSchema);
  const site = form === null ? null : readSite(source, form, folders);
  source.throwFaults('site-file-invalid');
  if (site === null) throw new TypeError('a form that fits gave no site');
  return site;
}

function readSite(source: Source, form: SiteFile, folders: SiteFolders): SiteDefinition {
  checkName(source, ['site'], form.site, /^[A-Za-z][A-Za-z0-9-]*$/u, 'Use letters, digits and hyphens.');
  const types = findTypes(source, form, folders.skidFolder ?? shippedSkidFolder);
  const loaded: Loaded = new Map();
  const deviceModelFolder = folders.deviceModelFolder ?? shippedDeviceModelFolder;
  const skids = Object.entries(form.skids).flatMap(([name, skid]) => {
    const path = ['skids', name];
    checkName(source, path, name, /^[A-Za-z][A-Za-z0-9-]*$/u, 'Use letters, digits and hyphens, such as "QD-1".');
    const typeFile = types.get(skid.type);
    if (typeFile === undefined) {
      source.fault(
        [...path, 'type'],
        `There is no skid type "${skid.type}".`,
        didYouMean(skid.type, types.keys(), `Known types: ${[...types.keys()].join(', ')}.`),
      );
      return [];
    }
    const without = skid.without ?? [];
    const fitted = fittedAs(skid);
    if (!loaded.has(fitted)) {
      loaded.set(
        fitted,
        source.attempt([...path, without.length > 0 ? 'without' : 'type'], () =>
          loadSkidType(typeFile, {
            deviceModelFolder,
            without,
            withoutAt: (device) => withoutAt(source, form, { fitted, device }),
          }),
        ),
      );
    }
    const type = loaded.get(fitted) ?? null;
    if (type === null) return [];
    const twin = readTwin(source, path, skid);
    return [
      {
        name: skidName(name),
        title: skid.title,
        type,
        typeFile,
        twin,
        links: readLinks(source, path, skid, { type, twin }),
      },
    ];
  });
  if (Object.keys(form.skids).length === 0) source.fault(['skids'], 'The site has no skids.', 'Add one.');
  checkEndpoints(source, skids);
  const digests = skids.map(({ name, type }) => `${name} ${type.digest}`);
  return {
    site: form.site,
    title: form.title,
    file: source.file,
    skidTypesFolder: ownTypes(source, form),
    recipesFolder: readRecipes(source, form),
    rawHistoryDays: readRawHistory(source, form),
    skids,
    exposure: readSiteExposure(source, form, skids),
    shared: readShared(source, form, skids),
    digest: createHash('sha256')
      .update([source.digest, ...digests].join('\n'))
      .digest('hex'),
  };
}

/** Skids of which this is the same are of one type, fitted alike. */
const fittedAs = ({ type, without = [] }: SiteFile['skids'][string]): string =>
  [type, ...[...without].sort()].join('\n');

/** Every place at which a skid that is fitted so is said to be without the device. */
const withoutAt = (
  source: Source,
  form: SiteFile,
  { fitted, device }: Readonly<{ fitted: string; device: string }>,
): readonly string[] =>
  Object.entries(form.skids).flatMap(([name, skid]) =>
    fittedAs(skid) === fitted ? [source.where(['skids', name, 'without', (skid.without ?? []).indexOf(device)])] : [],
  );

/** The file of each skid type. A file that is no YAML is a fault only where it is used; it has no type to be found by. */
function findTypes(source: Source, form: SiteFile, skidFolder: string): Types {
  const folderOfOwn = ownTypes(source, form);
  const own = folderOfOwn === null ? [] : [{ folder: folderOfOwn, path: ['skidTypes'] }];
  const types = new Map<string, string>();
  for (const { folder, path } of [{ folder: skidFolder, path: ['skids'] }, ...own]) {
    let names: string[];
    try {
      names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    } catch (thrown) {
      source.fault(path, `The skid types of ${folder} cannot be read: ${messageOf(thrown)}.`, 'Check the folder.');
      continue;
    }
    for (const name of names.sort()) {
      const typeFile = join(folder, name);
      const type = typeIn(typeFile);
      if (type === null) continue;
      const first = types.get(type);
      if (first !== undefined && first !== typeFile) {
        source.fault(path, `The skid type "${type}" stands in ${first} and in ${typeFile}.`, 'Rename one of them.');
      }
      types.set(type, typeFile);
    }
  }
  return types;
}

const ownTypes = ({ file }: Source, { skidTypes }: SiteFile): string | null =>
  skidTypes === undefined ? null : resolve(dirname(file), skidTypes);

function typeIn(file: string): string | null {
  try {
    const head: unknown = parse(readFileSync(file, 'utf8'), { logLevel: 'silent', uniqueKeys: false });
    return typeof head === 'object' && head !== null && 'type' in head ? String(head.type) : null;
  } catch {
    const line = /^type:\s*(\S+)/mu.exec(readFileSync(file, 'utf8'));
    return line?.[1] ?? null;
  }
}

function readTwin(source: Source, path: Path, { twin }: SiteFile['skids'][string]): SiteTwin | null {
  if (twin === undefined) return null;
  if (twin.run === 'here')
    return { run: 'here', seed: twin.seed ?? 1, port: twin.port ?? null, control: twin.control ?? null };
  for (const key of ['seed', 'port', 'control'] as const) {
    if (twin[key] === undefined) continue;
    source.fault(
      [...path, 'twin', key],
      `A twin that runs apart is not given its ${key} here.`,
      key === 'port' ? 'Write the port into its link.' : 'Give it to the twin when you start it.',
    );
  }
  return { run: 'apart' };
}

function readLinks(
  source: Source,
  path: Path,
  skid: SiteFile['skids'][string],
  { type, twin }: Readonly<{ type: SkidType; twin: SiteTwin | null }>,
): readonly DeviceLink[] {
  const links = skid.links ?? {};
  const devices = type.devices.map(({ name }) => name);
  if (twin?.run === 'here') {
    if (skid.links !== undefined)
      source.fault(
        [...path, 'links'],
        'A twin that runs here is reached without links.',
        'Leave "links" out, or write "run: apart".',
      );
    return [];
  }
  for (const { name: device, model } of type.devices) {
    if (Object.hasOwn(links, device)) continue;
    source.fault(
      path,
      `The device ${device} has no link.`,
      `Add "links: { ${device}: ${linkForms[linksOf[model.protocol][0] ?? 'tcp']} }", or a twin that runs here.`,
    );
  }
  return Object.entries(links).flatMap(([device, text]) => {
    const at = [...path, 'links', device];
    if (!devices.includes(device)) {
      source.fault(
        at,
        `The type ${type.type} has no device ${device}.`,
        didYouMean(device, devices, `Its devices: ${devices.join(', ')}.`),
      );
    }
    const model = type.devices.find(({ name }) => name === device)?.model;
    const link = source.attempt(at, (where) => parseLink({ device, text, where }, dirname(source.file)));
    if (link === null || model === undefined) return [];
    const takes = linksOf[model.protocol];
    if (takes.includes(link.protocol)) return [link];
    source.fault(
      at,
      `${device} is a ${model.model}, which is not reached by ${link.protocol}.`,
      `Write ${takes.map((protocol) => linkForms[protocol]).join(' or ')}.`,
    );
    return [];
  });
}

/** Two skids on one controller would undo each other's safe states. */
function checkEndpoints(source: Source, skids: readonly SiteSkid[]): void {
  const taken = new Map<string, string>();
  checkControllersAlone(source, skids);
  checkWires(source, skids);
  for (const { name, links, twin } of skids) {
    const served =
      twin?.run === 'here'
        ? (['port', 'control'] as const).flatMap((key) =>
            twin[key] === null ? [] : [{ path: ['skids', name, 'twin', key], key: `127.0.0.1:${twin[key]}` }],
          )
        : [];
    const reached = links.map((link) => ({ path: ['skids', name, 'links', link.device], key: placeOf(link) }));
    for (const { path, key } of [...served, ...reached]) {
      const first = taken.get(key);
      if (first !== undefined)
        source.fault(path, `${key} is taken by ${first} already.`, 'Give each device its own link.');
      else taken.set(key, path.slice(1).join(' > '));
    }
  }
}

/**
 * A safe state must not wait for another device's answer, nor for a serial line to be trusted again: what holds the
 * run-enables has a Modbus TCP connection to itself.
 */
function checkControllersAlone(source: Source, skids: readonly SiteSkid[]): void {
  const all = skids.flatMap((skid) => skid.links.map((link) => ({ skid, link })));
  for (const { skid, link } of all) {
    const device = skid.type.devices.find(({ name }) => name === link.device);
    if (device === undefined || controllerOf(device.model) === undefined) continue;
    if (link.protocol !== 'modbus-tcp') {
      source.fault(
        ['skids', skid.name, 'links', link.device],
        `${link.device} holds the run-enables and is reached by ${link.protocol}, which is silent for a while after a lost answer.`,
        `Reach it by Modbus TCP: ${linkForms['modbus-tcp']}.`,
      );
    }
    const bus = busOf(link);
    const other = all.find(
      (each) => bus !== null && busOf(each.link) === bus && each.link !== link && placeOf(each.link) !== placeOf(link),
    );
    if (other === undefined) continue;
    source.fault(
      ['skids', skid.name, 'links', link.device],
      `${link.device} holds the run-enables and shares its bus with ${other.skid.name} > ${other.link.device}.`,
      'Give it a connection of its own.',
    );
  }
}

/**
 * A wire carries one language: what another speaks there damages the answers of the first. Behind a gateway unit 0 is all
 * units at once.
 */
function checkWires(source: Source, skids: readonly SiteSkid[]): void {
  const first = new Map<string, Readonly<{ where: string; way: string }>>();
  for (const { name, links } of skids) {
    for (const link of links) {
      const [wire, way] = [wireOf(link), wayOf(link)];
      if (wire === null) continue;
      const before = first.get(wire);
      if (before === undefined) first.set(wire, { where: `${name} > ${link.device}`, way });
      else if (before.way !== way)
        source.fault(
          ['skids', name, 'links', link.device],
          `${wire} is reached by ${way}, and by ${before.way} for ${before.where}.`,
          'Give each a connection of its own, or write the same for both.',
        );
      const shared = (other: DeviceLink): boolean => other !== link && wireOf(other) === wire;
      if ('unitId' in link && link.unitId === 0 && skids.some((skid) => skid.links.some(shared)))
        source.fault(
          ['skids', name, 'links', link.device],
          `${link.device} is unit 0 of ${wire}, which has other units: a gateway sends what is written to 0 to all of them.`,
          'Write the unit that it is set to.',
        );
    }
  }
}

function readRecipes(source: Source, form: SiteFile): string | null {
  if (form.recipes === undefined) return null;
  const folder = resolve(dirname(source.file), form.recipes);
  try {
    if (statSync(folder).isDirectory()) return folder;
    source.fault(['recipes'], `${folder} is no folder.`, 'Name the folder of the recipes, relative to this file.');
  } catch (thrown) {
    source.fault(
      ['recipes'],
      `The recipes of ${folder} cannot be read: ${messageOf(thrown)}.`,
      'Name their folder, relative to this file.',
    );
  }
  return null;
}

const usualRawHistoryDays = 90;
const dayMs = 86_400_000;

/** At least the time for which a batch and its review last. */
function readRawHistory(source: Source, { rawHistory }: SiteFile): number | null {
  if (rawHistory === undefined) return usualRawHistoryDays;
  if (rawHistory === 'for good') return null;
  const kept = source.attempt(['rawHistory'], (where) => ({ days: parseDuration(rawHistory, where) / dayMs }));
  if (kept !== null && !(Number.isInteger(kept.days) && kept.days >= 7)) {
    source.fault(['rawHistory'], `"${rawHistory}" is no number of days from 7 on.`, 'Write "90 d", or "for good".');
  }
  return kept?.days ?? usualRawHistoryDays;
}
