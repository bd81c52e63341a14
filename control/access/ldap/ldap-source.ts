/** Proves a password where an LDAP server keeps it: a simple bind (RFC 4513 §5.1.3) under the person's name there, and nothing else. */
import { Client, ResultCodeError } from 'ldapts';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import type { LdapSettings } from './settings.ts';

export interface PasswordSource {
  /**
   * @param name of the person there: a DN, or what the server takes for one (`ada@example.com` of Active Directory)
   * @throws MesolineError `ldap-unreachable` where the server does not say yes or no
   */
  verify(name: string, password: string): Promise<boolean>;
}

/** RFC 4511 appendix A: what a server answers to a name or a password that it does not take. */
const noes: ReadonlySet<number> = new Set([
  32, // noSuchObject
  34, // invalidDNSyntax
  48, // inappropriateAuthentication
  49, // invalidCredentials
  50, // insufficientAccessRights
  53, // unwillingToPerform
]);

export function ldapSource({ server, authorities, answersWithin }: LdapSettings): PasswordSource {
  return {
    async verify(name, password) {
      // A bind without a password succeeds as nobody (RFC 4513 §5.1.2), and would let anybody in.
      if (name.trim() === '' || password === '') return false;
      const client = new Client({
        url: server,
        connectTimeout: answersWithin,
        timeout: answersWithin,
        ...(authorities === null ? {} : { tlsOptions: { ca: authorities } }),
      });
      try {
        await client.bind(name, password);
        return true;
      } catch (error) {
        if (error instanceof ResultCodeError && noes.has(error.code)) return false;
        throw mesolineError(
          'ldap-unreachable',
          server,
          `The server that keeps the password does not answer (${messageOf(error)}).`,
          'Try again; ask whoever keeps that server. People whose password is kept here are not concerned.',
          error,
        );
      } finally {
        // What was asked is answered; a server that does not say goodbye holds nobody up.
        client.unbind().catch(() => undefined);
      }
    },
  };
}
