// A database for each run, named after the run's folder, in the PostgreSQL that run.sh has started.
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** @returns {Promise<{url: string, pid: number}>} the database, made if it is not there, and the server's process. */
export async function databaseOf(folder) {
  const { pid, url } = server();
  const name = nameOf(folder);
  await query(async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE "${name}"`);
  });
  return { url: `${url}/${name}`, pid };
}

export const dropDatabaseOf = (folder) =>
  query((client) => client.query(`DROP DATABASE IF EXISTS "${nameOf(folder)}" WITH (FORCE)`));

const nameOf = (folder) => path.basename(folder).toLowerCase();

function server() {
  const lines = fs.readFileSync(path.join(process.env.PEERS_POSTGRES, 'data', 'postmaster.pid'), 'utf8').split('\n');
  return { pid: Number(lines[0]), url: `postgresql://postgres@127.0.0.1:${lines[3]}` };
}

async function query(ask) {
  const client = new pg.Client({ connectionString: `${server().url}/postgres` });
  await client.connect();
  try {
    await ask(client);
  } finally {
    await client.end();
  }
}
