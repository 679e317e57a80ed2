// Serves Azure Storage's blob API over a folder on any free port of this machine, and says where.
// Usage: node serve.mjs FOLDER
const [directory] = process.argv.slice(2);
process.argv = [
  ...process.argv.slice(0, 2), '--blobHost', '127.0.0.1', '--blobPort', '0', '--location', directory, '--silent',
  '--disableTelemetry', '--skipApiVersionCheck',
];

// Ends with the test that started it.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
await import('azurite/dist/src/blob/main.js');
