/** The verifier as it is run by a person, watched from outside. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Of the process, from Linux's proc(5): the most that it ever held, in MB. */
function mostMbOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The command of package.json, without npm and what it does first. */
function commandOf(script: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const [program, ...args] = (scripts[script]?.split('&& ').at(-1) ?? '').split(' ');
  if (program !== 'node') throw new Error(`npm run ${script} is no command of Node's.`);
  return args;
}

export async function verifying(
  folder: string,
  trusted: string,
): Promise<Readonly<{ events: number; tookMs: number; mostMb: number }>> {
  const began = performance.now();
  const child = spawn(process.execPath, [...commandOf('verify'), folder, '--trust', trusted], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let mostMb = 0;
  const watch = setInterval(() => {
    mostMb = Math.max(mostMb, mostMbOf(child.pid ?? 0));
  }, 50);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((settle) => child.once('close', settle));
  clearInterval(watch);
  const tookMs = performance.now() - began;
  const text = Buffer.concat(chunks).toString('utf8');
  if (code !== 0) throw new Error(`The verifier ended with ${String(code)}: ${text}`);
  return { events: Number(/(\d+) events in/u.exec(text)?.[1] ?? 0), tookMs, mostMb };
}
