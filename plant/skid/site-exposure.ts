/** What a site file says of where people are: zones, what is measured there, whose limits hold, and when shifts begin. */
import type { Agent, ExposureLimit } from '../exposure.ts';
import { parseDifference } from '../quantity.ts';
import { localTag, skidName, tagName, type SkidName, type TagName } from '../sample.ts';
import { didYouMean } from '../suggest.ts';
import type { SkidType } from './definition.ts';
import { checkName } from './names.ts';
import type { SiteFile, ZoneFile } from './schema.ts';
import type { Path, Source } from './source.ts';

export type ZoneReading = Readonly<{
  agent: Agent;
  tag: TagName;
  /** It stands in for the agent, as a photometer does for cadmium. */
  surrogate: boolean;
  /** Share of what the instrument weighs that is the agent, above 0 to 1; null: all of it. */
  cdShare: number | null;
}>;

export type SiteZone = Readonly<{
  name: string;
  title: string;
  skids: readonly SkidName[];
  readings: readonly ZoneReading[];
}>;

export type SiteExposure = Readonly<{
  /** IANA name, such as `Europe/Berlin`: in it days and shifts begin. */
  timeZone: string;
  jurisdictions: readonly ExposureLimit['jurisdiction'][];
  /** When shifts begin by the clock on the wall, `06:00`, from the first of the day on. */
  shifts: readonly string[];
  zones: readonly SiteZone[];
}>;

type SkidOfSite = Readonly<{ name: SkidName; type: SkidType }>;

const parts = ['timeZone', 'jurisdictions', 'shifts'] as const;
/** What a limit of the agent is said in, and what an instrument may say it in. */
const gasUnits: readonly string[] = ['ppm'];
const dustUnits: readonly string[] = ['mg/m³', 'µg/m³'];

/** @returns null where the site has no zones, or what makes them is at fault */
export function readSiteExposure(source: Source, form: SiteFile, skids: readonly SkidOfSite[]): SiteExposure | null {
  const { zones, timeZone, jurisdictions, shifts } = form;
  if (zones === undefined) {
    for (const part of parts) {
      if (form[part] === undefined) continue;
      source.fault(
        [part],
        `"${part}" says when people are in zones, and the site has none.`,
        'Add "zones", or leave it out.',
      );
    }
    return null;
  }
  if (Object.keys(zones).length === 0)
    source.fault(['zones'], 'The site names no zone.', 'Add one, or leave "zones" out.');
  if (timeZone === undefined || jurisdictions === undefined || shifts === undefined) {
    const missing = parts.filter((part) => form[part] === undefined).join('", "');
    source.fault(
      ['zones'],
      `The site has zones and no "${missing}".`,
      'Write "timeZone: Europe/Berlin", "jurisdictions: [EU]", "shifts: [06:00, 14:00, 22:00]".',
    );
    return null;
  }
  checkTimeZone(source, timeZone);
  checkShifts(source, shifts);
  return {
    timeZone,
    jurisdictions,
    shifts: [...shifts].sort(),
    zones: Object.entries(zones).map(([name, zone]) => readZone(source, name, zone, { form, skids })),
  };
}

function checkTimeZone(source: Source, timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone });
  } catch {
    source.fault(
      ['timeZone'],
      `The time zone "${timeZone}" is not known.`,
      didYouMean(timeZone, Intl.supportedValuesOf('timeZone'), 'Write its IANA name, such as "Europe/Berlin".'),
    );
  }
}

function checkShifts(source: Source, shifts: readonly string[]): void {
  shifts.forEach((shift, i) => {
    if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/u.test(shift)) {
      source.fault(['shifts', i], `A shift begins at "${shift}".`, 'Write hours and minutes, such as "06:00".');
    } else if (shifts.indexOf(shift) !== i) {
      source.fault(['shifts', i], `The shift of ${shift} stands twice.`, 'Write each once.');
    }
  });
}

