/** The layout of history, generated from the skid types (decision 11): the series of a site, and the tiers in which they are kept. */
import type { Skid } from '../plant/skid/definition.ts';
import { deviceOf } from '../plant/skid/source-device.ts';
import type { Series } from './point.ts';

/** How long and how finely history is kept. `keepDays` null: for good. */
export type Tier = Readonly<{ name: TierName; widthMs: number | null; keepDays: number | null }>;
export type TierName = 'raw' | '10s' | '1m' | '1h' | 'events';
/** A tier that our own job makes of the one before it. */
export type CoarseTier = Tier & Readonly<{ name: '10s' | '1m' | '1h'; widthMs: number }>;

export const usualRawDays = 90;
export const rawTier: Tier = { name: 'raw', widthMs: null, keepDays: usualRawDays };
export const coarseTiers: readonly CoarseTier[] = [
  { name: '10s', widthMs: 10_000, keepDays: 365 },
  { name: '1m', widthMs: 60_000, keepDays: 5 * 365 },
  { name: '1h', widthMs: 3_600_000, keepDays: null },
];
/** What is said beside the values: events and gaps. */
export const eventTier: Tier = { name: 'events', widthMs: null, keepDays: null };
export const tiers: readonly Tier[] = [rawTier, ...coarseTiers, eventTier];

/**
 * For how long a tier is kept. `rawDays` is the site's word on points themselves; where those are kept for good (a replay of old recordings
 * would be refused else), so is every tier.
 */
export const keepDaysOf = ({ name, keepDays }: Tier, rawDays: number | null): number | null =>
  rawDays === null ? null : name === 'raw' ? rawDays : keepDays;

export const historyDatabase = 'mesoline';

/** Names of InfluxDB's fields of a tag. */
export const rawFields = (tag: string) => ({ value: tag, quality: `${tag}.q`, serverTime: `${tag}.st` });
export const coarseFields = (tag: string) => ({
  min: `${tag}.min`,
  max: `${tag}.max`,
  mean: `${tag}.mean`,
  last: `${tag}.last`,
  worst: `${tag}.worst`,
  count: `${tag}.n`,
});

export const eventMeasurement = 'mesoline_event';
export const gapMeasurement = 'mesoline_gap';
export const healthMeasurement = 'mesoline_health';
export const linkMeasurement = 'mesoline_link';

/** Every tag of every skid as a series, in the order of the skids and of their files. */
export function seriesOf(skids: readonly Pick<Skid, 'name' | 'type'>[]): readonly Series[] {
  return skids.flatMap(({ name: skid, type }) => {
    const models = new Map(type.devices.map(({ name, model }) => [name, model]));
    return type.tags.map(({ name, source, valueType }): Series => {
      const device = deviceOf(source);
      const model = device === null ? undefined : models.get(device);
      return {
        measurement: model?.model ?? type.type,
        skid,
        device: model === undefined ? null : device,
        tag: name,
        valueType,
      };
    });
  });
}
