/** What of a definition can be set beside its envelope without running it: rules for people, reset, proof, and what tags stand on. */
import type { InterlockDefinition, SkidType, TagDefinition } from '../../../plant/skid/definition.ts';
import { pointOf, type PointName } from './field-points.ts';
import { stricter, type Finding } from './looser.ts';
import type { SeenRow } from './row-run.ts';

const seconds = (ms: number): string => `${Number((ms / 1000).toFixed(3))} s`;

/** What a row's own words admit beyond its envelope's. */
export function looserWords(asked: SeenRow, actual: SeenRow): readonly Finding[] {
  const [one, other] = [asked.row.definition, actual.row.definition];
  const found: Finding[] = [];
  const say = (key: string, problem: string): void => {
    found.push({
      path: ['interlocks', String(one.row), key],
      problem: `Row ${one.row}, ${one.title}: ${problem}`,
      remedy: stricter,
    });
  };
  sayBypass(one.bypass, other.bypass, (problem) => {
    say('bypass', problem);
  });
  if (one.latch && !other.latch) say('latch', 'it goes by itself, and the envelope holds it until a reset.');
  if (other.reset.away < one.reset.away) {
    say(
      'reset',
      `its cause is away for ${seconds(other.reset.away)} before a reset, by the envelope for ${seconds(one.reset.away)}.`,
    );
  }
  if (one.reset.inspection && !other.reset.inspection)
    say('reset', 'a reset asks for no inspection, and the envelope does.');
  if (one.mirrors !== other.mirrors) {
    say(
      'mirrors',
      other.mirrors
        ? 'the envelope knows of no action of the field for it.'
        : 'the field acts by itself by the envelope.',
    );
  }
  sayProof(one, other, say);
  if (other.processSafetyTime > one.processSafetyTime) {
    say(
      'processSafetyTime',
      `it is ${seconds(other.processSafetyTime)}, by the envelope ${seconds(one.processSafetyTime)} at most.`,
    );
  }
  if (one.backup === null && other.backup !== null) {
    say('backup', 'something else is to protect instead, and by the envelope nothing does.');
  }
  if (one.warn?.calls === 'flush' && other.warn?.calls !== 'flush')
    say('warn', 'it calls for no flush, and the envelope does.');
  if (one.stale !== null) {
    const watched = other.stale === null ? new Map() : actual.sight.pointsBehind(other.stale);
    for (const point of asked.sight.pointsBehind(one.stale).keys()) {
      if (!watched.has(point)) say('stale', `it does not watch ${point}, and the envelope does.`);
    }
  }
  return found;
}

function sayBypass(
  asked: InterlockDefinition['bypass'],
  actual: InterlockDefinition['bypass'],
  say: (problem: string) => void,
): void {
  if (actual === 'never') return;
  if (asked === 'never') {
    say(`it may be bypassed for ${seconds(actual.for)}, and by the envelope never.`);
    return;
  }
  if (actual.for > asked.for)
    say(`it may be bypassed for ${seconds(actual.for)}, by the envelope for ${seconds(asked.for)}.`);
  const more = actual.by.filter((role) => !asked.by.includes(role));
  if (more.length > 0) say(`it may be bypassed by ${more.join(', ')} too, by the envelope by ${asked.by.join(', ')}.`);
}

function sayProof(
  one: InterlockDefinition,
  other: InterlockDefinition,
  say: (key: string, problem: string) => void,
): void {
  if (one.proofTest === null) return;
  const every = `${Number((one.proofTest.every / 86_400_000).toFixed(1))} d`;
  if (other.proofTest === null) say('proofTest', `it is never proven, by the envelope every ${every}.`);
  else if (other.proofTest.every > one.proofTest.every) {
    say(
      'proofTest',
      `it is proven every ${Number((other.proofTest.every / 86_400_000).toFixed(1))} d, by the envelope every ${every}.`,
    );
  }
}

