/** Debian's slapd, with an authority and a certificate of its own, people of one house, and an end. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { temporaryFolder } from './service.ts';
import { until } from './waiting.ts';

const program = '/usr/sbin/slapd';
const root = 'cn=root,dc=house';

export class Slapd {
  readonly #folder = temporaryFolder('slapd');
  #child: ChildProcess | null = null;
  port = 0;

  get authorities(): string {
    return join(this.#folder.path, 'ca.pem');
  }
  get url(): string {
    return `ldaps://localhost:${this.port}`;
  }
  nameOf(user: string): string {
    return `uid=${user},dc=house`;
  }

  /** @param people user → password */
  async start(people: Readonly<Record<string, string>>): Promise<void> {
    const { path } = this.#folder;
    const at = (name: string): string => join(path, name);
    mkdirSync(at('db'));
    const openssl = (...words: string[]): void => void execFileSync('openssl', words, { cwd: path, stdio: 'ignore' });
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=house'); // prettier-ignore
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'csr.pem', '-subj', '/CN=localhost');
    writeFileSync(at('names'), 'subjectAltName=DNS:localhost\n');
    openssl('x509', '-req', '-in', 'csr.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'cert.pem', '-days', '2', '-extfile', 'names'); // prettier-ignore
    writeFileSync(
      at('slapd.conf'),
      [
        'include /etc/ldap/schema/core.schema',
        'include /etc/ldap/schema/cosine.schema',
        'include /etc/ldap/schema/inetorgperson.schema',
        'modulepath /usr/lib/ldap',
        'moduleload back_mdb',
        `TLSCACertificateFile ${at('ca.pem')}`,
        `TLSCertificateFile ${at('cert.pem')}`,
        `TLSCertificateKeyFile ${at('key.pem')}`,
        `pidfile ${at('slapd.pid')}`,
        'database mdb',
        'suffix dc=house',
        `rootdn ${root}`,
        'rootpw secret',
        `directory ${at('db')}`,
        '',
      ].join('\n'),
    );
    const people_ = Object.entries(people).map(([user, password]) => `
dn: ${this.nameOf(user)}
objectClass: inetOrgPerson
uid: ${user}
cn: ${user}
sn: ${user}
userPassword: ${password}
`); // prettier-ignore
    const house = 'dn: dc=house\nobjectClass: dcObject\nobjectClass: organization\ndc: house\no: House\n';
    writeFileSync(at('people.ldif'), `${house}${people_.join('')}`);
    execFileSync('/usr/sbin/slapadd', ['-f', at('slapd.conf'), '-l', at('people.ldif')], { stdio: 'ignore' });
    this.port = this.port === 0 ? await freePort() : this.port;
    await this.#run();
  }

  async #run(): Promise<void> {
    const child = spawn(program, ['-d', '0', '-f', join(this.#folder.path, 'slapd.conf'), '-h', this.url], {
      stdio: 'ignore',
    });
    this.#child = child;
    await until(
      () => {
        if (child.exitCode !== null) throw new Error(`slapd ended with ${child.exitCode}`);
        return answers(this.port);
      },
      { withinMs: 15_000, what: () => 'slapd to answer' },
    );
  }

  /** It answers nobody until `again`. */
  async away(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    this.#child = null;
  }

  again(): Promise<void> {
    return this.#run();
  }

  async stop(): Promise<void> {
    await this.away();
    this.#folder.remove();
  }
}

async function answers(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
