/** The pages' first file: finds out who is logged in, then draws. */
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './style.css';
import './batch/batch.css';
import { App } from './app.tsx';
import { findSession } from './session.ts';

const root = document.getElementById('app');
if (root !== null) {
  render(<App />, root);
  void findSession();
}
