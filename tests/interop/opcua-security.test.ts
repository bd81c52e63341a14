import { join } from 'node:path';
import {
  AccessLevelFlag,
  AttributeIds,
  BrowseDirection,
  ClientReverseConnect,
  MessageSecurityMode,
  NodeClass,
  SecurityPolicy,
  UserTokenType,
  type ClientSession,
  type OPCUAClient,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCertificate, type MadeCertificate } from '../gateway/opcua/support/certificates.ts';
import { connect, logIn, makeClient, Node } from '../gateway/opcua/support/client.ts';
import { freePort } from '../support/ports.ts';
import { Plant } from '../gateway/opcua/support/plant.ts';
import { until } from '../support/waiting.ts';

const plant = new Plant();
let client: OPCUAClient;
let session: ClientSession;

const on = (): { folder: string; endpoint: string } => ({ folder: plant.folder, endpoint: plant.server.endpoint() });

beforeAll(async () => {
  await plant.server.start();
  client = await connect(on());
  session = await logIn(client, 'olga');
});

afterAll(async () => {
  await session.close();
  await client.disconnect();
  await plant.stop();
});

describe('who may enter', () => {
  const refused = async (userName: string, password?: string): Promise<string> => {
    const stranger = await connect(on());
    try {
      await (await logIn(stranger, userName, password)).close();
      return 'entered';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await stranger.disconnect();
    }
  };

  it('is whoever knows the password', async () => {
    expect(await refused('olga', 'guess')).toMatch(/BadUserAccessDenied|BadIdentityTokenRejected/);
    expect(plant.tried.at(-1)).toEqual({ userName: 'olga', password: 'guess', terminal: 'OPC UA 127.0.0.1' });
  });

  it('is nobody who has to change the first password', async () => {
    expect(await refused('nora')).toMatch(/BadUserAccessDenied|BadIdentityTokenRejected/);
    expect(plant.said.join()).toContain('The first password has to be changed');
  });

  it('is nobody without a name', async () => {
    const stranger = await connect(on());
    await expect(stranger.createSession()).rejects.toThrow(/BadIdentityToken|UserIdentity|anonymous/i);
    await stranger.disconnect();
  });

  it('is nobody without encryption', async () => {
    const endpoints = await client.getEndpoints();
    expect(new Set(endpoints.map(({ securityMode }) => securityMode))).toEqual(
      new Set([MessageSecurityMode.SignAndEncrypt]),
    );
    expect(new Set(endpoints.map(({ securityPolicyUri }) => securityPolicyUri?.split('#')[1]))).toEqual(
      new Set(['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss']),
    );
    const tokens = endpoints.flatMap(({ userIdentityTokens }) => userIdentityTokens ?? []);
    expect(new Set(tokens.map(({ tokenType }) => tokenType))).toEqual(
      new Set([UserTokenType.UserName, UserTokenType.Certificate]),
    );

    const plain = await connect({ ...on(), mode: MessageSecurityMode.None, policy: SecurityPolicy.None });
    await expect(logIn(plain, 'olga')).rejects.toThrow();
    await plain.disconnect();
  });

  it.each([SecurityPolicy.Aes128_Sha256_RsaOaep, SecurityPolicy.Aes256_Sha256_RsaPss])(
    'comes by %s too',
    async (policy) => {
      const other = await connect({ ...on(), policy });
      const own = await logIn(other, 'otto');
      expect(await (await Node.space(own)).browse('/Mesoline')).toEqual(['QD-1', 'QD-2']);
      await own.close();
      await other.disconnect();
    },
  );

  it('is shown out when they may no longer be here', async () => {
    const other = await connect(on());
    await logIn(other, 'otto');
    const sessions = (): number | undefined => plant.server.health().figures?.['sessions'];
    await until(() => sessions() === 2, { what: 'two sessions' });
    plant.gone.add('otto');
    await until(() => sessions() === 1, { what: 'the session to end' });
    expect(await refused('otto')).toMatch(/BadUserAccessDenied|BadIdentityTokenRejected/);
    await other.disconnect();
  });
});

