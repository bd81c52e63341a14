/** What can be an alarm: each level of a limit, each row of the interlocks, the links of a skid, and what another room judges. */
import { controllerOf } from '../plant/device-model.ts';
import type {
  Skid,
  AlarmDefinition,
  AlarmLimit,
  AlarmPriority,
  DeviceDefinition,
  InterlockDefinition,
} from '../plant/skid/definition.ts';
import type { GuardCause } from '../plant/ports/scan-guard.ts';
import type { StandingAlarm } from '../plant/ports/standing-alarms.ts';
import type { Demand } from '../plant/safe-state.ts';
import { skidName, tagName, type LocalTag, type SkidName, type TagName } from '../plant/sample.ts';

export type AlarmPoint = Readonly<{
  id: string;
  /** `site` where it is of no skid. */
  skid: SkidName;
  kind: 'limit' | 'interlock' | 'link' | 'standing';
  title: string;
  level: string;
  /** The tag it watches; null where it watches several, or none. */
  tag: TagName | null;
  priority: AlarmPriority;
  unit: string | null;
  limit: number | null;
  cause: string;
  consequence: string;
  response: string;
  respondWithinMs: number;
}>;

const minutes = 60_000;

export function limitPoint(skid: Skid, alarm: AlarmDefinition, { level, limit }: AlarmLimit): AlarmPoint {
  const { root } = alarm.watch;
  const tag = root.kind === 'tag' ? skid.type.tags.find(({ name }) => name === root.tag) : undefined;
  return {
    id: `${skid.name}/${alarm.name}.${level}`,
    skid: skid.name,
    kind: 'limit',
    title: `${tag?.title ?? alarm.name} ${level}`,
    level,
    tag: tag === undefined ? null : tagName(skid.name, tag.name),
    priority: alarm.priority,
    unit: alarm.unit,
    limit,
    cause: alarm.cause,
    consequence: alarm.consequence,
    response: alarm.response,
    respondWithinMs: alarm.respondWithin,
  };
}

/** @param held whether the interlocks demand HOT-HOLD or more, so that nobody can see what goes on */
export function linkPoint({ name, type }: Skid, held: boolean): AlarmPoint {
  const guarded = type.devices.some(holdsByItself);
  const meanwhile = guarded
    ? 'the field controller runs HOT-HOLD by itself.'
    : `${goesOn} No field controller brings the skid to a safe state.`;
  return {
    ...lostLink(name, held),
    id: `${name}/link`,
    title: 'Link lost',
    cause: 'No device of the skid answers.',
    consequence: `No value is known and nothing can be commanded; ${meanwhile}`,
    response: `See the skid on the spot; check its network, its power and its ${guarded ? 'field controller' : 'devices'}.`,
  };
}

/** A device that is lost while others of its skid answer. @param tags what it says */
export function deviceLinkPoint(
  { name }: Skid,
  device: DeviceDefinition,
  tags: readonly LocalTag[],
  held: boolean,
): AlarmPoint {
  return {
    ...lostLink(name, held),
    id: `${name}/link.${device.name}`,
    title: `Link lost: ${device.title}`,
    cause: `${device.title} (${device.name}) does not answer. No longer known: ${listed(tags)}.`,
    consequence: `It cannot be commanded; ${holdsByItself(device) ? 'it runs HOT-HOLD by itself.' : goesOn}`,
    response: `See ${device.name} on the spot; check its power and its line.`,
  };
}

const lostLink = (skid: SkidName, held: boolean) =>
  ({
    skid,
    kind: 'link',
    level: 'link',
    tag: null,
    priority: held ? 1 : 2,
    unit: null,
    limit: null,
    respondWithinMs: 5 * minutes,
  }) as const;

/** Whether the device goes to its safe state when it does not hear from us. */
const holdsByItself = ({ model, watchdog }: DeviceDefinition): boolean =>
  controllerOf(model) !== undefined && watchdog !== null;

