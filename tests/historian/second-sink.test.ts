import { describe, expect, it, onTestFinished } from 'vitest';
import { SecondSink } from '../../historian/influx/second-sink.ts';
import { batchOf } from '../../historian/point.ts';
import { linesOf, say, scriptedInflux } from './scripted-influx.ts';
import { point, quietLog, until, type Said } from './world.ts';

async function sinkTo(answer: Parameters<typeof scriptedInflux>[0]) {
  const { url, asked } = await scriptedInflux(answer);
  const said: Said[] = [];
  const sink = new SecondSink(url, () => 0, quietLog(said));
  onTestFinished(() => sink.stop());
  return { sink, asked, said };
}

describe('a second sink', () => {
  it('is told of what was written, as lines', async () => {
    const taken: string[] = [];
    const { sink } = await sinkTo(({ body }, response) => {
      taken.push(...linesOf(body));
      say(response, 204);
    });
    sink.written(batchOf([point(1, 5), point(2, 6)]));
    await until(() => sink.figures().secondSinkPoints === 2);
    expect(taken).toHaveLength(2);
  });

  it('that does not take them costs nobody anything: they are counted, said once, and dropped', async () => {
    let up = false;
    const { sink, said } = await sinkTo((_, response) => say(response, up ? 204 : 500));
    for (let i = 0; i < 3; i += 1) sink.written(batchOf([point(i, i)]));
    await until(() => sink.figures().secondSinkDropped === 3);
    expect(said.filter(({ level }) => level === 'warn')).toHaveLength(1);
    up = true;
    sink.written(batchOf([point(1, 1)]));
    await until(() => sink.figures().secondSinkPoints === 1);
    expect(said.some(({ message }) => message.includes('takes points again'))).toBe(true);
  });

  it('that answers nothing holds no more than a few batches, and stops at once', async () => {
    const { sink } = await sinkTo(() => undefined);
    for (let i = 0; i < 20; i += 1) sink.written(batchOf([point(i, i)]));
    expect(sink.figures().secondSinkDropped).toBe(11);
    const begin = performance.now();
    await sink.stop();
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});
