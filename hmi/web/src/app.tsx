/** Which page is drawn for which path, and for whom. */
import { LoginPage, PasswordPage } from './pages/login.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { Link, after, path } from './router.tsx';
import { session } from './session.ts';
import { Shell } from './ui/shell.tsx';

export function App() {
  const known = session.value;
  if (known === undefined) return <main class="narrow">Asking the server who is logged in …</main>;
  if (known === null) return <LoginPage />;
  if (known.mustChangePassword) return <PasswordPage />;
  return (
    <Shell>
      <Page />
    </Shell>
  );
}

function Page() {
  const here = path.value;
  if (here === '/') return <OverviewPage />;
  return (
    <p>
      There is no page {here}. <Link to="/">To the overview</Link> {after('')}
    </p>
  );
}