type Site = Readonly<{ form: SiteFile; skids: readonly SkidOfSite[] }>;

function readZone(source: Source, name: string, zone: ZoneFile, site: Site): SiteZone {
  const path = ['zones', name];
  checkName(source, path, name, /^[A-Za-z][A-Za-z0-9-]*$/u, 'Use letters, digits and hyphens, such as "hall-1".');
  const names = Object.keys(site.form.skids);
  zone.skids.forEach((skid, i) => {
    if (names.includes(skid)) return;
    source.fault(
      [...path, 'skids', i],
      `The zone has the skid ${skid}, which is none of the site's.`,
      didYouMean(skid, names, `Its skids: ${names.join(', ')}.`),
    );
  });
  const readings = Object.entries(zone.readings) as [Agent, ZoneFile['readings'][Agent]][];
  if (readings.length === 0) {
    source.fault([...path, 'readings'], 'Nothing is measured in the zone.', 'Name the tag of an agent.');
  }
  return {
    name,
    title: zone.title,
    skids: zone.skids.map(skidName),
    readings: readings.flatMap(([agent, reading]) =>
      reading === undefined ? [] : (readReading(source, [...path, 'readings', agent], agent, reading, site) ?? []),
    ),
  };
}

function readReading(
  source: Source,
  path: Path,
  agent: Agent,
  { tag, surrogate = false, cdShare }: NonNullable<ZoneFile['readings'][Agent]>,
  { form, skids }: Site,
): ZoneReading | null {
  const at = [...path, 'tag'];
  const [owner = '', ...rest] = tag.split('/');
  const local = rest.join('/');
  const names = Object.keys(form.skids);
  const skid = skids.find(({ name }) => name === owner);
  if (skid === undefined) {
    // The fault of a skid that is named, and of which nothing came, has been told.
    if (!names.includes(owner))
      source.fault(
        at,
        `${tag} is of the skid "${owner}", which is none of the site's.`,
        didYouMean(owner, names, 'Write SKID/UNIT/NAME.'),
      );
    return null;
  }
  const found = skid.type.tags.find(({ name }) => name === local);
  if (found === undefined) {
    const known = skid.type.tags.map(({ name }) => name);
    source.fault(
      at,
      `${owner} has no tag ${local}.`,
      didYouMean(local, known, 'Name a tag of the skid as it is fitted.'),
    );
    return null;
  }
  const units = agent === 'Cd' ? dustUnits : gasUnits;
  if (!units.includes(found.unit ?? '')) {
    source.fault(
      at,
      `${tag} has ${found.unit === null ? 'no unit' : `the unit ${found.unit}`}.`,
      `${agent} is measured in ${units.join(' or ')}.`,
    );
  }
  const share = readShare(source, path, agent, { surrogate, cdShare });
  return { agent, tag: tagName(skid.name, localTag(local)), surrogate, cdShare: share };
}

function readShare(
  source: Source,
  path: Path,
  agent: Agent,
  { surrogate, cdShare }: Readonly<{ surrogate: boolean; cdShare: string | number | undefined }>,
): number | null {
  if (cdShare === undefined) {
    if (agent === 'Cd' && surrogate)
      source.fault(
        path,
        'How much of what stands in for cadmium is cadmium is not said.',
        'Add "cdShare: 5 %", as filters beside it have found.',
      );
    return null;
  }
  const at = [...path, 'cdShare'];
  if (agent !== 'Cd') {
    source.fault(at, `"cdShare" is the share of cadmium, and this is ${agent}.`, 'Leave it out.');
    return null;
  }
  const percent = source.attempt(at, (where) => parseDifference(cdShare, '%', where));
  if (percent === null) return null;
  if (percent <= 0 || percent > 100)
    source.fault(at, `The share is ${cdShare}.`, 'Write more than 0, and 100 % at most.');
  return percent / 100;
}