describe('the nodes', () => {
  it('that can be written are the set points, and nothing else', async () => {
    const writable: string[] = [];
    const seen = new Set<string>();
    const walk = async (ids: readonly string[]): Promise<void> => {
      const answers = await session.browse(
        ids.map((nodeId) => ({
          nodeId,
          browseDirection: BrowseDirection.Forward,
          referenceTypeId: 'HierarchicalReferences',
          includeSubtypes: true,
          nodeClassMask: NodeClass.Object | NodeClass.Variable,
          resultMask: 63,
        })),
      );
      const found = answers
        .flatMap(({ references }) => references ?? [])
        .filter(({ nodeId }) => !seen.has(nodeId.toString()) && seen.add(nodeId.toString()));
      const variables = found.filter(({ nodeClass }) => (nodeClass as number) === (NodeClass.Variable as number));
      if (found.length === 0) return;
      const levels =
        variables.length === 0
          ? []
          : await session.read(variables.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.UserAccessLevel })));
      variables.forEach(({ nodeId }, i) => {
        const changing = AccessLevelFlag.CurrentWrite | AccessLevelFlag.HistoryWrite | AccessLevelFlag.StatusWrite;
        if (((levels[i]?.value.value as number) & changing) !== 0) writable.push(String(nodeId.value));
      });
      await walk(found.map(({ nodeId }) => nodeId.toString()));
    };
    await walk(['i=85']);
    expect(seen.size).toBeGreaterThan(500);
    const setPoints = plant.skids.flatMap(({ name, type }) =>
      type.tags.filter(({ write }) => write !== null).map((tag) => `${name}/${tag.name}`),
    );
    expect(writable.toSorted()).toEqual(setPoints.toSorted());
  });
});

describe('a client that was never seen', () => {
  it('is turned away, listed, recorded once, and comes in when a person trusts it; rejected, it is shown out', async () => {
    const strict = new Plant({ trustUnknownClients: false });
    strict.change('otto', { roles: ['maintenance'] });
    await strict.server.start();
    const at = { folder: plant.folder, endpoint: strict.server.endpoint() };
    for (let attempt = 0; attempt < 2; attempt += 1) await expect(connect(at)).rejects.toThrow();
    const [listed, ...others] = await strict.server.certificates.list();
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ state: 'rejected', use: 'application', subject: expect.stringContaining('CN=') });
    await until(() => strict.recorded.length > 0, { what: 'the record of it' });
    expect(strict.recorded).toMatchObject([{ action: 'certificate-turned-away', object: listed!.thumbprint }]);

    const otto = { kind: 'person', terminal: 'page', ...strict.people[1]! } as const;
    await strict.server.certificates.trust(listed!.thumbprint, otto);
    const trusted = await connect(at);
    const inside = await logIn(trusted, 'olga');
    expect(inside.sessionId.isEmpty()).toBe(false);
    await strict.server.certificates.reject(listed!.thumbprint, otto);
    await until(() => strict.server.health().figures?.['sessions'] === 0, { what: 'the session to end' });
    await trusted.disconnect();
    await expect(connect(at)).rejects.toThrow();
    expect(strict.recorded.map(({ action }) => action)).toEqual([
      'certificate-turned-away',
      'certificate-trusted',
      'certificate-rejected',
    ]);
    await strict.stop();
  });
});

describe('a user with a certificate', () => {
  const enter = async (made: MadeCertificate): Promise<string> => {
    const other = await connect(on());
    try {
      const own = await other.createSession({
        type: UserTokenType.Certificate,
        certificateData: made.der,
        privateKey: made.key,
      });
      const space = await Node.space(own);
      const level = await own.read({
        nodeId: space.id('QD-1/R201/TIC-201.SP'),
        attributeId: AttributeIds.UserAccessLevel,
      });
      await own.close();
      return ((level.value.value as number) & AccessLevelFlag.CurrentWrite) > 0 ? 'may write' : 'may look';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await other.disconnect();
    }
  };
  let olgas: MadeCertificate;
  let ottos: MadeCertificate;
  let forged: MadeCertificate;

  beforeAll(async () => {
    olgas = await makeCertificate(plant.folder, { name: 'somebody' });
    ottos = await makeCertificate(plant.folder, { name: 'olga' });
    forged = await makeCertificate(join(plant.folder, 'forged'), { name: 'olga' });
    plant.certificates.set(olgas.thumbprint, 'olga');
    plant.certificates.set(ottos.thumbprint, 'otto');
  });

  it('is whoever it was given to, with their roles, whatever name stands in it', async () => {
    expect(await enter(olgas)).toBe('may write');
    plant.gone.delete('otto');
    expect(await enter(ottos)).toBe('may look');
    expect(plant.shown.at(-1)).toEqual({ thumbprint: ottos.thumbprint, terminal: 'OPC UA 127.0.0.1' });
  });

  it('is nobody where it was given to nobody, though the name of a person stands in it; it is listed', async () => {
    expect(await enter(forged)).toMatch(/BadIdentityTokenRejected/);
    expect(await plant.server.certificates.list()).toContainEqual(
      expect.objectContaining({ thumbprint: forged.thumbprint, use: 'user', state: 'rejected' }),
    );
  });

  it('is nobody with another key than that of the certificate', async () => {
    const tried = plant.shown.length;
    expect(await enter({ ...olgas, key: forged.key })).toMatch(/BadUserSignatureInvalid/);
    expect(plant.shown).toHaveLength(tried);
  });

  it('is nobody any longer where the person has left', async () => {
    plant.gone.add('otto');
    expect(await enter(ottos)).toMatch(/BadIdentityTokenRejected/);
    plant.gone.delete('otto');
  });
});

