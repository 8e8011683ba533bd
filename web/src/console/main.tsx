import '../styles/tokens.css';
import '../styles/page.css';
import '../styles/details.css';
import '../styles/console.css';
import '../styles/console-payment.css';
import '../styles/console-ledger.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ConsoleApp } from './console-app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('console.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <ConsoleApp />
  </StrictMode>,
);
