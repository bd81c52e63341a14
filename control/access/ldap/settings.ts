/** Where passwords of the house are kept, for a site that keeps them in LDAP: `access/ldap.yaml` in the data folder. Without it there is none. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { milliseconds, type Milliseconds } from '../../../plant/clock.ts';
import { mesolineError, messageOf } from '../../../plant/errors.ts';

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
  if (!existsSync(file)) return null;
  const invalid = (problem: string, remedy = example): Error =>
    mesolineError('ldap-settings-invalid', file, problem, remedy);
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
  const { server, authorities, 'answers within seconds': seconds = 3 } = read;
  if (!URL.canParse(server)) throw invalid(`"${server}" is no address.`);
  const { protocol, hostname } = new URL(server);
  const isHere = hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
  if (protocol !== 'ldaps:' && !(protocol === 'ldap:' && isHere))
    throw invalid(`"${server}" would carry passwords for everybody to read.`, 'Use ldaps://, whatever the network.');
  const path = authorities === undefined ? null : join(dirname(file), authorities);
  try {
    const pem = path === null ? null : readFileSync(path, 'utf8');
    return { server, authorities: pem, answersWithin: milliseconds(seconds * 1000) };
  } catch (error) {
    throw invalid(messageOf(error), 'Put the file of the authorities beside it.');
  }
}
