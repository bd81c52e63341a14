/** The identity provider of the house, for a site that has one: `access/oidc.yaml` in the data folder. Without it there is none. */
import { dirname } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { milliseconds, type Milliseconds } from '../../../plant/clock.ts';
import { readSettings } from '../settings-file.ts';

const fileName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' });

const form = Compile(
  Type.Object(
    {
      /** As the provider names itself in its tokens. */
      issuer: Type.String({ minLength: 1, maxLength: 300 }),
      /** The id by which it knows this service. */
      client: Type.String({ minLength: 1, maxLength: 200 }),
      /** The file in the folder `keys` with the secret of the client. Left out: a public client, by PKCE alone. */
      'secret file': Type.Optional(fileName),
      /** How people call it: it stands on the button. */
      name: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
      /** Authorities that its certificate may be of: a PEM file beside this one. Left out: those that Node.js knows. */
      authorities: Type.Optional(fileName),
      'answers within seconds': Type.Optional(Type.Number({ minimum: 0.5, maximum: 30 })),
    },
    { additionalProperties: false },
  ),
);

export type OidcSettings = Readonly<{
  /** `https://login.example.com/realms/house`; `http://` on loopback only. */
  issuer: string;
  client: string;
  /** Null for a public client. */
  secret: string | null;
  name: string;
  /** PEM, or null for the authorities that Node.js knows. */
  authorities: string | null;
  answersWithin: Milliseconds;
}>;

const example = 'Write "issuer: https://HOST", as its tokens name it, and "client: ID", as it knows this service.';

/**
 * Null where there are none.
 * @param keys the folder of what opens something, which is never archived with the rest
 * @throws MesolineError `oidc-settings-invalid`
 */
export function loadOidcSettings(file: string, keys: string): OidcSettings | null {
  const settings = readSettings(file, form, 'oidc-settings-invalid', example);
  if (settings === null) return null;
  const { read, invalid, address, textOf } = settings;
  const { issuer, client, name = 'the login of the house', 'answers within seconds': seconds = 5 } = read;
  const { search, hash } = address(issuer, 'https', 'http', 'could be put in its place by anybody on the way');
  if (search !== '' || hash !== '') throw invalid(`"${issuer}" is no issuer: it has a query.`);
  const secret = textOf('secret', keys, read['secret file'])?.trim() ?? null;
  if (secret === '') throw invalid('The file of the secret is empty.', 'Write the secret into it, and nothing else.');
  const authorities = textOf('authorities', dirname(file), read.authorities);
  return { issuer, client, secret, name, authorities, answersWithin: milliseconds(seconds * 1000) };
}
