/**
 * What the generations of InfluxDB can, and how each names what we keep (decision 11). Sources: docs.influxdata.com, "InfluxDB 1.x
 * compatibility API" of 2.x, "Use the InfluxDB v1 HTTP API" of 3 Core; 1.6.7 was tried.
 */
import { mesolineError } from '../../plant/errors.ts';
import { historyDatabase, type Tier } from '../schema.ts';

export type Generation = 1 | 2 | 3;

export type Place = Readonly<{ db: string; rp?: string }>;

export type Capabilities = Readonly<{
  generation: Generation;
  /** Where a tier lies, as `/write` and `/query` are told. */
  placeOf: (tier: Tier) => Place;
  /** Who removes what is older than a tier keeps: the server, or nobody. */
  retention: 'policies' | 'buckets' | 'none';
  /** How a user and a password are sent; of 2.x and 3 the password is the token. */
  credentials: 'basic' | 'token';
}>;

const byGeneration: Readonly<Record<Generation, Capabilities>> = {
  1: {
    generation: 1,
    placeOf: ({ name }) => ({ db: historyDatabase, rp: name }),
    retention: 'policies',
    credentials: 'basic',
  },
  2: {
    generation: 2,
    placeOf: ({ name }) => ({ db: historyDatabase, rp: name }),
    retention: 'buckets',
    credentials: 'token',
  },
  3: {
    generation: 3,
    placeOf: ({ name }) => ({ db: `${historyDatabase}_${name}` }),
    retention: 'none',
    credentials: 'token',
  },
};

/**
 * @param version of the answer's header `x-influxdb-version`: `1.6.7`, `v2.7.4`, `3.0.1`, `OSS`-less or with words around it
 * @throws MesolineError `influx-unknown`
 */
export function capabilitiesOf(version: string | null, where: string): Capabilities {
  const digits = /(?:^|[^\d.])v?([123])\.\d+/u.exec(` ${version ?? ''}`)?.[1];
  if (digits !== undefined) return byGeneration[Number(digits) as Generation];
  const said = version === null ? 'does not say its version' : `says that its version is "${version}"`;
  throw mesolineError(
    'influx-unknown',
    where,
    `It ${said}.`,
    'Give INFLUX_URL the address of InfluxDB 1.x, 2.x or 3 Core.',
  );
}

/** The bucket of 2.x that a database and a retention policy of 1.x stand for. */
export const bucketOf = ({ db, rp }: Place): string => (rp === undefined ? db : `${db}/${rp}`);
