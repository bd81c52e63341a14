/**
 * The ledger's tables in PostgreSQL and the rules that make them append-only. They belong to an owner role; the role that
 * writes may SELECT and INSERT. Triggers are enabled ALWAYS, so that a session that calls itself a replica meets them too. A
 * superuser passes by all of it, so the catalogue is compared at every start; the control is the checkpoint kept elsewhere.
 */

/** The text of one question and its rows, however the connection is held. */
export type Ask = (sql: string, values?: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>;

const tables = ['event', 'site', 'checkpoint'] as const;

const columns = [
  'event.scope text C', 'event.seq bigint -', 'event.body text C', 'event.hash text C',
  'site.seq bigint -', 'site.scope text C', 'site.event_seq bigint -', 'site.event_hash text C', 'site.hash text C',
  'checkpoint.number bigint -', 'checkpoint.site_count bigint -', 'checkpoint.line text C',
]; // prettier-ignore

const constraints = [
  'event event_pkey PRIMARY KEY (scope, seq)',
  'site site_pkey PRIMARY KEY (seq)',
  'site site_event UNIQUE (scope, event_seq)',
  'checkpoint checkpoint_pkey PRIMARY KEY (number)',
  'checkpoint checkpoint_site_count UNIQUE (site_count)',
];

const refusal = `BEGIN
  RAISE EXCEPTION 'the % table is append-only', TG_TABLE_NAME;
END`;

const nextNumber = (table: string, column: string, lock: string, within = ''): string => `BEGIN
  PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${lock}, 7));
  IF NEW.${column} IS DISTINCT FROM (SELECT coalesce(max(t.${column}), 0) + 1 FROM mesoline.${table} t${within}) THEN
    RAISE EXCEPTION 'the ${table} table takes only the next number';
  END IF;
  RETURN NEW;
END`;

const bodies: Readonly<Record<string, string>> = {
  refuse_change: refusal,
  event_next: nextNumber('event', 'seq', `'event ' || NEW.scope`, ' WHERE t.scope = NEW.scope'),
  site_next: nextNumber('site', 'seq', `'site'`),
  checkpoint_next: nextNumber('checkpoint', 'number', `'checkpoint'`),
};

/** Of pg_trigger.tgtype: row 1, before 2, insert 4, delete 8, update 16, truncate 32. */
const triggers = tables.flatMap((table) => [
  { table, name: `${table}_next`, type: 7, when: 'INSERT', each: 'ROW', body: `${table}_next` },
  { table, name: `${table}_no_update`, type: 19, when: 'UPDATE', each: 'ROW', body: 'refuse_change' },
  { table, name: `${table}_no_delete`, type: 11, when: 'DELETE', each: 'ROW', body: 'refuse_change' },
  { table, name: `${table}_no_truncate`, type: 34, when: 'TRUNCATE', each: 'STATEMENT', body: 'refuse_change' },
]);

/** Makes the ledger as its owner, and lets `writer` write to it. Run once, in one transaction. */
export function postgresStatements(writer: string): readonly string[] {
  const role = `"${writer.replaceAll('"', '""')}"`;
  return [
    'CREATE SCHEMA mesoline',
    ...tables.map((table) => {
      const said = columns
        .filter((column) => column.startsWith(`${table}.`))
        .map((column) => {
          const [name = '', type = '', collation] = column.slice(table.length + 1).split(' ');
          return `${name} ${type}${collation === 'C' ? ' COLLATE "C"' : ''} NOT NULL`;
        });
      const held = constraints
        .filter((constraint) => constraint.startsWith(`${table} `))
        .map((constraint) => `CONSTRAINT ${constraint.slice(table.length + 1)}`);
      return `CREATE TABLE mesoline.${table} (${[...said, ...held].join(', ')})`;
    }),
    ...Object.entries(bodies).map(
      ([name, body]) => `CREATE FUNCTION mesoline.${name}() RETURNS trigger LANGUAGE plpgsql AS $body$${body}$body$`,
    ),
    ...triggers.flatMap(({ table, name, when, each, body }) => [
      `CREATE TRIGGER ${name} BEFORE ${when} ON mesoline.${table} FOR EACH ${each} EXECUTE FUNCTION mesoline.${body}()`,
      `ALTER TABLE mesoline.${table} ENABLE ALWAYS TRIGGER ${name}`,
    ]),
    `REVOKE ALL ON SCHEMA mesoline FROM PUBLIC`,
    `GRANT USAGE ON SCHEMA mesoline TO ${role}`,
    `GRANT SELECT, INSERT ON ${tables.map((table) => `mesoline.${table}`).join(', ')} TO ${role}`,
  ];
}

const found = `
SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
  || coalesce((SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation), '-')
  || CASE WHEN a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = '' THEN '' ELSE ' altered' END AS line
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'mesoline' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT 'table ' || c.relname || ' ' || c.relkind::text || c.relpersistence::text || CASE WHEN c.relrowsecurity OR c.relhasrules
  OR EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)) THEN ' altered' ELSE '' END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'mesoline' AND c.relkind NOT IN ('i', 't')
UNION ALL SELECT 'constraint ' || c.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'mesoline' AND k.contype <> 'n'
UNION ALL SELECT 'index ' || i.relname || CASE WHEN x.indisvalid AND x.indisunique THEN '' ELSE ' altered' END
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace WHERE n.nspname = 'mesoline'
UNION ALL SELECT 'trigger ' || c.relname || ' ' || t.tgname || ' ' || t.tgtype || ' ' || t.tgenabled::text || ' ' || p.proname
  || CASE WHEN t.tgqual IS NULL AND t.tgnargs = 0 AND t.tgattr::text = '' AND p.pronamespace = n.oid THEN '' ELSE ' altered' END
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_proc p ON p.oid = t.tgfoid WHERE n.nspname = 'mesoline'
UNION ALL SELECT 'function ' || p.proname || CASE WHEN p.prosecdef OR p.proconfig IS NOT NULL OR p.provolatile <> 'v' OR l.lanname <> 'plpgsql'
  THEN ' altered ' ELSE ' ' END || p.prosrc
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang WHERE n.nspname = 'mesoline'`;

const wanted: readonly string[] = [
  ...columns.map((column) => `column ${column}`),
  ...tables.map((table) => `table ${table} rp`),
  ...constraints.map((constraint) => `constraint ${constraint}`),
  ...constraints.map((constraint) => `index ${constraint.split(' ')[1] ?? ''}`),
  ...triggers.map(({ table, name, type, body }) => `trigger ${table} ${name} ${type} A ${body}`),
  ...Object.entries(bodies).map(([name, body]) => `function ${name} ${body}`),
];

/** Whether there is no ledger yet in the database. */
export async function hasPostgresLedger(ask: Ask): Promise<boolean> {
  return (await ask(`SELECT 1 FROM pg_namespace WHERE nspname = 'mesoline'`)).length > 0;
}

/** What in the database is not the ledger's schema, in words; null where it is exactly that. */
export async function postgresSchemaFault(ask: Ask): Promise<string | null> {
  const lines = new Set((await ask(found)).map(({ line }) => String(line)));
  for (const line of wanted) if (!lines.has(line)) return `"${title(line)}" is missing, disabled or was changed.`;
  const known = new Set(wanted);
  for (const line of lines) if (!known.has(line)) return `"${title(line)}" does not belong there.`;
  return null;
}

/** What the writing role may do that it must not, in words; null where it may only read and append. */
export async function postgresRoleFault(ask: Ask): Promise<string | null> {
  const [role] = await ask(
    `SELECT r.rolname AS name, r.rolsuper AS super, r.rolcreaterole AS makes,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'mesoline' AND (pg_has_role(r.oid, c.relowner, 'MEMBER') OR pg_has_role(r.oid, n.nspowner, 'MEMBER'))) AS owns
     FROM pg_roles r WHERE r.rolname IN (session_user, current_user)
     ORDER BY r.rolsuper DESC, r.rolcreaterole DESC LIMIT 1`,
  );
  const name = String(role?.name);
  if (role?.super === true) return `The role ${name} is a superuser: no rule holds for it.`;
  if (role?.makes === true) return `The role ${name} may make and grant roles, the owner's among them.`;
  if (role?.owns === true) return `The role ${name} owns the ledger's tables, or is a member of the role that does.`;
  const rights = await ask(
    `SELECT t, right_name FROM unnest($1::text[]) t, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) right_name
     WHERE has_table_privilege(session_user, 'mesoline.' || t, right_name)
       OR (right_name = 'UPDATE' AND has_any_column_privilege(session_user, 'mesoline.' || t, right_name))`,
    [tables],
  );
  const right = rights[0];
  return right === undefined ? null : `The role ${name} may ${String(right.right_name)} on ${String(right.t)}.`;
}

/** What of the server's settings would lose what was acknowledged, in words; null where nothing would. */
export async function postgresSettingFault(ask: Ask): Promise<string | null> {
  const settings = await ask(
    `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'`,
  );
  const off = settings[0];
  return off === undefined ? null : `${String(off.name)} is off: a power cut would take what was acknowledged.`;
}

const title = (line: string): string => (line.split('\n')[0] ?? line).slice(0, 100);