/** What the points of the envelope have become: how old a value may be, what is watched, what may be set and by whom. */
export function looserTags(envelope: SkidType, actual: SkidType): readonly Finding[] {
  const readers = new Map<PointName, TagDefinition[]>();
  for (const tag of actual.tags) {
    const point = pointOf(tag);
    if (point !== null) readers.set(point, [...(readers.get(point) ?? []), tag]);
  }
  return envelope.tags.flatMap((asked): readonly Finding[] => {
    const point = pointOf(asked);
    if (point === null) return [];
    const tags = readers.get(point) ?? [];
    if (tags.length === 0) {
      return [
        {
          path: ['tags'],
          problem: `No tag reads ${point}, which the envelope stands on (${asked.name}).`,
          remedy: stricter,
        },
      ];
    }
    return [...tags.flatMap((tag) => looserTag(asked, tag, point)), ...uncritical(asked, tags, point)];
  });
}

function uncritical(asked: TagDefinition, tags: readonly TagDefinition[], point: PointName): readonly Finding[] {
  if (!asked.critical || tags.some(({ critical }) => critical)) return [];
  const name = tags[0]?.name ?? asked.name;
  const problem = `${name} is not critical, and by the envelope what ${point} says is: nothing watches whether it is Good.`;
  return [{ path: ['tags', name], problem, remedy: 'Add "critical: true".' }];
}

function looserTag(asked: TagDefinition, actual: TagDefinition, point: PointName): readonly Finding[] {
  const found: Finding[] = [];
  const say = (key: string, problem: string): void => {
    found.push({ path: ['tags', actual.name, key], problem: `${actual.name}: ${problem}`, remedy: stricter });
  };
  if (actual.staleAfter > asked.staleAfter) {
    say(
      'staleAfter',
      `it goes by values ${seconds(actual.staleAfter)} old, by the envelope ${seconds(asked.staleAfter)} at most.`,
    );
  }
  if (actual.unit !== asked.unit)
    say('unit', `it is in ${actual.unit ?? 'no unit'}, by the envelope in ${asked.unit ?? 'none'}.`);
  const [low, high] = [actual.range?.low ?? -Infinity, actual.range?.high ?? Infinity];
  if (asked.range !== null && (low < asked.range.low || high > asked.range.high)) {
    say('range', `its range is ${low} to ${high}, by the envelope ${asked.range.low} to ${asked.range.high} at most.`);
  }
  if (actual.write === null) return found;
  if (asked.write === null) say('write', `it may be written, and by the envelope ${point} is only read.`);
  else {
    const { roles, safe } = asked.write;
    const more = actual.write.roles.filter((role) => !roles.includes(role));
    if (more.length > 0) say('write', `${more.join(', ')} may write it too, by the envelope ${roles.join(', ')}.`);
    if (actual.write.safe !== safe)
      say('write', `its safe direction is "${actual.write.safe}", by the envelope "${safe}".`);
  }
  return found;
}

/** What stands over the whole skid: its limits, and the devices that watch the service. */
export function looserSkid(envelope: SkidType, actual: SkidType): readonly Finding[] {
  const found: Finding[] = [];
  for (const key of ['totalFlowMlPerMin', 'pressureBarG', 'automaticTemperatureC'] as const) {
    const asked = envelope.limits[key];
    if (asked === null || (actual.limits[key] ?? Infinity) <= asked) continue;
    const name = {
      totalFlowMlPerMin: 'totalFlow',
      pressureBarG: 'pressure',
      automaticTemperatureC: 'automaticTemperature',
    }[key];
    const problem = `The limit ${name} is ${actual.limits[key] ?? 'open'}, by the envelope ${asked} at most.`;
    found.push({ path: ['limits', name], problem, remedy: stricter });
  }
  for (const asked of envelope.devices) {
    const device = actual.devices.find(({ name }) => name === asked.name);
    const path = ['devices', asked.name];
    if (device === undefined) {
      found.push({
        path,
        problem: `There is no device ${asked.name}, which the envelope stands on.`,
        remedy: stricter,
      });
      continue;
    }
    if (device.model.model !== asked.model.model) {
      const problem = `${asked.name} is a ${device.model.model}, by the envelope a ${asked.model.model}.`;
      found.push({ path: [...path, 'model'], problem, remedy: stricter });
    }
    if (asked.watchdog !== null && (device.watchdog ?? Infinity) > asked.watchdog) {
      const problem = `${asked.name} waits ${device.watchdog === null ? 'for ever' : seconds(device.watchdog)} for the service, by the envelope ${seconds(asked.watchdog)} at most.`;
      found.push({ path: [...path, 'watchdog'], problem, remedy: stricter });
    }
  }
  return found;
}
