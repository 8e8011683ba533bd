import './styles/tokens.css';
import './styles/page.css';
import './styles/device.css';
import './styles/screen.css';
import './styles/counter.css';
import './styles/cards.css';
import './styles/legs.css';
import './styles/trace.css';
import './styles/details.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
