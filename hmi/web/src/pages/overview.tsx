/** All skids at once: whether they may run, what they do, their worst alarm and key values. */
import type { SkidAnswer } from '../../../api/answers.ts';
import { higherDemand } from '../../../../plant/safe-state.ts';
import { batches, skidNow } from '../live/stream.ts';
import { Link } from '../router.tsx';
import { BlockMark, blocksOf } from '../maintenance/blocks.tsx';
import { skids } from '../session.ts';
import { standingAlarms } from '../ui/banner.tsx';
import { DemandMark, PriorityMark, Rehearsal, Twin } from '../ui/marks.tsx';
import { TagValueCell } from '../ui/tag-value.tsx';
import { currentText, unitOn } from '../batch/states.ts';

export function OverviewPage() {
  return (
    <>
      <h1 class="unseen">Overview</h1>
      <div class="cards">
        {skids.value.map((skid) => (
          <SkidCard key={skid.name} skid={skid} />
        ))}
      </div>
      {skids.value.length === 0 && <p>This site has no skids.</p>}
    </>
  );
}

function SkidCard({ skid }: Readonly<{ skid: SkidAnswer }>) {
  const on = unitOn(skid.name, batches.value.values());
  const [worst] = standingAlarms(skid.name).filter(({ suppressed }) => !suppressed);
  return (
    <section class="card" data-testid={`skid-card-${skid.name}`} aria-label={skid.name}>
      <header>
        <h2>
          <Link to={`/skids/${skid.name}`}>{skid.name}</Link> <small>{skid.title}</small>
        </h2>
        {skid.twin && <Twin />}
        {on?.batch.purpose === 'rehearsal' && <Rehearsal />}
      </header>
      <DemandLine skid={skid.name} />
      {blocksOf(skid.name).length > 0 && (
        <p class="line">
          {blocksOf(skid.name).map((block) => (
            <BlockMark key={`${block.kind} ${block.device ?? ''} ${block.by ?? ''}`} block={block} />
          ))}
        </p>
      )}
      <p class="line" data-testid={`phase-${skid.name}`}>
        <span class="label">Batch</span>
        {on === undefined ? (
          <span class="faint">none</span>
        ) : (
          <span>
            <Link to={`/batches/${on.batch.id}`}>{on.batch.id}</Link> {on.unit.state}
            {currentText(on.unit) !== '' && <>, {currentText(on.unit)}</>}
          </span>
        )}
      </p>
      <p class="line">
        <span class="label">Alarm</span>
        {worst === undefined ? (
          <span class="faint">none</span>
        ) : (
          <span>
            <PriorityMark priority={worst.priority} quiet={worst.acknowledged} />{' '}
            <Link to="/alarms">{worst.title}</Link>
          </span>
        )}
      </p>
      <table class="values">
        <tbody>
          {skid.page.overview.map((name) => {
            const tag = skid.tags.find((one) => one.name === name);
            return tag === undefined ? null : (
              <tr key={name}>
                <th scope="row">{tag.title}</th>
                <td>
                  <TagValueCell skid={skid.name} tag={tag} bar />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** The highest of what the interlocks ask and what the field says it does, with the first cause. */
export function DemandLine({ skid }: Readonly<{ skid: string }>) {
  const now = skidNow(skid).value;
  if (now === null) return <p class="line faint">No scan has come yet.</p>;
  const [first, ...others] = now.causes;
  const running = unitOn(skid, batches.value.values())?.unit.state === 'Running';
  const demand = higherDemand(now.demand, now.fieldDemand ?? 'none');
  return (
    <p class="line">
      <DemandMark demand={demand} running={running} blocks={now.blocks} testid={`demand-${skid}`} />
      {first === undefined && demand !== 'none' && <span class="cause">It was asked for; no interlock holds it.</span>}
      {first !== undefined && (
        <span class="cause">
          {first.row === null ? '' : `Row ${first.row}: `}
          {first.message}
          {others.length > 0 && <small> and {others.length} more</small>}
        </span>
      )}
      {now.warnings.map(({ row, message }) => (
        <span key={`${row ?? ''} ${message}`} class="cause">
          △ {row === null ? '' : `Row ${row} warns: `}
          {message}
        </span>
      ))}
    </p>
  );
}
