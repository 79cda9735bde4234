import './data/schemas-without-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Application } from './app/application.tsx';
import { createHost } from './data/host.ts';
import { CacheContext, QueryCache } from './data/query.ts';
import { openConnection } from './data/transport.ts';
import './ui/styles/index.css';

const cache = new QueryCache(createHost(openConnection));
const root = document.querySelector('#root');
if (root === null) throw new Error('The page has no place for the application.');

createRoot(root).render(
  <StrictMode>
    <CacheContext value={cache}>
      <Application />
    </CacheContext>
  </StrictMode>,
);
