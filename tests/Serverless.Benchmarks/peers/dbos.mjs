// DBOS on PostgreSQL: every activity is a step of one workflow. A finished step is a committed row; launch() resumes
// what this executor has left.
import { DBOS } from '@dbos-inc/dbos-sdk';
import { run, versionOf } from './lib/peer.mjs';
import { databaseOf } from './lib/postgres.mjs';

await run({
  name: () => 'DBOS, PostgreSQL',
  version: versionOf('@dbos-inc/dbos-sdk'),
  async open({ activity, folder }) {
    const database = await databaseOf(folder);
    DBOS.setConfig({
      name: 'peers', systemDatabaseUrl: database.url, systemDatabasePoolSize: 20, logLevel: 'error', enableOTLP: false,
    });
    const step = (i) => DBOS.runStep(() => activity(i), { name: 'work' });
    const one = DBOS.registerWorkflow(step, { name: 'one' });
    const fan = DBOS.registerWorkflow((n) => Promise.all(Array.from({ length: n }, (_, i) => step(i))), { name: 'fan' });
    await DBOS.launch();
    const call = async (workflow, input) => (await DBOS.startWorkflow(workflow)(input)).getResult();
    return {
      fan: (n) => call(fan, n),
      single: (k) => call(one, k),
      begin: async (n) => (await DBOS.startWorkflow(fan)(n)).workflowID,
      finish: (id) => DBOS.retrieveWorkflow(id).getResult(),
      servers: [database.pid],
    };
  },
});
