import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../../twin/instruments/main.ts', import.meta.url));

describe('the instrument program', () => {
  it('serves the kind it is told, takes what is done to it, and ends with whoever started it', async () => {
    const child = fork(program, ['--kind', 'knauer'], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const [{ port }] = (await once(child, 'message')) as [{ ready: true; port: number }];
    child.send({ startIn: 'yes' });
    expect((await once(child, 'message'))[0]).toMatchObject({ accepted: false });
    child.send({ manners: { pieceBytes: 2 } });
    expect((await once(child, 'message'))[0]).toMatchObject({ accepted: true });
    const socket = connect(port, '127.0.0.1');
    socket.write('HEADTYPE?\n\r');
    let said = '';
    for await (const bytes of socket) {
      said += String(bytes);
      if (said.endsWith('\n\r')) break;
    }
    expect(said).toBe('HEADTYPE:50\n\r');
    socket.destroy();
    child.disconnect();
    expect((await once(child, 'exit'))[0]).toBe(0);
  });

  it('names the kinds it has', async () => {
    const child = fork(program, ['--kind', 'toaster'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const said = (async () => {
      let text = '';
      for await (const bytes of child.stderr!) text += String(bytes);
      return text;
    })();
    expect((await once(child, 'exit'))[0]).toBe(2);
    expect(await said).toMatch(/There is no "toaster"\. Use .*knauer.*huber/u);
  });
});