const goesOn = 'what was set last may go on.';

const mostListed = 8;
const listed = (tags: readonly LocalTag[]): string =>
  tags.length <= mostListed
    ? tags.join(', ')
    : `${tags.slice(0, mostListed).join(', ')} and ${tags.length - mostListed} more`;

/**
 * How a cause of the interlocks appears: a measured trip, a demand for want of any Good channel (the doubt rule), a loss that
 * blocks a start, or a mere warning.
 */
export type InterlockLevel = 'trip' | 'doubt' | 'loss' | 'warning';

/** Whether it holds a demand until a reset. */
export const isLatched = (level: string): boolean => level === 'trip' || level === 'doubt';

export const interlockId = (
  skid: SkidName,
  { row, title }: Pick<GuardCause, 'row' | 'title'>,
  level: InterlockLevel,
): string => {
  const name = row === null ? title.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-') : String(row);
  return `${skid}/interlock-${name}${level === 'trip' ? '' : `.${level}`}`;
};

/** @param rows the interlocks of the skid's type */
export function interlockPoint(
  skid: SkidName,
  rows: readonly InterlockDefinition[],
  cause: GuardCause,
  level: InterlockLevel,
): AlarmPoint {
  const row = rows.find((definition) => definition.row === cause.row);
  const name = row === undefined ? cause.title : `Interlock ${row.row}: ${row.title}`;
  const why = row === undefined || level === 'doubt' ? '' : `${row.why} `;
  return {
    id: interlockId(skid, cause, level),
    skid,
    kind: 'interlock',
    title: level === 'trip' ? name : level === 'doubt' ? doubtTitle(cause) : `${name}, ${level}`,
    level,
    tag: null,
    priority: isLatched(level) ? 1 : 2,
    unit: null,
    limit: null,
    cause: cause.message,
    consequence: consequences[level],
    response: `${why}${responses[level]}`,
    respondWithinMs: isLatched(level) ? 10 * minutes : 30 * minutes,
  };
}

const doubtTitle = ({ title, demand }: GuardCause): string =>
  `No Good channel left for: ${title}; ${heldBy[demand ?? 'H']} by the doubt rule`;

const heldBy: Readonly<Record<Demand, string>> = {
  none: 'start blocked',
  B: 'start blocked',
  H: 'HOT-HOLD',
  Hcd: 'HOT-HOLD',
  S: 'de-energised',
  E: 'de-energised',
};

const consequences: Readonly<Record<InterlockLevel, string>> = {
  trip: 'The interlock holds the skid in its safe state, or blocks its start, until someone resets it.',
  doubt:
    'No limit was seen to be passed: nothing can be seen. The skid is held for want of a measurement until someone resets it.',
  loss: 'A start is blocked; when the last channel is lost the skid goes to its safe state.',
  warning: 'The interlock will trip if this goes on.',
};

const responses: Readonly<Record<InterlockLevel, string>> = {
  trip: 'Remove the cause; when it has been away for 60 s, inspect the skid on the spot and reset.',
  doubt:
    'Where the link is lost, follow its alarm first. Read the instrument on the spot; have the transmitter or its line repaired, inspect and reset.',
  loss: 'Have the transmitter or its line repaired.',
  warning: 'Bring the value back before it trips.',
};

const site = skidName('site');

export const standingId = (id: string, skid: SkidName | null): string => `${skid ?? site}/${id}`;

/** An alarm as the room that judges it words it. */
export const standingPoint = ({ id, skid, ...words }: StandingAlarm): AlarmPoint => ({
  id: standingId(id, skid),
  skid: skid ?? site,
  kind: 'standing',
  title: words.title,
  level: 'standing',
  tag: null,
  priority: words.priority,
  unit: null,
  limit: null,
  cause: words.cause,
  consequence: words.consequence,
  response: words.response,
  respondWithinMs: words.respondWithinMs,
});
