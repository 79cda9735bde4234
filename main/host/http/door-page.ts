/** What a browser without a cookie sees: where it is, and how to get in. It holds no data and needs no file. */
export const doorPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>StratMaster Workbench</title><meta name="viewport" content="width=device-width"></head>
<body>
<h1>StratMaster Workbench</h1>
<p>This window has not been let in. Open the address that the Workbench printed when it started: it works once.</p>
<p>For a new address, run <code>workbench serve</code> again.</p>
</body>
</html>
`;
