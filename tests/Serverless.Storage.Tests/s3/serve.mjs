// Serves S3 over a folder on any free port of this machine, and says which.
// Usage: node serve.mjs FOLDER BUCKET
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createHash, randomUUID } from 'node:crypto';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import S3rver from 's3rver';

const [directory, bucket] = process.argv.slice(2);
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: bucket }] });

// S3 takes an object whole, and the last of many writers wins; this server writes into the file while others read it, and may
// keep one writer's bytes with another one's digest.
const { store } = server;
const read = store.getObject.bind(store);
let turn = Promise.resolve();

function inTurn(work) {
  const done = turn.then(work);
  turn = done.catch(() => {});
  return done;
}

store.putObject = async (object) => {
  const content = Buffer.isBuffer(object.content) ? object.content : await buffer(object.content);
  const md5 = createHash('md5').update(content).digest('hex');
  const unfinished = path.join(directory, `.${randomUUID()}`);
  await writeFile(unfinished, content);
  return inTurn(async () => {
    const file = store.getResourcePath(object.bucket, object.key, 'object');
    await mkdir(path.dirname(file), { recursive: true });
    await rename(unfinished, file);
    await store.putMetadata(object.bucket, object.key, object.metadata, md5);
    return { size: content.length, md5 };
  });
};
store.getObject = (...which) => inTurn(() => read(...which));

const { port } = await server.run();
console.log(port);

// Ends with the test that started it.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
