/** What stands around every page: where we are, the worst alarm, the link to the server, what became of a command. */
import type { ComponentChildren } from 'preact';
import { EvacuateBand } from '../exposure/evacuate-band.tsx';
import { inUtc, showUtc, timeText } from '../zone.ts';
import { lostSince, serverTime } from '../live/stream.ts';
import { Link, path } from '../router.tsx';
import { logout, session } from '../session.ts';
import { AlarmBanner } from './banner.tsx';
import { notice } from './command.ts';
import { GuardMarks } from './guard-marks.tsx';
import { Scale } from './marks.tsx';
import { UnlockBar } from './unlock-bar.tsx';

export function Shell({ children }: Readonly<{ children: ComponentChildren }>) {
  return (
    <>
      <Header />
      <AlarmBanner />
      <EvacuateBand />
      <GuardMarks />
      <UnlockBar />
      <div class="under-cover">
        <main inert={lostSince.value !== null}>{children}</main>
        <StaleCover />
      </div>
      <NoticeLine />
    </>
  );
}

function Header() {
  const here = path.value;
  const known = session.value;
  if (known === null || known === undefined) return null;
  return (
    <header class="top">
      <Link to="/" class="brand">
        {known.site.title}
      </Link>
      <Scale times={known.site.timeScale} />
      <nav aria-label="Pages">
        <Link to="/" current={here === '/' || here.startsWith('/skids') || here.startsWith('/spectra')}>
          Overview
        </Link>
        <Link to="/alarms" current={here === '/alarms'}>
          Alarms
        </Link>
        <Link to="/batches" current={here.startsWith('/batches')}>
          Batches
        </Link>
        <Link to="/recipes" current={here.startsWith('/recipes')} testid="nav-recipes">
          Recipes
        </Link>
        <Link to="/materials" current={here === '/materials' || here.startsWith('/genealogy')} testid="nav-materials">
          Materials
        </Link>
        <Link to="/equipment" current={here === '/equipment'} testid="nav-equipment">
          Equipment
        </Link>
        <Link to="/interlocks" current={here.startsWith('/interlocks')} testid="nav-interlocks">
          Interlocks
        </Link>
        <Link to="/exposure" current={here === '/exposure'}>
          Exposure
        </Link>
        <Link to="/maintenance" current={here === '/maintenance'}>
          Maintenance
        </Link>
        <Link to="/system" current={here === '/system'}>
          System
        </Link>
        <Link to="/configuration" current={here === '/configuration'} testid="nav-configuration">
          Configuration
        </Link>
        {known.may['read audit trail'].allowed && (
          <Link to="/audit" current={here === '/audit'} testid="nav-audit">
            Audit trail
          </Link>
        )}
        {known.may['manage certificates'].allowed && (
          <Link to="/certificates" current={here === '/certificates'}>
            Certificates
          </Link>
        )}
        {known.may['manage people'].allowed && (
          <Link to="/people" current={here === '/people'} testid="nav-people">
            People
          </Link>
        )}
      </nav>
      <ServerTime />
      <span class="person" title={known.person.roles.join(', ')}>
        <Link to="/account" current={here === '/account'} testid="nav-account">
          {known.person.printedName}
        </Link>{' '}
        <small>{known.person.roles.join(', ')}</small>
      </span>
      <button type="button" onClick={() => void logout()} data-testid="logout">
        Log out
      </button>
    </header>
  );
}

function ServerTime() {
  const now = serverTime.value;
  return (
    <span class="time">
      <time>{now === 0 ? '–' : timeText(now, now)}</time>
      <label>
        <input type="checkbox" checked={inUtc.value} onChange={(event) => showUtc(event.currentTarget.checked)} /> UTC
      </label>
    </span>
  );
}

function StaleCover() {
  const since = lostSince.value;
  if (since === null) return null;
  return (
    <div class="stale-cover" data-testid="stale-cover" role="alert">
      <p>
        <strong>Link to the server lost since {timeText(since, since)}.</strong>
        <br />
        What is behind this is old, and nothing can be commanded. Use the controls on the skid.
      </p>
    </div>
  );
}

function NoticeLine() {
  const said = notice.value;
  return (
    <div class="notices" role="status" aria-live="polite">
      {said !== null && (
        <p class={said.good ? 'notice' : 'notice problem'} data-testid="notice">
          <span>
            {said.good ? '✓ ' : '✕ '}
            {said.text} {said.remedy !== null && <small>{said.remedy}</small>}
          </span>
          <button type="button" class="quiet" onClick={() => (notice.value = null)} aria-label="Dismiss">
            ✕
          </button>
        </p>
      )}
    </div>
  );
}
