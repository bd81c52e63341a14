import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StatusCodes, type ClientSession, type OPCUAClient } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, logIn, Node } from '../gateway/opcua/support/client.ts';
import { Plant } from '../gateway/opcua/support/plant.ts';
import { until } from '../support/waiting.ts';

describe('the room', () => {
  it('starts, stops within its share and starts again with the same certificate', async () => {
    const plant = new Plant();
    expect(plant.server.health().state).toBe('stopped');
    await plant.server.stop();
    await plant.server.start();
    // A site that trusts unknown clients, as this one, says so; it answers all the same.
    expect(plant.server.health().detail).toMatch(/answers at .*127\.0\.0\.1:\d+/);
    const client = await connect({ folder: plant.folder, endpoint: plant.server.endpoint() });
    await logIn(client, 'olga');
    const before = client.serverCertificate;

    const begin = performance.now();
    await plant.server.stop();
    expect(performance.now() - begin).toBeLessThan(1500);
    expect(plant.server.health().state).toBe('stopped');
    await client.disconnect();

    await plant.server.start();
    const again = await connect({ folder: plant.folder, endpoint: plant.server.endpoint() });
    expect(again.serverCertificate?.toString('hex')).toBe(before?.toString('hex'));
    await again.disconnect();
    await plant.stop();
  });

  it('can be stopped while it starts', async () => {
    const plant = new Plant();
    const starting = plant.server.start();
    const begin = performance.now();
    await plant.server.stop();
    expect(performance.now() - begin).toBeLessThan(1500);
    await expect(starting).rejects.toMatchObject({ code: 'opcua-failed' });
    expect(plant.server.health().state).toBe('stopped');
    await plant.stop();
  });

  it('names a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const plant = new Plant({ port });
    await expect(plant.server.start()).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(String(port)),
    });
    expect(plant.server.health().state).toBe('failed');
    await plant.stop();
    other.close();
  });

  it('starts its thread again when it dies, at the same port, and shows nothing of before', async () => {
    const posts = vi.spyOn(Worker.prototype, 'postMessage');
    const plant = new Plant();
    await plant.server.start();
    const endpoint = plant.server.endpoint();
    plant.scan('QD-1', { 'R201/TT-201A': 1 });
    await until(() => posts.mock.contexts.length > 0, { what: 'the thread to be told something' });
    const [thread] = posts.mock.contexts as Worker[];
    posts.mockRestore();
    await thread?.terminate();
    const detail = (): string => plant.server.health().detail;
    await until(() => detail().includes('has failed'), { everyMs: 1, what: 'the room to notice' });
    expect(detail()).toMatch(/has failed: .+ It is started again\./);
    expect(plant.server.health().state).toBe('degraded');
    expect(() => plant.scan('QD-1', { 'R201/TT-201A': 2 })).not.toThrow();
    await until(() => detail().includes('answers at'), { what: 'the room to be ready again' });
    expect(plant.server.health().figures).toMatchObject({ restarts: 1 });
    expect(plant.server.endpoint()).toBe(endpoint);

    const client = await connect({ folder: plant.folder, endpoint });
    const space = await Node.space(await logIn(client, 'olga'));
    expect((await space.read('QD-1/R201/TT-201A')).statusCode).toEqual(StatusCodes.BadWaitingForInitialData);
    plant.scan('QD-1', { 'R201/TT-201A': 3 });
    await until(async () => (await space.read('QD-1/R201/TT-201A')).value.value === 3, { what: 'the new value' });
    await client.disconnect();
    await plant.stop();
  });
});

describe('a client that means harm', () => {
  const plant = new Plant();
  let client: OPCUAClient;
  let session: ClientSession;
  const sockets: Socket[] = [];

  const dial = async (): Promise<Socket> => {
    const socket = connectSocket(Number(plant.server.endpoint().split(':').at(-1)), '127.0.0.1');
    socket.on('error', () => undefined).resume();
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };

  beforeAll(async () => {
    await plant.server.start();
    client = await connect({ folder: plant.folder, endpoint: plant.server.endpoint() });
    session = await logIn(client, 'olga');
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await session.close();
    await client.disconnect();
    await plant.stop();
  });

  it('does no harm to the others by a message longer than may be', async () => {
    const socket = await dial();
    const url = Buffer.from(plant.server.endpoint());
    const hello = Buffer.alloc(32 + url.length);
    hello.write('HELF');
    [hello.length, 0, 65_536, 65_536, 0, 0, url.length].forEach((word, i) => hello.writeUInt32LE(word, 4 + 4 * i));
    url.copy(hello, 32);
    const tooLong = Buffer.from('OPNF\xff\xff\xff\x7f', 'latin1');
    socket.write(Buffer.concat([hello, tooLong, Buffer.alloc(64)]));
    await until(() => (plant.server.health().figures?.['stackFaults'] ?? 0) > 0, { what: 'the stack to throw' });
    expect((await session.readNamespaceArray()).length).toBeGreaterThan(2);
    expect(plant.server.health().detail).toContain('answers at');
  });

  it('does not keep the others out by connections on which no channel is opened', async () => {
    const said = await dial();
    said.write('HELF');
    for (let i = 0; i < 100; i++) await dial();
    await until(() => sockets.every(({ closed }) => closed), { what: 'all of them to be closed' });
    const other = await connect({ folder: plant.folder, endpoint: plant.server.endpoint() });
    await (await logIn(other, 'otto')).close();
    await other.disconnect();
    expect((await session.readNamespaceArray()).length).toBeGreaterThan(2);
  });
});
