import type { FastifyInstance } from 'fastify';
import { sendPage } from './browser-page.ts';

/** What somebody sees who opens the link of an invitation in a browser. The token behind `#` stays in the browser. */
export function addJoinPage(app: FastifyInstance): void {
  app.get('/join', (_request, reply) =>
    sendPage(reply, {
      title: 'You are invited',
      sentences: [
        'Open the StratMaster Workbench in a new workspace, choose Sync and then Invitation, and paste the address of this page.',
      ],
    }),
  );
}
