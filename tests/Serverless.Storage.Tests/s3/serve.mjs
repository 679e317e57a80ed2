// Serves S3 over a folder on any free port of this machine, and says which.
// Usage: node serve.mjs FOLDER BUCKET
import S3rver from 's3rver';

const [directory, bucket] = process.argv.slice(2);
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: bucket }] });
const { port } = await server.run();
console.log(port);

// Ends with the test that started it.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
