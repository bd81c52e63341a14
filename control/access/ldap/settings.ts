/** Where passwords of the house are kept, for a site that keeps them in LDAP: `access/ldap.yaml` in the data folder. Without it there is none. */
import { dirname } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { milliseconds, type Milliseconds } from '../../../plant/clock.ts';
import { readSettings } from '../settings-file.ts';

const form = Compile(
  Type.Object(
    {
      server: Type.String({ minLength: 1, maxLength: 300 }),
      /** Authorities that the server's certificate may be of: a PEM file beside this one. Left out: those of the system. */
      authorities: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' })),
      'answers within seconds': Type.Optional(Type.Number({ minimum: 0.5, maximum: 30 })),
    },
    { additionalProperties: false },
  ),
);

export type LdapSettings = Readonly<{
  /** `ldaps://dc1.example.com`; `ldap://` on loopback only. */
  server: string;
  /** PEM, or null for the authorities of the system. */
  authorities: string | null;
  answersWithin: Milliseconds;
}>;

const example =
  'Write "server: ldaps://HOST", and "authorities: FILE.pem" where its certificate is of an authority of the house.';

/** Null where there are none. @throws MesolineError `ldap-settings-invalid` */
export function loadLdapSettings(file: string): LdapSettings | null {
  const settings = readSettings(file, form, 'ldap-settings-invalid', example);
  if (settings === null) return null;
  const { server, authorities, 'answers within seconds': seconds = 3 } = settings.read;
  settings.address(server, 'ldaps', 'ldap', 'would carry passwords for everybody to read');
  return {
    server,
    authorities: settings.textOf('authorities', dirname(file), authorities),
    answersWithin: milliseconds(seconds * 1000),
  };
}