describe('a session', () => {
  const mayWrite = async (own: ClientSession): Promise<boolean> => {
    const space = await Node.space(own);
    const level = await own.read({
      nodeId: space.id('QD-1/R201/TIC-201.SP'),
      attributeId: AttributeIds.UserAccessLevel,
    });
    return ((level.value.value as number) & AccessLevelFlag.CurrentWrite) > 0;
  };
  const mayCall = async (own: ClientSession, method: string): Promise<unknown> => {
    const space = await Node.space(own);
    const asked = { nodeId: space.id(`QD-1.${method}`), attributeId: AttributeIds.UserExecutable };
    return (await own.read(asked)).value.value;
  };

  it('has the roles that its person has now', async () => {
    expect([await mayWrite(session), await mayCall(session, 'Reset'), await mayCall(session, 'HotHold')]).toEqual([
      true,
      true,
      true,
    ]);
    plant.change('olga', { roles: ['checker'] });
    await until(async () => !(await mayWrite(session)), { what: 'the role to be gone' });
    expect([await mayCall(session, 'Reset'), await mayCall(session, 'HotHold')]).toEqual([false, true]);
    plant.change('olga', { roles: ['operator'] });
    await until(() => mayWrite(session), { what: 'the role to be back' });
  });

  it('may browse, read and subscribe, and its roles can be seen', async () => {
    const browsed = await session.browse('i=15606');
    const names = (browsed.references ?? []).map(({ browseName }) => browseName.name);
    expect(names).toEqual(expect.arrayContaining(['Operator', 'Process engineer', 'QA releaser']));
  });

  it('ends when the password is changed', async () => {
    const other = await connect(on());
    await logIn(other, 'otto');
    const sessions = (): number | undefined => plant.server.health().figures?.['sessions'];
    await until(() => sessions() === 2, { what: 'two sessions' });
    plant.change('otto', { credentialChanges: 1 });
    await until(() => sessions() === 1, { what: 'the session to end' });
    await other.disconnect();
  });
});

describe('what stands open for trials', () => {
  it('is refused at the start where other machines could come in', async () => {
    for (const open of [{ securityNone: true }, { trustUnknownClients: true }]) {
      const wide = new Plant({ trustUnknownClients: false, host: '0.0.0.0', ...open });
      await expect(wide.server.start()).rejects.toMatchObject({ code: 'opcua-refused' });
      await wide.stop();
    }
  });

  it('is said by health and log as long as it lasts, and still asks who it is', async () => {
    const open = new Plant({ securityNone: true });
    await open.server.start();
    const plain = await connect({
      folder: open.folder,
      endpoint: open.server.endpoint(),
      mode: MessageSecurityMode.None,
      policy: SecurityPolicy.None,
    });
    await expect(logIn(plain, 'olga', 'guess')).rejects.toThrow(/BadUserAccessDenied|BadIdentityTokenRejected/);
    await expect(plain.createSession()).rejects.toThrow();
    const own = await logIn(plain, 'olga');
    expect(await (await Node.space(own)).browse('/Mesoline')).toEqual(['QD-1', 'QD-2']);
    expect(open.server.health()).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('without encryption'),
    });
    await until(() => open.said.some((text) => text.includes('without encryption')), { what: 'the log to say so' });
    await own.close();
    await plain.disconnect();
    await open.stop();
  });
});

describe('a client behind a firewall', () => {
  it('is dialled by the server until it listens, and opens an encrypted session', async () => {
    const port = await freePort();
    const dialling = new Plant({ reverse: [`opc.tcp://127.0.0.1:${port}`] });
    await dialling.server.start();
    const known = await connect({ folder: dialling.folder, endpoint: dialling.server.endpoint() });
    const certificate = Buffer.concat([known.serverCertificate!].flat());
    await known.disconnect();
    const listener = new ClientReverseConnect(`opc.tcp://127.0.0.1:${port}`);
    await listener.start();
    const client = makeClient({ folder: dialling.folder, serverCertificate: certificate });
    await client.connectReverse(listener);
    const own = await logIn(client, 'olga');
    expect(await (await Node.space(own)).browse('/Mesoline')).toEqual(['QD-1', 'QD-2']);
    await own.close();
    await client.disconnect();
    await listener.stop();
    await dialling.stop();
  });
});
