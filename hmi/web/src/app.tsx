/** Which page is drawn for which path, and for whom. */
import { AlarmsPage } from './alarm/alarms-page.tsx';
import { AuditPage } from './audit/audit-page.tsx';
import { BatchPage } from './batch/batch-page.tsx';
import { BatchesPage } from './batch/batches-page.tsx';
import { ConfigurationPage } from './configuration/configuration-page.tsx';
import { EquipmentPage } from './equipment/equipment-page.tsx';
import { ExposurePage } from './exposure/exposure-page.tsx';
import { GenealogyPage } from './genealogy/genealogy-page.tsx';
import { AllInterlocksPage } from './interlock/all-interlocks-page.tsx';
import { InterlocksPage } from './interlock/interlocks-page.tsx';
import { MaintenancePage } from './maintenance/maintenance-page.tsx';
import { MaterialsPage } from './materials/materials-page.tsx';
import { CertificatesPage } from './pages/certificates.tsx';
import { CertifyPage, certifiesLater } from './pages/certify.tsx';
import { HouseLoginReturn, houseLoginPath } from './pages/house-login.tsx';
import { LoginPage, PasswordPage } from './pages/login.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { SystemPage } from './pages/system.tsx';
import { AccountPage } from './people/account-page.tsx';
import { PeoplePage } from './people/people-page.tsx';
import { RecordPage } from './review/record-page.tsx';
import { ReviewPage } from './review/review-page.tsx';
import { RecipePage } from './recipe/recipe-page.tsx';
import { RecipesPage } from './recipe/recipes-page.tsx';
import { Link, after, path } from './router.tsx';
import { session, skids } from './session.ts';
import { SpectraPage } from './spectra/spectra-page.tsx';
import { Shell } from './ui/shell.tsx';
import { UnitPage } from './unit/unit-page.tsx';

export function App() {
  const known = session.value;
  if (known === undefined) return <main class="narrow">Asking the server who is logged in …</main>;
  if (path.value === houseLoginPath) return <HouseLoginReturn />;
  if (known === null) return <LoginPage />;
  if (known.mustChangePassword) return <PasswordPage />;
  if (known.mustCertify && !certifiesLater.value) return <CertifyPage />;
  return (
    <Shell>
      <Page />
    </Shell>
  );
}

function Page() {
  const here = path.value;
  if (here === '/') return <OverviewPage />;
  if (here === '/alarms') return <AlarmsPage />;
  if (here === '/audit') return <AuditPage />;
  if (here === '/batches') return <BatchesPage />;
  if (here === '/exposure') return <ExposurePage />;
  if (here === '/interlocks') return <AllInterlocksPage />;
  if (here === '/maintenance') return <MaintenancePage />;
  if (here === '/materials') return <MaterialsPage />;
  if (here === '/genealogy') return <GenealogyPage of={null} />;
  const traced = after('/genealogy');
  if (traced !== null) return <GenealogyPage key={traced} of={traced} />;
  if (here === '/equipment') return <EquipmentPage />;
  if (here === '/configuration') return <ConfigurationPage />;
  if (here === '/recipes') return <RecipesPage />;
  if (here === '/system') return <SystemPage />;
  if (here === '/people') return <PeoplePage />;
  if (here === '/account') return <AccountPage />;
  if (here === '/certificates') return <CertificatesPage />;
  const [batch, part] = after('/batches')?.split('/') ?? [];
  if (batch !== undefined && part === 'review') return <ReviewPage key={batch} id={batch} />;
  if (batch !== undefined && part === 'record') return <RecordPage key={batch} id={batch} />;
  if (batch !== undefined && part === undefined) return <BatchPage key={batch} id={batch} />;
  const recipe = after('/recipes');
  if (recipe !== null) return <RecipePage key={recipe} name={recipe} />;
  const seen = skids.value.find(({ name }) => name === after('/spectra'));
  if (seen !== undefined) return <SpectraPage key={seen.name} skid={seen} />;
  const guarded = skids.value.find(({ name }) => name === after('/interlocks'));
  if (guarded !== undefined) return <InterlocksPage key={guarded.name} skid={guarded} />;
  const skid = skids.value.find(({ name }) => name === after('/skids'));
  if (skid !== undefined) return <UnitPage key={skid.name} skid={skid} />;
  return (
    <p>
      There is no page {here}. <Link to="/">To the overview</Link>
    </p>
  );
}
