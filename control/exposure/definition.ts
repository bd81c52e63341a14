/** Where people are and what is measured there, as the site file says it. */
import type { Agent, ExposureLimit } from '../../plant/exposure.ts';
import type { SkidName, TagName } from '../../plant/sample.ts';

export type Jurisdiction = ExposureLimit['jurisdiction'];

export type ReadingDefinition = Readonly<{
  agent: Agent;
  tag: TagName;
  /** It stands in for the agent (a photometer for cadmium). */
  surrogate: boolean;
  /** Share of what the instrument weighs that is the agent, 0 to 1; null: all of it. */
  cdShare: number | null;
}>;

export type ZoneDefinition = Readonly<{
  name: string;
  title: string;
  skids: readonly SkidName[];
  readings: readonly ReadingDefinition[];
}>;

export type ExposureDefinition = Readonly<{
  /** IANA name, such as `Europe/Berlin`. */
  timeZone: string;
  /** Whose limits hold here. */
  jurisdictions: readonly Jurisdiction[];
  /** When shifts begin by the clock on the wall, `06:00`. */
  shifts: readonly string[];
  zones: readonly ZoneDefinition[];
}>;
