/** The identity provider of the house, for a site that has one: `access/oidc.yaml` in the data folder. Without it there is none. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { milliseconds, type Milliseconds } from '../../../plant/clock.ts';
import { mesolineError, messageOf } from '../../../plant/errors.ts';

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
  if (!existsSync(file)) return null;
  const invalid = (problem: string, remedy = example): Error =>
    mesolineError('oidc-settings-invalid', file, problem, remedy);
  let read: unknown;
  try {
    read = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw invalid(messageOf(error));
  }
  if (!form.Check(read)) {
    const [first] = form.Errors(read);
    throw invalid(`${first?.instancePath ?? ''} ${first?.message ?? 'It says nothing.'}`.trim());
  }
  const { issuer, client, name = 'the login of the house', 'answers within seconds': seconds = 5 } = read;
  if (!URL.canParse(issuer)) throw invalid(`"${issuer}" is no address.`);
  const { protocol, hostname, search, hash } = new URL(issuer);
  const isHere = hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere))
    throw invalid(
      `"${issuer}" could be put in its place by anybody on the way.`,
      'Use https://, whatever the network.',
    );
  if (search !== '' || hash !== '') throw invalid(`"${issuer}" is no issuer: it has a query.`);
  const textOf = (what: string, folder: string, name: string | undefined): string | null => {
    if (name === undefined) return null;
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch (error) {
      throw invalid(messageOf(error), `Put the file of the ${what} into ${folder}.`);
    }
  };
  const secret = textOf('secret', keys, read['secret file'])?.trim() ?? null;
  if (secret === '') throw invalid('The file of the secret is empty.', 'Write the secret into it, and nothing else.');
  const authorities = textOf('authorities', dirname(file), read.authorities);
  return { issuer, client, secret, name, authorities, answersWithin: milliseconds(seconds * 1000) };
}
