import type { FastifyInstance } from 'fastify';

const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>StratMaster Workbench</title>
<h1>You are invited</h1>
<p>Open the StratMaster Workbench in a new workspace, choose Sync and then Invitation, and paste the address of this page.</p>
</html>`;

/** What somebody sees who opens the link of an invitation in a browser. The token behind `#` stays in the browser. */
export function addJoinPage(app: FastifyInstance): void {
  app.get('/join', (_request, reply) =>
    reply
      .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
      .header('referrer-policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(page),
  );
}
