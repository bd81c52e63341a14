import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  AttributeIds,
  BrowseDirection,
  MessageSecurityMode,
  NodeClass,
  SecurityPolicy,
  UserTokenType,
  type ClientSession,
  type OPCUAClient,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, logIn, Node } from '../gateway/opcua/support/client.ts';
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
    expect(new Set(tokens.map(({ tokenType }) => tokenType))).toEqual(new Set([UserTokenType.UserName]));

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

describe('the standard nodes', () => {
  it('can be written by nobody', async () => {
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
      variables.forEach(({ browseName }, i) => {
        if (((levels[i]?.value.value as number) & ~1) !== 0) writable.push(browseName.toString());
      });
      await walk(found.map(({ nodeId }) => nodeId.toString()));
    };
    await walk(['i=85']);
    expect(seen.size).toBeGreaterThan(500);
    expect(writable).toEqual([]);
  });
});

describe('a client that was never seen', () => {
  it('is put aside until a person trusts it, where the server is told so', async () => {
    const strict = new Plant({ trustUnknownClients: false });
    await strict.server.start();
    const at = { folder: plant.folder, endpoint: strict.server.endpoint() };
    await expect(connect(at)).rejects.toThrow();
    const rejected = join(strict.folder, 'pki/rejected');
    expect(readdirSync(rejected)).toHaveLength(1);
    for (const name of readdirSync(rejected))
      renameSync(join(rejected, name), join(strict.folder, 'pki/trusted/certs', name));
    let trusted: OPCUAClient | null = null;
    await until(async () => {
      trusted = await connect(at).catch(() => null);
      return trusted !== null;
    });
    await (trusted as OPCUAClient | null)?.disconnect();
    await strict.stop();
  });
});
