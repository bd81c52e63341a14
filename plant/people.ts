/** Who may act, and how a record names whoever did. */

/** ICH/GMP roles; the administrator holds none of the others (gmp.md §3, 11.10(d)). */
export const roles = [
  'observer',
  'operator',
  'checker',
  'process engineer',
  'maintenance',
  'QA reviewer',
  'QA releaser',
  'administrator',
] as const;
export type Role = (typeof roles)[number];

/** Whom an identity provider knows: the issuer never gives `subject` to another (OpenID Connect Core 1.0 §2). */
export type OidcIdentity = Readonly<{ issuer: string; subject: string }>;

export type Person = Readonly<{
  /** Never reused, not even after the person has left. */
  id: string;
  userName: string;
  printedName: string;
  roles: readonly Role[];
  /** The first password has to be changed before anything else is allowed. */
  mustChangePassword: boolean;
  /** Has said on record that the electronic signature binds as one by hand (21 CFR 11.100(c)). */
  certified?: boolean;
  /** Gives a one-time code besides the password at a login. */
  secondFactor?: boolean;
  /** The name under which an LDAP server keeps the password; left out or null: it is kept here. */
  ldapName?: string | null;
  /** Whom the identity provider of the house knows the person as; left out or null: as nobody. */
  oidc?: OidcIdentity | null;
  /** How often the password or the certificates were changed: whoever is on a session by older ones is shown out. */
  credentialChanges?: number;
}>;

/** Whoever or whatever acts. `terminal` is the page's or the client's address. */
export type Actor =
  | Readonly<{
      kind: 'person';
      id: string;
      userName: string;
      printedName: string;
      roles: readonly Role[];
      terminal: string;
    }>
  | Readonly<{ kind: 'batch'; batch: string }>
  | Readonly<{ kind: 'service'; part: string }>;

/** A person as records name them: nothing else of theirs belongs there. */
export const personActor = (person: Person, terminal: string): Extract<Actor, { kind: 'person' }> => ({
  kind: 'person',
  id: person.id,
  userName: person.userName,
  printedName: person.printedName,
  roles: person.roles,
  terminal,
});

/** What a person says at the first use of their electronic signature (21 CFR 11.100(c)). */
export const certificationText =
  'My electronic signature in this system is the legally binding equivalent of my handwritten signature. I keep its password to myself.';

/** How a page or a refusal names an actor. */
export const actorName = (actor: Actor): string =>
  actor.kind === 'person'
    ? actor.printedName
    : actor.kind === 'batch'
      ? `batch ${actor.batch}`
      : `the service (${actor.part})`;
